"""From a reply to feedback: what is false is left out, what then is missing the rules say, and scores are ours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, NamedTuple

from interview_analysis.adapters.feedback.claims import faults_of
from interview_analysis.adapters.feedback.evidence import Evidence
from interview_analysis.adapters.feedback.figures import find_figures, split_sentences
from interview_analysis.adapters.feedback.reply import Reply
from interview_analysis.domain.feedback import Feedback, FeedbackSource
from interview_analysis.errors import DependencyUnavailable

_TEXTS: Final = ("overall_feedback", "emotion_feedback", "attention_feedback", "voice_feedback")
_LISTS: Final = ("strengths", "weaknesses", "improvement_suggestions")
_MOST_READ = 12
"""Entries of a list and sentences of an entry that are looked at: a reply may be long, and none of it holds the loop up."""
_MOST_ENTRIES = 6
_LONGEST_SENTENCE, _LONGEST_KEYWORD = 600, 40
_UNTIED: Final = "no measured number or moment"
_TOO_LONG: Final = "too long"


class Fault(NamedTuple):
    """A sentence of a field that cannot stay, and what is wrong in it."""

    field: str
    sentence: str
    wrong: tuple[str, ...]


def find_faults(reply: Reply, evidence: Evidence) -> list[Fault]:
    """Sentences with false figures or claims, and suggestions that are tied to nothing measured."""
    return [
        Fault(name, sentence, wrong)
        for name, entries in _entries(reply)
        for entry in entries
        for sentence in split_sentences(entry)[:_MOST_READ]
        if (wrong := tuple(_wrong(name, entry, sentence, evidence)))
    ]


def compose(reply: Reply, rules: Feedback, evidence: Evidence) -> Feedback:
    """The rules' feedback with everything of the reply that may stay in its place.

    Raises ``DependencyUnavailable`` (``llm_false_figures``) where nothing may.
    """
    kept = {name: tuple(filter(None, (_kept(name, one, evidence) for one in entries))) for name, entries in _entries(reply)}
    if not any(kept.values()):
        raise DependencyUnavailable("no sentence of the reply agrees with the analysis", code="llm_false_figures")
    return replace(
        rules,
        overall_feedback=" ".join(kept["overall_feedback"]) or rules.overall_feedback,
        emotion_feedback=" ".join(kept["emotion_feedback"]) or rules.emotion_feedback,
        attention_feedback=" ".join(kept["attention_feedback"]) or rules.attention_feedback,
        voice_feedback=" ".join(kept["voice_feedback"]) or rules.voice_feedback,
        strengths=_most(kept["strengths"]) if kept["strengths"] or not reply.strengths else rules.strengths,
        weaknesses=_most(kept["weaknesses"]) if kept["weaknesses"] or not reply.weaknesses else rules.weaknesses,
        improvement_suggestions=_most(kept["improvement_suggestions"]) or rules.improvement_suggestions,
        keywords=_keywords(reply, rules, evidence),
        source=FeedbackSource.OPENAI,
    )


def _most(entries: tuple[str, ...]) -> tuple[str, ...]:
    return entries[:_MOST_ENTRIES]


def _entries(reply: Reply) -> Iterator[tuple[str, list[str]]]:
    for name in _TEXTS:
        yield name, [getattr(reply, name)]
    for name in _LISTS:
        yield name, getattr(reply, name)[:_MOST_READ]


def _kept(name: str, entry: str, evidence: Evidence) -> str:
    sentences = split_sentences(entry)[:_MOST_READ]
    return " ".join(one for one in sentences if not any(_wrong(name, entry, one, evidence)))


def _wrong(name: str, entry: str, sentence: str, evidence: Evidence) -> Iterator[str]:
    if len(sentence) > _LONGEST_SENTENCE:
        yield _TOO_LONG
        return
    yield from faults_of(sentence, evidence)
    if name == "improvement_suggestions" and not _is_tied(entry, evidence):
        yield _UNTIED


def _is_tied(entry: str, evidence: Evidence) -> bool:
    """One of its sentences that may stay holds a figure."""
    return any(
        len(one) <= _LONGEST_SENTENCE and find_figures(one) and not faults_of(one, evidence)
        for one in split_sentences(entry)[:_MOST_READ]
    )


def _keywords(reply: Reply, rules: Feedback, evidence: Evidence) -> dict[str, tuple[str, ...]]:
    found = {
        category: tuple(word.strip() for word in words[:_MOST_READ] if _is_keyword(word, evidence))[:_MOST_ENTRIES]
        for category, words in reply.keywords.model_dump().items()
    }
    return {category: found.get(category) or words for category, words in (dict.fromkeys(found, ()) | rules.keywords).items()}


def _is_keyword(word: str, evidence: Evidence) -> bool:
    return 0 < len(word.strip()) <= _LONGEST_KEYWORD and not faults_of(word, evidence)
