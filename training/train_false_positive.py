"""Trains the false-positive net on what mine_candidates.py stored: python3 training/train_false_positive.py --mined training/.mined
--out training/.runs/false-positive

Resumable; seeds are fixed. The scan and the patients that mining kept for inner validation do not train; figures on them are printed at the end
(they are semi-synthetic, and the detector has seen them: they tell one second stage from another, and are published nowhere).
"""

import argparse
import json
import math
import pathlib
import time

import numpy as np
import torch
import torch.nn.functional as F

from augment import plain, varied
from false_positive_net import FalsePositiveNet
from mine_candidates import keep_memory
from patches import KINDS, load_mined
from progress import follow, keep, resume

# What a batch is made of. Positives are nodules of every size alike (mining sees to that).
SHARES = {"nodule": 0.35, "mistake": 0.4, "sham": 0.15, "untouched": 0.1}
SMOOTHING = 0.02
BOX_WEIGHT = 0.1
RATES = (0.125, 0.25, 0.5, 1, 2, 4, 8)


def group_of(records):
    """Index into SHARES of every record."""
    groups = np.array([list(SHARES).index(kind.split()[0]) for kind in KINDS])
    return groups[records["kind"]]


def loss_of(output, is_nodule, diameter_mm, offset_mm):
    wanted = is_nodule * (1 - 2 * SMOOTHING) + SMOOTHING
    box = torch.cat([output[:, 1:2] - diameter_mm.log()[:, None], output[:, 2:] - offset_mm], dim=1)
    boxes = (F.smooth_l1_loss(box, torch.zeros_like(box), reduction="none").sum(1) * is_nodule).sum() / is_nodule.sum().clamp(min=1)
    return F.binary_cross_entropy_with_logits(output[:, 0], wanted) + BOX_WEIGHT * boxes


def outputs_of(net, fine, coarse, device, batch=128):
    """The net's outputs for stored blocks, unvaried; N×5."""
    net.eval()
    with torch.no_grad():
        parts = [
            net(*plain(torch.from_numpy(fine[at : at + batch]).to(device), torch.from_numpy(coarse[at : at + batch]).to(device))).cpu()
            for at in range(0, len(fine), batch)
        ]
    return torch.cat(parts).numpy()


def auc(positive, negative):
    """Chance that a positive scores above a negative; ties count half (Mann–Whitney)."""
    if len(positive) == 0 or len(negative) == 0:
        return float("nan")
    order = np.sort(negative)
    below = (np.searchsorted(order, positive, "left") + np.searchsorted(order, positive, "right")) / 2
    return float(below.mean() / len(order))


def sensitivities(hits, nodules, mistakes, scans):
    """Sensitivity at each of RATES of false positives a scan; `nodules` counts the missed ones too."""
    order = np.sort(mistakes)[::-1]
    at = [order[math.floor(rate * scans)] if rate * scans < len(order) else -np.inf for rate in RATES]
    return [float((hits > threshold).sum() / nodules) for threshold in at]


