"""Blocks of CT round candidates, as the false-positive net sees them, and the files they are mined into.

A block is 64 mm wide. The net sees its middle half at 1 mm and the whole at 2 mm, 32³ voxels each; stored are a few mm more, to turn and move it.
"""

import os
import pathlib

import numpy as np

SIDE = 32
MARGIN_MM = 4
STORED_MM = 2 * SIDE + 2 * MARGIN_MM
FINE = SIDE + 2 * MARGIN_MM
COARSE = STORED_MM // 2

KINDS = ("nodule", "mistake", "sham lung", "sham vessel", "sham emptied", "untouched lung", "untouched vessel", "untouched emptied")
RECORD = np.dtype(
    [
        ("kind", "u1"),  # of KINDS
        ("scene", "u2"),
        ("inner", "?"),  # of the inner validation
        ("score", "f4"),  # the detector's; 0 where it found nothing here
        ("diameter_mm", "f4"),
        ("offset_mm", "f4", 3),  # centre of the nodule, sham or place from the block's centre, z, y, x
    ]
)


def cut(hu, centre):
    """The stored block round a centre (fine and coarse as uint8, hu = 8·value − 1024) and the centre of the block, half a voxel beside a voxel's."""
    corner = np.rint(np.asarray(centre) - (STORED_MM - 1) / 2).astype(int)
    block = np.full((STORED_MM,) * 3, -1000.0, np.float32)
    lo, hi = np.maximum(corner, 0), np.minimum(corner + STORED_MM, hu.shape)
    into = tuple(slice(a, b) for a, b in zip(lo - corner, hi - corner))
    block[into] = hu[tuple(slice(a, b) for a, b in zip(lo, hi))]
    block = block.clip(-1024, 1016)
    middle = slice((STORED_MM - FINE) // 2, (STORED_MM + FINE) // 2)
    coarse = block.reshape(COARSE, 2, COARSE, 2, COARSE, 2).mean(axis=(1, 3, 5))
    stored = [np.rint((part + 1024) / 8).astype(np.uint8) for part in (block[middle, middle, middle], coarse)]
    return *stored, corner + (STORED_MM - 1) / 2


def save(path, fine, coarse, records):
    """Writes one scene's blocks; a file is there whole or not at all."""
    unfinished = f"{path}.{os.getpid()}"
    with open(unfinished, "wb") as file:
        np.savez(file, fine=fine, coarse=coarse, records=records)
    os.replace(unfinished, path)


def load_mined(folder):
    """All blocks of a mined folder: fine, coarse, records."""
    paths = sorted(pathlib.Path(folder).glob("scene-*.npz"))
    counts = []
    for path in paths:
        with np.load(path) as scene:
            counts.append(len(scene["records"]))
    total = sum(counts)
    fine, coarse = (np.empty((total,) + (side,) * 3, np.uint8) for side in (FINE, COARSE))
    records = np.empty(total, RECORD)
    at = 0
    for path, count in zip(paths, counts):
        with np.load(path) as scene:
            for name, into in (("fine", fine), ("coarse", coarse), ("records", records)):
                into[at : at + count] = scene[name]
        at += count
    return fine, coarse, records
