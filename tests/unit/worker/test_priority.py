"""How far workers stand back."""

from __future__ import annotations

import subprocess
import sys

import pytest

_NICENESS = 7
_PROGRAM = """
import os, pathlib
from interview_analysis.worker.priority import stand_back
group = pathlib.Path("/proc/self/autogroup")
before = group.read_text() if group.exists() else ""
stand_back(7)
print(os.nice(0), before.strip(), group.read_text().strip() if group.exists() else "", sep="|")
"""


@pytest.mark.parametrize("leads", [True, False], ids=["its_own_session", "somebody_elses"])
def test_the_group_is_lowered_only_where_it_is_its_own(leads: bool) -> None:
    command = (sys.executable, "-c", _PROGRAM)
    answer = subprocess.run(command, start_new_session=leads, capture_output=True, text=True, check=True).stdout
    niceness, before, after = answer.strip("\n").split("|")
    assert int(niceness) >= _NICENESS
    # "/autogroup-85 nice 0", or nothing: the kernel keeps no groups, or this session was begun before it began to.
    assert after == (f"{before.rpartition(' ')[0]} {_NICENESS}" if leads and before else before)
