"""The mesh of the largest face of a single picture: the two networks of the FaceLandmarker bundle without MediaPipe's graph.

BlazeFace finds faces (Bazarevsky et al., arXiv 1907.05047). A square around the largest, turned so that its eyes are level,
goes to the mesh network (Kartynnik et al., arXiv 1907.06724). Nothing is kept between pictures: one picture has one answer,
whichever process takes it. A crop from the last picture's mesh would spare the detector, a fifth of the time, but moves gaze by
2° against the detector's crop (the median on three clips): an answer would depend on who took the picture before.
"""

from __future__ import annotations

import math
import zipfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from interview_analysis.errors import ModelUnavailable
from interview_analysis.vision.runtime.bound import BoundNetwork, Levels
from interview_analysis.vision.runtime.precision import Precision
from interview_analysis.vision.runtime.session import CpuOptions

FloatArray = NDArray[np.floating]

_DETECTOR = "face_detector.tflite"
_MESH = "face_landmarks_detector.tflite"
_DETECTOR_SIDE = 128
_DETECTOR_LEVELS = Levels(span=127.5, offset=1.0)
_MESH_SIDE = 256
_MESH_LEVELS = Levels(span=255.0)
_POINTS = 478
_ANCHOR_GRIDS = ((16, 2), (8, 6))
"""Cells a side and anchors a cell of the detector's two maps; all anchors have the size of the picture."""
_LEAST_FACE = 0.0
"""Logit, of a face where the detector looks and of a face where the mesh lies: 50 %."""
_SAME_FACE = 0.3
"""Shared area over joint area from which two detections are one face; they are averaged by their scores."""
_CENTRE, _SIZE, _EYES = 0, 1, slice(2, 4)
_PAIRS = 4
"""Of the detector's eight pairs x, y; the others are nose, mouth and ears."""
_PLACES = np.array([[1.0], [0.0], [1.0], [1.0]])
"""(_PAIRS, 1): which of them are places, which move with what they are measured from."""
_CROP_SCALE = 1.5
"""Side of the crop over the longer side of the detected box."""


class _Found(NamedTuple):
    """One face in pixels: middle, size, and the middle of each eye, that at the picture's left first."""

    centre: FloatArray
    size: FloatArray
    eyes: FloatArray


class MeshNetwork:
    """Loaded networks. Not thread-safe."""

    def __init__(self, bundle: Path, options: CpuOptions, points: Collection[int] = range(_POINTS)) -> None:
        """``points``: of the mesh, those that are wanted. Raises ``ModelUnavailable`` where ``bundle`` does not hold the
        networks."""
        exact = options.precision is Precision.F32
        self._points = np.array(sorted(points), np.intp)
        rows = (self._points[:, None] * 3 + np.arange(3)).reshape(-1)
        with _unpacked(bundle) as folder:
            self._detector = BoundNetwork(folder / _DETECTOR, options, _DETECTOR_LEVELS, direct_kernels=exact)
            self._mesh = BoundNetwork(folder / _MESH, options, _MESH_LEVELS, direct_kernels=exact, rows=rows.tolist())
        self._anchors = _anchors()

    def find(self, images: Sequence[NDArray[np.uint8]]) -> list[NDArray[np.float32] | None]:
        """``images`` RGB uint8 (H, W, 3) → landmarks (478, 3) as those of ``FaceMesh``, NaN where they are not wanted;
        ``None`` where there is no face, or a mesh on what is none."""
        pictures = [cv2.cvtColor(image, cv2.COLOR_RGB2RGBA) for image in images]
        faces = [self._largest(picture) for picture in pictures]
        return [None if face is None else self._mesh_of(picture, face) for picture, face in zip(pictures, faces, strict=True)]

    def _largest(self, picture: NDArray[np.uint8]) -> _Found | None:
        height, width = picture.shape[:2]
        scale = _DETECTOR_SIDE / max(height, width)
        margin = (_DETECTOR_SIDE - np.array([width, height]) * scale) / 2
        _cut(picture, np.eye(2) / scale, -margin / scale, cv2.BORDER_CONSTANT, self._detector.picture)
        values, logits = self._detector.run()
        sure = np.flatnonzero(logits > _LEAST_FACE)
        if not len(sure):
            return None
        pairs = values.reshape(len(logits), -1, 2)[sure, :_PAIRS].astype(np.float64) / _DETECTOR_SIDE
        pairs += self._anchors[sure]
        face = _largest_of(pairs, 1.0 / (1.0 + np.exp(-logits[sure].astype(np.float64)))) * _DETECTOR_SIDE
        face = (face - _PLACES * margin) / scale
        return _Found(face[_CENTRE], face[_SIZE], face[_EYES])

    def _mesh_of(self, picture: NDArray[np.uint8], found: _Found) -> NDArray[np.float32] | None:
        height, width = picture.shape[:2]
        step = _CROP_SCALE * float(found.size.max()) / _MESH_SIDE
        along, down = (found.eyes[1] - found.eyes[0]).tolist()
        turn = math.atan2(down, along)
        cos, sin = math.cos(turn) * step, math.sin(turn) * step
        axes = np.array([[cos, -sin], [sin, cos]])
        corner = found.centre - axes.sum(axis=1) * _MESH_SIDE / 2
        _cut(picture, axes, corner, cv2.BORDER_REPLICATE, self._mesh.picture)
        mesh, logit, _ = self._mesh.run()
        if not logit[0] > _LEAST_FACE:
            return None
        points = mesh.reshape(-1, 3).astype(np.float64)
        points[:, :2] = (points[:, :2] @ axes.T + corner) / (width, height)
        points[:, 2] *= step / width
        landmarks = np.full((_POINTS, 3), np.nan, np.float32)
        landmarks[self._points] = points
        return landmarks


