"""From a verified model file to a session, on the device and in the precision that suit the machine or were asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from interview_analysis.vision.runtime.device import Device, choose_device
from interview_analysis.vision.runtime.precision import Precision, can_quantise, choose, this_cpu
from interview_analysis.vision.runtime.quantise import quantised
from interview_analysis.vision.runtime.session import CpuOptions, InferenceSession, OpenVinoSession
from interview_analysis.vision.runtime.specs import ModelSpec

Holds = Callable[[InferenceSession, InferenceSession], bool]
"""Given the network in f32 and in int8: whether the second may stand in for the first."""


@dataclass(frozen=True, slots=True)
class RuntimeOptions:
    """``precision`` and ``device`` ``None`` = chosen by the machine. ``precision`` concerns the CPU; CUDA computes in float32.

    ``cache``: a folder for converted and compiled networks (``None``: made anew at every start).
    """

    cache: Path | None = None
    precision: Precision | None = None
    device: Device | None = None


def uses_cuda(options: RuntimeOptions) -> bool:
    """Raises ``ModelUnavailable`` where CUDA is asked for and not there."""
    return choose_device(options.device) is Device.CUDA


def open_onnx(path: Path, spec: ModelSpec, options: RuntimeOptions) -> InferenceSession:
    """A verified ONNX file. Raises ``ModelUnavailable``."""
    if uses_cuda(options):
        from interview_analysis.vision.runtime.onnx_network import OnnxNetwork  # noqa: PLC0415 - loads torch
        from interview_analysis.vision.runtime.torch_session import TorchSession  # noqa: PLC0415

        return TorchSession(OnnxNetwork(path), Device.CUDA)
    return open_on_cpu(path, spec, options)


def open_on_cpu(
    path: Path, spec: ModelSpec, options: RuntimeOptions, holds: Holds = lambda exact, quick: True
) -> InferenceSession:
    """``path``: ONNX or OpenVINO IR. ``holds`` is asked before int8 is taken automatically. Raises ``ModelUnavailable``."""
    precision = choose(options.precision, spec.job, this_cpu(), int8_can_be_made=can_quantise())
    if precision is not Precision.INT8:
        return OpenVinoSession(path, CpuOptions(cache=options.cache, precision=precision))
    quick = _int8(path, spec, options)
    if options.precision is None and not holds(exact := OpenVinoSession(path, CpuOptions(cache=options.cache)), quick):
        return exact
    return quick


def _int8(path: Path, spec: ModelSpec, options: RuntimeOptions) -> OpenVinoSession:
    cpu = CpuOptions(cache=options.cache, precision=Precision.INT8)
    if options.cache is not None:
        return OpenVinoSession(quantised(path, spec, options.cache), cpu)
    with TemporaryDirectory() as work:
        return OpenVinoSession(quantised(path, spec, Path(work)), cpu)
