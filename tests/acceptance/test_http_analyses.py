"""Reading, listing, cancelling and erasing analyses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from api_builders import UNKNOWN_ID, RunningApi
from interview_analysis.domain.analysis import AnalysisStatus
from interview_analysis.domain.emotion import EMOTIONS
from interview_analysis.domain.scoring.results import Grade, Reason, Score
from store_builders import build_feedback, build_result, build_scores, build_timeline

PARTS = ("emotion_analysis", "eye_tracking", "head_pose", "voice_analysis", "overall_score", "quality", "formula_version")


def read(api: RunningApi, analysis_id: str) -> dict[str, object]:
    answer = api.http.get(f"/analysis/{analysis_id}")
    assert answer.status_code == 200
    return dict(answer.json())


def test_a_completed_analysis_is_the_contract(api: RunningApi) -> None:
    document = api.http.get(f"/analysis/{api.completed()}").json()
    assert document["status"] == "completed"
    assert document["progress"] == {"stage": "done", "percent": 100.0}
    emotion, eye, head, voice = (document[name] for name in PARTS[:4])
    assert (emotion["interview_score"], emotion["grade"]) == (45.2, "양호")
    assert list(emotion["emotions"]) == [str(name) for name in EMOTIONS]
    assert sum(emotion["emotions"].values()) == pytest.approx(1.0, abs=1e-3)
    assert (eye["gaze_stability"], eye["blink_frequency"], eye["gaze_directions"]["center"]) == (0.82, 15.3, 0.9)
    assert head["mean"] == {"pitch": -4.0, "yaw": 1.5, "roll": 0.25}
    assert voice["talk_ratio"] == 0.69
    assert document["observations"][0] == {"kind": "looked_away", "start": 12.4, "end": 14.1, "direction": "left"}
    assert document["quality"]["face_coverage"] == 0.97
    assert document["video"]["duration"] == 60.04
    assert document["timings"] == {"fetch": 0.25, "analyse_frames": 9.125}
    assert document["error"] is None


def test_an_absent_score_has_its_reason_and_a_sentence(api: RunningApi) -> None:
    document = api.http.get(f"/analysis/{api.completed()}").json()
    eye = document["eye_tracking"]
    assert (eye["attention_score"], eye["reason"]) == (None, "too_little_gaze")
    assert eye["reason_message"] == "시선을 측정할 수 있는 시간이 부족합니다."
    assert (document["overall_score"], document["overall_reason"]) == (None, "part_missing")
    assert document["overall_reason_message"]


def test_a_score_lists_its_parts(api: RunningApi) -> None:
    part = api.http.get(f"/analysis/{api.completed()}").json()["emotion_analysis"]["parts"][0]
    assert part == {"name": "composure", "points": 21.3, "maximum": 25.0, "measured": 0.3, "unit": "share", "reason": None}


@pytest.mark.parametrize(
    ("grade", "interview", "attention"),
    [
        (Grade.EXCELLENT, "우수", "매우 안정적"),
        (Grade.GOOD, "양호", "양호"),
        (Grade.FAIR, "보통", "보통"),
        (Grade.POOR, "개선 필요", "개선 필요"),
    ],
)
def test_grades_are_words(api: RunningApi, grade: Grade, interview: str, attention: str) -> None:
    scores = build_scores()
    graded = Score(value=50.0, maximum=100.0, coverage=1.0, grade=grade)
    result = build_result(expression=replace(scores.expression, score=graded), eye=replace(scores.eye, score=graded))
    document = api.http.get(f"/analysis/{api.completed(result=result)}").json()
    assert document["emotion_analysis"]["grade"] == interview
    assert document["eye_tracking"]["grade"] == attention


def test_without_sound_voice_is_null_with_its_reason(api: RunningApi) -> None:
    silent = Score(value=None, maximum=100.0, coverage=0.0, reason=Reason.NO_AUDIO)
    voice = replace(build_scores().voice, score=silent, metrics=None)
    document = read(api, api.completed(result=build_result(voice=voice)))
    assert (document["voice_analysis"], document["voice_reason"]) == (None, "no_audio")
    assert document["voice_reason_message"] == "영상에 소리가 없습니다."


@pytest.mark.parametrize("status", [status for status in AnalysisStatus if status is not AnalysisStatus.COMPLETED])
def test_without_a_result_the_parts_are_null(api: RunningApi, status: AnalysisStatus) -> None:
    document = read(api, api.in_state(status))
    assert document["status"] == status
    assert {name: document[name] for name in PARTS} == dict.fromkeys(PARTS)


@pytest.mark.parametrize("status", list(AnalysisStatus))
def test_retry_after_stands_only_while_it_runs(api: RunningApi, status: AnalysisStatus) -> None:
    answer = api.http.get(f"/analysis/{api.in_state(status)}")
    assert ("retry-after" in answer.headers) == (not status.is_final)


def test_a_failed_analysis_has_code_and_message(api: RunningApi) -> None:
    error = read(api, api.failed("no_video_stream"))["error"]
    assert error == {
        "code": "no_video_stream",
        "message": "파일에 영상이 없습니다.",
        "detail": "no frame can be decoded",
    }


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_an_unchanged_analysis_is_not_sent_again(api: RunningApi, form: str) -> None:
    path = f"/analysis/{api.completed()}"
    tag = api.http.get(path).headers["etag"]
    answer = api.http.get(path, headers={"If-None-Match": form.format(tag)})
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)


def test_a_changed_analysis_has_another_tag(api: RunningApi) -> None:
    analysis_id, claim = api.processing()
    tag = api.http.get(f"/analysis/{analysis_id}").headers["etag"]
    api.finish(claim)
    assert api.http.get(f"/analysis/{analysis_id}", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("analysis_id", [UNKNOWN_ID, "1", "%00", "%ff%fe", "%ED%A0%80", "a" * 5000, "analysis_' OR 1=1--"])
@pytest.mark.parametrize("path", ["", "/status", "/events", "/frames", "/timeline", "/llm-comment"])
def test_an_unknown_id_is_not_found(api: RunningApi, analysis_id: str, path: str) -> None:
    answer = api.http.get(f"/analysis/{analysis_id}{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "analysis_not_found")


def test_status_is_small(api: RunningApi) -> None:
    analysis_id, _ = api.processing()
    document = api.http.get(f"/analysis/{analysis_id}/status").json()
    assert document["status"] == "processing"
    assert document["progress"] == {"stage": "fetch", "percent": 0.0}
    assert "emotion_analysis" not in document


def test_recent_is_reachable_newest_first_and_filtered(api: RunningApi) -> None:
    mine = [api.queued(user="filtered", session="a"), api.queued(user="filtered", session="b")]
    failed = api.failed(user="filtered")

    def ids(**wanted: str) -> list[str]:
        answer = api.http.get("/analysis/recent", params={"user_id": "filtered", **wanted})
        return [entry["analysis_id"] for entry in answer.json()["analyses"]]

    assert ids() == [*reversed(mine), failed]
    assert ids(session_id="a") == mine[:1]
    assert ids(status="failed") == [failed]
    assert ids(status="failed", session_id="a") == []


def test_recent_pages_through_everything_once(api: RunningApi) -> None:
    made = {api.queued(user="paged") for _ in range(5)}
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        wanted = {"user_id": "paged", "limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = api.http.get("/analysis/recent", params=wanted).json()
        seen += [entry["analysis_id"] for entry in page["analyses"]]
        cursor = page["next_cursor"]
    assert len(seen) == 5
    assert set(seen) == made


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("limit=-1", "invalid_request"),
        ("limit=0", "invalid_request"),
        ("limit=101", "invalid_request"),
        ("limit=ten", "invalid_request"),
        ("status=done", "invalid_request"),
        ("user_id=%00", "invalid_request"),
    ],
)
def test_a_bad_query_is_refused(api: RunningApi, query: str, code: str) -> None:
    answer = api.http.get(f"/analysis/recent?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, code)


@pytest.mark.parametrize("cursor", ["made-up", "%F0%9F%98%80", "MjAyNg==", "a" * 200])
def test_a_cursor_that_was_never_given_out_is_not_found(api: RunningApi, cursor: str) -> None:
    answer = api.http.get(f"/analysis/recent?cursor={cursor}")
    assert (answer.status_code, answer.json()["code"]) == (404, "invalid_cursor")


@pytest.mark.parametrize("status", list(AnalysisStatus))
def test_only_unfinished_analyses_can_be_cancelled(api: RunningApi, status: AnalysisStatus) -> None:
    analysis_id = api.in_state(status)
    answer = api.http.post(f"/analysis/{analysis_id}/cancel")
    if status.is_final:
        assert (answer.status_code, answer.json()["code"]) == (409, "already_finished")
    else:
        assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
        assert read(api, analysis_id)["status"] == "cancelled"


def test_cancelling_an_unknown_analysis_is_not_found(api: RunningApi) -> None:
    assert api.http.post(f"/analysis/{UNKNOWN_ID}/cancel").status_code == 404


def test_erasing_says_what_went_and_leaves_nothing(api: RunningApi) -> None:
    analysis_id = api.completed(frames=build_timeline(700), feedback=build_feedback(), told=True)
    answer = api.http.delete(f"/analysis/{analysis_id}")
    assert answer.json() == {
        "analysis_id": analysis_id,
        "erased": {
            "analysis": True,
            "frames": 700,
            "feedback": True,
            "video": False,
            "deliveries": 1,
            "llm_wish": False,
            "overlay": False,
        },
        "verified": True,
    }
    assert api.http.get(f"/analysis/{analysis_id}").status_code == 404
    assert api.http.delete(f"/analysis/{analysis_id}").status_code == 404
    assert api.with_services(lambda services: services.frames.count(analysis_id)) == 0
    assert api.with_services(lambda services: services.feedback.get(analysis_id)) is None


def test_erasing_takes_an_uploaded_video_along(api: RunningApi) -> None:
    video = api.http.post("/uploads", content=b"video", headers={"Content-Type": "video/webm"}).json()
    stored = api.settings.paths.buckets / video["s3_bucket"] / video["s3_key"]
    assert stored.read_bytes() == b"video"
    body = {"s3_bucket": video["s3_bucket"], "s3_key": video["s3_key"]}
    analysis_id = api.http.post("/analyze", json=body).json()["analysis_id"]
    assert api.http.delete(f"/analysis/{analysis_id}").json()["erased"]["video"] is True
    assert not stored.exists()
