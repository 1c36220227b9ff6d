"""CPU or CUDA. torch is imported only where the machine shows an NVIDIA device: it would cost a CPU worker 250 MiB."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from interview_analysis.errors import ModelUnavailable

_DEVICES = Path("/dev")
_PATTERNS = ("nvidia[0-9]*", "dxg")
"""Device files of the Linux driver and of Windows' subsystem for Linux."""


class Device(StrEnum):
    CPU = "cpu"
    CUDA = "cuda"


def choose_device(wish: Device | None, devices: Path = _DEVICES) -> Device:
    """``wish`` ``None`` = CUDA where it can be used. Raises ``ModelUnavailable`` where CUDA is wished for and cannot be."""
    if wish is Device.CPU:
        return wish
    if _has_device_file(devices) and _torch_reaches_it():
        return Device.CUDA
    if wish is Device.CUDA:
        raise ModelUnavailable("RUNTIME_DEVICE=cuda: torch finds no usable NVIDIA device here; choose auto or cpu")
    return Device.CPU


def _has_device_file(devices: Path) -> bool:
    return any(True for pattern in _PATTERNS for _ in devices.glob(pattern))


def _torch_reaches_it() -> bool:
    import torch  # noqa: PLC0415 - must not enter a process that serves on the CPU

    return torch.cuda.is_available()
