"""Square crops: scale, centre, repeated edges."""

from __future__ import annotations

import numpy as np
import pytest

from interview_analysis.domain.face import Box
from interview_analysis.vision.crops import cut_face

IMAGE = np.arange(100 * 200 * 3, dtype=np.uint32).reshape(100, 200, 3).astype(np.uint8)


@pytest.mark.parametrize(
    ("box", "scale", "side"),
    [
        (Box(0.4, 0.3, 0.2, 0.2), 1.0, 40),
        (Box(0.4, 0.3, 0.1, 0.4), 1.0, 40),
        (Box(0.4, 0.3, 0.2, 0.2), 1.1, 44),
        (Box(-0.1, -0.1, 0.2, 0.2), 1.0, 40),
        (Box(0.0, 0.0, 1.0, 1.0), 1.5, 300),
        (Box(3.0, 3.0, 0.2, 0.2), 1.0, 40),
        (Box(0.5, 0.5, 0.0, 0.0), 1.1, 1),
    ],
    ids=["inside", "tall", "scaled", "over-the-corner", "larger-than-the-picture", "outside", "empty"],
)
def test_crop_is_square_with_the_scaled_longer_side(box: Box, scale: float, side: int) -> None:
    assert cut_face(IMAGE, box, scale).shape == (side, side, 3)


def test_crop_inside_is_the_picture_itself() -> None:
    np.testing.assert_array_equal(cut_face(IMAGE, Box(0.4, 0.3, 0.2, 0.4), 1.0), IMAGE[30:70, 80:120])


def test_beyond_the_border_its_edge_is_repeated() -> None:
    crop = cut_face(IMAGE, Box(-0.1, 0.3, 0.2, 0.4), 1.0)
    np.testing.assert_array_equal(crop[:, 20:], IMAGE[30:70, :20])
    np.testing.assert_array_equal(crop[:, :20], np.repeat(IMAGE[30:70, :1], 20, axis=1))
