"""Makes the small ONNX networks of the tests, and networks.json with what onnx's reference evaluator says they answer.

usage: python make_networks.py   (in this folder; needs onnx and numpy)
The picture is value(row, column, channel) = ((7 row + 3 column + 5 channel) mod 11) / 10 of the network's input size.
"""

import json

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

rng = np.random.default_rng(20240)


def constant(name, values, kind=np.float32):
    return numpy_helper.from_array(np.asarray(values, kind), name)


def random(name, *shape, scale=0.5):
    return constant(name, rng.normal(0, scale, shape))


def node(operator, inputs, output, **attributes):
    return helper.make_node(operator, inputs.split(), [output], name=f"{operator.lower()}_{output}", **attributes)


def save(name, nodes, constants, shape, output, inputs=("x",), domains=()):
    tensors = [helper.make_tensor_value_info(x, TensorProto.FLOAT, shape) for x in inputs]
    outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, output)]
    graph = helper.make_graph(nodes, name, tensors, outputs, constants)
    opsets = [helper.make_opsetid("", 13)] + [helper.make_opsetid(domain, 1) for domain in domains]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="make_networks.py")
    onnx.save(model, f"{name}.onnx")
    return model


def picture(channels, rows, columns):
    channel, row, column = np.meshgrid(np.arange(channels), np.arange(rows), np.arange(columns), indexing="ij")
    return (((7 * row + 3 * column + 5 * channel) % 11) / 10).astype(np.float32)[None]


def bump(row, column, sd=4.0, rows=24, columns=32):
    r, c = np.mgrid[:rows, :columns]
    return np.exp(-((r - row) ** 2 + (c - column) ** 2) / (2 * sd**2)) / 20


answers = {}


def answer(name, model, *shape):
    answers[name] = ReferenceEvaluator(model).run(None, {"x": picture(*shape)})[0].ravel().tolist()


weights = np.stack([bump(8, 9) - bump(17, 22), bump(6, 26)]).reshape(2, -1).astype(np.float32)
linear = save(
    "linear",
    [node("Flatten", "x", "flat"), node("Gemm", "flat w b", "y", transB=1)],
    [constant("w", weights), constant("b", [0.25, -0.125])],
    [1, 1, 24, 32],
    [1, 2],
)
answer("linear", linear, 1, 24, 32)

pool = save(
    "pool",
    [
        node("Conv", "x k", "c", pads=[1, 1, 1, 1]),
        node("Relu", "c", "features"),
        node("GlobalAveragePool", "features", "p"),
        node("Flatten", "p", "flat"),
        node("Gemm", "flat w b", "y", transB=1, alpha=2.0),
    ],
    [random("k", 5, 1, 3, 3), random("w", 3, 5), random("b", 3)],
    ["N", 1, 8, 10],
    ["N", 3],
)
answer("pool", pool, 1, 8, 10)

dense = save(
    "dense",
    [
        node("Sub", "x mean", "centred"),
        node("Conv", "centred k", "c"),
        node("Relu", "c", "features"),
        node("Flatten", "features", "flat"),
        node("Gemm", "flat w1 b1", "hidden", transB=1),
        node("LeakyRelu", "hidden", "leaky", alpha=0.1),
        node("Gemm", "leaky w2 b2", "logits", transB=1),
        node("Softmax", "logits", "p", axis=1),
        node("Identity", "p", "y"),
    ],
    [constant("mean", [[[[0.4]]]]), random("k", 4, 3, 3, 3), random("w1", 6, 4 * 4 * 5, scale=0.3), random("b1", 6)]
    + [random("w2", 3, 6), random("b2", 3)],
    [1, 3, 6, 7],
    [1, 3],
)
answer("dense", dense, 3, 6, 7)

averaged = save(
    "averaged",
    [
        node("Conv", "x k", "c"),
        node("Relu", "c", "r"),
        node("Mul", "r gain", "scaled"),
        node("Add", "scaled offset", "shifted"),
        node("AveragePool", "shifted", "p", kernel_shape=[6, 7], pads=[1, 1, 1, 1], count_include_pad=1),
        node("Transpose", "p", "last", perm=[0, 2, 3, 1]),
        node("Reshape", "last shape", "rows"),
        node("MatMul", "rows w1", "m"),
        node("Add", "m b1", "h"),
        node("Relu", "h", "rectified"),
        node("MatMul", "rectified w2", "z"),
        node("Sub", "z low", "lower"),
        node("Sub", "three lower", "turned"),
        node("Div", "turned two", "y"),
    ],
    [random("k", 4, 1, 3, 3), random("gain", 1, 4, 1, 1), random("offset", 1, 4, 1, 1)]
    + [constant("shape", [1, 4], np.int64), random("w1", 4, 5), random("b1", 5), random("w2", 5, 2)]
    + [constant("two", 2.0), constant("low", [0.5, -2.0]), constant("three", [3.0, -1.0])],
    [1, 1, 6, 7],
    [1, 2],
)
answer("averaged", averaged, 1, 6, 7)

transposed = save(
    "transposed",
    [
        node("Conv", "x k", "c"),
        node("LeakyRelu", "c", "features", alpha=0.2),
        node("Transpose", "features", "last", perm=[0, 2, 3, 1]),
        node("Reshape", "last shape", "flat"),
        node("Dropout", "flat", "kept"),
        node("MatMul", "kept w", "rows"),
        node("Squeeze", "rows axis", "y"),
    ],
    [random("k", 3, 1, 3, 3), constant("shape", [1, 1, -1], np.int64), random("w", 1, 3 * 4 * 5, 2)]
    + [constant("axis", [1], np.int64)],
    [1, 1, 6, 7],
    [1, 2],
)
answer("transposed", transposed, 1, 6, 7)

