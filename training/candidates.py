"""The detector's candidates: peaks of its heat maps on both levels, decoded and merged as src/analyses/lung-nodule/net-decode.ts does."""

from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F

from net import encode

STRIDES = (4, 8)


class Candidate(NamedTuple):
    centre: np.ndarray  # z, y, x in voxels of 1 mm
    diameter_mm: float
    score: float


def decode(output, stride, limit):
    """The strongest peaks of one level: output 5×Z×Y×X as `Detector` gives it."""
    heat = torch.sigmoid(output[:1])[None]
    peaks = torch.where(F.max_pool3d(heat, 3, 1, 1) == heat, heat, torch.zeros_like(heat))[0, 0]
    scores, at = peaks.flatten().topk(min(limit, peaks.numel()))
    cells = np.stack(np.unravel_index(at.numpy(), peaks.shape), axis=1)
    found = output[1:].flatten(1)[:, at].T.numpy()
    centres = (cells + 0.5 + found[:, 1:]) * stride - 0.5
    diameters = np.exp(np.clip(found[:, 0], np.log(2), np.log(60)))
    return [Candidate(*each) for each in zip(centres.astype(np.float32), diameters.tolist(), scores.tolist())]


def merge(candidates, limit):
    """The strongest first; one whose centre lies in a stronger one, or that holds that one's centre, is the same told again."""
    kept = []
    for each in sorted(candidates, key=lambda candidate: -candidate.score):
        if all(np.linalg.norm(each.centre - other.centre) >= max(each.diameter_mm, other.diameter_mm) / 2 for other in kept):
            kept.append(each)
            if len(kept) == limit:
                break
    return kept


def find(net, hu, near_lung, limit):
    """Up to `limit` candidates in or beside the lungs of a whole scan at 1 mm, whatever their score. The net is in eval mode."""
    padding = [size for length in reversed(hu.shape) for size in (0, -length % 16)]
    with torch.no_grad():
        outputs = net(encode(F.pad(torch.from_numpy(hu)[None, None], padding, value=-1000.0)))
    last = np.array(hu.shape) - 1
    beside = lambda centre: near_lung[tuple(np.clip(np.rint(centre).astype(int), 0, last))]
    found = [each for output, stride in zip(outputs, STRIDES) for each in decode(output[0], stride, 6 * limit) if beside(each.centre)]
    return merge(found, limit)
