"""Loaded networks behind the narrowest face there is: one batch in, one array out."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import openvino
from numpy.typing import NDArray

from interview_analysis.errors import ModelUnavailable
from interview_analysis.vision.runtime.precision import Precision

FloatBatch = NDArray[np.float32]


class InferenceSession(Protocol):
    """A loaded network. Not thread-safe: one thread at a time."""

    @property
    def runtime(self) -> str:
        """Program and precision, as ``openvino-bf16``."""

    def run(self, batch: FloatBatch) -> FloatBatch:
        """float32 (N, C, H, W) → float32 (N, K); several outputs stand side by side in the order of the network."""


@dataclass(frozen=True, slots=True)
class CpuOptions:
    """``threads`` per network. ``cache`` is a folder for compiled networks (``None``: compiled at every start).

    ``precision`` f32 gives the same numbers on every machine. int8 says that the file is a quantised one.
    """

    threads: int = 1
    cache: Path | None = None
    precision: Precision = Precision.F32


class OpenVinoSession:
    """OpenVINO on the CPU, picture by picture: the same numbers whatever the batch and the machine's cores."""

    def __init__(self, path: Path, options: CpuOptions = CpuOptions()) -> None:
        """``path``: an ONNX or OpenVINO IR file with one input (N, C, H, W). Raises ``ModelUnavailable``."""
        core = openvino.Core()
        if options.cache is not None:
            core.set_property({"CACHE_DIR": os.fspath(options.cache)})
        try:
            model = core.read_model(path)
            _, *picture = model.input(0).partial_shape
            model.reshape([1, *picture])
            self._request = core.compile_model(model, "CPU", _cpu_config(options)).create_infer_request()
        except RuntimeError as error:
            raise ModelUnavailable(f"{path.name} cannot be loaded: {error}") from error
        self.runtime = f"openvino-{options.precision}"

    def run(self, batch: FloatBatch) -> FloatBatch:
        if len(batch) == 0:
            raise ValueError("the batch is empty")
        return np.concatenate([self._run_one(batch[index : index + 1]) for index in range(len(batch))])

    def _run_one(self, picture: FloatBatch) -> FloatBatch:
        outputs = self._request.infer([picture])
        return np.concatenate([np.asarray(value, np.float32) for value in outputs.values()], axis=1)


def _cpu_config(options: CpuOptions) -> dict[str, object]:
    return {
        "INFERENCE_NUM_THREADS": options.threads,
        "NUM_STREAMS": 1,
        "ENABLE_CPU_PINNING": False,
        "INFERENCE_PRECISION_HINT": "bf16" if options.precision is Precision.BF16 else "f32",
    }
