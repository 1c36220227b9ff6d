"""The rigid points of a face in three dimensions, for the head-pose fit.

From MediaPipe's canonical face model (``canonical_face_model.obj``, Apache-2.0); the points are those on which MediaPipe's own
face geometry rests (the Procrustes basis in its metadata): forehead, nose, cheekbones, eye corners, jaw corners, no mouth.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

_POINTS: Final = (
    (4, 0.000, -0.463, 7.587),
    (6, 0.000, 2.473, 5.789),
    (10, 0.000, 8.262, 4.482),
    (33, -4.446, 2.664, 3.173),
    (54, -6.279, 6.615, 1.426),
    (67, -3.524, 8.006, 3.729),
    (117, -5.259, 0.946, 2.974),
    (119, -3.301, 0.862, 3.873),
    (121, -1.821, 1.468, 4.224),
    (127, -7.743, 2.365, -2.005),
    (129, -1.786, -0.978, 4.850),
    (132, -7.271, -2.891, -2.252),
    (133, -1.856, 2.585, 3.758),
    (136, -5.085, -7.179, 0.715),
    (143, -6.408, 2.236, 1.561),
    (147, -6.235, -1.944, 1.664),
    (198, -1.247, 0.230, 5.681),
    (205, -3.833, -1.537, 4.138),
    (263, 4.446, 2.664, 3.173),
    (284, 6.279, 6.615, 1.426),
    (297, 3.524, 8.006, 3.729),
    (346, 5.259, 0.946, 2.974),
    (348, 3.301, 0.862, 3.873),
    (350, 1.821, 1.468, 4.224),
    (356, 7.743, 2.365, -2.005),
    (358, 1.786, -0.978, 4.850),
    (361, 7.271, -2.891, -2.252),
    (362, 1.856, 2.585, 3.758),
    (365, 5.085, -7.179, 0.715),
    (372, 6.408, 2.236, 1.561),
    (376, 6.235, -1.944, 1.664),
    (420, 1.247, 0.230, 5.681),
    (425, 3.833, -1.537, 4.138),
)
"""Mesh index; x to the picture's right when facing the camera, y up, z toward the camera; centimetres."""

INTER_OCULAR_CM: Final = 6.29
"""Distance between the middles of the two eyes (corner to corner) in the same model."""


def rigid_points() -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Mesh indices (P,) and model points (P, 3) in centimetres."""
    table = np.array(_POINTS)
    return table[:, 0].astype(np.intp), np.ascontiguousarray(table[:, 1:])
