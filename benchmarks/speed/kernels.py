"""The kernels of kernels.ts in scipy.ndimage, on the same voxels, one thread: python3 kernels.py FOLDER CASE; prints one line of JSON."""

import json
import sys
import time

import numpy as np
import scipy
from scipy import ndimage

folder, case = sys.argv[1], json.loads(sys.argv[2])
ni, nj, nk = case["size"]
spacing = case["spacingMm"][::-1]
shape = (nk, nj, ni)
field = np.fromfile(f"{folder}/field.raw", np.float32).reshape(shape)
hu = np.fromfile(f"{folder}/hu.raw", np.int16).reshape(shape)
mask = np.fromfile(f"{folder}/mask.raw", np.uint8).reshape(shape)


def resample():
    target = case["targetSpacingMm"][::-1]
    step = [t / s for t, s in zip(target, spacing)]
    size = case["targetSize"][::-1]
    return ndimage.affine_transform(hu, np.diag(step), [s / 2 - 0.5 for s in step], size, np.int16, order=1, mode="nearest")


def close():
    grown = ndimage.distance_transform_edt(mask == 0, spacing) <= case["radiusMm"] + 1e-6
    return ndimage.distance_transform_edt(grown, spacing) > case["radiusMm"] + 1e-6


def eigenvalues():
    smooth = ndimage.gaussian_filter(hu, [case["sigmaMm"] / s for s in spacing], output=np.float32)
    matrix = np.empty(shape + (3, 3), np.float32)
    for row in range(3):
        weights = np.zeros((3, 3, 3))
        here = [slice(1, 2)] * 3
        here[row] = slice(0, 3)
        weights[tuple(here)] = np.array([1, -2, 1]).reshape([3 if n == row else 1 for n in range(3)]) / spacing[row] ** 2
        matrix[..., row, row] = ndimage.correlate(smooth, weights, mode="nearest")
        for column in range(row):
            weights = np.zeros((3, 3, 3))
            for a in (-1, 1):
                for b in (-1, 1):
                    at = [1, 1, 1]
                    at[row] += a
                    at[column] += b
                    weights[tuple(at)] = a * b / (4 * spacing[row] * spacing[column])
            matrix[..., row, column] = matrix[..., column, row] = ndimage.correlate(smooth, weights, mode="nearest")
    return np.linalg.eigvalsh(matrix)[..., 0]


kernels = {
    "gaussian": (lambda: ndimage.gaussian_filter(field, 2), lambda out: float(np.abs(out).sum(dtype=np.float64))),
    "components": (lambda: ndimage.label(mask, np.ones((3, 3, 3)))[1], float),
    "distance": (lambda: ndimage.distance_transform_edt(mask == 0, spacing), lambda out: float(np.square(out).sum(dtype=np.float64))),
    "closing by a ball": (close, lambda out: float(out.sum())),
    "grey erosion": (lambda: ndimage.grey_erosion(hu, case["boxVoxels"], mode="nearest"), lambda out: float(np.abs(out).sum(dtype=np.float64))),
    "resampling": (resample, lambda out: float(np.abs(out).sum(dtype=np.float64))),
    "Hessian eigenvalues": (eigenvalues, lambda out: float(np.abs(out).sum(dtype=np.float64))),
}

results = {}
for name in case["kernels"]:
    run, figure = kernels[name]
    best = float("inf")
    for _ in range(case["repeats"]):
        started = time.perf_counter()
        out = run()
        best = min(best, time.perf_counter() - started)
    results[name] = {"seconds": best, "figure": figure(out)}
    del out
print(json.dumps({"scipy": scipy.__version__, "numpy": np.__version__, "results": results}))
