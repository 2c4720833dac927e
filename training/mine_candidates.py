"""Mines what the detector finds in whole scans with nodules and shams set in: python3 training/mine_candidates.py --packed training/.packed
--weights training/.runs/detector/checkpoint.pt --out training/.mined

Resumable: one file a scene, and a scene depends on its number, the seed and the weights only. One scan and a fifth of the patients are kept for
inner validation (see `inner_patients`): they are set into nothing, and nothing is set into them, that trains the false-positive net.
"""

import argparse
import ctypes
import hashlib
import json
import multiprocessing
import os
import pathlib
import time

import numpy as np
import torch

from candidates import find
from net import Detector
from patches import KINDS, RECORD, cut, save
from scenes import load
from whole_scans import WholeScans

INNER_SCAN = "lidc-0306-1"
CANDIDATES_PER_LITRE = 24
# A candidate this near is the place's own even where the place is smaller.
LEAST_REACH_MM = 3.0
# Round nodules and readers' marks lies what is neither one thing nor the other.
DOUBT_MM = 4.0


def inner_patients(nodules):
    """A fifth of the patients, by a hash of their name: the same fifth whatever else is packed."""
    return {n.patient for n in nodules if hashlib.sha256(n.patient.encode()).digest()[0] < 51}


def label(candidates, places, ignored, random):
    """Pairs each place with the strongest candidate in it, or with a centre near its own where there is none; other candidates are mistakes.

    Yields (kind, centre of the block, score, diameter in mm, centre of the place). Candidates in doubt are left out.
    """
    apart = lambda candidate, centre: np.linalg.norm(candidate.centre - centre)
    for place in places:
        reach = max(place.diameter_mm / 2, LEAST_REACH_MM)
        inside = [each for each in candidates if apart(each, place.centre) < reach]
        if inside:
            yield place.kind, inside[0].centre, inside[0].score, place.diameter_mm, place.centre
        else:
            yield place.kind, place.centre + random.uniform(-1.5, 1.5, 3), 0.0, place.diameter_mm, place.centre
    zones = [(place.centre, place.diameter_mm / 2) for place in places] + ignored
    for each in candidates:
        if all(apart(each, centre) >= radius + DOUBT_MM for centre, radius in zones):
            yield "mistake", each.centre, each.score, each.diameter_mm, each.centre


class Miner:
    def __init__(self, packed, weights, seed):
        self.backgrounds, nodules = load(packed)
        # Without the scan that is kept for inner validation there is none, and all patients train.
        held = inner_patients(nodules) if any(background.name == INNER_SCAN for background in self.backgrounds) else set()
        self.nodules = {inner: [n for n in nodules if (n.patient in held) == inner] for inner in (True, False)}
        self.seed = seed
        self.net = Detector().eval()
        self.net.load_state_dict({k: v.float() if v.is_floating_point() else v for k, v in torch.load(weights, map_location="cpu")["slow"].items()})

    def scene(self, number):
        """Fine and coarse blocks and the records of one scene."""
        background = self.backgrounds[number % len(self.backgrounds)]
        inner = background.name == INNER_SCAN
        scenes = WholeScans([background], self.nodules[inner], seed=(self.seed, number))
        scan = scenes.compose(background)
        limit = max(10, round(CANDIDATES_PER_LITRE * len(background.places) / 1e6))
        candidates = find(self.net, scan.hu, scan.near_lung, limit)
        fine, coarse, records = [], [], []
        for kind, centre, score, diameter_mm, truth in label(candidates, scan.places, scan.ignored, scenes.random):
            *blocks, block_centre = cut(scan.hu, centre)
            fine.append(blocks[0])
            coarse.append(blocks[1])
            records.append((KINDS.index(kind), number, inner, score, diameter_mm, truth - block_centre))
        return np.stack(fine), np.stack(coarse), np.array(records, RECORD)


def keep_memory():
    """glibc gives large blocks back to the system at once; a net that runs again and again is nearly twice as fast when it keeps them."""
    try:
        glibc = ctypes.CDLL("libc.so.6")
    except OSError:
        return
    m_trim_threshold, m_mmap_max = -1, -4
    glibc.mallopt(m_mmap_max, 0)
    glibc.mallopt(m_trim_threshold, 2**31 - 1)


def start(packed, weights, seed):
    global miner
    keep_memory()
    torch.set_num_threads(1)
    miner = Miner(packed, weights, seed)


def work(job):
    number, path = job
    since = time.time()
    fine, coarse, records = miner.scene(number)
    save(path, fine, coarse, records)
    found = records[records["score"] > 0]
    counts = [f"{kind} {(found['kind'] == n).sum()}/{(records['kind'] == n).sum()}" for n, kind in enumerate(KINDS)]
    return f"{path.name}  found/all: {', '.join(counts)}  {time.time() - since:.1f} s"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--packed", required=True)
    parser.add_argument("--weights", required=True, help="a checkpoint of train_detector.py or committed weights")
    parser.add_argument("--out", required=True)
    parser.add_argument("--scenes", type=int, default=408)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    given = parser.parse_args()

    out = pathlib.Path(given.out)
    out.mkdir(parents=True, exist_ok=True)
    source = {"weights": hashlib.sha256(pathlib.Path(given.weights).read_bytes()).hexdigest(), "seed": given.seed}
    about = out / "source.json"
    if about.exists() and json.loads(about.read_text()) != source:
        raise SystemExit(f"{out} was mined with other weights or another seed: give another folder")
    about.write_text(json.dumps(source))
    jobs = [(number, path) for number in range(given.scenes) if not (path := out / f"scene-{number:04}.npz").exists()]
    with multiprocessing.get_context("spawn").Pool(given.workers, start, (given.packed, given.weights, given.seed)) as pool:
        for line in pool.imap_unordered(work, jobs):
            print(line, flush=True)


if __name__ == "__main__":
    main()
