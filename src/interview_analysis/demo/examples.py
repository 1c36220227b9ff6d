"""``python -m interview_analysis.demo.examples FOLDER``: make the clips of ``example_clips``, analyse them, and write each
analysis (``NAME.json``) and its rule-based feedback in both languages (``NAME.md``)."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter

from interview_analysis.adapters.feedback.rules import RulesFeedbackWriter
from interview_analysis.bootstrap.line import build_frame_analyzer, model_store
from interview_analysis.demo.clip import FRAME_RATE, write_clip
from interview_analysis.demo.example_clips import CLIPS, ExampleClip
from interview_analysis.demo.speech import make_speech
from interview_analysis.demo.synthetic_face import load_synthetic_face
from interview_analysis.domain.analysis import AnalysisResult
from interview_analysis.domain.feedback import Feedback, FeedbackRequest, Language
from interview_analysis.one_off import Wishes, analyse_once
from interview_analysis.settings import Settings, load_settings

_RESULTS = TypeAdapter(AnalysisResult)
_HEADS = {
    Language.KOREAN: ("한국어", "강점", "약점", "제안", "핵심어"),
    Language.ENGLISH: ("English", "Strengths", "Weaknesses", "Suggestions", "Keywords"),
}


def read_result(path: Path) -> AnalysisResult:
    """An analysis as ``main`` wrote it."""
    return _RESULTS.validate_json(path.read_bytes())


async def write_feedback(result: AnalysisResult, language: Language) -> Feedback:
    """By rules; the time of writing is not shown."""
    request = FeedbackRequest(scores=result.scores, video=result.video, language=language)
    return await RulesFeedbackWriter(now=lambda: datetime(1970, 1, 1, tzinfo=UTC)).write(request)


async def render(clip: ExampleClip, result: AnalysisResult) -> str:
    """The page: what the clip shows, and the feedback in both languages."""
    lines = [f"# {clip.name}", "", *clip.about, "", f"Numbers: [{clip.name}.json]({clip.name}.json)."]
    for language in Language:
        lines += _feedback(await write_feedback(result, language))
    return "\n".join(lines) + "\n"


def _feedback(feedback: Feedback) -> Iterator[str]:
    title, *heads, keywords = _HEADS[feedback.language]
    yield from ("", f"## {title}")
    for text in (
        feedback.overall_feedback,
        feedback.emotion_feedback,
        feedback.attention_feedback,
        feedback.voice_feedback,
    ):
        yield from ("", text)
    groups = (feedback.strengths, feedback.weaknesses, feedback.improvement_suggestions)
    for head, sentences in zip(heads, groups, strict=True):
        if sentences:
            yield from ("", f"**{head}**", "", *(f"- {sentence}" for sentence in sentences))
    yield from ("", f"**{keywords}**", "")
    for category, words in feedback.keyword_analysis.items():
        signed = [*(f"+ {word}" for word in words.strengths), *(f"− {word}" for word in words.weaknesses)]
        if signed:
            yield f"- {category}: {'; '.join(signed)}"


async def make_examples(folder: Path, settings: Settings) -> None:
    """Write both files of every clip. Raises ``ModelUnavailable``, ``DependencyUnavailable``."""
    store = model_store(settings)
    face = load_synthetic_face(store.path("portrait"), store.path("face-landmarker"))
    with tempfile.TemporaryDirectory() as made, contextlib.closing(build_frame_analyzer(settings)) as analyzer:
        for clip in CLIPS:
            video = Path(made) / f"{clip.name}.webm"
            sound = None if clip.pauses is None else make_speech(clip.script.duration, clip.pauses)
            write_clip(video, face.frames(clip.script, FRAME_RATE), sound)
            outcome = await analyse_once(str(video), settings, lambda _: None, Wishes(analyzer=analyzer))
            if outcome.analysis.result is None:
                raise outcome.error or RuntimeError(f"{clip.name}: no result")
            result = replace(outcome.analysis.result, timings={})
            (folder / f"{clip.name}.json").write_bytes(_RESULTS.dump_json(result, indent=1) + b"\n")
            (folder / f"{clip.name}.md").write_text(await render(clip, result), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(make_examples(Path(sys.argv[1]), load_settings()))
