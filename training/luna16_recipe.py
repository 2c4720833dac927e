#!/usr/bin/env python3
"""Trains both nets for one fold of a cross-validation, from nothing and on the fold's training scans alone:

    bin/overread evaluate LUNA16 --retrain-folds --recipe training/luna16_recipe.py --out DIR

calls it once a fold with the folder that holds fold.json, and marks the fold's test scans with the nets it leaves there in models/. For other
sizes than the defaults name a program that adds them: `exec training/luna16_recipe.py --detector-steps 4000 "$@"`. Resumable: what is packed,
trained or mined is not done again. Real nodules are positives where they lie; LUNA16 has no outlines, so the patches that are set in elsewhere are balls
of the annotated diameter cut from the training scans.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import numpy as np

from leakage import refuse_leaks
from scenes import Background

HERE = pathlib.Path(__file__).resolve().parent
PATCH_MARGIN_MM = 8


def names(scans):
    """What scans go by: their own names, and those of their patients."""
    return {name for scan in scans for name in (scan["id"], scan["seriesInstanceUid"])} - {None}, {scan["patientId"] for scan in scans} - {None}


def training_scans(fold):
    """The fold's training scans but those of patients of its test scans. Raises ValueError when a scan is on both sides, by a name or by its file."""
    place = lambda scan: (pathlib.Path(fold["data"]) / scan["path"]).resolve()
    test_names, patients = names(fold["test"]["scans"])
    files = {place(scan) for scan in fold["test"]["scans"]}
    both = [scan["id"] for scan in fold["train"]["scans"] if names([scan])[0] & test_names or place(scan) in files]
    if both:
        raise ValueError(f"test scans among the training scans: {', '.join(both)}")
    return [scan for scan in fold["train"]["scans"] if scan["patientId"] not in patients]


def ball_patch(background, centre, diameter_mm):
    """HU and inside, as pack.ts stores them, of a nodule and 8 mm round it as far as the scan goes; its outline is a ball."""
    reach = diameter_mm / 2 + PATCH_MARGIN_MM
    lo = np.maximum(np.floor(centre - reach), 0).astype(int)
    hi = np.minimum(np.ceil(centre + reach) + 1, background.ct.shape).astype(int)
    ct = background.ct[tuple(slice(a, b) for a, b in zip(lo, hi))]
    from_centre = np.indices(ct.shape) + (lo - centre)[:, None, None, None]
    inside = np.clip(diameter_mm / 2 + 0.5 - np.linalg.norm(from_centre, axis=0), 0, 1)
    return ct, np.rint(255 * inside).astype(np.uint8)


def write_index(fold, scans, volumes, packed):
    """index.json and nodules.u8 of the fold, over volumes that all folds share."""
    wanted = {scan["id"] for scan in scans}
    entries = [entry for file in sorted(volumes.glob("*.json")) if (entry := json.loads(file.read_text()))["scan"] in wanted]
    packed.mkdir(exist_ok=True)
    nodules, offset = [], 0
    with open(packed / "nodules.u8", "wb") as store:
        for entry in entries:
            background = Background(volumes, entry)
            for centre, diameter_mm in background.nodules:
                ct, inside = ball_patch(background, centre, diameter_mm)
                store.write(ct.tobytes() + inside.tobytes())
                nodules.append({"patient": entry["patient"], "diameterMm": diameter_mm, "size": ct.shape[::-1], "offset": offset})
                offset += 2 * ct.size
    about = fold["train"]
    doi = re.findall(r"10\.\d{4,}/[^\s;,]+", about["citation"])
    index = {
        "volumes": os.path.relpath(volumes, packed),
        "backgrounds": entries,
        "nodules": nodules,
        "keptOut": sorted(set.union(*names(fold["test"]["scans"]))),
        "data": [{"name": about["id"], "doi": doi[-1] if doi else "", "licence": about["licence"]}],
    }
    refuse_leaks(index)
    (packed / "index.json").write_text(json.dumps(index))
    outside = sum(entry["outside"] for entry in entries)
    print(f"{len(entries)} of {len(scans)} training scans, {len(nodules)} nodules; {outside} more lie outside the lungs' box and train nothing", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, help="where fold.json lies and everything goes")
    parser.add_argument("--volumes", type=pathlib.Path, help="packed volumes, shared by all folds; without it ../../packed from the fold's folder")
    parser.add_argument("--detector-steps", type=int, default=12000)
    parser.add_argument("--scenes", type=int, default=800, help="whole scans that are mined")
    parser.add_argument("--false-positive-steps", type=int, default=4000)
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes that mine")
    given = parser.parse_args()

    folder = given.folder.resolve()
    volumes = given.volumes or folder.parent.parent / "packed"
    fold = json.loads((folder / "fold.json").read_text())
    try:
        scans = training_scans(fold)
    except ValueError as error:
        raise SystemExit(f"refused: {error}") from error
    left_out = len(fold["train"]["scans"]) - len(scans)
    if left_out:
        print(f"{left_out} training scans are of patients of the test scans and are left out", flush=True)

    # The exports run the graph under the project's own Node.
    environment = {**os.environ, "PATH": f"{HERE.parent / 'node_modules' / '.bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    run = lambda *words: subprocess.run([str(word) for word in words], env=environment, check=True)
    python = lambda program, *words: run(sys.executable, HERE / program, *words)
    packed, detector, mined, second, models = (folder / name for name in ("packed", "detector", "mined", "false-positive", "models"))

    run("node", "--disable-warning=ExperimentalWarning", HERE / "pack-fold.ts", folder / "fold.json", volumes)
    write_index(fold, scans, volumes, packed)
    python("train_detector.py", "--packed", packed, "--out", detector, "--steps", given.detector_steps)
    weights = detector / "checkpoint.pt"
    python("mine_candidates.py", "--packed", packed, "--weights", weights, "--out", mined, "--scenes", given.scenes, "--workers", given.workers)
    python("train_false_positive.py", "--mined", mined, "--out", second, "--steps", given.false_positive_steps)
    python("export_onnx.py", "--weights", weights, "--packed", packed, "--out", models / "lung-nodule-detector")
    python("export_false_positive.py", "--weights", second / "checkpoint.pt", "--packed", packed, "--out", models / "lung-nodule-false-positive")
    # The largest part of the fold by far, and made again from the rest.
    shutil.rmtree(mined)


if __name__ == "__main__":
    main()
