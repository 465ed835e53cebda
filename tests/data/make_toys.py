"""Makes the toy networks of toy_rows.rs: those of Captum's tests, whose attributions are small round numbers.

usage: python make_toys.py   (in this folder; needs onnx and numpy)
A network of a vector takes a picture of one row.
"""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def constant(name, values, kind=np.float32):
    return numpy_helper.from_array(np.asarray(values, kind), name)


def node(operator, inputs, output, **attributes):
    return helper.make_node(operator, inputs.split(), [output], name=f"{operator.lower()}_{output}", **attributes)


def save(name, nodes, constants, shape, outputs):
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, outputs])
    graph = helper.make_graph(nodes, name, [x], [y], constants)
    opsets = [helper.make_opsetid("", 13)]
    onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="make_toys.py"), f"{name}.onnx")


# BasicModel_ConvNet_One_Conv; "given" is the picture once more, a layer before the first.
save(
    "toy_convolution",
    [
        node("Mul", "x one", "given"),
        node("Conv", "given k b", "conv1"),
        node("Relu", "conv1", "relu1"),
        node("Flatten", "relu1", "flat"),
        node("Gemm", "flat w", "fc", transB=1),
        node("Relu", "fc", "y"),
    ],
    [constant("one", [[[[1.0]]]]), constant("k", np.ones((2, 1, 3, 3))), constant("b", [-50, -75])]
    + [constant("w", [[1, 1, 1, 1, 1, -1, -1, -1]] * 4)],
    [1, 1, 4, 4],
    4,
)

# BasicModel_MultiLayer, of a row of three pixels.
layers = [constant("w0", np.eye(3)), constant("w1", np.ones((4, 3))), constant("b1", [-10, 1, 1, 1])]
layers += [constant("w2", np.ones((2, 4))), constant("b2", [-1, 1])]
save(
    "toy_layers",
    [
        node("Flatten", "x", "flat"),
        node("Gemm", "flat w0", "linear0", transB=1),
        node("Gemm", "linear0 w1 b1", "linear1", transB=1),
        node("Relu", "linear1", "relu"),
        node("Gemm", "relu w2 b2", "y", transB=1),
    ],
    layers,
    [1, 1, 1, 3],
    2,
)

# SimpleLRPModel: no biases.
save(
    "toy_product",
    [
        node("Flatten", "x", "flat"),
        node("Gemm", "flat w1", "linear", transB=1),
        node("Relu", "linear", "relu"),
        node("Gemm", "relu w2", "y", transB=1),
    ],
    [constant("w1", np.full((3, 3), 2)), constant("w2", np.full((1, 3), 3))],
    [1, 1, 1, 3],
    1,
)

# BasicModel2: relu(relu(a) - 1 - relu(b)); BasicModel3: relu(relu(a - 1) - relu(b)).
save(
    "toy_second",
    [
        node("Flatten", "x", "flat"),
        node("Relu", "flat", "relu"),
        node("Gemm", "relu w b", "sum", transB=1),
        node("Relu", "sum", "y"),
    ],
    [constant("w", [[1, -1]]), constant("b", [-1])],
    [1, 1, 1, 2],
    1,
)
save(
    "toy_third",
    [
        node("Flatten", "x", "flat"),
        node("Sub", "flat one", "less"),
        node("Relu", "less", "relu"),
        node("Gemm", "relu w", "difference", transB=1),
        node("Relu", "difference", "y"),
    ],
    [constant("one", [[1, 0]]), constant("w", [[1, -1]])],
    [1, 1, 1, 2],
    1,
)

# ReLULinearModel: 2 relu(a) + 2 relu(b - 1.5).
save(
    "toy_rectified",
    [
        node("Flatten", "x", "flat"),
        node("Gemm", "flat w1 b1", "linear", transB=1),
        node("Relu", "linear", "relu"),
        node("Gemm", "relu w2", "y", transB=1),
    ],
    [constant("w1", np.eye(2)), constant("b1", [0, -1.5]), constant("w2", [[2, 2]])],
    [1, 1, 1, 2],
    1,
)

# Alike left and right: kernels that are, a pool, probabilities that no Softmax ends.
random = np.random.default_rng(7)
half = random.normal(0, 0.5, (4, 1, 3, 2))
save(
    "toy_symmetric",
    [
        node("Conv", "x k b", "conv1", pads=[1, 1, 1, 1]),
        node("Relu", "conv1", "relu1"),
        node("MaxPool", "relu1", "pool", kernel_shape=[2, 2], strides=[2, 2]),
        node("GlobalAveragePool", "pool", "mean"),
        node("Flatten", "mean", "flat"),
        node("Gemm", "flat w", "logits", transB=1),
        node("Softmax", "logits", "p", axis=1),
        node("Mul", "p one", "y"),
    ],
    [constant("k", np.concatenate([half, half[..., :1]], axis=3)), constant("b", random.normal(0, 0.2, 4))]
    + [constant("w", random.normal(0, 2, (3, 4))), constant("one", [[1.0]])],
    [1, 1, 6, 8],
    3,
)
