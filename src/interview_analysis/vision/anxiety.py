"""How much a face mesh resembles the meshes that a data set labels anxious. It is no measure of what a person feels, and no
diagnosis: the network knows a label of its training data, nothing else."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from interview_analysis.errors import ModelUnavailable
from interview_analysis.vision.runtime.session import InferenceSession
from interview_analysis.vision.runtime.specs import MeshSpec, ModelSpec

LABELS = ("neutral", "anxious")
"""Output columns of every network of this kind."""
MESH_SHAPE = (478, 3)

_NOSE_TIP = 1
_EYE_LINE = (33, 263)
"""Outer corners of the right and the left eye."""


class AnxietyClassifier:
    """A loaded network of face meshes with its spec. Not thread-safe."""

    def __init__(self, session: InferenceSession, spec: ModelSpec) -> None:
        """``session``: float32 (N, 1434) → logits (N, 2). Raises ``ModelUnavailable`` where the spec describes another kind."""
        if spec.mesh is None or spec.output is None:
            raise ModelUnavailable(f"{spec.name}: the manifest gives no mesh and output")
        if spec.output.labels != LABELS or spec.output.activation != "logits":
            raise ModelUnavailable(f"{spec.name}: its outputs must be logits of {', '.join(LABELS)}")
        self.spec = spec
        self.threshold = spec.output.threshold
        self._session = session
        self._mesh = spec.mesh
        self._temperature = spec.output.temperature

    def probabilities(self, meshes: NDArray[np.float32], sizes: ArrayLike) -> NDArray[np.float64]:
        """Meshes (N, 478, 3) as MediaPipe gives them, in pictures of ``sizes`` (N, 2) width, height → probability (N,) of the
        label anxious; NaN for a mesh without extent."""
        inputs = normalise_meshes(meshes, sizes, self._mesh)
        found = np.full(len(inputs), np.nan)
        known = np.isfinite(inputs).all(axis=1)
        if known.any():
            logits = self._session.run(inputs[known]).astype(np.float64) / self._temperature
            found[known] = 1 / (1 + np.exp(logits[:, 0] - logits[:, 1]))
        return found


def normalise_meshes(meshes: NDArray[np.floating], sizes: ArrayLike, spec: MeshSpec) -> NDArray[np.float32]:
    """Meshes (N, 478, 3), x and y as shares of width and height, z in the scale of x, of pictures of ``sizes`` (N, 2) width,
    height → float32 (N, 1434) as ``spec`` says; NaN for a mesh without extent."""
    points = meshes.astype(np.float64)
    if spec.normalisation == "aligned":
        width, height = np.asarray(sizes, np.float64).reshape(-1, 2).T
        points = _levelled(_from_nose(points * np.stack([width, height, width], axis=1)[:, None, :]))
        scale = np.sqrt((points**2).sum(axis=2).mean(axis=1))
    else:
        points = _from_nose(points)
        scale = np.linalg.norm(points, axis=2).max(axis=1)
    scale = np.where(scale > 0, scale, np.nan)
    return np.asarray((points / scale[:, None, None]).reshape(len(points), math.prod(MESH_SHAPE)), np.float32)


def _from_nose(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return points - points[:, [_NOSE_TIP]]


def _levelled(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turned in the picture's plane until the line of the outer eye corners is level."""
    right, left = _EYE_LINE
    along = points[:, left, :2] - points[:, right, :2]
    angle = np.arctan2(along[:, 1], along[:, 0])[:, None]
    x, y, z = points[..., 0], points[..., 1], points[..., 2]
    return np.stack([x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle), z], axis=2)
