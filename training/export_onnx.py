"""Writes the detector as ONNX with its card: python3 training/export_onnx.py --weights FILE --packed training/.packed

FILE is a checkpoint of train_detector.py or committed weights. Batch norm is folded into the convolutions; weights are stored as float16 and
cast where the graph begins, which ONNX Runtime does once, on loading. The graph is run as the product runs it (needs Node 24 on the PATH) and
compared with PyTorch. Figures in an older card belong to other weights and are dropped.
"""

import argparse
import hashlib
import json
import pathlib
import subprocess
import tempfile

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch.nn.utils.fusion import fuse_conv_bn_eval

from leakage import trained_by
from net import Detector

HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE.parent / "models" / "lung-nodule-detector"
OPSET = 13
FAST = {"Conv", "Relu", "Add", "Resize", "Cast", "Constant"}
OUTPUTS = {"at4": 4, "at8": 8}
WHOLE_SCANS = {"lidc": "LIDC-IDRI", "qin": "QIN-LSC"}
DATA = [
    {"name": "LIDC-IDRI", "doi": "10.7937/K9/TCIA.2015.LO9QL9SX", "licence": "CC BY 3.0"},
    {"name": "QIN LUNG CT", "doi": "10.7937/K9/TCIA.2015.NPGZYZBZ", "licence": "CC BY 3.0"},
]


def fold(module):
    """Folds each batch norm into the convolution before it, in place."""
    for name, part in list(module.named_children()):
        if isinstance(part, torch.nn.BatchNorm3d):
            before = str(int(name) - 1)
            module._modules[before] = fuse_conv_bn_eval(module._modules[before], part)
            module._modules[name] = torch.nn.Identity()
        else:
            fold(part)


def store_half(graph):
    """Kernels as float16, each with a Cast to float32."""
    casts = []
    for kernel in [each for each in graph.initializer if len(each.dims) == 5]:
        half = numpy_helper.from_array(numpy_helper.to_array(kernel).astype(np.float16), f"{kernel.name}.half")
        casts.append(helper.make_node("Cast", [half.name], [kernel.name], to=TensorProto.FLOAT))
        graph.initializer.remove(kernel)
        graph.initializer.append(half)
    nodes = list(graph.node)
    del graph.node[:]
    graph.node.extend(casts + nodes)


def export(net, path):
    axes = {name: {2 + axis: f"{letter}{stride}" for axis, letter in enumerate("zyx")} for name, stride in {"ct": 1, **OUTPUTS}.items()}
    example = torch.zeros(1, 1, 32, 48, 64)
    torch.onnx.export(net, example, str(path), opset_version=OPSET, input_names=["ct"], output_names=list(OUTPUTS), dynamic_axes=axes)
    finish(path, FAST)


def finish(path, fast):
    """Stores kernels as float16 in an exported graph and refuses one that is broken or holds other operators."""
    model = onnx.load(str(path))
    store_half(model.graph)
    slow = {node.op_type for node in model.graph.node} - fast
    assert not slow, f"operators that are slow: {slow}"
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, str(path))


def largest_difference(net, path):
    """Between PyTorch and the product's runtime, at another size than the one exported with."""
    shape = (1, 1, 64, 48, 80)
    ct = np.random.default_rng(1).uniform(-1.1, 1.9, shape).astype(np.float32)
    with torch.no_grad():
        wanted = net(torch.from_numpy(ct))
    with tempfile.TemporaryDirectory() as folder:
        ct.tofile(f"{folder}/ct.f32")
        subprocess.run(["node", HERE / "run-onnx.ts", path, folder, *map(str, shape[2:])], check=True)
        got = [np.fromfile(f"{folder}/{name}.f32", np.float32) for name in OUTPUTS]
    return max(float(np.abs(a.numpy().ravel() - b).max()) for a, b in zip(wanted, got))


def whole_name(scan):
    """A scan of training/pack.ts as benchmarks name it; others keep their name."""
    source, dash, number = scan.partition("-")
    return WHOLE_SCANS.get(source, source) + dash + number


def manifest(index):
    """Patients and whole scans that trained the net."""
    patients, scans = trained_by(index)
    return {"patients": sorted(patients), "scans": sorted(whole_name(scan) for scan in scans)}


def write_card(path, name, title, steps, packed):
    """The card of a net beside it, without figures: those come from benchmarks."""
    index = json.loads((pathlib.Path(packed) / "index.json").read_text())
    card = {
        "id": name,
        "title": title,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "encoding": {"offsetHu": 300, "scaleHu": 700, "least": -1.1, "most": 1.9},
        "steps": steps,
        "training": manifest(index),
        "data": index.get("data", DATA),
        "licence": "Apache-2.0",
        "figures": [],
    }
    (path.parent / "card.json").write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--weights", required=True)
    parser.add_argument("--packed", required=True)
    parser.add_argument("--out", type=pathlib.Path, default=OUT)
    given = parser.parse_args()

    state = torch.load(given.weights, map_location="cpu")
    net = Detector().eval()
    net.load_state_dict({name: value.float() if value.is_floating_point() else value for name, value in state["slow"].items()})
    fold(net)
    given.out.mkdir(parents=True, exist_ok=True)
    path = given.out / "model.onnx"
    export(net, path)
    difference = largest_difference(net, path)
    assert difference < 0.02, f"logits differ from PyTorch's by {difference}"

    title = "Lung nodule detector: heat maps, sizes and offsets of nodules at 4 mm and 8 mm from CT at 1 mm"
    write_card(path, OUT.name, title, state["step"], given.packed)
    print(f"{path}: {path.stat().st_size} bytes, step {state['step']}, logits within {difference:.4f} of PyTorch's")


if __name__ == "__main__":
    main()
