"""An ONNX network in torch: the reference in float32 of whatever is served, and the way of ONNX files to CUDA.

Only what expression networks are made of is known: convolutions, dense layers, activations, means and arithmetic. Any other
operator is refused by name, so a network either computes what its file says or does not load.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import ModelProto, NodeProto, helper, numpy_helper
from torch import Tensor, nn
from torch.nn import functional

from interview_analysis.errors import ModelUnavailable

Attributes = Mapping[str, Any]
Inputs = Sequence[Tensor | None]


class OnnxNetwork(nn.Module):
    """float32 (N, C, H, W) → the graph's only output. Weights in half precision are computed with in float32."""

    def __init__(self, path: Path) -> None:
        """Raises ``ModelUnavailable`` where the file is no ONNX network, or holds an operator that is not known here."""
        super().__init__()
        graph = _read(path).graph
        self._nodes = [(node, _attributes(node)) for node in graph.node]
        self._input = next(value.name for value in graph.input if value.name not in {w.name for w in graph.initializer})
        self._output = graph.output[0].name
        self._buffer_of: dict[str, str] = {}
        for number, weight in enumerate(graph.initializer):
            self._buffer_of[weight.name] = f"weight{number}"
            self.register_buffer(f"weight{number}", torch.from_numpy(numpy_helper.to_array(weight).copy()))
        if unknown := sorted({node.op_type for node in graph.node} - _OPERATORS.keys()):
            raise ModelUnavailable(f"{path.name}: torch has no translation of {', '.join(unknown)}; serve it on the CPU")

    def forward(self, images: Tensor) -> Tensor:
        values: dict[str, Tensor] = {name: getattr(self, buffer) for name, buffer in self._buffer_of.items()}
        values[self._input] = images
        for node, attributes in self._nodes:
            inputs = [values[name] if name else None for name in node.input]
            values[node.output[0]] = _OPERATORS[node.op_type](inputs, attributes)
        return values[self._output]


def _read(path: Path) -> ModelProto:
    try:
        onnx.checker.check_model(path)
    except onnx.checker.ValidationError as error:
        raise ModelUnavailable(f"{path.name} is not an ONNX network: {error}") from error
    return onnx.load(path)


def _attributes(node: NodeProto) -> dict[str, Any]:
    return {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}


def _conv(inputs: Inputs, attributes: Attributes) -> Tensor:
    x, weight, bias = (*inputs, None)[:3]
    top, left, bottom, right = attributes.get("pads", (0, 0, 0, 0))
    stride, dilation = attributes.get("strides", (1, 1)), attributes.get("dilations", (1, 1))
    padded = functional.pad(_given(x), (left, right, top, bottom))
    return functional.conv2d(padded, _given(weight), bias, stride, 0, dilation, attributes.get("group", 1))


def _gemm(inputs: Inputs, attributes: Attributes) -> Tensor:
    a, b, c = (*inputs, None)[:3]
    left = _given(a).T if attributes.get("transA") else _given(a)
    right = _given(b).T if attributes.get("transB") else _given(b)
    product: Tensor = left @ right * attributes.get("alpha", 1.0)
    return product if c is None else product + c * attributes.get("beta", 1.0)


def _clip(inputs: Inputs, attributes: Attributes) -> Tensor:
    x, low, high = (*inputs, None, None)[:3]
    return torch.clamp(_given(x), attributes.get("min", low), attributes.get("max", high))


def _reduce_mean(inputs: Inputs, attributes: Attributes) -> Tensor:
    axes = attributes.get("axes") or [int(axis) for axis in _given(inputs[1])]
    return _given(inputs[0]).mean(dim=tuple(axes), keepdim=bool(attributes.get("keepdims", 1)))


def _cast(inputs: Inputs, attributes: Attributes) -> Tensor:
    return _given(inputs[0]).to(torch.from_numpy(np.empty(0, helper.tensor_dtype_to_np_dtype(attributes["to"]))).dtype)


def _batch_norm(inputs: Inputs, attributes: Attributes) -> Tensor:
    x, weight, bias, mean, variance = (_given(value) for value in inputs)
    return functional.batch_norm(x, mean, variance, weight, bias, eps=attributes.get("epsilon", 1e-5))


def _given(value: Tensor | None) -> Tensor:
    if value is None:
        raise ModelUnavailable("an operator of the network lacks an input")
    return value


_OPERATORS: dict[str, Callable[[Inputs, Attributes], Tensor]] = {
    "Add": lambda inputs, _: _given(inputs[0]) + _given(inputs[1]),
    "BatchNormalization": _batch_norm,
    "Cast": _cast,
    "Clip": _clip,
    "Conv": _conv,
    "Flatten": lambda inputs, attributes: _given(inputs[0]).flatten(attributes.get("axis", 1)),
    "Gemm": _gemm,
    "GlobalAveragePool": lambda inputs, _: _given(inputs[0]).mean(dim=(2, 3), keepdim=True),
    "MatMul": lambda inputs, _: _given(inputs[0]) @ _given(inputs[1]),
    "Mul": lambda inputs, _: _given(inputs[0]) * _given(inputs[1]),
    "ReduceMean": _reduce_mean,
    "Relu": lambda inputs, _: _given(inputs[0]).relu(),
    "Sigmoid": lambda inputs, _: _given(inputs[0]).sigmoid(),
}
