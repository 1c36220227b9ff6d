"""The examples of the documentation are documents of the contract, whole and consistent."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, JsonValue

from interview_analysis.api.schemas.analysis import AnalysisDocument
from interview_analysis.api.schemas.examples import ANALYSIS, FEEDBACK
from interview_analysis.api.schemas.feedback import FeedbackDocument


@pytest.mark.parametrize(("model", "example"), [(AnalysisDocument, ANALYSIS), (FeedbackDocument, FEEDBACK)])
def test_an_example_comes_back_unchanged(model: type[BaseModel], example: dict[str, JsonValue]) -> None:
    assert model.model_validate(example).model_dump(mode="json") == example


def test_scores_of_the_example_are_the_sums_of_their_parts() -> None:
    document = AnalysisDocument.model_validate(ANALYSIS)
    emotion, eye = document.emotion_analysis, document.eye_tracking
    assert emotion is not None
    assert eye is not None
    for scored, value in ((emotion, emotion.interview_score), (eye, eye.attention_score)):
        assert sum(part.points or 0.0 for part in scored.parts) == pytest.approx(value)
    assert sum((emotion.emotions or {}).values()) == pytest.approx(1.0)
    assert document.overall_score == pytest.approx((emotion.interview_score or 0.0) + 0.4 * (eye.attention_score or 0.0))
