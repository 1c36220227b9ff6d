"""What the service answers, typed: the main fields, and the whole JSON document as ``raw``.

Absent is ``None``, as in the document; fields of a later version are in ``raw``. Field meanings: docs/openapi.json.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pyarrow
    from numpy.typing import NDArray

Json = Mapping[str, Any]
_FINAL = ("completed", "failed", "cancelled")
_POINTS = {"emotion_analysis": "interview_score", "eye_tracking": "attention_score", "voice_analysis": "voice_score"}


@dataclass(frozen=True, slots=True)
class Upload:
    """Where an uploaded video lies: what ``analyze`` is told."""

    s3_bucket: str
    s3_key: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Submitted:
    """``message`` is a sentence in the service's language."""

    analysis_id: str
    status: str
    message: str
    estimated_completion: datetime
    raw: Json = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Progress:
    """``percent`` 0–100 over the whole analysis."""

    stage: str
    percent: float


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an analysis failed."""

    code: str
    message: str
    detail: str


@dataclass(frozen=True, slots=True)
class State:
    """``status``: queued, processing, completed, failed or cancelled."""

    analysis_id: str
    status: str
    progress: Progress
    estimated_completion: datetime | None
    error: Fault | None
    raw: Json = field(repr=False, compare=False)

    @property
    def is_final(self) -> bool:
        return self.status in _FINAL


@dataclass(frozen=True, slots=True)
class Score:
    """``points`` of ``maximum``; where the footage cannot support one they are ``None``, and ``reason`` says why."""

    points: float | None
    maximum: float
    grade: str | None
    coverage: float
    reason: str | None
    reason_message: str | None
    raw: Json = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Observation:
    """Something that can be seen from ``start`` to ``end`` (seconds), without a verdict."""

    kind: str
    start: float
    end: float
    direction: str | None


@dataclass(frozen=True, slots=True)
class Result:
    """An analysis. Scores are ``None`` until it is completed; ``voice`` also without sound. ``overall`` is 0–100."""

    state: State
    overall: float | None
    overall_grade: str | None
    overall_reason: str | None
    expression: Score | None
    eye: Score | None
    voice: Score | None
    observations: tuple[Observation, ...]
    formula_version: str | None
    raw: Json = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Feedback:
    """Words for the candidate; ``source`` is ``openai`` or ``rules``."""

    overall: str
    emotion: str
    attention: str
    voice: str
    strengths: tuple[str, ...]
    weaknesses: tuple[str, ...]
    suggestions: tuple[str, ...]
    source: str
    generated_at: datetime
    raw: Json = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Timeline:
    """``series``: one list a column, all as long as ``series["timestamp"]``."""

    duration: float
    series: Mapping[str, list[float | None]]
    observations: tuple[Observation, ...]
    raw: Json = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Recent:
    """One page of analyses, newest first; ``next_cursor`` asks for the next, ``None`` after the last."""

    analyses: tuple[Result, ...]
    next_cursor: str | None
    raw: Json = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Word:
    """Said from ``start`` to ``end``, seconds."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said. ``fillers``, ``repetitions``: ``None`` where they could not be told."""

    language: str
    model: str
    text: str
    words: tuple[Word, ...]
    fillers: tuple[Word, ...] | None
    repetitions: tuple[Word, ...] | None
    raw: Json = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class SaliencyMaps:
    """Which maps of a video are stored: ``rate`` a second, ``width`` × ``height`` pixels, over ``duration`` seconds."""

    video_id: str
    rate: float
    frames: int
    width: int
    height: int
    duration: float


@dataclass(frozen=True, slots=True)
class Figure:
    """With its 95 % interval and the value of maps that know nothing; ``None`` where it does not exist."""

    value: float | None
    low: float | None
    high: float | None
    chance: float | None