def _cut(picture: NDArray[np.uint8], axes: FloatArray, corner: FloatArray, border: int, into: NDArray[np.uint8]) -> None:
    """Fills the square RGB ``into``: its pixel (i, j) lies at ``axes`` (2, 2) · (i, j) + ``corner`` in ``picture`` (RGBA).

    Corners of pixels are mapped as if they were their middles, as the landmarker does it: its networks learned so. OpenCV cuts
    from four channels in a third of the time that three take, to the same bytes.
    """
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    cut = cv2.warpAffine(picture, np.column_stack([axes, corner]), into.shape[:2], flags=flags, borderMode=border)
    cv2.cvtColor(cut, cv2.COLOR_RGBA2RGB, dst=into)


def _largest_of(pairs: FloatArray, scores: FloatArray) -> FloatArray:
    """(N, K, 2), (N,) → (K, 2): the largest of the faces, each the mean of the detections that lie on it."""
    faces = []
    while len(pairs):
        best = scores.argmax()
        same = _overlaps(pairs, pairs[best]) > _SAME_FACE
        same[best] = True  # without area it shares nothing, not even with itself
        weights = scores[same]
        faces.append((pairs[same] * weights[:, None, None]).sum(axis=0) / weights.sum())
        pairs, scores = pairs[~same], scores[~same]
    return np.asarray(max(faces, key=lambda face: float(face[_SIZE].prod())), np.float64)


def _overlaps(pairs: FloatArray, one: FloatArray) -> FloatArray:
    """Shared over joint area (N,) of boxes ``pairs[:, :2]`` (middle, size) with one of them."""
    centre, size = pairs[:, _CENTRE], pairs[:, _SIZE]
    high = np.minimum(centre + size / 2, one[_CENTRE] + one[_SIZE] / 2)
    sides = np.maximum(high - np.maximum(centre - size / 2, one[_CENTRE] - one[_SIZE] / 2), 0.0)
    shared = sides[:, 0] * sides[:, 1]
    joint = size[:, 0] * size[:, 1] + one[_SIZE, 0] * one[_SIZE, 1] - shared
    return np.asarray(shared / np.maximum(joint, 1e-12), np.float64)


def _anchors() -> FloatArray:
    """(896, _PAIRS, 2): what their pairs are measured from, in the detector's order: their middles, as shares of the square."""
    grids = []
    for cells, each in _ANCHOR_GRIDS:
        middles = (np.arange(cells) + 0.5) / cells
        y, x = np.meshgrid(middles, middles, indexing="ij")
        grids.append(np.repeat(np.stack([x, y], axis=2).reshape(-1, 2), each, axis=0))
    return np.asarray(np.concatenate(grids)[:, None] * _PLACES, np.float64)


@contextmanager
def _unpacked(bundle: Path) -> Iterator[Path]:
    """OpenVINO reads these networks from files only."""
    with TemporaryDirectory() as work:
        try:
            with zipfile.ZipFile(bundle) as archive:
                for name in (_DETECTOR, _MESH):
                    (Path(work) / name).write_bytes(archive.read(name))
        except (OSError, KeyError, zipfile.BadZipFile) as error:
            raise ModelUnavailable(f"{bundle.name} holds no {_DETECTOR} and {_MESH}: {error}") from error
        yield Path(work)