def report(records, outputs):
    """Figures on the inner validation, as lines."""
    kind = np.array(KINDS)[records["kind"]]
    found = records["score"] > 0
    nodule, mistake = (kind == "nodule"), (kind == "mistake")
    scans = len(np.unique(records["scene"]))
    logit = outputs[:, 0]
    detector = np.log(records["score"].clip(1e-6, 1 - 1e-6) / (1 - records["score"].clip(1e-6, 1 - 1e-6)))
    yield f"inner validation: {scans} made scans, {nodule.sum()} nodules of which {(nodule & found).sum()} found, {mistake.sum()} mistakes"
    for name, score in (("detector", detector), ("false-positive net", logit), ("sum of logits", logit + detector)):
        hits = score[nodule & found]
        cut = np.percentile(hits, 5)
        froc = sensitivities(hits, nodule.sum(), score[mistake], scans)
        yield (
            f"{name}: AUC {auc(hits, score[mistake]):.4f}; at 95 % of the found {(score[mistake] >= cut).sum() / scans:.2f} FP/scan; "
            f"sensitivity {' '.join(f'{each:.3f}' for each in froc)}, mean {np.mean(froc):.3f}"
        )
        for sham in ("lung", "vessel", "emptied"):
            pasted, untouched = kind == f"sham {sham}", kind == f"untouched {sham}"
            marked = [int((found & (score >= cut) & each).sum()) for each in (pasted, untouched)]
            yield (
                f"  sham {sham}: {marked[0]}/{pasted.sum()} marked, untouched {marked[1]}/{untouched.sum()}; "
                f"AUC sham against untouched {auc(score[pasted], score[untouched]):.3f} (.5: the blend is not seen)"
            )
    moved = np.linalg.norm(records["offset_mm"] - outputs[:, 2:], axis=1)[nodule & found]
    before = np.linalg.norm(records["offset_mm"], axis=1)[nodule & found]
    ratio = np.exp(outputs[:, 1])[nodule & found] / records["diameter_mm"][nodule & found]
    yield f"centre {np.median(before):.2f} mm off as found, {np.median(moved):.2f} mm as moved by the net (medians); diameter ratio {np.median(ratio):.2f}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mined", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--weights", help="a checkpoint to start from when --out holds none")
    parser.add_argument("--every", type=int, default=100, help="steps between checkpoints")
    given = parser.parse_args()

    keep_memory()
    out = pathlib.Path(given.out)
    out.mkdir(parents=True, exist_ok=True)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(given.seed)
    net, slow = FalsePositiveNet().to(device), FalsePositiveNet().to(device)
    slow.load_state_dict(net.state_dict())
    optimiser = torch.optim.AdamW(net.parameters(), lr=given.rate, weight_decay=1e-2)
    start = resume(out, device, net, slow, optimiser, given.weights)

    fine, coarse, records = load_mined(given.mined)
    source = json.loads((pathlib.Path(given.mined) / "source.json").read_text())
    groups = [np.flatnonzero((group_of(records) == number) & ~records["inner"]) for number in range(len(SHARES))]
    print(", ".join(f"{len(group)} {name}" for name, group in zip(SHARES, groups)), f"train; {records['inner'].sum()} inner; {device}", flush=True)

    running, since = 0.0, time.time()
    for step in range(start, given.steps):
        # What a step sees depends on the seed and its number only.
        choose = np.random.default_rng((given.seed, step))
        random = torch.Generator().manual_seed(given.seed * 1_000_003 + step)
        counts = np.bincount(choose.choice(len(SHARES), given.batch, p=list(SHARES.values())), minlength=len(SHARES))
        rows = np.concatenate([choose.choice(group, count) for group, count in zip(groups, counts) if len(group)])
        batch = [torch.from_numpy(each[rows]).to(device) for each in (fine, coarse, records["offset_mm"])]
        *views, offset_mm = varied(*batch, random)
        is_nodule, diameter_mm = (torch.from_numpy(each).float().to(device) for each in (records["kind"][rows] == 0, records["diameter_mm"][rows]))

        rate = given.rate * min(1.0, (step + 1) / 100) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * step / given.steps)))
        for group in optimiser.param_groups:
            group["lr"] = rate
        net.train()
        loss = loss_of(net(*views), is_nodule, diameter_mm, offset_mm)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        follow(slow, net, step, 0.995)
        running += float(loss.detach())
        if (step + 1) % 20 == 0:
            print(f"{step + 1} loss {running / 20:.3f} {(time.time() - since) / 20:.2f} s/step", flush=True)
            running, since = 0.0, time.time()
        if (step + 1) % given.every == 0 or step + 1 == given.steps:
            keep(out, net, slow, optimiser, step + 1, mined=source)

    inner = records["inner"]
    if inner.any():
        for line in report(records[inner], outputs_of(slow, fine[inner], coarse[inner], device)):
            print(line, flush=True)


if __name__ == "__main__":
    main()
