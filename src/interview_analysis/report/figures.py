"""Results → the lines and cells of the report. Absent is said with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Final

from interview_analysis.domain.analysis import Analysis, AnalysisResult
from interview_analysis.domain.moments import Moment
from interview_analysis.domain.scoring.results import InterviewScores, Observation, Score, ScorePart
from interview_analysis.domain.scoring.weights import FORMULA_VERSION
from interview_analysis.report.texts import Texts
from interview_analysis.words import expression_grade, reason_sentence, steadiness_grade

ABSENT: Final = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRow:
    """One line of a score's table; ``formula`` is empty where it belongs to another version."""

    name: str
    measured: str
    points: str
    formula: str
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreCard:
    """``value`` is ``None`` where the footage cannot tell, ``reason`` says why."""

    key: str
    name: str
    value: str | None
    maximum: str
    grade: str | None
    reason: str | None
    coverage: str
    formula: str
    parts: tuple[PartRow, ...]


def number(value: float | None, digits: int = 1) -> str:
    return ABSENT if value is None else f"{value:.{digits}f}"


def percent(share: float | None) -> str:
    return ABSENT if share is None else f"{100 * share:.0f} %"


def clock(seconds: float) -> str:
    """``1:05``, as players show it."""
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def moment_time(moment: Moment) -> float:
    """The middle of a moment, where its picture is taken."""
    return (moment.span.start + moment.span.end) / 2


def about(analysis: Analysis, result: AnalysisResult, texts: Texts) -> list[tuple[str, str]]:
    """Label and value of what was analysed."""
    request = analysis.request
    facts = [
        ("user", request.user_id),
        ("session", request.session_id),
        ("video", PurePosixPath(request.video.key).name),
        ("length", clock(result.video.duration)),
        ("made_at", _time(analysis.finished_at or analysis.created_at)),
        ("formula_version", result.scores.formula_version),
        ("analysis_id", analysis.id),
    ]
    return [(texts[name], value) for name, value in facts if value]


def score_cards(scores: InterviewScores, texts: Texts) -> list[ScoreCard]:
    """Overall, expression, attention, voice."""
    named = (
        ("overall", scores.overall, expression_grade),
        ("expression", scores.expression.score, expression_grade),
        ("eye", scores.eye.score, steadiness_grade),
        ("voice", scores.voice.score, steadiness_grade),
    )
    known = scores.formula_version == FORMULA_VERSION
    return [_card(key, score, grade(score.grade, texts.language), texts, known=known) for key, score, grade in named]


def _card(key: str, score: Score, grade: str | None, texts: Texts, *, known: bool) -> ScoreCard:
    return ScoreCard(
        key=key,
        name=texts[f"score_{key}"],
        value=None if score.value is None else number(score.value),
        maximum=f"{score.maximum:g}",
        grade=grade,
        reason=reason_sentence(score.reason, texts.language),
        coverage=texts.fill("coverage", share=percent(score.coverage)),
        formula=texts["formula_overall"] if known and key == "overall" else "",
        parts=tuple(_part(part, texts, known=known) for part in score.parts),
    )


def _part(part: ScorePart, texts: Texts, *, known: bool) -> PartRow:
    return PartRow(
        name=texts.word("part", part.name),
        measured=_measured(part, texts),
        points=f"{number(part.points)} / {part.maximum:g}",
        formula=texts.words.get(f"formula_{part.name}", "") if known else "",
        reason=reason_sentence(part.reason, texts.language),
    )


def _measured(part: ScorePart, texts: Texts) -> str:
    if part.measured is None:
        return ABSENT
    is_share = part.unit in ("share", "share_of_time")
    value = number(100 * part.measured, 0) if is_share else number(part.measured)
    return texts.fill(f"unit_{part.unit}", value=value) if f"unit_{part.unit}" in texts.words else f"{value} {part.unit}"


def beside(result: AnalysisResult, texts: Texts) -> list[tuple[str, str]]:
    """Label and value of what was measured and is part of no score; what could not be measured is left out."""
    head, eye, voice = result.scores.head, result.scores.eye, result.scores.voice.metrics
    wording = None if result.transcription is None else result.transcription.wording
    rates = (
        ("looked_away_rate", eye.looked_away_per_minute, "unit_per_minute"),
        ("head_movement", head.movement, "degrees_minute"),
        ("syllable_rate", None if voice is None else voice.syllable_rate, "syllables_minute"),
        ("words_rate", None if wording is None else wording.words_per_minute, "unit_per_minute"),
        ("fillers_rate", None if wording is None else wording.fillers_per_minute, "unit_per_minute"),
    )
    rows = [(texts[name], texts.fill(form, value=number(value))) for name, value, form in rates if value is not None]
    if eye.blink_count is not None:
        rows.append((texts["blink_count"], texts.fill("times", count=eye.blink_count)))
    if head.mean is not None:
        rows.append((texts["head_mean"], ", ".join(f"{round(angle):+d}°" for angle in head.mean)))
    if head.nods is not None and head.shakes is not None:
        rows.append((texts["head_swings"], f"{head.nods} / {head.shakes}"))
    if voice is not None and voice.pitch_median is not None:
        values = texts.fill("pitch_values", median=number(voice.pitch_median, 0), range=number(voice.pitch_range))
        rows.append((texts["pitch"], values))
    return rows


def describe(moment: Moment, texts: Texts) -> str:
    """What a moment's value is made of."""
    shares = (
        ("moment_smile", moment.smile),
        ("moment_negative", moment.negative),
        ("moment_on_target", moment.on_target),
    )
    return ", ".join(texts.fill(name, share=percent(share)) for name, share in shares if share is not None)


def observation_rows(observations: Sequence[Observation], texts: Texts) -> list[tuple[str, str, str]]:
    """When, what, how long."""
    return [
        (
            f"{clock(seen.start)}–{clock(seen.end)}",
            texts.word("kind", seen.kind) + ("" if seen.direction is None else f" ({texts.word('direction', seen.direction)})"),
            texts.fill("unit_seconds", value=number(seen.end - seen.start)),
        )
        for seen in observations
    ]


def standing(result: AnalysisResult, texts: Texts) -> list[tuple[str, str]]:
    """Label and value of what the numbers stand on."""
    quality, video = result.quality, result.video
    sound = "" if video.has_audio else f", {reason_sentence(result.scores.voice.score.reason, texts.language) or ABSENT}"
    recording = f"{video.container}, {video.codec}, {video.width}×{video.height}, {video.frame_rate:.1f} fps{sound}"
    rows = [
        (texts["face_coverage"], percent(quality.face_coverage)),
        (texts["analysed_rate"], texts.fill("per_second", value=number(quality.analysed_rate))),
        (texts["model_landmarks"], quality.landmark_model),
        (texts["model_expression"], _model(quality.expression_model, quality.expression_runtime, texts)),
        (texts["model_gaze"], _model(quality.gaze_model, quality.gaze_runtime, texts)),
        (texts["recording"], recording),
    ]
    if quality.skipped:
        rows.append((texts["skipped"], ", ".join(texts.words.get(f"score_{name}", name) for name in quality.skipped)))
    return rows


def _model(name: str | None, runtime: str | None, texts: Texts) -> str:
    if name is None:
        return texts["not_used"]
    return name if runtime is None else f"{name} ({runtime})"


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
