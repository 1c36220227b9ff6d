"""Small networks that look at one picture after another: bytes in, arrays that stay in place."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import openvino
from numpy.typing import NDArray
from openvino import Layout, Type, opset13
from openvino.preprocess import PrePostProcessor

from interview_analysis.vision.runtime.kernels import with_direct_kernels
from interview_analysis.vision.runtime.session import CpuOptions, FloatBatch, open_request


class Levels(NamedTuple):
    """What a network wants for a byte: byte / ``span`` − ``offset``."""

    span: float
    offset: float = 0.0


class BoundNetwork:
    """A network of one uint8 picture. Not thread-safe.

    Its tensors are bound once, and bytes become numbers inside the graph: the calls and copies that this spares cost as much
    as a tenth of a network of some milliseconds.
    """

    def __init__(
        self,
        path: Path,
        options: CpuOptions,
        levels: Levels,
        *,
        direct_kernels: bool = False,
        rows: Sequence[int] | None = None,
    ) -> None:
        """``path``: of a network of float32 (1, H, W, 3). ``direct_kernels`` as in ``kernels``. ``rows``: channels of the first
        output that are computed, where the network ends in a convolution and its bias. Raises ``ModelUnavailable``."""

        def prepare(model: openvino.Model) -> openvino.Model:
            if rows is not None:
                _keep_rows(model, rows)
            prepared = _of_bytes(model, levels)
            return with_direct_kernels(prepared) if direct_kernels else prepared

        self._request = open_request(path, options, prepare)
        tensor = self._request.get_input_tensor(0)
        self.picture: NDArray[np.uint8] = tensor.data[0]
        """(H, W, 3): write here what the network shall see."""
        self._outputs = tuple(
            self._request.get_output_tensor(index).data.reshape(-1) for index in range(len(self._request.model_outputs))
        )

    def run(self) -> tuple[FloatBatch, ...]:
        """Of ``picture`` each output, flat; they hold until the next run."""
        self._request.infer()
        return self._outputs


def _of_bytes(model: openvino.Model, levels: Levels) -> openvino.Model:
    steps = PrePostProcessor(model)
    steps.input().tensor().set_element_type(Type.u8).set_layout(Layout("NHWC"))
    steps.input().model().set_layout(Layout("NHWC"))
    steps.input().preprocess().convert_element_type(Type.f32).scale(levels.span).mean(levels.offset)
    return steps.build()


def _keep_rows(model: openvino.Model, rows: Sequence[int]) -> None:
    """Weights and biases of the others are not even read: of a large last layer they are most of what a run reads."""
    transposed = model.output(0).get_node().input_value(0).get_node()
    biased = transposed.input_value(0).get_node()
    convolution = biased.input_value(0).get_node()
    kept = opset13.constant(np.array(rows, np.int64))
    for layer, channel_axis in ((convolution, 0), (biased, 1)):
        parameters = opset13.gather(layer.input_value(1), kept, opset13.constant(np.int64(channel_axis)))
        layer.input(1).replace_source_output(parameters.output(0))
    model.validate_nodes_and_infer_types()
