"""The examples of the documentation are documents of the contract, whole and consistent."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, JsonValue

from interview_analysis.api.schemas.analysis import AnalysisDocument
from interview_analysis.api.schemas.examples import ANALYSIS, FEEDBACK, TRANSCRIPT
from interview_analysis.api.schemas.feedback import FeedbackDocument
from interview_analysis.api.schemas.gaze import GazeFrameBody, GazeFrameDocument, GazeSessionDocument
from interview_analysis.api.schemas.gaze_examples import ANSWER, FRAME, SESSION
from interview_analysis.api.schemas.session_examples import PROGRESS, SUMMARY
from interview_analysis.api.schemas.sessions import SessionSummaryDocument, UserProgressDocument
from interview_analysis.api.schemas.transcript import TranscriptDocument


@pytest.mark.parametrize(
    ("model", "example"),
    [
        (AnalysisDocument, ANALYSIS),
        (FeedbackDocument, FEEDBACK),
        (TranscriptDocument, TRANSCRIPT),
        (SessionSummaryDocument, SUMMARY),
        (GazeFrameDocument, ANSWER),
        (GazeSessionDocument, SESSION),
        (UserProgressDocument, PROGRESS),
    ],
)
def test_an_example_comes_back_unchanged(model: type[BaseModel], example: dict[str, JsonValue]) -> None:
    assert model.model_validate(example).model_dump(mode="json", by_alias=True) == example


def test_the_frame_of_the_example_is_taken() -> None:
    body = GazeFrameBody.model_validate(FRAME)
    assert body.to_domain(body.picture, 100).details.video_id == "stimulus-1"


def test_scores_of_the_example_are_the_sums_of_their_parts() -> None:
    document = AnalysisDocument.model_validate(ANALYSIS)
    emotion, eye, voice = document.emotion_analysis, document.eye_tracking, document.voice_analysis
    assert emotion is not None
    assert eye is not None
    assert voice is not None
    told = (emotion, emotion.interview_score), (eye, eye.attention_score), (voice, voice.voice_score)
    for scored, value in told:
        assert sum(part.points or 0.0 for part in scored.parts) == pytest.approx(value)
    assert sum((emotion.emotions or {}).values()) == pytest.approx(1.0)
    assert document.overall_score == pytest.approx((emotion.interview_score or 0.0) + 0.4 * (eye.attention_score or 0.0))
