"""Where the candidate looks when looking at the other side: the robust mode of gaze over the session.

The target is the screen, not the lens, and the gaze of every published toolkit carries an offset of its own; both drop out
when gaze is judged relative to the place that it keeps returning to.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.pose import Direction, GazeAngles
from interview_analysis.domain.scoring import weights as w
from interview_analysis.domain.scoring.curves import ramp

FloatArray = NDArray[np.float64]

_GRID_LIMIT = 60
"""Degrees: gaze further out than this cannot be the target (the iris is no longer seen)."""
_BANDWIDTH_SHARE = 0.5
"""Kernel width as a share of the cone, which is two standard deviations of the gaze model's error."""
_KERNEL_REACH = 3.0
_ELLIPSE = -2.0 * math.log(1.0 - w.BCEA_SHARE) * math.pi
_SHIFTS, _SHIFT_TOLERANCE = 50, 1e-6


def cone_of(gaze_model: str | None) -> float:
    """Half-angle of the target cone in degrees for a manifest name; gaze without a network is iris geometry."""
    return w.GAZE_CONES.get(gaze_model or "", w.IRIS_GAZE_CONE)


def find_target(gaze: FloatArray, seconds: FloatArray, cone: float) -> GazeAngles:
    """Mode of ``gaze`` (M, 2; pitch, yaw in degrees) weighted by ``seconds`` (M,), M ≥ 1.

    The peak of a smoothed 1° histogram, refined by mean shift with the same Gaussian kernel (Comaniciu & Meer 2002).
    """
    bandwidth = cone * _BANDWIDTH_SHARE
    centre = _densest_cell(gaze, seconds, bandwidth)
    for _ in range(_SHIFTS):
        kernel = seconds * np.exp(-((gaze - centre) ** 2).sum(axis=1) / (2 * bandwidth**2))
        shifted = (gaze * kernel[:, None]).sum(axis=0) / kernel.sum()
        moved = float(np.abs(shifted - centre).max())
        centre = shifted
        if moved < _SHIFT_TOLERANCE:
            break
    return GazeAngles(float(centre[0]), float(centre[1]))


def _densest_cell(gaze: FloatArray, seconds: FloatArray, bandwidth: float) -> FloatArray:
    edges = np.arange(-_GRID_LIMIT, _GRID_LIMIT + 1) - 0.5
    inside = np.clip(gaze, edges[0], edges[-1])
    cells, _, _ = np.histogram2d(inside[:, 0], inside[:, 1], bins=(edges, edges), weights=seconds)
    reach = np.arange(-math.ceil(_KERNEL_REACH * bandwidth), math.ceil(_KERNEL_REACH * bandwidth) + 1)
    kernel = np.exp(-(reach**2) / (2 * bandwidth**2))
    cells = _blur_rows(_blur_rows(cells, kernel).T, kernel).T
    row, column = np.unravel_index(int(np.argmax(cells)), cells.shape)
    nearest = ((inside - (edges[[row, column]] + 0.5)) ** 2).sum(axis=1)
    return np.asarray(inside[int(np.argmin(nearest))], dtype=np.float64)


def _blur_rows(cells: FloatArray, kernel: FloatArray) -> FloatArray:
    reach = len(kernel) // 2
    padded = np.pad(cells, ((0, 0), (reach, reach)))
    return sum((padded[:, i : i + cells.shape[1]] * weight for i, weight in enumerate(kernel)), np.zeros_like(cells))


def membership(offsets: FloatArray, cone: float) -> FloatArray:
    """How far each offset from the target (M, 2; degrees) counts as inside the cone, (M,) 0–1: 1 within, 0 outside, linear
    across the edge."""
    distance = np.hypot(offsets[:, 0], offsets[:, 1])
    return 1.0 - ramp(distance, cone * (1 - w.CONE_EDGE), cone * (1 + w.CONE_EDGE))


def bcea(offsets: FloatArray, seconds: FloatArray, cone: float) -> float:
    """Bivariate contour ellipse area in square degrees: k·π·σx·σy·√(1−ρ²), k = −2·ln(1−0.6827).

    Robust: moments of the offsets (M, 2) about the target, each held within ``DISPERSION_LIMIT`` cones.
    """
    pitch, yaw, both = _moments(offsets, seconds, cone)
    return _ELLIPSE * math.sqrt(max(pitch * yaw - both**2, 0.0))


def round_area(offsets: FloatArray, seconds: FloatArray, cone: float) -> float:
    """The BCEA that the same mean square distance would have if it were even in all directions, in square degrees.

    Never below ``bcea``, and equal to it for round scatter. Stability is judged by this one: the ellipse of a gaze that only
    wanders along a line has no area however far it wanders.
    """
    pitch, yaw, _ = _moments(offsets, seconds, cone)
    return _ELLIPSE * (pitch + yaw) / 2


def _moments(offsets: FloatArray, seconds: FloatArray, cone: float) -> tuple[float, float, float]:
    distance = np.hypot(offsets[:, 0], offsets[:, 1])
    limit = w.DISPERSION_LIMIT * cone
    held = offsets * (limit / np.maximum(distance, limit))[:, None]
    pitch, yaw, share = held[:, 0], held[:, 1], seconds / seconds.sum()
    return float((share * pitch**2).sum()), float((share * yaw**2).sum()), float((share * pitch * yaw).sum())


def stability_of(area: float, cone: float) -> float:
    """0–1 form of an area in square degrees: 1 for none, ½ where the ellipse is as large as the target cone."""
    return 1.0 / (1.0 + area / (math.pi * cone**2))


def direction_of(offset: FloatArray) -> Direction:
    """The larger of the two components of an offset (pitch, yaw) from the target."""
    pitch, yaw = float(offset[0]), float(offset[1])
    if abs(yaw) >= abs(pitch):
        return Direction.LEFT if yaw > 0 else Direction.RIGHT
    return Direction.UP if pitch > 0 else Direction.DOWN


def dwell(offsets: FloatArray, inside: FloatArray, seconds: FloatArray) -> dict[Direction, float]:
    """Share of valid time by direction, summing to 1; ``center`` is the target cone, ``inside`` (M,) its membership."""
    share = seconds / seconds.sum()
    shares = dict.fromkeys(Direction, 0.0)
    shares[Direction.CENTER] = float((share * inside).sum())
    horizontal = np.abs(offsets[:, 1]) >= np.abs(offsets[:, 0])
    outside = share * (1.0 - inside)
    masks = {
        Direction.LEFT: horizontal & (offsets[:, 1] > 0),
        Direction.RIGHT: horizontal & (offsets[:, 1] <= 0),
        Direction.UP: ~horizontal & (offsets[:, 0] > 0),
        Direction.DOWN: ~horizontal & (offsets[:, 0] <= 0),
    }
    for direction, mask in masks.items():
        shares[direction] = float(outside[mask].sum())
    return shares
