"""Which arithmetic a network runs in: what the user asks for, what keeps its numbers, what the CPU is fast at."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import openvino

from interview_analysis.errors import ModelUnavailable
from interview_analysis.vision.runtime.specs import Job

_CPU_INFO = Path("/proc/cpuinfo")
_VNNI_FLAGS = frozenset({"avx512_vnni", "avx_vnni"})


class Precision(StrEnum):
    F32 = "f32"
    BF16 = "bf16"
    INT8 = "int8"


class Cpu(NamedTuple):
    """What makes a precision fast: ``bf16`` by AMX or AVX512_BF16, ``vnni`` for int8."""

    bf16: bool
    vnni: bool


_FASTER: dict[Job, tuple[Precision, ...]] = {Job.GAZE: (Precision.BF16, Precision.INT8)}
"""What may stand in for f32 unasked, the closest to it first: gaze stays within 0.5° of torch in bf16, within 1.5° in int8. The
expression network does not keep its promise (same winner on 99 %, every probability within .03): its depthwise convolutions
and their small range lose too much, in bf16 a little, in int8 so much that it is not even given on demand. At its size f32
costs it a millisecond."""


@cache
def this_cpu() -> Cpu:
    """Of the machine that this process runs on."""
    capabilities = openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return Cpu(bf16="BF16" in capabilities, vnni=not _VNNI_FLAGS.isdisjoint(_cpu_flags()))


def can_quantise() -> bool:
    """Whether the library that makes int8 networks is installed."""
    return find_spec("nncf") is not None


def choose(wish: Precision | None, job: Job, cpu: Cpu, *, int8_can_be_made: bool) -> Precision:
    """``wish`` ``None`` = automatic. int8 is given to the networks that bear it, the others stay in f32.

    Raises ``ModelUnavailable`` where the wish cannot be met on this machine.
    """
    if wish is None:
        fast = {Precision.BF16: cpu.bf16, Precision.INT8: cpu.vnni and int8_can_be_made}
        return next((precision for precision in _FASTER.get(job, ()) if fast[precision]), Precision.F32)
    if wish is Precision.BF16 and not cpu.bf16:
        raise ModelUnavailable("RUNTIME_PRECISION=bf16: this CPU has no bf16 instructions; choose auto or f32")
    if wish is Precision.INT8 and not int8_can_be_made:
        raise ModelUnavailable("RUNTIME_PRECISION=int8 needs nncf: pip install 'interview-analysis[runtimes]'")
    return Precision.F32 if wish is Precision.INT8 and wish not in _FASTER.get(job, ()) else wish


def _cpu_flags() -> frozenset[str]:
    lines = _CPU_INFO.read_text().splitlines() if _CPU_INFO.exists() else []
    return frozenset(next((line for line in lines if line.startswith("flags")), "").split())
