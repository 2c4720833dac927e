"""For net.ts: writes one big 3-D convolution as ONNX and counts the work of a net. Usage: /usr/bin/python3 benchmarks/speed/conv.py MODEL OUT

Prints JSON: floating-point operations of the convolution, and of the net a voxel of its input (convolutions only, a multiply-add is two).
"""

import json
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper, shape_inference

CHANNELS, SIDE, NET_SIDE = 64, 64, 64


def operations(model):
    """Of all convolutions of a graph whose shapes are known."""
    known = shape_inference.infer_shapes(model).graph
    shapes = {value.name: [axis.dim_value for axis in value.type.tensor_type.shape.dim] for value in [*known.value_info, *known.output]}
    shapes.update({each.name: list(each.dims) for each in known.initializer})
    return sum(2 * int(np.prod(shapes[node.output[0]])) * int(np.prod(shapes[node.input[1]][1:])) for node in known.node if node.op_type == "Conv")


def convolution():
    kernel = np.random.default_rng(1).normal(0, 0.02, (CHANNELS, CHANNELS, 3, 3, 3)).astype(np.float32)
    shape = [1, CHANNELS, SIDE, SIDE, SIDE]
    graph = helper.make_graph(
        [helper.make_node("Conv", ["ct", "kernel"], ["out"], pads=[1] * 6)],
        "convolution",
        [helper.make_tensor_value_info("ct", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, shape)],
        [numpy_helper.from_array(kernel, "kernel")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


def main():
    net = onnx.load(sys.argv[1])
    for axis, size in zip(net.graph.input[0].type.tensor_type.shape.dim, [1, 1, NET_SIDE, NET_SIDE, NET_SIDE]):
        axis.dim_value = size
    for output in net.graph.output:
        output.type.tensor_type.ClearField("shape")
    one = convolution()
    onnx.save(one, sys.argv[2])
    print(json.dumps({"convolution": operations(one), "netPerVoxel": operations(net) / NET_SIDE**3, "shape": [1, CHANNELS, SIDE, SIDE, SIDE]}))


main()
