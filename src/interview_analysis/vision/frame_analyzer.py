"""Frames → metrics: every measurement on the interviewee's face, in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from interview_analysis.application.ports import AnalyzerInfo
from interview_analysis.domain.analysis import Skippable
from interview_analysis.domain.face import FaceMetrics, Frame, FrameMetrics
from interview_analysis.vision.blink import eye_openness
from interview_analysis.vision.face_mesh import FaceMesh
from interview_analysis.vision.face_stages import (
    IRIS_GAZE,
    AnxietyNetwork,
    AnxietyStage,
    ExpressionNetwork,
    ExpressionStage,
    FaceView,
    GazeNetwork,
    GazeStage,
    IrisGaze,
    NetworkGaze,
)
from interview_analysis.vision.face_thread import FaceThread, SeenFaces
from interview_analysis.vision.head_pose.kalman import HeadPoseFilter
from interview_analysis.vision.head_pose.solver import MAX_ERROR, HeadPoseSolver

_AHEAD = 8
"""Frames in which faces are sought while an earlier one is measured; more would only hold memory."""


@dataclass(frozen=True, slots=True)
class StageRates:
    """Runs per second; ``expression`` also of anxiety. Mesh, head pose, eyes and iris gaze are measured on every frame."""

    expression: float
    gaze: float
    face_count: float


class MediaPipeFrameAnalyzer:
    """``FrameAnalyzer``: FaceLandmarker for the mesh, geometry for pose, lids and gaze, networks where there are any."""

    def __init__(
        self,
        landmarker: Path,
        expression: ExpressionNetwork | None,
        gaze: GazeNetwork | None,
        rates: StageRates,
        landmark_model: str,
        anxiety: AnxietyNetwork | None = None,
    ) -> None:
        """``landmarker``: the verified bundle; ``landmark_model``: its name in the manifest."""
        cv2.setNumThreads(1)
        self._landmarker = landmarker
        self._landmark_model = landmark_model
        self._expression = expression
        self._gaze = gaze
        self._rates = rates
        self._anxiety = anxiety

    @property
    def info(self) -> AnalyzerInfo:
        """See ``FrameAnalyzer``."""
        return AnalyzerInfo(
            landmark_model=self._landmark_model,
            expression_model=None if self._expression is None else self._expression.spec.name,
            gaze_model=IRIS_GAZE if self._gaze is None else self._gaze.spec.name,
            anxiety_model=None if self._anxiety is None else self._anxiety.spec.name,
            expression_runtime=None if self._expression is None else self._expression.runtime,
            gaze_runtime=None if self._gaze is None else self._gaze.runtime,
        )

    def new_session(self, skip: frozenset[Skippable] = frozenset()) -> MediaPipeFrameSession:
        """Sessions of one analyzer share its networks: use them from one thread. Raises ``ModelUnavailable``."""
        rate = self._rates.expression
        wanted = Skippable.EXPRESSION not in skip
        expression = ExpressionStage(self._expression, rate) if wanted and self._expression is not None else None
        anxiety = AnxietyStage(self._anxiety, rate) if wanted and self._anxiety is not None else None
        network = None if self._gaze is None else NetworkGaze(self._gaze, self._rates.gaze)
        gaze = None if Skippable.GAZE in skip else network or IrisGaze()
        return MediaPipeFrameSession(FaceThread(self._landmarker, self._rates.face_count), expression, gaze, anxiety)

    def close(self) -> None:
        """Nothing is left open: what needs closing belongs to the sessions."""


class MediaPipeFrameSession:
    """``FrameSession``: all state of one video."""

    def __init__(
        self,
        faces: FaceThread,
        expression: ExpressionStage | None,
        gaze: GazeStage | None,
        anxiety: AnxietyStage | None,
    ) -> None:
        """``None`` = this stage is off."""
        self._faces = faces
        self._solver = HeadPoseSolver()
        self._filter = HeadPoseFilter()
        self._expression = expression
        self._gaze = gaze
        self._anxiety = anxiety

    def analyse(self, frames: Iterable[Frame]) -> Iterator[FrameMetrics]:
        """See ``FrameSession``. Faces are found ahead in a second thread; the results do not depend on it."""
        ahead: deque[tuple[Frame, Future[SeenFaces]]] = deque()
        for frame in frames:
            ahead.append((frame, self._faces.start(frame)))
            if len(ahead) > _AHEAD:
                yield self._measure(*ahead.popleft())
        while ahead:
            yield self._measure(*ahead.popleft())

    def close(self) -> None:
        """See ``FrameSession``."""
        self._faces.close()

    def _measure(self, frame: Frame, faces: Future[SeenFaces]) -> FrameMetrics:
        interviewee, face_count = faces.result()
        face = None if interviewee is None else self._measure_face(frame, interviewee)
        return FrameMetrics(frame.timestamp, face, face_count)

    def _measure_face(self, frame: Frame, mesh: FaceMesh) -> FaceMetrics:
        height, width = frame.image.shape[:2]
        points = mesh.landmarks[:, :2] * np.array([width, height], np.float32)
        fit = self._solver.solve(points, width, height)
        head = fit if fit is not None and fit.error <= MAX_ERROR else None
        openness = eye_openness(points)
        view = FaceView(frame, mesh.box, points, head, openness)
        return FaceMetrics(
            box=mesh.box,
            landmarks=mesh.landmarks,
            eye_openness=openness,
            head=None if head is None else self._filter.update(frame.timestamp, head.angles),
            head_error=None if fit is None else fit.error,
            gaze=None if self._gaze is None else self._gaze.look(view),
            emotions=None if self._expression is None else self._expression.classify(view),
            anxiety=None if self._anxiety is None else self._anxiety.estimate(frame, mesh.landmarks),
        )
