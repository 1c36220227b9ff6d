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
"""What the automatic choice may take in place of f32, the closest to it first. A network is listed where it keeps to the
answers of torch in float32: gaze within 0.5° in bf16, 1.5° in int8. The expression network does not (same winner on 99 %,
probabilities within .03): on FER2013's 3,589 publictest pictures bf16 moves a probability by up to .045, int8 by up to .13 and
the winner of 1.6 %; and at 96 pixels f32 costs it less than a millisecond."""


@cache
def this_cpu() -> Cpu:
    """Of the machine that this process runs on."""
    capabilities = openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return Cpu(bf16="BF16" in capabilities, vnni=not _VNNI_FLAGS.isdisjoint(_cpu_flags()))


def can_quantise() -> bool:
    """Whether the library that makes int8 networks is installed."""
    return find_spec("nncf") is not None


def choose(wish: Precision | None, job: Job, cpu: Cpu, *, int8_can_be_made: bool) -> Precision:
    """``wish`` ``None`` = automatic. Raises ``ModelUnavailable`` where the wish cannot be met here."""
    if wish is None:
        fast = {Precision.BF16: cpu.bf16, Precision.INT8: cpu.vnni and int8_can_be_made}
        return next((precision for precision in _FASTER.get(job, ()) if fast[precision]), Precision.F32)
    if wish is Precision.BF16 and not cpu.bf16:
        raise ModelUnavailable("RUNTIME_PRECISION=bf16: this CPU has no bf16 instructions; choose auto or f32")
    if wish is Precision.INT8 and not int8_can_be_made:
        raise ModelUnavailable("RUNTIME_PRECISION=int8 needs nncf: pip install 'interview-analysis[runtimes]'")
    return wish


def _cpu_flags() -> frozenset[str]:
    lines = _CPU_INFO.read_text().splitlines() if _CPU_INFO.exists() else []
    return frozenset(next((line for line in lines if line.startswith("flags")), "").split())
