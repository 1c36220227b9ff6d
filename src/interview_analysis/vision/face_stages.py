"""The parts of a frame's analysis that a request may switch off or a network may take over: expression, gaze, anxiety."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.face import Box, Frame
from interview_analysis.domain.pose import GazeFix
from interview_analysis.vision.crops import cut_face
from interview_analysis.vision.gaze.iris import iris_gaze
from interview_analysis.vision.head_pose.solver import HeadFit
from interview_analysis.vision.runtime.specs import ModelSpec
from interview_analysis.vision.stage_clock import StageClock

IRIS_GAZE = "iris-geometry"
"""Name of the gaze model that is geometry, not a network."""


class ExpressionNetwork(Protocol):
    spec: ModelSpec

    @property
    def runtime(self) -> str:
        """See ``InferenceSession``."""

    def classify(self, crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Square RGB crops → float32 (N, 7) in the order of ``EMOTIONS``."""


class GazeNetwork(Protocol):
    spec: ModelSpec

    @property
    def runtime(self) -> str:
        """See ``InferenceSession``."""

    def estimate(self, crop: NDArray[np.uint8]) -> GazeFix:
        """A square RGB crop → gaze relative to the camera axis."""


class AnxietyNetwork(Protocol):
    spec: ModelSpec

    def probabilities(self, meshes: NDArray[np.float32], sizes: Sequence[tuple[int, int]]) -> NDArray[np.float64]:
        """Meshes (N, 478, 3) in pictures of ``sizes`` (N, 2) width, height → (N,), NaN where there is no answer."""


class FaceView(NamedTuple):
    """What is known of one face when these stages begin.

    ``points`` float32 (478, 2) in pixels; ``head`` ``None`` where the fit is not to be trusted; ``openness`` as in
    ``FaceMetrics``.
    """

    frame: Frame
    box: Box
    points: NDArray[np.float32]
    head: HeadFit | None
    openness: float | None

    def crop(self, spec: ModelSpec) -> NDArray[np.uint8]:
        """The square that a network wants. A spec without an input has no crop scale: raises ``ValueError``."""
        if spec.input is None:
            raise ValueError(f"{spec.name}: the manifest gives no input")
        return cut_face(self.frame.image, self.box, spec.input.crop_scale)


class ExpressionStage:
    """An expression network at its own rate."""

    def __init__(self, network: ExpressionNetwork, rate: float) -> None:
        self._network = network
        self._clock = StageClock(rate)

    def classify(self, view: FaceView) -> NDArray[np.float32] | None:
        """Probabilities (7,); ``None`` on frames between."""
        if not self._clock.is_due(view.frame.timestamp):
            return None
        (probabilities,) = self._network.classify([view.crop(self._network.spec)])
        return np.asarray(probabilities, np.float32)


class AnxietyStage:
    """A network of face meshes at its own rate: resemblance to a label of its training data, no diagnosis."""

    def __init__(self, network: AnxietyNetwork, rate: float) -> None:
        self._network = network
        self._clock = StageClock(rate)

    def estimate(self, frame: Frame, landmarks: NDArray[np.float32]) -> float | None:
        """Probability of the label for the mesh (478, 3) in ``frame``; ``None`` on frames between and without an answer."""
        if not self._clock.is_due(frame.timestamp):
            return None
        height, width = frame.image.shape[:2]
        (probability,) = self._network.probabilities(landmarks[None], [(width, height)]).tolist()
        return None if math.isnan(probability) else float(probability)


class GazeStage(Protocol):
    def look(self, view: FaceView) -> GazeFix | None:
        """``None`` = not measured or not measurable in this frame."""


class IrisGaze:
    """On every frame with a trusted head pose and open eyes."""

    def look(self, view: FaceView) -> GazeFix | None:
        if view.head is None or view.openness is None:
            return None
        return iris_gaze(view.points, view.head, view.openness)


class NetworkGaze:
    """A gaze network at its own rate."""

    def __init__(self, network: GazeNetwork, rate: float) -> None:
        self._network = network
        self._clock = StageClock(rate)

    def look(self, view: FaceView) -> GazeFix | None:
        if not self._clock.is_due(view.frame.timestamp):
            return None
        return self._network.estimate(view.crop(self._network.spec))
