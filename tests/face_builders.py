"""Pictures and meshes for the vision tests: the synthetic face placed in scenes, and the face model projected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.face import Frame
from interview_analysis.domain.pose import HeadAngles
from interview_analysis.vision.head_pose.face_model import rigid_points
from interview_analysis.vision.head_pose.solver import FOCAL_SHARE, angles_of
from synthetic_face import synthetic_face

Picture = NDArray[np.uint8]
WIDTH, HEIGHT = 640, 480
STRAIGHT = HeadAngles(0, 0, 0)


class Person(NamedTuple):
    """The synthetic face's picture at a share of its size, its left edge at ``x`` pixels."""

    x: int
    size: float


def scene(people: Sequence[Person], width: int = 960) -> Picture:
    """People side by side on grey, (480, ``width``, 3)."""
    image = np.full((HEIGHT, width, 3), 128, np.uint8)
    for person in people:
        picture = cv2.resize(
            synthetic_face().draw(STRAIGHT), None, fx=person.size, fy=person.size, interpolation=cv2.INTER_AREA
        )
        height, breadth = picture.shape[:2]
        image[:height, person.x : person.x + breadth] = picture
    return image


def frames_of(images: Sequence[Picture], rate: float = 15.0) -> list[Frame]:
    return [Frame(index, index / rate, image) for index, image in enumerate(images)]


def projected_mesh(turn: Sequence[float], distance: float = 60.0) -> tuple[NDArray[np.float32], HeadAngles]:
    """Mesh points (478, 2) in a 640 × 480 picture of the face model turned by a rotation vector (radians, viewer's axes), and
    its angles. Only the rigid points are placed."""
    indices, model = rigid_points()
    rotation = cv2.Rodrigues(np.asarray(turn, np.float64))[0]
    placed = model @ rotation.T * (1.0, -1.0, -1.0) + (0.0, 0.0, distance)
    points = np.zeros((478, 2), np.float32)
    points[indices] = placed[:, :2] / placed[:, 2:] * FOCAL_SHARE * WIDTH + (WIDTH / 2, HEIGHT / 2)
    return points, angles_of(rotation)
