"""Transcripts with known times."""

from __future__ import annotations

from interview_analysis.domain.transcript import Transcript, Word

WORD_SECONDS = 0.3
BREAK_SECONDS = 0.4


def said(text: str, language: str = "en") -> Transcript:
    """Words of 0.3 s one after the other; each ``|`` is a break of 0.4 s."""
    words, time = [], 0.0
    for token in text.split():
        if token == "|":
            time += BREAK_SECONDS
            continue
        words.append(Word(token, round(time, 3), round(time + WORD_SECONDS, 3)))
        time += WORD_SECONDS
    return Transcript(language=language, words=tuple(words), model="test")