per_place = save(
    "per_place",
    [
        node("Conv", "x k", "c"),
        node("Relu", "c", "features"),
        node("Reshape", "features shape", "places"),
        node("MatMul", "w places", "classes"),
        node("ReduceMean", "classes", "y", axes=[2], keepdims=0),
    ],
    [random("k", 4, 1, 3, 3), constant("shape", [1, 4, -1], np.int64), random("w", 3, 4)],
    [1, 1, 6, 7],
    [1, 3],
)
answer("per_place", per_place, 1, 6, 7)

convolved = save(
    "convolved",
    [
        node("Conv", "x k", "c"),
        node("Relu", "c", "features"),
        node("GlobalAveragePool", "features", "p"),
        node("Conv", "p w1 b1", "hidden"),
        node("Relu", "hidden", "rectified"),
        node("Conv", "rectified w2", "z"),
        node("Flatten", "z", "y"),
    ],
    [random("k", 4, 1, 3, 3), random("w1", 6, 4, 1, 1, scale=1.0), random("b1", 6), random("w2", 3, 6, 1, 1)],
    [1, 1, 6, 7],
    [1, 3],
)
answer("convolved", convolved, 1, 6, 7)

save(
    "branched",
    [
        node("Conv", "x k", "c"),
        node("Relu", "c", "r"),
        node("GlobalAveragePool", "r", "mean"),
        node("GlobalMaxPool", "r", "most"),
        node("Add", "mean most", "both"),
        node("Flatten", "both", "y"),
    ],
    [random("k", 2, 1, 3, 3)],
    [1, 1, 6, 7],
    [1, 2],
)

pooled = [node("GlobalAveragePool", "x", "p"), node("Flatten", "p", "y")]
save("open_size", pooled, [], [1, 3, "height", "width"], [1, 3])
save("channels_last", [node("Flatten", "x", "f"), node("Gemm", "f w", "y")], [random("w", 60, 2)], [1, 4, 5, 3], [1, 2])
save("three_dimensions", [node("Flatten", "x", "f"), node("Gemm", "f w", "y")], [random("w", 20, 2)], [1, 4, 5], [1, 2])
save("two_inputs", [node("Add", "x z", "s"), node("GlobalAveragePool", "s", "p"), node("Flatten", "p", "y")], [],
     [1, 3, 4, 4], [1, 3], inputs=("x", "z"))
save("map_output", [node("Conv", "x k", "y")], [random("k", 2, 1, 3, 3)], [1, 1, 6, 7], [1, 2, 4, 5])
save("unknown_operator",
     [helper.make_node("Sparkle", ["x"], ["s"], name="sparkle_1", domain="elsewhere"),
      node("GlobalAveragePool", "s", "p"), node("Flatten", "p", "y")], [], [1, 3, 4, 4], [1, 3], domains=("elsewhere",))

external = save("weights_elsewhere", [node("Flatten", "x", "f"), node("Gemm", "f w", "y")], [random("w", 42, 2)],
                [1, 1, 6, 7], [1, 2])
tensor = external.graph.initializer[0]
size = len(tensor.raw_data)
tensor.ClearField("raw_data")
tensor.data_location = TensorProto.EXTERNAL
for key, value in (("location", "absent.data"), ("offset", "0"), ("length", str(size))):
    tensor.external_data.add(key=key, value=value)
with open("weights_elsewhere.onnx", "wb") as file:
    file.write(external.SerializeToString())

json.dump(answers, open("networks.json", "w"), indent=1)


def lines(gain):
    """Second differences down and across: horizontal and vertical lines, each weight disturbed a little by the seed."""
    down = np.array([[-1, -1, -1], [2, 2, 2], [-1, -1, -1]]) / 3
    return np.stack([down, down.T])[:, None] * gain + rng.normal(0, 0.01, (2, 1, 3, 3))


# Two architectures in two weight seeds that tell horizontal ("wide") from vertical ("tall") lines.
for seed in (1, 2):
    rng = np.random.default_rng(seed)
    disturbed = np.array([[1.0, -1.0], [-1.0, 1.0]]) + rng.normal(0, 0.02, (2, 2))
    save(
        f"small_pool_seed{seed}",
        [
            node("Conv", "x k", "c", pads=[1, 1, 1, 1]),
            node("Relu", "c", "features"),
            node("GlobalAveragePool", "features", "p"),
            node("Flatten", "p", "flat"),
            node("Gemm", "flat w", "y", transB=1),
        ],
        [constant("k", lines(4.0)), constant("w", disturbed)],
        ["N", 1, 20, 24],
        ["N", 2],
    )
    places = np.repeat(disturbed, 9 * 11, axis=1) / 99 + rng.normal(0, 0.0002, (2, 2 * 9 * 11))
    save(
        f"small_dense_seed{seed}",
        [
            node("Conv", "x k", "c", strides=[2, 2]),
            node("Relu", "c", "features"),
            node("Flatten", "features", "flat"),
            node("Gemm", "flat w", "y", transB=1),
        ],
        [constant("k", lines(4.0)), constant("w", places)],
        ["N", 1, 20, 24],
        ["N", 2],
    )

# An operator through which no derivative is taken.
save("cumulated", [node("CumSum", "x axis", "c"), node("Flatten", "c", "f"), node("Gemm", "f w", "y")],
     [constant("axis", 3, np.int64), random("w", 42, 2)], [1, 1, 6, 7], [1, 2])

# Weights that are said to lie outside the folder of the network.
with open("weights_elsewhere.onnx", "rb") as file:
    external = onnx.load_model_from_string(file.read())
external.graph.initializer[0].external_data[0].value = "../absent.data"
with open("weights_outside.onnx", "wb") as file:
    file.write(external.SerializeToString())
