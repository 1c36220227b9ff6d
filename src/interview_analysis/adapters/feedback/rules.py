"""Feedback by rules: every sentence carries a number that was measured, and its moment where there is one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from interview_analysis.adapters.feedback.bands import Tone
from interview_analysis.adapters.feedback.findings import Finding, find_all
from interview_analysis.adapters.feedback.moments import find_moments
from interview_analysis.adapters.feedback.phrases import PhraseBook
from interview_analysis.adapters.feedback.rules_en import ENGLISH
from interview_analysis.adapters.feedback.rules_ko import KOREAN
from interview_analysis.domain.feedback import CategoryKeywords, Feedback, FeedbackRequest, FeedbackSource, Language
from interview_analysis.domain.scoring.categories import Category, category_scores
from interview_analysis.domain.scoring.results import InterviewScores, Reason

_BOOKS: Final = {Language.KOREAN: KOREAN, Language.ENGLISH: ENGLISH}
_EYES = (Category.GAZE, Category.BLINK)
_MOST_STRENGTHS, _MOST_WEAKNESSES, _MOST_SUGGESTIONS = 6, 6, 5
_FEWEST_SUGGESTIONS = 3
"""Parts that are no weakness fill up to here."""
_UNBALANCED_SHARE = 0.2


def _now() -> datetime:
    return datetime.now(UTC)


class RulesFeedbackWriter:
    """Implements ``FeedbackWriter``. Needs no service; ``now`` gives the time of writing."""

    def __init__(self, now: Callable[[], datetime] = _now) -> None:
        self._now = now

    async def write(self, request: FeedbackRequest) -> Feedback:
        """Words in the language asked for. Never fails: what cannot be told is said to be so, with the reason."""
        scores, book = request.scores, _BOOKS[request.language]
        spoken = request.transcription
        findings = find_all(scores, None if spoken is None else spoken.wording)
        return Feedback(
            language=request.language,
            overall_score=scores.overall.value,
            emotion_score=scores.expression.score.value,
            attention_score=scores.eye.score.value,
            stability_score=None if scores.eye.stability is None else 100.0 * scores.eye.stability,
            overall_feedback=_overall(scores, findings, book),
            emotion_feedback=_tell(book, findings, Category.EXPRESSION),
            attention_feedback=_tell(book, findings, *_EYES),
            voice_feedback=_tell(book, findings, Category.VOICE),
            strengths=tuple(book.point(f) for f in _ranked(findings, Tone.STRENGTH)[:_MOST_STRENGTHS]),
            weaknesses=tuple(book.point(f) for f in _ranked(findings, Tone.WEAKNESS)[:_MOST_WEAKNESSES]),
            improvement_suggestions=_suggestions(findings, book),
            category_scores=category_scores(scores),
            source=FeedbackSource.RULES,
            generated_at=self._now(),
            keywords=_keywords(findings, book),
            keyword_analysis=_keyword_analysis(findings, book),
        )


def _overall(scores: InterviewScores, findings: Sequence[Finding], book: PhraseBook) -> str:
    """The score with its best and its worst part, the moments that matter most, and the head, which has no text of its own."""
    moments = [book.tell(moment) for moment in find_moments(scores)]
    return " ".join([*_summary(scores, findings, book), *moments, _tell(book, findings, Category.POSTURE)]).rstrip()


def _summary(scores: InterviewScores, findings: Sequence[Finding], book: PhraseBook) -> list[str]:
    """The overall score with its best and its worst part, or why there is none."""
    expression, eye, overall = scores.expression.score, scores.eye.score, scores.overall
    if overall.value is None or overall.grade is None or expression.value is None or eye.value is None:
        return _without_overall(scores, book)
    opening = book.openings[overall.grade].format(overall=overall.value, expression=expression.value, eye=eye.value)
    scored = [f for f in findings if f.share is not None and f.category not in (Category.VOICE, Category.POSTURE)]
    best, worst = max(scored, key=_share), max(scored, key=lambda finding: finding.lost)
    sentences = [opening, *_balance(expression.value / expression.maximum, eye.value / eye.maximum, book)]
    sentences.append(book.most_points.format(what=book.name(best), share=best.share))
    if worst.can_improve and worst is not best:
        sentences.append(book.least_points[worst.tone].format(what=book.name(worst), share=worst.share))
    return sentences


def _balance(expression: float, eye: float, book: PhraseBook) -> list[str]:
    """Shares 0–1 of the points; said where they differ much."""
    if abs(expression - eye) < _UNBALANCED_SHARE:
        return []
    template = book.expression_ahead if expression > eye else book.eyes_ahead
    return [template.format(expression_share=expression, eye_share=eye)]


def _without_overall(scores: InterviewScores, book: PhraseBook) -> list[str]:
    """Why there is no overall score, and what can be told all the same."""
    numbers = {"coverage": scores.face_coverage, "seconds": scores.analysed_seconds}
    reason = scores.overall.reason or Reason.PART_MISSING
    template, lacking, known = book.overall_unknown, "", []
    for category, score in ((Category.EXPRESSION, scores.expression.score), (Category.GAZE, scores.eye.score)):
        name = book.categories[category]
        if score.value is not None:
            known.append(book.known.format(what=name, value=score.value, maximum=score.maximum))
        elif reason is Reason.PART_MISSING and score.reason is not None:
            template, lacking, reason = book.overall_lacks, name, score.reason
    return [template.format(what=lacking, reason=book.reasons[reason].format(**numbers)), *known]


def _tell(book: PhraseBook, findings: Sequence[Finding], *categories: Category) -> str:
    return " ".join(dict.fromkeys(book.state(finding) for finding in findings if finding.category in categories))


def _share(finding: Finding) -> float:
    return 1.0 if finding.share is None else finding.share


def _ranked(findings: Sequence[Finding], tone: Tone) -> list[Finding]:
    """Findings of ``tone``: the most telling of each category first, then the second of each, and so on."""
    by_share = sorted((f for f in findings if f.tone is tone), key=_share, reverse=tone is Tone.STRENGTH)
    seen: Counter[Category] = Counter()
    places = []
    for finding in by_share:
        places.append(seen[finding.category])
        seen[finding.category] += 1
    return [by_share[i] for i in sorted(range(len(by_share)), key=places.__getitem__)]


def _suggestions(findings: Sequence[Finding], book: PhraseBook) -> tuple[str, ...]:
    """For what cannot be told and for the weaknesses; then for the parts with most to gain until there are a few."""
    pressing = [*_ranked(findings, Tone.UNKNOWN), *_ranked(findings, Tone.WEAKNESS)]
    others = sorted((f for f in findings if f.tone in (Tone.PLAIN, Tone.STRENGTH)), key=_share)
    sentences = [text for text in dict.fromkeys(book.suggest(finding) for finding in pressing) if text]
    spare = [text for finding in others if finding.can_improve or finding.share is None if (text := book.suggest(finding))]
    return tuple([*sentences, *spare[: max(0, _FEWEST_SUGGESTIONS - len(sentences))]][:_MOST_SUGGESTIONS])


def _keywords(findings: Sequence[Finding], book: PhraseBook) -> dict[str, tuple[str, ...]]:
    told = [finding for finding in findings if finding.tone is not Tone.UNKNOWN]
    return {category.value: tuple(book.keyword(f) for f in told if f.category is category) for category in Category}


def _keyword_analysis(findings: Sequence[Finding], book: PhraseBook) -> dict[str, CategoryKeywords]:
    def of(category: Category, tone: Tone) -> tuple[str, ...]:
        return tuple(book.keyword(f) for f in findings if f.category is category and f.tone is tone)

    return {
        category.value: CategoryKeywords(strengths=of(category, Tone.STRENGTH), weaknesses=of(category, Tone.WEAKNESS))
        for category in Category
    }
