"""torch network → ONNX file with weights in half precision, computing in float32."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper
from torch import nn

_HALF_FROM_ELEMENTS = 1024
"""Smaller tensors (biases) stay in float32: they cost nothing and keep their precision."""


def write_onnx(network: nn.Module, size: int, target: Path) -> None:
    """Write ``network`` of pictures, float32 (N, 3, size, size) → (N, K), see ``write_network``."""
    write_network(network, (3, size, size), "images", target)


def write_network(network: nn.Module, shape: tuple[int, ...], name: str, target: Path) -> None:
    """Write ``network``, float32 (N, *shape) → (N, K), with an input called ``name``, whole or not at all.

    The file holds nothing of the machine it was made on: no paths, no stack traces.
    """
    model = _halved(_stripped(_traced(network, shape, name)))
    onnx.checker.check_model(model, full_check=True)
    part = target.with_suffix(".part")
    part.write_bytes(model.SerializeToString())
    part.replace(target)


def _traced(network: nn.Module, shape: tuple[int, ...], name: str) -> ModelProto:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # torch.export deprecates a name that it uses itself
        program = torch.onnx.export(
            network.eval(),
            (torch.zeros(2, *shape),),
            dynamo=True,
            input_names=[name],
            output_names=["logits"],
            dynamic_shapes=({0: torch.export.Dim("pictures")},),
            verbose=False,
        )
    if program is None:
        raise RuntimeError("torch gave no ONNX program")
    return program.model_proto


def _stripped(model: ModelProto) -> ModelProto:
    graph = model.graph
    for part in (model, graph, *graph.node, *graph.input, *graph.output, *graph.initializer, *graph.value_info):
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    return model


def _halved(model: ModelProto) -> ModelProto:
    """Large float32 weights become float16 with a Cast in front of their use; runtimes fold it away when they load."""
    graph = model.graph
    casts = []
    for weight in graph.initializer:
        values = numpy_helper.to_array(weight)
        if not _halves(values):
            continue
        name = weight.name
        weight.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    graph.ClearField("node")
    graph.node.extend(nodes)
    return model


def _halves(values: NDArray[np.generic]) -> bool:
    large = values.dtype == np.float32 and values.size >= _HALF_FROM_ELEMENTS
    return large and float(np.abs(values).max()) <= float(np.finfo(np.float16).max)
