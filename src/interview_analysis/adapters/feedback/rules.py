"""Feedback by rules: every sentence carries a number that was measured, and its moment where there is one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from interview_analysis.adapters.feedback.findings import Finding, Tone, find_all
from interview_analysis.adapters.feedback.phrases import PhraseBook
from interview_analysis.adapters.feedback.rules_en import ENGLISH
from interview_analysis.adapters.feedback.rules_ko import KOREAN
from interview_analysis.domain.feedback import Feedback, FeedbackRequest, FeedbackSource, Language
from interview_analysis.domain.scoring.categories import Category, category_scores
from interview_analysis.domain.scoring.results import InterviewScores, Reason

_BOOKS: Final = {Language.KOREAN: KOREAN, Language.ENGLISH: ENGLISH}
_EYES = (Category.GAZE, Category.BLINK)
_MOST_STRENGTHS, _MOST_WEAKNESSES, _MOST_SUGGESTIONS = 6, 6, 5


def _now() -> datetime:
    return datetime.now(UTC)


class RulesFeedbackWriter:
    """Implements ``FeedbackWriter``. Needs no service; ``now`` gives the time of writing."""

    def __init__(self, now: Callable[[], datetime] = _now) -> None:
        self._now = now

    async def write(self, request: FeedbackRequest) -> Feedback:
        """Words in the language asked for. Never fails: what cannot be told is said to be so, with the reason."""
        scores, book = request.scores, _BOOKS[request.language]
        findings = find_all(scores)
        return Feedback(
            language=request.language,
            overall_score=scores.overall.value,
            emotion_score=scores.expression.score.value,
            attention_score=scores.eye.score.value,
            stability_score=None if scores.eye.stability is None else 100.0 * scores.eye.stability,
            overall_feedback=_overall(scores, findings, book),
            emotion_feedback=_tell(book, [f for f in findings if f.category is Category.EXPRESSION]),
            attention_feedback=_tell(book, [f for f in findings if f.category in _EYES]),
            strengths=tuple(book.state(f) for f in _ranked(findings, Tone.STRENGTH)[:_MOST_STRENGTHS]),
            weaknesses=tuple(book.state(f) for f in _ranked(findings, Tone.WEAKNESS)[:_MOST_WEAKNESSES]),
            improvement_suggestions=_suggestions(findings, book),
            category_scores=category_scores(scores),
            source=FeedbackSource.RULES,
            generated_at=self._now(),
            keywords=_keywords(findings, book),
        )


def _overall(scores: InterviewScores, findings: Sequence[Finding], book: PhraseBook) -> str:
    return " ".join([*_summary(scores, findings, book), *_states(book, [f for f in findings if _is_beside_the_score(f)])])


def _summary(scores: InterviewScores, findings: Sequence[Finding], book: PhraseBook) -> list[str]:
    """The overall score with its best and its worst part, or why there is none."""
    expression, eye, overall = scores.expression.score.value, scores.eye.score.value, scores.overall
    if overall.value is None or expression is None or eye is None:
        reason = book.reasons[overall.reason or Reason.PART_MISSING]
        filled = reason.format(coverage=scores.face_coverage, seconds=scores.analysed_seconds)
        return [book.overall_unknown.format(reason=filled)]
    sentences = [book.overall.format(overall=overall.value, expression=expression, eye=eye)]
    scored = sorted((f for f in findings if f.share is not None and not _is_beside_the_score(f)), key=_share)
    for template, finding in ((book.most_points, scored[-1]), (book.least_points, scored[0])):
        if template is book.most_points or finding.can_improve:
            sentences.append(template.format(what=book.name(finding), share=finding.share))
    return sentences


def _is_beside_the_score(finding: Finding) -> bool:
    return finding.category in (Category.VOICE, Category.POSTURE)


def _tell(book: PhraseBook, findings: Sequence[Finding]) -> str:
    return " ".join(_states(book, findings))


def _states(book: PhraseBook, findings: Sequence[Finding]) -> list[str]:
    return list(dict.fromkeys(book.state(finding) for finding in findings))


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
    """For what cannot be told and for the weaknesses; without either, for the part with most to gain."""
    pressing = [*_ranked(findings, Tone.UNKNOWN), *_ranked(findings, Tone.WEAKNESS)]
    other = sorted((f for f in findings if f.tone in (Tone.PLAIN, Tone.STRENGTH) and f.can_improve), key=_share)
    sentences = dict.fromkeys(book.suggest(finding) for finding in pressing or other[:1])
    return tuple(sentence for sentence in sentences if sentence)[:_MOST_SUGGESTIONS]


def _keywords(findings: Sequence[Finding], book: PhraseBook) -> dict[str, tuple[str, ...]]:
    told = [finding for finding in findings if finding.tone is not Tone.UNKNOWN]
    return {category.value: tuple(book.keyword(f) for f in told if f.category is category) for category in Category}
