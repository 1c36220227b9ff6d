"""Which precision is chosen for whom, on which CPU."""

from __future__ import annotations

import pytest

from interview_analysis.errors import ModelUnavailable
from interview_analysis.vision.runtime.precision import Cpu, Precision, choose, this_cpu
from interview_analysis.vision.runtime.specs import Job

OLD, VNNI, BF16 = Cpu(bf16=False, vnni=False), Cpu(bf16=False, vnni=True), Cpu(bf16=True, vnni=True)


@pytest.mark.parametrize(
    ("job", "cpu", "nncf", "expected"),
    [
        (Job.GAZE, OLD, True, Precision.F32),
        (Job.GAZE, VNNI, True, Precision.INT8),
        (Job.GAZE, VNNI, False, Precision.F32),
        (Job.GAZE, BF16, True, Precision.BF16),
        (Job.EXPRESSION, VNNI, True, Precision.F32),
        (Job.EXPRESSION, BF16, True, Precision.F32),
    ],
)
def test_the_machine_chooses_the_fastest_that_keeps_the_numbers(job: Job, cpu: Cpu, nncf: bool, expected: Precision) -> None:
    assert choose(None, job, cpu, int8_can_be_made=nncf) is expected


@pytest.mark.parametrize("wish", [Precision.F32, Precision.BF16])
def test_a_wish_wins(wish: Precision) -> None:
    assert {choose(wish, job, BF16, int8_can_be_made=True) for job in Job} == {wish}


def test_int8_is_for_the_networks_that_bear_it() -> None:
    assert choose(Precision.INT8, Job.GAZE, OLD, int8_can_be_made=True) is Precision.INT8
    assert choose(Precision.INT8, Job.EXPRESSION, OLD, int8_can_be_made=True) is Precision.F32


@pytest.mark.parametrize(("wish", "said"), [(Precision.BF16, "no bf16 instructions"), (Precision.INT8, "pip install")])
def test_a_wish_that_cannot_be_met_is_refused(wish: Precision, said: str) -> None:
    with pytest.raises(ModelUnavailable, match=said):
        choose(wish, Job.GAZE, VNNI, int8_can_be_made=False)


def test_this_machine_is_read() -> None:
    assert {type(answer) for answer in this_cpu()} == {bool}
