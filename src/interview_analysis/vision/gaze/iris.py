"""Gaze from the geometry of the eye: where the iris lies between the eye's corners, turned by the head's pose.

A spherical eyeball turns about its centre; the corners of the lids are fixed to the head. Offset of the iris from the middle of
the corners + offset of that middle from the eyeball's centre (known in the head's axes) = offset of the iris from the eyeball's
centre, which over the radius is the sine of the gaze angle. Head rotation needs no term of its own: it moves the second part.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.pose import GazeAngles
from interview_analysis.vision.blink import visible_eyes
from interview_analysis.vision.head_pose.solver import HeadFit

_CORNERS = ((33, 133), (362, 263))
_IRISES = (468, 473)
"""Mesh points of the person's right and left eye."""
_IRIS_RADIUS_CM = 1.0
"""From the eyeball's centre of rotation (about 13.5 mm behind the cornea's apex; Fry & Hill, Am J Optom 1962) to the plane of
the iris (about 3.5 mm behind it; Gullstrand's schematic eye)."""
_CORNERS_FROM_CENTRE_CM = np.array([[0.12, -0.20, 0.85], [-0.12, -0.20, 0.85]])
"""Middle of the corners as seen from the eyeball's centre, in the axes of the face model, of the right and left eye.

Measured with this mesh on nine clips: at rest the iris lies 0.12 cm outward of the middle and 0.2 cm above it; with 0.85 cm in
front of the centre the gaze of people who look at a screen stays put while the head turns.
"""
_MIN_OPENNESS = 0.15
"""Eye aspect ratio below which the lid covers the iris and the mesh guesses it."""
_MAX_SINE = 0.95
"""No eye turns further (72°) against the camera while its iris is seen: the mesh is wrong there."""


def iris_gaze(points: NDArray[np.floating], head: HeadFit, openness: float) -> GazeAngles | None:
    """Mean of the visible eyes, weighted by their width; ``None`` with nearly closed eyes or where the mesh contradicts itself.

    ``points`` (478, 2) or more columns in pixels, ``openness`` as in ``FaceMetrics``.
    """
    if openness < _MIN_OPENNESS:
        return None
    corners = points[np.array(_CORNERS), :2].astype(np.float64)
    widths = np.linalg.norm(corners[:, 0] - corners[:, 1], axis=1)
    seen = (points[np.array(_IRISES), :2] - corners.mean(axis=1)) * (1.0, -1.0) / head.pixels_per_cm
    sines = (seen + (_CORNERS_FROM_CENTRE_CM @ head.rotation.T)[:, :2]) / _IRIS_RADIUS_CM
    x, y = np.average(sines, axis=0, weights=widths * visible_eyes(widths))
    if np.hypot(x, y) > _MAX_SINE:
        return None
    toward_camera = np.sqrt(1.0 - x**2 - y**2)
    return GazeAngles(pitch=float(np.degrees(np.arcsin(y))), yaw=float(np.degrees(np.arctan2(-x, toward_camera))))
