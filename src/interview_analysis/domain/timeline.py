"""All analysed frames of one video as columns."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.emotion import EMOTIONS
from interview_analysis.domain.face import FrameMetrics

_WIDTHS: dict[str, tuple[str, ...]] = {
    "timestamps": ("timestamp",),
    "face": ("face",),
    "face_count": ("face_count",),
    "box": ("box_x", "box_y", "box_width", "box_height"),
    "emotions": tuple(f"emotion_{emotion}" for emotion in EMOTIONS),
    "gaze": ("gaze_pitch", "gaze_yaw"),
    "gaze_deviation": ("gaze_deviation",),
    "head": ("head_pitch", "head_yaw", "head_roll"),
    "head_error": ("head_error",),
    "eye_openness": ("eye_openness",),
    "anxiety": ("anxiety",),
}

_LONGEST_STEP = 5.0
"""Seconds between rows of the slowest stage that settings allow (0.2 per second)."""

COLUMNS: tuple[str, ...] = tuple(name for names in _WIDTHS.values() for name in names)
"""Names of the flat columns, in order: the form in which timelines are stored and handed out."""


@dataclass(frozen=True, slots=True, eq=False)
class FrameTimeline:
    """One row per analysed frame; absent is NaN, never zero.

    timestamps    float64 (N,) seconds, strictly rising
    face          float32 (N,) 1 where the interviewee's face was found, else 0
    face_count    float32 (N,) faces in the picture, NaN where not counted
    box           float32 (N, 4) x, y, width, height as shares of the picture
    emotions      float32 (N, 7) in the order of ``EMOTIONS``
    gaze          float32 (N, 2) pitch, yaw in degrees
    gaze_deviation  float32 (N,) standard deviation of the gaze in degrees, see ``GazeFix``
    head          float32 (N, 3) pitch, yaw, roll in degrees
    head_error    float32 (N,) reprojection error as a share of the inter-ocular distance
    eye_openness  float32 (N,) eye aspect ratio
    anxiety       float32 (N,) 0–1, probability of the label anxious of the model's training data (a resemblance, never a
                  diagnosis; part of no score), NaN without such a model
    duration      seconds from the first to the end of the last frame of the video
    """

    timestamps: NDArray[np.float64]
    face: NDArray[np.float32]
    face_count: NDArray[np.float32]
    box: NDArray[np.float32]
    emotions: NDArray[np.float32]
    gaze: NDArray[np.float32]
    gaze_deviation: NDArray[np.float32]
    head: NDArray[np.float32]
    head_error: NDArray[np.float32]
    eye_openness: NDArray[np.float32]
    anxiety: NDArray[np.float32]
    duration: float

    def __post_init__(self) -> None:
        count = len(self.timestamps)
        for name, names in _WIDTHS.items():
            expected = (count,) if len(names) == 1 else (count, len(names))
            if getattr(self, name).shape != expected:
                raise ValueError(f"{name} must have shape {expected}, got {getattr(self, name).shape}")
        if count > 1 and not (np.diff(self.timestamps) > 0).all():
            raise ValueError("timestamps must rise strictly")

    def __len__(self) -> int:
        return len(self.timestamps)

    @classmethod
    def from_columns(cls, columns: Mapping[str, NDArray[np.floating]], duration: float) -> Self:
        """Inverse of ``columns``. Raises ``KeyError`` when a column is missing."""
        arrays: dict[str, Any] = {}
        for field, names in _WIDTHS.items():
            dtype = np.float64 if field == "timestamps" else np.float32
            parts = [np.asarray(columns[name], dtype=dtype) for name in names]
            arrays[field] = parts[0] if len(parts) == 1 else np.stack(parts, axis=1)
        return cls(**arrays, duration=duration)

    def columns(self) -> dict[str, NDArray[np.floating]]:
        """Flat one-dimensional columns, keyed and ordered as ``COLUMNS``."""
        flat: dict[str, NDArray[np.floating]] = {}
        for field, names in _WIDTHS.items():
            array = getattr(self, field)
            for i, name in enumerate(names):
                flat[name] = array if array.ndim == 1 else np.ascontiguousarray(array[:, i])
        return flat

    def slice(self, start: int, stop: int) -> Self:
        """Rows ``start`` to ``stop`` (exclusive), same duration."""
        arrays = {f.name: getattr(self, f.name)[start:stop] for f in fields(self) if f.name != "duration"}
        return type(self)(**arrays, duration=self.duration)

    def weights(self, valid: NDArray[np.bool_] | None = None) -> NDArray[np.float64]:
        """Seconds that each row stands for, (N,); zero where ``valid`` (N,) is false.

        Half-way to both neighbouring valid rows, but never more than two median steps on a side, nor more than the slowest
        stage's step: a gap in the recording belongs to nobody, and a stage that runs on every third row covers all three.
        The first and the last row reach half a median step beyond themselves.
        """
        rows = np.arange(len(self)) if valid is None else np.flatnonzero(valid)
        seconds = np.zeros(len(self))
        if len(rows) > 1:
            seconds[rows] = _seconds_held(self.timestamps[rows])
        elif len(rows) == 1:
            seconds[rows] = self.duration if len(self) == 1 else self.weights()[rows]
        return seconds


class TimelineBuilder:
    """Collects rows as they are measured, without keeping landmarks or pictures: about 200 bytes a frame."""

    def __init__(self) -> None:
        self._values = array("d")

    def add(self, frame: FrameMetrics) -> None:
        """Append one row; times must rise."""
        self._values.extend(_row(frame))

    def build(self, duration: float) -> FrameTimeline:
        """All rows so far. Raises ``ValueError`` when times did not rise."""
        rows = np.array(self._values, dtype=np.float64).reshape(-1, len(COLUMNS))
        return FrameTimeline.from_columns({name: rows[:, i] for i, name in enumerate(COLUMNS)}, duration)


def _seconds_held(timestamps: NDArray[np.float64]) -> NDArray[np.float64]:
    steps = np.diff(timestamps)
    median = float(np.median(steps))
    halves = np.minimum(steps, min(2 * median, _LONGEST_STEP)) / 2
    ends = [min(median, _LONGEST_STEP) / 2]
    return np.asarray(np.concatenate([ends, halves]) + np.concatenate([halves, ends]), dtype=np.float64)


def _row(frame: FrameMetrics) -> list[float]:
    nan = float("nan")
    count = nan if frame.face_count is None else float(frame.face_count)
    face = frame.face
    if face is None:
        return [frame.timestamp, 0.0, count] + [nan] * (len(COLUMNS) - 3)
    values: list[float] = [frame.timestamp, 1.0, count, face.box.x, face.box.y, face.box.width, face.box.height]
    values += [nan] * len(EMOTIONS) if face.emotions is None else [float(p) for p in face.emotions]
    values += [nan] * 3 if face.gaze is None else [*face.gaze.angles, face.gaze.deviation]
    values += [nan] * 3 if face.head is None else list(face.head)
    values += [nan if x is None else x for x in (face.head_error, face.eye_openness, face.anxiety)]
    return values
