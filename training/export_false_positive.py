"""Writes the false-positive net as ONNX with its card: python3 training/export_false_positive.py --weights FILE --packed training/.packed

FILE is a checkpoint of train_false_positive.py. Input `ct`: N×1×64×64×64, encoded HU at 1 mm round each candidate (the block's centre lies within
half a voxel of the candidate's on every axis; −1000 HU beyond the lung box grown by 12 mm, as in training). Output `nodule`: N×5, a logit, the
logarithm of the diameter in mm, and the nodule's centre from the block's along z, y, x in mm. As for the detector, the graph is compared with PyTorch
in the product's runtime, and figures in an older card are dropped.
"""

import argparse
import pathlib
import subprocess
import tempfile

import numpy as np
import torch

from export_onnx import FAST, HERE, OPSET, finish, fold, write_card
from false_positive_net import FalsePositiveNet, OnBlock
from patches import SIDE

OUT = HERE.parent / "models" / "lung-nodule-false-positive"
BLOCK = (1, 1, 2 * SIDE, 2 * SIDE, 2 * SIDE)


def export(net, path):
    names = {"input_names": ["ct"], "output_names": ["nodule"], "dynamic_axes": {"ct": {0: "n"}, "nodule": {0: "n"}}}
    torch.onnx.export(net, torch.zeros(BLOCK), str(path), opset_version=OPSET, **names)
    finish(path, FAST | {"AveragePool", "GlobalAveragePool", "Concat", "Slice", "Flatten"})


def largest_difference(net, path):
    """Between PyTorch and the product's runtime."""
    ct = np.random.default_rng(1).uniform(-1.1, 1.9, BLOCK).astype(np.float32)
    with torch.no_grad():
        wanted = net(torch.from_numpy(ct)).numpy()
    with tempfile.TemporaryDirectory() as folder:
        ct.tofile(f"{folder}/ct.f32")
        subprocess.run(["node", HERE / "run-onnx.ts", path, folder, *map(str, BLOCK[2:])], check=True)
        return float(np.abs(np.fromfile(f"{folder}/nodule.f32", np.float32) - wanted.ravel()).max())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--weights", required=True)
    parser.add_argument("--packed", required=True)
    parser.add_argument("--out", type=pathlib.Path, default=OUT)
    given = parser.parse_args()

    state = torch.load(given.weights, map_location="cpu")
    net = FalsePositiveNet()
    net.load_state_dict(state["slow"])
    net = OnBlock(net).eval()
    fold(net)
    given.out.mkdir(parents=True, exist_ok=True)
    path = given.out / "model.onnx"
    export(net, path)
    difference = largest_difference(net, path)
    assert difference < 0.02, f"outputs differ from PyTorch's by {difference}"

    # Those of inner validation too count as training: they chose it.
    title = "Second stage of the lung nodule detector: whether a candidate is a nodule, from 64 mm of CT round it"
    write_card(path, OUT.name, title, state["step"], given.packed)
    print(f"{path}: {path.stat().st_size} bytes, step {state['step']}, outputs within {difference:.4f} of PyTorch's")


if __name__ == "__main__":
    main()
