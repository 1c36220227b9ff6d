"""What a written sentence claims, held against the analysis: its figures, and that something never happened."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from interview_analysis.adapters.feedback.evidence import Evidence, gather_evidence
from interview_analysis.adapters.feedback.figures import false_figures, split_sentences
from interview_analysis.domain.feedback import Feedback
from interview_analysis.domain.scoring.results import InterviewScores, ObservationKind

_DENIALS: Final = {
    ObservationKind.LOOKED_AWAY: re.compile(
        r"(?i)\b(?:never looked away|(?:did not|didn't) look away (?:once|at all|even once))\b"
        r"|한\s?번도[^.]{0,12}(?:벗어나지|돌리지) 않(?:았|으셨|았습)"
    ),
    ObservationKind.ABSENT: re.compile(
        r"(?i)\bnever left the (?:picture|frame)\b|한\s?번도[^.]{0,12}화면을 (?:벗어나|떠나)지 않(?:았|으셨)"
    ),
}
"""Only in the past tense: "try never to look away" denies nothing."""

_OVERALL: Final = re.compile(
    r"(?i)(?:(?:종합|전체) ?점수(?:는|가)?|overall(?: score)?(?: is| was| of|:)?) ?"
    r"(?P<score>\d++(?:\.\d++)?+)(?! ?점? ?(?:만점|중|가운데))"
)
"""The one score that a sentence names beyond doubt."""


def faults_of(sentence: str, evidence: Evidence) -> list[str]:
    """What is false in it, as it stands there; empty where nothing is known to be."""
    denied = [
        found[0]
        for kind, denial in _DENIALS.items()
        if evidence.counts[kind] and (found := denial.search(sentence)) is not None
    ]
    return [*false_figures(sentence, evidence.facts), *denied, *_false_overall(sentence, evidence.overall)]


def _false_overall(sentence: str, overall: float | None) -> Iterator[str]:
    for found in _OVERALL.finditer(sentence):
        step = 10.0 ** -len(found["score"].partition(".")[2])
        if overall is None or abs(float(found["score"]) - overall) > 0.5 * step + 1e-9:
            yield found[0]


def contradictions(feedback: Feedback, scores: InterviewScores) -> list[str]:
    """Every sentence and keyword of ``feedback`` that claims what ``scores`` do not bear out, each with what is false."""
    evidence = gather_evidence(scores)
    return [f"{text}: {', '.join(faults)}" for text in _texts(feedback) if (faults := faults_of(text, evidence))]


def _texts(feedback: Feedback) -> Iterator[str]:
    whole = (
        feedback.overall_feedback,
        feedback.emotion_feedback,
        feedback.attention_feedback,
        feedback.voice_feedback,
        *feedback.strengths,
        *feedback.weaknesses,
        *feedback.improvement_suggestions,
    )
    for text in whole:
        yield from split_sentences(text)
    for words in feedback.keywords.values():
        yield from words
