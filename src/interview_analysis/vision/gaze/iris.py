"""Gaze from the geometry of the eye: where the iris lies between the eye's corners, turned by the head's pose.

A spherical eyeball turns about its centre; the corners of the lids are fixed to the head. Offset of the iris from the middle of
the corners + offset of that middle from the eyeball's centre (known in the head's axes) = offset of the iris from the eyeball's
centre, which over the radius is the sine of the gaze angle. Head rotation needs no term of its own: it moves the second part.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.pose import GazeAngles, GazeFix
from interview_analysis.vision.blink import EYE_POINTS, eye_ratios, visible_eyes
from interview_analysis.vision.head_pose.solver import HeadFit

_CORNERS = np.array([[33, 133], [362, 263]])
_IRISES = np.array([468, 473])
"""Mesh points of the person's right and left eye."""
GAZE_POINTS = (*_CORNERS.flat, *_IRISES, *EYE_POINTS)
"""All that is read here."""
_IRIS_RADIUS_CM = 1.0
"""From the eyeball's centre of rotation (about 13.5 mm behind the cornea's apex; Fry & Hill, Am J Optom 1962) to the plane of
the iris (about 3.5 mm behind it; Gullstrand's schematic eye)."""
_CORNERS_FROM_CENTRE_CM = np.array([[0.12, -0.20, 0.85], [-0.12, -0.20, 0.85]])
"""Middle of the corners as seen from the eyeball's centre, in the axes of the face model, of the right and left eye.

Measured with this mesh on nine clips: at rest the iris lies 0.12 cm outward of the middle and 0.2 cm above it; with 0.85 cm in
front of the centre the gaze of people who look at a screen stays put while the head turns.
"""
MIN_OPENNESS = 0.15
"""Eye aspect ratio below which the lid covers the iris and the mesh guesses it."""
_FULL_OPENNESS = 0.25
"""Aspect ratio of one eye from which it counts fully: the iris is then free of both lids in its middle."""
_MAX_SINE = 0.95
"""No eye turns further (72°) against the camera while its iris is seen: the mesh is wrong there."""
_MESH_DEVIATION = 0.0175
"""Of the sine, standard deviation: the mesh's irises jitter by half a degree to a degree between frames of the clips."""
_ONE_EYE_DEVIATION = 0.06
"""Of the sine, for an eye by itself: the two eyes of one person lie 3° to 5° to both sides of their mean in the clips."""
_MAX_DEVIATION = 15.0
"""Degrees: eyes that disagree by twice this are not both found. One and a half target cones."""


def iris_gaze(points: NDArray[np.floating], head: HeadFit, openness: float) -> GazeFix | None:
    """Mean of the visible eyes, weighted by their width and openness; ``None`` with nearly closed eyes or where the mesh
    contradicts itself. The deviation comes from the jitter of the mesh and from how far the two eyes disagree.

    ``points`` (478, 2) or more columns in pixels, ``openness`` as in ``FaceMetrics``.
    """
    if openness < MIN_OPENNESS:
        return None
    sines, weights = _eye_sines(points, head), _eye_weights(points)
    x, y = (weights @ sines).tolist()
    if math.hypot(x, y) > _MAX_SINE:
        return None
    toward_camera = math.sqrt(1.0 - x**2 - y**2)
    deviation = math.degrees(_spread(sines, weights) / toward_camera)
    if deviation > _MAX_DEVIATION:
        return None
    angles = GazeAngles(pitch=math.degrees(math.asin(y)), yaw=math.degrees(math.atan2(-x, toward_camera)))
    return GazeFix(angles, deviation)


def _spread(sines: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Standard deviation of the mean sine. An eye that counts alone has no other to disagree with: its own share is added."""
    apart = (weights @ (sines - weights @ sines) ** 2).sum()
    alone = 2.0 * (weights @ weights) - 1.0
    return math.sqrt(apart + alone * _ONE_EYE_DEVIATION**2 + _MESH_DEVIATION**2)


def _eye_sines(points: NDArray[np.floating], head: HeadFit) -> NDArray[np.float64]:
    """Offsets (2, 2) of the irises from the eyeballs' centres to the picture's right and up, in radii of the eyeball."""
    corners = points[_CORNERS, :2].astype(np.float64)
    seen = (points[_IRISES, :2] - corners.mean(axis=1)) * (1.0, -1.0) / head.pixels_per_cm
    return np.asarray((seen + (_CORNERS_FROM_CENTRE_CM @ head.rotation.T)[:, :2]) / _IRIS_RADIUS_CM, np.float64)


def _eye_weights(points: NDArray[np.floating]) -> NDArray[np.float64]:
    """Shares (2,) of the eyes, summing to 1. An eye turned away or nearly shut has none, unless both are."""
    widths, ratios = eye_ratios(points)
    open_share = np.minimum(np.maximum(ratios - MIN_OPENNESS, 0.0) / (_FULL_OPENNESS - MIN_OPENNESS), 1.0)
    weights = widths * visible_eyes(widths) * open_share
    return np.asarray(weights / weights.sum() if weights.any() else np.full(2, 0.5), np.float64)
