"""Loaded networks behind the narrowest face there is: one batch in, one array out."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import openvino
from numpy.typing import NDArray

from interview_analysis.errors import ModelUnavailable
from interview_analysis.vision.runtime.precision import Precision

FloatBatch = NDArray[np.float32]
LOCK_FILE = "lock"
"""In the cache of compiled networks."""


class InferenceSession(Protocol):
    """A loaded network. Not thread-safe: one thread at a time."""

    @property
    def runtime(self) -> str:
        """Program and precision, as ``openvino-bf16``."""

    def run(self, batch: FloatBatch) -> FloatBatch:
        """float32 (N, C, H, W), or as the network wants it → float32 (N, K); several outputs stand flat side by side in the
        order of the network."""


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
        """``path``: an ONNX, OpenVINO IR or TensorFlow Lite file with one input. Raises ``ModelUnavailable``."""
        self._request = open_request(path, options)
        self.runtime = f"openvino-{options.precision}"

    def run(self, batch: FloatBatch) -> FloatBatch:
        if len(batch) == 0:
            raise ValueError("the batch is empty")
        return np.concatenate([self._run_one(batch[index : index + 1]) for index in range(len(batch))])

    def _run_one(self, picture: FloatBatch) -> FloatBatch:
        outputs = self._request.infer([picture])
        return np.concatenate([np.asarray(value, np.float32).reshape(1, -1) for value in outputs.values()], axis=1)


def open_request(
    path: Path, options: CpuOptions, prepare: Callable[[openvino.Model], openvino.Model] = lambda model: model
) -> openvino.InferRequest:
    """For one picture at a time of the network in ``path``, after ``prepare``. Raises ``ModelUnavailable``."""
    try:
        if options.cache is None:
            return _compiled(openvino.Core(), path, options, prepare).create_infer_request()
        with _turn(options.cache):
            core = openvino.Core()
            core.set_property({"CACHE_DIR": os.fspath(options.cache)})
            compiled = _compiled(core, path, options, prepare)
        return compiled.create_infer_request()
    except (RuntimeError, OSError) as error:
        raise ModelUnavailable(f"{path.name} cannot be loaded: {error}") from error


@contextmanager
def _turn(cache: Path) -> Iterator[None]:
    """One process at a time: OpenVINO takes a file that another one is still writing for a broken one and removes it, which
    then fails that other one."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / LOCK_FILE).open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _compiled(
    core: openvino.Core, path: Path, options: CpuOptions, prepare: Callable[[openvino.Model], openvino.Model]
) -> openvino.CompiledModel:
    model = core.read_model(path)
    _, *picture = model.input(0).partial_shape
    model.reshape([1, *picture])
    return core.compile_model(prepare(model), "CPU", _cpu_config(options))


def _cpu_config(options: CpuOptions) -> dict[str, object]:
    return {
        "INFERENCE_NUM_THREADS": options.threads,
        "NUM_STREAMS": 1,
        "ENABLE_CPU_PINNING": False,
        "INFERENCE_PRECISION_HINT": "bf16" if options.precision is Precision.BF16 else "f32",
    }
