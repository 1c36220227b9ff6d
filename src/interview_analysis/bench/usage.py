"""Wall time, processor time and memory of this process and of the ffmpegs that it started."""

from __future__ import annotations

import os
import platform
import resource
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import psutil

_KIB_PER_MIB = 1024
_BYTES_PER_GIB = 1024**3


class Usage(NamedTuple):
    """Seconds; ``cpu`` includes ended children."""

    wall: float
    cpu: float

    @classmethod
    def now(cls) -> Usage:
        spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return cls(time.perf_counter(), sum(usage.ru_utime + usage.ru_stime for usage in spent))

    def since(self, start: Usage) -> Usage:
        return Usage(self.wall - start.wall, self.cpu - start.cpu)


def peak_rss_mib() -> float:
    """Largest resident memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB_PER_MIB


@dataclass(frozen=True, slots=True)
class Machine:
    """``cores`` that this process may use; ``load`` of the last minute before the measurement: above 0.5 on a quiet machine
    nothing here is to be believed."""

    cpu: str
    cores: int
    memory_gib: float
    load: float
    system: str
    python: str


def this_machine() -> Machine:
    return Machine(
        cpu=_cpu_name(),
        cores=len(os.sched_getaffinity(0)),
        memory_gib=round(psutil.virtual_memory().total / _BYTES_PER_GIB, 1),
        load=os.getloadavg()[0],
        system=f"{platform.system()} {platform.release()}",
        python=platform.python_version(),
    )


def _cpu_name() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
