"""A finished analysis, readable: scores with their parts, what was seen and when, and the words for the candidate."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from interview_analysis.api.schemas.analysis import (
    AnalysisDocument,
    HeadPose,
    ObservationDocument,
    Scored,
    ScorePartDocument,
    VoiceAnalysis,
)
from interview_analysis.api.schemas.feedback import FeedbackDocument

_ABSENT = "–"


def print_result(document: AnalysisDocument) -> None:
    """On stdout; for an analysis that failed, why."""
    console = Console()
    console.print(f"[bold]{document.analysis_id}[/bold]: {document.status}", soft_wrap=True)
    if document.error is not None:
        console.print(f"{document.error.code}: {document.error.message} ({document.error.detail})", soft_wrap=True)
    for table in _tables(document):
        console.print(Padding(table, (1, 0, 0, 0)))


def print_comment(comment: FeedbackDocument) -> None:
    """On stdout."""
    console = Console()
    paragraphs = (comment.overall_feedback, comment.emotion_feedback, comment.attention_feedback, comment.voice_feedback)
    for text in filter(None, paragraphs):
        console.print(Padding(text, (1, 0, 0, 0)))
    for sign, texts in (("+", comment.strengths), ("-", comment.weaknesses), (">", comment.improvement_suggestions)):
        for text in texts:
            console.print(f"  {sign} {text}")


def _tables(document: AnalysisDocument) -> list[Table]:
    emotion, eye, head, voice = (
        document.emotion_analysis,
        document.eye_tracking,
        document.head_pose,
        document.voice_analysis,
    )
    if emotion is None or eye is None or head is None:
        return []
    scores = _table("score", "points", "of", "measured", "")
    _add(scores, "overall", (document.overall_score, 100.0, document.overall_grade), document.overall_reason_message)
    _add_scored(scores, "expression", emotion.interview_score, emotion.grade, emotion)
    _add_scored(scores, "eye", eye.attention_score, eye.grade, eye)
    if voice is not None:
        _add_scored(scores, "voice", voice.voice_score, voice.grade, voice)
    emotions = _table("expression", "share")
    for name, share in (emotion.emotions or {}).items():
        emotions.add_row(name, f"{share:.0%}")
    heard = [] if voice is None else [_voice_table(voice)]
    return [scores, emotions, _head_table(head), *heard, _observation_table(document.observations)]


def _add_scored(table: Table, name: str, value: float | None, grade: str | None, scored: Scored) -> None:
    table.add_section()
    _add(table, name, (value, scored.maximum, grade), scored.reason_message)
    for part in scored.parts:
        table.add_row(f"  {part.name}", _number(part.points), _number(part.maximum), _measured(part), part.reason or "")


def _measured(part: ScorePartDocument) -> str:
    if part.measured is None:
        return ""
    unit = part.unit.replace("_", " ")
    return f"{part.measured:.0%} {unit}" if part.unit.startswith("share") else f"{part.measured:.1f} {unit}"


def _add(table: Table, name: str, score: tuple[float | None, float, str | None], reason: str | None) -> None:
    value, maximum, grade = score
    table.add_row(f"[bold]{name}[/bold]", f"[bold]{_number(value)}[/bold]", _number(maximum), grade or "", reason or "")


def _head_table(head: HeadPose) -> Table:
    table = _table("head, degrees", "pitch", "yaw", "roll")
    for name, angles in (("mean", head.mean), ("lowest", head.lowest), ("highest", head.highest)):
        values = (None,) * 3 if angles is None else (angles.pitch, angles.yaw, angles.roll)
        table.add_row(name, *(_number(value) for value in values))
    return table


def _voice_table(voice: VoiceAnalysis) -> Table:
    table = _table("voice", "", "")
    table.add_row("talk, s", _number(voice.talk_seconds))
    table.add_row("pauses", str(voice.pause_count))
    table.add_row("syllables", _ABSENT if voice.syllables is None else str(voice.syllables))
    table.add_row("syllables a minute", _number(voice.syllables_per_minute), voice.pace or "")
    table.add_row("pitch median, Hz", _number(voice.pitch_median_hz))
    table.add_row("pitch range, semitones", _number(voice.pitch_range_semitones))
    return table


def _observation_table(observations: Sequence[ObservationDocument]) -> Table:
    table = _table("seen", "from s", "to s", "direction")
    for seen in observations:
        table.add_row(seen.kind, _number(seen.start), _number(seen.end), seen.direction or "")
    return table


def _table(first: str, *columns: str) -> Table:
    table = Table(first, box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, justify="right" if column not in ("", "direction", "measured") else "left")
    return table


def _number(value: float | None) -> str:
    return _ABSENT if value is None else f"{value:.1f}"
