"""What scoring returns. Absent is ``None`` with a reason, never a default."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from interview_analysis.domain.emotion import Emotion
from interview_analysis.domain.episode import Episode
from interview_analysis.domain.pose import Direction, GazeAngles, HeadAngles
from interview_analysis.domain.voice import VoiceMetrics


class Reason(StrEnum):
    """Why a value is ``None``."""

    NO_FACE = "no_face"
    TOO_LITTLE_FACE = "too_little_face"
    TOO_SHORT = "too_short"
    TOO_LITTLE_GAZE = "too_little_gaze"
    LOW_FRAME_RATE = "low_frame_rate"
    EYES_NOT_MEASURABLE = "eyes_not_measurable"
    SKIPPED = "skipped"
    MODEL_MISSING = "model_missing"
    NO_AUDIO = "no_audio"
    NO_SPEECH = "no_speech"
    PART_MISSING = "part_missing"


class Grade(StrEnum):
    """Bands of a score; the words for people depend on the score and the language."""

    EXCELLENT = "excellent"
    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


class PaceBand(StrEnum):
    """Of the syllable rate, by the language that is spoken."""

    SLOW = "slow"
    PREFERRED = "preferred"
    FAST = "fast"


class ObservationKind(StrEnum):
    LOOKED_AWAY = "looked_away"
    ABSENT = "absent"
    SECOND_FACE = "second_face"
    EYES_CLOSED = "eyes_closed"
    SMILE = "smile"
    LONG_PAUSE = "long_pause"
    LARGE_HEAD_TURN = "large_head_turn"


@dataclass(frozen=True, slots=True)
class Observation:
    """Something that can be seen between two times, without a verdict."""

    kind: ObservationKind
    start: float
    end: float
    direction: Direction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorePart:
    """``points`` of ``maximum`` for the quantity ``measured`` in ``unit``."""

    name: str
    points: float | None
    maximum: float
    measured: float | None
    unit: str
    reason: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """``coverage``: share 0–1 of the video's duration that the score stands on."""

    value: float | None
    maximum: float
    coverage: float
    parts: tuple[ScorePart, ...] = ()
    grade: Grade | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpressionSummary:
    """``steadiness`` 0–1: one minus the mean change of the class distribution per second (total variation, capped)."""

    score: Score
    emotions: dict[Emotion, float] | None
    dominant: Emotion | None
    smile_share: float | None
    steadiness: float | None
    smiles: tuple[Episode, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EyeSummary:
    """Shares 0–1, degrees, square degrees, per minute.

    target      robust mode of gaze over the session, and ``cone`` the half-angle around it that counts as on target
    bcea        area of the ellipse of 68.27 % of gaze, moments about the target
    stability   0–1 form of the dispersion about the target
    directions  share of valid time by direction relative to the target; ``center`` is inside the cone
    """

    score: Score
    on_target: float | None
    stability: float | None
    bcea: float | None
    target: GazeAngles | None
    cone: float | None
    directions: dict[Direction, float] | None
    looked_away_per_minute: float | None
    blink_count: int | None
    blink_rate: float | None
    blinks: tuple[Episode, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadSummary:
    """Degrees. ``movement`` is the path of pitch and yaw in degrees per minute."""

    coverage: float
    mean: HeadAngles | None
    spread: HeadAngles | None
    range: HeadAngles | None
    lowest: HeadAngles | None
    highest: HeadAngles | None
    movement: float | None
    nods: int | None
    shakes: int | None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceSummary:
    """``metrics`` is ``None`` where there is no sound or the part was skipped.

    pace           band of ``metrics.syllable_rate``; ``None`` without a rate, and without bands for the language
    pace_language  what is spoken, ISO 639-1, whose bands these are; ``None`` = nobody said
    """

    score: Score
    metrics: VoiceMetrics | None
    pace: PaceBand | None = None
    pace_language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewScores:
    """All of it, with the version of the formulas that made it."""

    formula_version: str
    face_coverage: float
    analysed_seconds: float
    overall: Score
    expression: ExpressionSummary
    eye: EyeSummary
    head: HeadSummary
    voice: VoiceSummary
    observations: tuple[Observation, ...] = ()
