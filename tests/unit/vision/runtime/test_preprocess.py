"""How crops of any size become the batch of a network."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from interview_analysis.vision.runtime.preprocess import to_batch
from interview_analysis.vision.runtime.specs import InputSpec


def prepare(crop: NDArray[np.uint8], size: int, through: int | None = None) -> NDArray[np.float32]:
    return to_batch([crop], InputSpec(size=size, through=through, mean=(0, 0, 0), std=(1, 1, 1)))


def checkerboard(side: int) -> NDArray[np.uint8]:
    pattern = (np.indices((side, side)).sum(axis=0) % 2 * 255).astype(np.uint8)
    return np.repeat(pattern[:, :, None], 3, axis=2)


@pytest.mark.parametrize("side", [5, 16, 301])
def test_crops_of_any_size_become_contiguous_float32(side: int) -> None:
    batch = to_batch([np.zeros((side, side, 3), np.uint8)] * 2, InputSpec(size=16, mean=(0, 0, 0), std=(1, 1, 1)))
    assert batch.shape == (2, 3, 16, 16)
    assert batch.dtype == np.float32
    assert batch.flags.c_contiguous


def test_shrinking_averages_instead_of_picking() -> None:
    np.testing.assert_allclose(prepare(checkerboard(64), 8), 0.5, atol=0.01)


def test_a_step_in_between_costs_the_detail_that_it_cannot_hold() -> None:
    straight, through = prepare(checkerboard(16), 16), prepare(checkerboard(16), 16, through=8)
    assert straight.std() > 0.4
    assert through.std() < 0.01