@dataclass(frozen=True, slots=True)
class SaliencyScore:
    """``figures`` by name (``nss``, ``auc_judd`` …), over ``points`` of gaze on ``frames`` maps."""

    frames: int
    points: int
    figures: Mapping[str, Figure]
    raw: Json = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was there and is gone in every store."""

    erased: Mapping[str, bool | int]
    verified: bool
    raw: Json = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Frames:
    """The metrics of every analysed frame, as the Parquet file that came. Reading it takes pyarrow."""

    parquet: bytes

    def table(self) -> pyarrow.Table:
        """One row a frame; absent is null."""
        from pyarrow import parquet  # noqa: PLC0415 - only who reads frames needs it

        return parquet.read_table(io.BytesIO(self.parquet))

    def arrays(self) -> dict[str, NDArray[np.floating]]:
        """One array (N,) a column; absent is NaN."""
        table = self.table()
        return {name: table[name].to_numpy() for name in table.column_names}


def upload_of(raw: Json) -> Upload:
    return Upload(raw["s3_bucket"], raw["s3_key"], raw["bytes"])


def submitted_of(raw: Json) -> Submitted:
    done = datetime.fromisoformat(raw["estimated_completion"])
    return Submitted(raw["analysis_id"], raw["status"], raw["message"], done, raw)


def state_of(raw: Json) -> State:
    """From the whole analysis, its status document or the data of an event."""
    progress, error = raw["progress"], raw["error"]
    return State(
        analysis_id=raw["analysis_id"],
        status=raw["status"],
        progress=Progress(progress["stage"], float(progress["percent"])),
        estimated_completion=_time(raw["estimated_completion"]),
        error=None if error is None else Fault(error["code"], error["message"], error["detail"]),
        raw=raw,
    )


def result_of(raw: Json) -> Result:
    return Result(
        state=state_of(raw),
        overall=raw["overall_score"],
        overall_grade=raw["overall_grade"],
        overall_reason=raw["overall_reason"],
        expression=_score(raw, "emotion_analysis"),
        eye=_score(raw, "eye_tracking"),
        voice=_score(raw, "voice_analysis"),
        observations=_observations(raw),
        formula_version=raw["formula_version"],
        raw=raw,
    )


def feedback_of(raw: Json) -> Feedback:
    return Feedback(
        overall=raw["overall_feedback"],
        emotion=raw["emotion_feedback"],
        attention=raw["attention_feedback"],
        voice=raw["voice_feedback"],
        strengths=tuple(raw["strengths"]),
        weaknesses=tuple(raw["weaknesses"]),
        suggestions=tuple(raw["improvement_suggestions"]),
        source=raw["source"],
        generated_at=datetime.fromisoformat(raw["generated_at"]),
        raw=raw,
    )


def timeline_of(raw: Json) -> Timeline:
    return Timeline(raw["duration"], raw["series"], _observations(raw), raw)


def recent_of(raw: Json) -> Recent:
    return Recent(tuple(result_of(one) for one in raw["analyses"]), raw["next_cursor"], raw)


def transcript_of(raw: Json) -> Transcript:
    return Transcript(
        language=raw["language"],
        model=raw["model"],
        text=raw["text"],
        words=_words(raw["words"]) or (),
        fillers=_words(raw["fillers"]),
        repetitions=_words(raw["repetitions"]),
        raw=raw,
    )


def saliency_of(raw: Json) -> SaliencyMaps:
    return SaliencyMaps(raw["video_id"], raw["rate"], raw["frames"], raw["width"], raw["height"], raw["duration"])


def saliency_score_of(raw: Json) -> SaliencyScore:
    figures = {name: Figure(one["value"], one["low"], one["high"], one["chance"]) for name, one in raw["figures"].items()}
    return SaliencyScore(raw["frames"], raw["points"], figures, raw)


def erased_maps_of(raw: Json) -> int:
    return int(raw["erased"])


def erasure_of(raw: Json) -> Erasure:
    return Erasure(raw["erased"], raw["verified"], raw)


def _score(raw: Json, part: str) -> Score | None:
    scored = raw[part]
    if scored is None:
        return None
    return Score(
        points=scored[_POINTS[part]],
        maximum=scored["maximum"],
        grade=scored["grade"],
        coverage=scored["coverage"],
        reason=scored["reason"],
        reason_message=scored["reason_message"],
        raw=scored,
    )


def _observations(raw: Json) -> tuple[Observation, ...]:
    return tuple(Observation(one["kind"], one["start"], one["end"], one["direction"]) for one in raw["observations"])


def _words(raw: list[Json] | None) -> tuple[Word, ...] | None:
    return None if raw is None else tuple(Word(one["word"], one["start"], one["end"]) for one in raw)


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
