"""A minute of an interview with good and bad moments, and words that try to be more than words."""

from __future__ import annotations

from ctypes.util import find_library
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from interview_analysis.domain.analysis import AnalysisResult
from interview_analysis.domain.feedback import Feedback, FeedbackSource
from interview_analysis.domain.scoring import score_interview
from interview_analysis.domain.timeline import FrameTimeline
from store_builders import build_feedback, build_result, build_scores
from timeline_builders import during, expression, make_timeline

needs_pango = pytest.mark.skipif(
    find_library("pango-1.0") is None, reason="no PDFs without Pango: apt-get install libpangoft2-1.0-0"
)
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}\"'&"
HOSTILE_KEY = "interviews/<svg onload=alert(3)>.webm"
SMILE, GLANCE, ABSENT = (10.0, 16.0), (40.0, 46.0), (30.0, 31.0)


def build_interview(seconds: float = 60.0) -> FrameTimeline:
    """Neutral but for a smile, on target but for a glance away, with a blink every four seconds and a second without a face."""
    return make_timeline(
        seconds,
        15.0,
        emotions=during([SMILE], expression("happy"), expression("neutral")),
        gaze=during([GLANCE], (-11.0, 33.0), (-11.0, 3.0)),
        head=lambda times: np.stack([2 * np.sin(times), 5 * np.sin(times / 3), np.cos(times)], axis=1),
        openness=lambda times: np.where(times % 4 < 0.2, 0.05, 0.3),
        face=during([ABSENT], 0.0, 1.0),
    )


def scored(timeline: FrameTimeline, *, sound: bool = True) -> AnalysisResult:
    """The result that belongs to it."""
    voice = build_scores().voice.metrics if sound else None
    scores = score_interview(timeline, voice, frozenset(), "iris-geometry")
    known = build_result()
    return replace(known, scores=scores, quality=replace(known.quality, gaze_model="iris-geometry", skipped=()))


def hostile_feedback() -> Feedback:
    """A language model's words, all of them hostile."""
    words = (HOSTILE,)
    return replace(
        build_feedback(HOSTILE),
        emotion_feedback=HOSTILE,
        attention_feedback=HOSTILE,
        voice_feedback=HOSTILE,
        strengths=words,
        weaknesses=words,
        improvement_suggestions=words,
        source=FeedbackSource.OPENAI,
        llm_model=HOSTILE,
    )


class Parsed(HTMLParser):
    """What a browser makes of a page: its elements, their attributes and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._words: list[str] = []
        self.feed(page)

    @property
    def text(self) -> str:
        return "".join(self._words)

    @property
    def names(self) -> set[str]:
        return {name for name, _ in self.elements}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self._words.append(data)
