"""``/analysis/{id}/llm-comment``."""

from __future__ import annotations

import pytest

from api_builders import UNKNOWN_ID, RunningApi
from interview_analysis.domain.analysis import AnalysisStatus
from store_builders import build_feedback


def test_stored_feedback_is_the_contract(api: RunningApi) -> None:
    analysis_id = api.completed(feedback=build_feedback("시선이 안정적입니다."))
    assert api.http.get(f"/analysis/{analysis_id}/llm-comment").json() == {
        "analysis_id": analysis_id,
        "language": "ko",
        "overall_score": None,
        "emotion_score": 45.2,
        "attention_score": 78.5,
        "stability_score": 82.0,
        "overall_feedback": "시선이 안정적입니다.",
        "emotion_feedback": "미소가 18 % 보입니다.",
        "attention_feedback": "0:12에 왼쪽을 보았습니다.",
        "voice_feedback": "",
        "strengths": ["안정적인 시선"],
        "weaknesses": [],
        "improvement_suggestions": ["카메라를 눈높이에 두세요."],
        "category_scores": {"expression": 75.3, "voice": None},
        "keywords": {"gaze": ["안정", "왼쪽"]},
        "keyword_analysis": {"gaze": {"strengths": ["안정"], "weaknesses": ["왼쪽"]}},
        "llm_model": None,
        "llm_status": "off",
        "reason": None,
        "reason_message": None,
        "prompt_version": None,
        "usage": None,
        "source": "rules",
        "generated_at": "2026-01-27T14:30:22.123456Z",
    }


@pytest.mark.parametrize("status", [AnalysisStatus.QUEUED, AnalysisStatus.PROCESSING])
def test_until_it_is_written_the_status_is_told(api: RunningApi, status: AnalysisStatus) -> None:
    answer = api.http.get(f"/analysis/{api.in_state(status)}/llm-comment")
    assert (answer.status_code, answer.json()["status"]) == (202, status)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_failed_analysis_tells_its_reason(api: RunningApi, method: str) -> None:
    answer = api.http.request(method, f"/analysis/{api.failed('no_video_stream')}/llm-comment")
    assert (answer.status_code, answer.json()["code"]) == (409, "no_video_stream")
    assert answer.json()["message"] == "파일에 영상이 없습니다."


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_cancelled_analysis_has_none(api: RunningApi, method: str) -> None:
    answer = api.http.request(method, f"/analysis/{api.cancelled()}/llm-comment")
    assert (answer.status_code, answer.json()["code"]) == (409, "analysis_cancelled")


def test_missing_feedback_is_not_found(api: RunningApi) -> None:
    answer = api.http.get(f"/analysis/{api.completed()}/llm-comment")
    assert (answer.status_code, answer.json()["code"]) == (404, "feedback_not_found")


def test_it_is_written_again_from_the_numbers_and_stays(api: RunningApi) -> None:
    analysis_id = api.completed(feedback=build_feedback("alt"))
    written = api.http.post(f"/analysis/{analysis_id}/llm-comment").json()
    assert (written["source"], written["emotion_score"]) == ("rules", 45.2)
    assert written["overall_feedback"] not in ("", "alt")
    assert api.http.get(f"/analysis/{analysis_id}/llm-comment").json() == written


def test_it_cannot_be_written_before_the_end(api: RunningApi) -> None:
    answer = api.http.post(f"/analysis/{api.queued()}/llm-comment")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_finished")


def test_writing_for_an_unknown_analysis_is_not_found(api: RunningApi) -> None:
    assert api.http.post(f"/analysis/{UNKNOWN_ID}/llm-comment").status_code == 404
