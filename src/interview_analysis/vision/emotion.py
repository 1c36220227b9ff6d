"""The expression network: face crops → probabilities of the seven classes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.emotion import EMOTIONS, Emotion
from interview_analysis.errors import ModelUnavailable
from interview_analysis.vision.runtime.preprocess import to_batch
from interview_analysis.vision.runtime.session import InferenceSession
from interview_analysis.vision.runtime.specs import InputSpec, ModelSpec, OutputSpec

_CLASS_OF_LABEL: dict[str, Emotion | None] = {
    **{emotion.value: emotion for emotion in Emotion},
    "anger": Emotion.ANGRY,
    "happiness": Emotion.HAPPY,
    "sadness": Emotion.SAD,
    "contempt": None,
}
"""Names that networks give to the classes. ``contempt`` is none of the seven: dropped, the others renormalised."""


class ExpressionClassifier:
    """A loaded expression network with its spec. Not thread-safe."""

    def __init__(self, session: InferenceSession, spec: ModelSpec) -> None:
        """Raises ``ModelUnavailable`` where the spec does not describe an expression network of the seven classes."""
        if spec.input is None or spec.output is None:
            raise ModelUnavailable(f"{spec.name}: the manifest gives no input and output")
        self.spec = spec
        self._session = session
        self._input: InputSpec = spec.input
        self._output: OutputSpec = spec.output
        self._columns = _columns(spec.name, spec.output.labels)

    @property
    def runtime(self) -> str:
        """See ``InferenceSession``."""
        return self._session.runtime

    def classify(self, crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Square RGB crops (H, W, 3), cut as ``spec.input.crop_scale`` says → float32 (N, 7) in the order of ``EMOTIONS``,
        each row summing to 1."""
        if not crops:
            return np.empty((0, len(EMOTIONS)), np.float32)
        return self._probabilities(self._outputs(to_batch(crops, self._input))[:, self._columns])

    def _outputs(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        outputs = self._session.run(batch)
        if not self._input.mirror:
            return outputs
        mirrored = self._session.run(np.ascontiguousarray(batch[..., ::-1]))
        return np.asarray((outputs + mirrored) / 2, np.float32)

    def _probabilities(self, outputs: NDArray[np.float32]) -> NDArray[np.float32]:
        """Softmax over the seven, or renormalised probabilities: both leave the ratios between them as the network has them."""
        values: NDArray[np.floating] = outputs.astype(np.float64)
        if self._output.activation == "logits":
            scaled = values / self._output.temperature
            values = np.exp(scaled - scaled.max(axis=1, keepdims=True))
        return np.asarray(values / values.sum(axis=1, keepdims=True), np.float32)


def _columns(name: str, labels: Sequence[str]) -> list[int]:
    """For each of ``EMOTIONS`` the network's output column."""
    unknown = [label for label in labels if label not in _CLASS_OF_LABEL]
    if unknown:
        raise ModelUnavailable(f"{name}: unknown label {', '.join(unknown)}")
    classes = [_CLASS_OF_LABEL[label] for label in labels]
    if sorted(found for found in classes if found) != sorted(EMOTIONS):
        raise ModelUnavailable(f"{name}: its labels must name each of the seven classes once, they are {', '.join(labels)}")
    return [classes.index(emotion) for emotion in EMOTIONS]
