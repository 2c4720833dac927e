"""Trains the detector. One command, resumable: python3 training/train_detector.py --packed training/.packed --out training/.runs/detector

Runs under torch 1.13 on a CPU and torch 2 on a GPU. Seeds are fixed; a resumed run goes on with the seed of its step.
"""

import argparse
import math
import pathlib
import time

import numpy as np
import torch
import torch.nn.functional as F

from detector_scenes import DetectorScenes
from net import Detector, encode
from progress import follow, keep, resume
from scenes import CROP, load

# The level of a nodule by its diameter: small ones on the fine grid, large ones on the coarse, those between on both.
LEVELS = ((4, 0.0, 15.0), (8, 10.0, 1e9))


def targets(nodules, ignored, stride, smallest_mm, largest_mm):
    cells = CROP // stride
    axis = (np.arange(cells, dtype=np.float32) + 0.5) * stride - 0.5
    zz, yy, xx = np.meshgrid(axis, axis, axis, indexing="ij")
    heat = np.zeros((cells,) * 3, np.float32)
    weight = np.ones((cells,) * 3, np.float32)
    box = np.zeros((4,) + heat.shape, np.float32)
    peak = np.zeros(heat.shape, np.float32)
    for centre, radius in ignored:
        weight[(zz - centre[0]) ** 2 + (yy - centre[1]) ** 2 + (xx - centre[2]) ** 2 < (radius + stride) ** 2] = 0
    for centre, diameter in nodules:
        squared = (zz - centre[0]) ** 2 + (yy - centre[1]) ** 2 + (xx - centre[2]) ** 2
        if not smallest_mm <= diameter < largest_mm:
            # The other level answers for it; this one is asked nothing there.
            weight[squared < (diameter / 2 + stride) ** 2] = 0
            continue
        sigma = max(0.55 * stride, diameter / 5)
        heat = np.maximum(heat, np.exp(-squared / (2 * sigma**2)))
        cell = tuple(int(np.clip(round((c + 0.5) / stride - 0.5), 0, cells - 1)) for c in centre)
        heat[cell] = 1.0
        weight[cell] = 1.0
        near = tuple(slice(max(0, c - 1), c + 2) for c in cell)
        peak[near] = 1.0
        box[0][near] = math.log(diameter)
        for axis_index, grid in enumerate((zz, yy, xx)):
            box[1 + axis_index][near] = (centre[axis_index] - grid[near]) / stride
    return heat, weight, box, peak


def focal(logit, heat, weight):
    """Penalty-reduced focal loss on a heat map (Law & Deng 2018, CornerNet)."""
    p = torch.sigmoid(logit).clamp(1e-5, 1 - 1e-5)
    at_peak = (heat > 0.999).float()
    positive = at_peak * (1 - p) ** 2 * torch.log(p)
    negative = (1 - at_peak) * (1 - heat) ** 4 * p**2 * torch.log(1 - p)
    return -((positive + negative) * weight).sum() / at_peak.sum().clamp(min=4.0)


def batch_of(scenes, size):
    crops, levels = [], [[] for _ in LEVELS]
    for _ in range(size):
        hu, nodules, ignored = scenes.next()
        crops.append(hu)
        for level, (stride, smallest, largest) in zip(levels, LEVELS):
            level.append(targets(nodules, ignored, stride, smallest, largest))
    stacked = [[torch.from_numpy(np.stack(part)) for part in zip(*level)] for level in levels]
    return encode(torch.from_numpy(np.stack(crops)[:, None].astype(np.float32))), stacked


def loss_of(outputs, levels):
    total = 0.0
    for output, (heat, weight, box, peak) in zip(outputs, levels):
        total = total + focal(output[:, 0], heat, weight)
        count = peak.sum().clamp(min=1.0)
        total = total + 0.5 * (F.smooth_l1_loss(output[:, 1:], box, reduction="none") * peak[:, None]).sum() / count
    return total


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--packed", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--steps", type=int, default=12000)
    parser.add_argument("--batch", type=int, default=6)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--weights", help="a checkpoint or committed weights to start from when --out holds no checkpoint")
    parser.add_argument("--every", type=int, default=100, help="steps between checkpoints")
    given = parser.parse_args()

    out = pathlib.Path(given.out)
    out.mkdir(parents=True, exist_ok=True)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(given.seed)
    net = Detector().to(device)
    slow = Detector().to(device)
    slow.load_state_dict(net.state_dict())
    optimiser = torch.optim.AdamW(net.parameters(), lr=given.rate, weight_decay=1e-4)
    start = resume(out, device, net, slow, optimiser, given.weights)

    backgrounds, nodules = load(given.packed)
    print(f"{len(backgrounds)} backgrounds, {len(nodules)} nodules of {len({n.patient for n in nodules})} patients, {device}", flush=True)
    scenes = DetectorScenes(backgrounds, nodules, seed=(given.seed, start))
    net.train()
    running, since = 0.0, time.time()
    for step in range(start, given.steps):
        warm = min(1.0, (step + 1) / 200)
        rate = given.rate * warm * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * step / given.steps)))
        for group in optimiser.param_groups:
            group["lr"] = rate
        crops, levels = batch_of(scenes, given.batch)
        outputs = net(crops.to(device))
        loss = loss_of(outputs, [[part.to(device) for part in level] for level in levels])
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        follow(slow, net, step, 0.999)
        running += float(loss.detach())
        if (step + 1) % 20 == 0:
            print(f"{step + 1} loss {running / 20:.3f} {(time.time() - since) / 20:.2f} s/step", flush=True)
            running, since = 0.0, time.time()
        if (step + 1) % given.every == 0 or step + 1 == given.steps:
            keep(out, net, slow, optimiser, step + 1, steps=given.steps)


if __name__ == "__main__":
    main()
