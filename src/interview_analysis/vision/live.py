"""Frames of a camera → every face in them, as fast as they come, measured as in recordings."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.face import Frame
from interview_analysis.domain.live import MAX_FACES, LiveFace, LiveOptions
from interview_analysis.domain.live_eyes import EyeWatch
from interview_analysis.vision.blink import eye_openness
from interview_analysis.vision.face_landmarks import MeshFinder
from interview_analysis.vision.face_mesh import FaceMesh, shrink
from interview_analysis.vision.face_stages import IRIS_GAZE, AnxietyNetwork, AnxietyStage, ExpressionNetwork, FaceView, IrisGaze
from interview_analysis.vision.head_pose.solver import MAX_ERROR, HeadFit, HeadPoseSolver
from interview_analysis.vision.live_smoothing import FaceSmoother
from interview_analysis.vision.live_tracks import Tracks, without_twins

EXPRESSION_KEPT = 1.5
"""Seconds for which an expression is shown when no newer one could be had."""


@dataclass(frozen=True, slots=True)
class LiveModels:
    """``None`` = not installed. ``rate``: runs of the expression network per second and face, at most one a frame.

    Gaze is always iris geometry: the gaze network takes several frames' time on a CPU.
    """

    landmarker: Path
    expression: ExpressionNetwork | None
    anxiety: AnxietyNetwork | None
    rate: float
    landmark_model: str

    @property
    def names(self) -> dict[str, str | None]:
        """Manifest names by job."""
        return {
            "landmarks": self.landmark_model,
            "expression": None if self.expression is None else self.expression.spec.name,
            "gaze": IRIS_GAZE,
            "anxiety": None if self.anxiety is None else self.anxiety.spec.name,
        }


@dataclass(slots=True)
class _Followed:
    """What is kept of one face between frames."""

    smoother: FaceSmoother
    anxiety: AnxietyStage | None
    eyes: EyeWatch = field(default_factory=EyeWatch)
    emotions: NDArray[np.float64] | None = None
    emotions_at: float = -np.inf
    resemblance: float | None = None


class LiveVideo:
    """All state of one camera. Use from one thread; sessions may share ``models`` within it."""

    def __init__(self, models: LiveModels, options: LiveOptions) -> None:
        """Raises ``ModelUnavailable``."""
        cv2.setNumThreads(1)
        self._models = models
        self._smoothing = options.smoothing
        self._meshes = MeshFinder(models.landmarker, MAX_FACES)
        self._solver = HeadPoseSolver()
        self._gaze = IrisGaze()
        self._tracks = Tracks()
        self._followed: dict[int, _Followed] = {}

    def analyse(self, frame: Frame) -> list[LiveFace]:
        """All faces, in order of their ids. Timestamps must rise."""
        found = self._meshes.find(shrink(frame.image))
        meshes = [found[i] for i in without_twins([mesh.box for mesh in found])]
        ids = self._tracks.assign(frame.timestamp, [mesh.box for mesh in meshes])
        alive = self._tracks.alive()
        self._followed = {key: kept for key, kept in self._followed.items() if key in alive}
        views = {key: self._view(frame, mesh) for key, mesh in zip(ids, meshes, strict=True)}
        self._look_at_expression(frame.timestamp, views)
        found_as = dict(zip(ids, meshes, strict=True))
        return [self._measure(key, views[key], found_as[key]) for key in sorted(found_as)]

    def close(self) -> None:
        self._meshes.close()

    def _view(self, frame: Frame, mesh: FaceMesh) -> FaceView:
        height, width = frame.image.shape[:2]
        points = mesh.landmarks[:, :2] * np.array([width, height], np.float32)
        fit = self._solver.solve(points, width, height)
        head: HeadFit | None = fit if fit is not None and fit.error <= MAX_ERROR else None
        return FaceView(frame, mesh.box, points, head, eye_openness(points))

    def _look_at_expression(self, now: float, views: dict[int, FaceView]) -> None:
        """Of the one face whose last look is longest ago, if it is due: so many faces do not slow down the frames."""
        network = self._models.expression
        if network is None or not views:
            return
        key = min(views, key=lambda one: (self._of(one).emotions_at, one))
        face = self._of(key)
        if now - face.emotions_at < 1 / self._models.rate:
            return
        (probabilities,) = network.classify([views[key].crop(network.spec)])
        face.emotions, face.emotions_at = face.smoother.emotions(now, probabilities), now

    def _measure(self, key: int, view: FaceView, mesh: FaceMesh) -> LiveFace:
        now, face = view.frame.timestamp, self._of(key)
        gaze = self._gaze.look(view)
        newer = None if face.anxiety is None else face.anxiety.estimate(view.frame, mesh.landmarks)
        face.resemblance = face.resemblance if newer is None else newer
        return LiveFace(
            id=key,
            box=view.box,
            landmarks=mesh.landmarks,
            eyes=face.eyes.update(now, view.openness),
            head=None if view.head is None else face.smoother.head(now, view.head.angles),
            gaze=None if gaze is None else face.smoother.gaze(now, gaze),
            emotions=face.emotions if now - face.emotions_at <= EXPRESSION_KEPT else None,
            anxiety=face.resemblance,
        )

    def _of(self, key: int) -> _Followed:
        if key not in self._followed:
            network, rate = self._models.anxiety, self._models.rate
            anxiety = None if network is None else AnxietyStage(network, rate)
            self._followed[key] = _Followed(FaceSmoother(self._smoothing, EXPRESSION_KEPT), anxiety)
        return self._followed[key]
