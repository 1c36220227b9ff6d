"""Analyses of practice sessions with the scores that a test wants."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from interview_analysis.domain.analysis import Analysis, AnalysisResult, AnalysisStatus, Failure
from interview_analysis.domain.scoring import weights as w
from interview_analysis.domain.scoring.results import Grade, InterviewScores, Reason, Score, ScorePart
from store_builders import START, build_analysis, build_result, build_scores


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One recorded answer: ``share`` 0–1 of every score; ``None`` = a score that the footage cannot support. ``blink`` stands
    apart; ``version`` is the formulas'."""

    share: float | None = 0.5
    blink: float | None = None
    number: int | None = None
    text: str | None = None
    session: str | None = "session"
    user: str | None = "user123"
    owner: str = ""
    minute: int = 0
    status: AnalysisStatus = AnalysisStatus.COMPLETED
    version: str = "1.0"


def answered(place: int, answer: Answer) -> Analysis:
    """``place`` makes the id; created ``answer.minute`` minutes after ``START``."""
    base = build_analysis(place, user=answer.user, session=answer.session)
    done = answer.status is AnalysisStatus.COMPLETED
    return replace(
        base,
        request=replace(base.request, question_num=answer.number, question_text=answer.text, callback_url=None),
        owner=answer.owner,
        expires_at=None,
        status=answer.status,
        created_at=START + timedelta(minutes=answer.minute, seconds=place),
        failure=Failure("video_unreadable", "no frame") if answer.status is AnalysisStatus.FAILED else None,
        result=result_of(answer) if done else None,
    )


def result_of(answer: Answer) -> AnalysisResult:
    return replace(build_result(), scores=_scores(answer))


def _scores(answer: Answer) -> InterviewScores:
    base, share = build_scores(), answer.share
    blink = share if answer.blink is None else answer.blink
    parts = (_part("on_target", share, w.ON_TARGET_POINTS), _part("blink", blink, w.BLINK_POINTS))
    return replace(
        base,
        formula_version=answer.version,
        overall=_score(share, 100.0),
        expression=replace(base.expression, score=_score(share, 60.0)),
        eye=replace(base.eye, score=replace(_score(share, 100.0), parts=parts)),
        voice=replace(base.voice, score=_score(share, 100.0)),
        head=replace(base.head, spread=None),
    )


def _part(name: str, share: float | None, maximum: float) -> ScorePart:
    return ScorePart(name=name, points=None if share is None else share * maximum, maximum=maximum, measured=1.0, unit="share")


def _score(share: float | None, maximum: float) -> Score:
    if share is None:
        return Score(value=None, maximum=maximum, coverage=0.1, reason=Reason.TOO_LITTLE_FACE)
    return Score(value=share * maximum, maximum=maximum, coverage=0.9, grade=Grade.FAIR)
