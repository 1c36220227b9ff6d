"""Drawn faces that int8 calibration looks at: they set the range of a network's activations, nobody has to be recorded.

Each is a shaded oval with eyes, brows, nose, mouth and hair, of any skin, size, turn and light, before a blurred ground, with
the noise of a camera: the tones and edges of a face crop, which is what the ranges depend on.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

SIDE = 224
"""Pixels of a picture's side."""
_LEVELS = 255.0

Picture = NDArray[np.float32]
"""(SIDE, SIDE, 3), 0–1."""


def calibration_faces(count: int, seed: int) -> Iterator[NDArray[np.uint8]]:
    """``count`` square RGB crops (SIDE, SIDE, 3); the same for the same seed."""
    random = np.random.default_rng(seed)
    for _ in range(count):
        picture = _lit(_face(_ground(random), random), random)
        yield np.clip(picture * _LEVELS, 0, _LEVELS).astype(np.uint8)


def _ground(random: np.random.Generator) -> Picture:
    """Patches of colour, out of focus."""
    patches = random.uniform(0.05, 0.95, (6, 6, 3)).astype(np.float32)
    blurred = cv2.GaussianBlur(cv2.resize(patches, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC), (0, 0), random.uniform(2, 12))
    return np.asarray(blurred, np.float32)


def _face(picture: Picture, random: np.random.Generator) -> Picture:
    """Drawn upright around the middle, then turned, scaled and moved as a whole."""
    skin = np.array([0.95, 0.75, 0.62]) * random.uniform(0.3, 1.0) + random.normal(0, 0.03, 3)
    layer = np.zeros((SIDE, SIDE, 4), np.float32)
    yaw = random.uniform(-25, 25)
    _oval(layer, (112, 100), (random.uniform(74, 92), random.uniform(95, 110)), random.uniform(0.0, 0.5) * np.ones(3))
    _oval(layer, (112, 116), (random.uniform(62, 76), random.uniform(82, 98)), skin)
    for side in (-1, 1):
        eye = (112 + yaw + side * random.uniform(26, 32), random.uniform(90, 98))
        _oval(layer, eye, (13, random.uniform(1.5, 7)), np.full(3, 0.9))
        _oval(layer, (eye[0] + random.uniform(-6, 6), eye[1]), (5, random.uniform(1.5, 5.5)), random.uniform(0.02, 0.4, 3))
        _oval(layer, (eye[0], eye[1] - random.uniform(12, 18)), (17, 3), skin * random.uniform(0.2, 0.6))
    _oval(layer, (112 + 1.3 * yaw, 126), (9, 14), skin * random.uniform(0.85, 1.1))
    _oval(layer, (112 + yaw, random.uniform(152, 162)), (random.uniform(16, 30), random.uniform(2, 13)), skin * [0.8, 0.4, 0.4])
    layer = np.asarray(cv2.GaussianBlur(layer, (0, 0), random.uniform(0.5, 2.5)), np.float32)
    turn = cv2.getRotationMatrix2D((112, 112), random.uniform(-20, 20), random.uniform(0.85, 1.2))
    layer = np.asarray(cv2.warpAffine(layer, turn, (SIDE, SIDE)), np.float32)
    opacity = layer[..., 3:]
    return np.asarray(picture * (1 - opacity) + layer[..., :3], np.float32)


def _oval(layer: Picture, centre: tuple[float, float], radii: tuple[float, float], colour: NDArray[np.float64]) -> None:
    red, green, blue = (float(value) for value in np.clip(colour, 0, 1))
    middle, axes = (round(centre[0]), round(centre[1])), (round(radii[0]), max(1, round(radii[1])))
    cv2.ellipse(layer, middle, axes, 0, 0, 360, (red, green, blue, 1.0), cv2.FILLED, cv2.LINE_AA)


def _lit(picture: Picture, random: np.random.Generator) -> Picture:
    """Light from one side, brightness, contrast, colour cast, noise."""
    rows, columns = np.mgrid[-1 : 1 : SIDE * 1j, -1 : 1 : SIDE * 1j]
    angle = random.uniform(0, 2 * np.pi)
    light = 1 + random.uniform(0, 0.5) * (np.cos(angle) * columns + np.sin(angle) * rows)
    cast = random.uniform(0.85, 1.15, 3) * random.uniform(0.5, 1.3)
    noise = random.normal(0, random.uniform(0.005, 0.04), picture.shape)
    return np.asarray(picture * light[..., None] * cast + noise, np.float32)
