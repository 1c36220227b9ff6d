"""The transcript over HTTP: in the analysis, word by word, in the export; and gone with the analysis."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace

import pytest

from api_builders import UNKNOWN_ID, RunningApi
from interview_analysis.domain.analysis import AnalysisResult, AnalysisStatus
from interview_analysis.domain.wording import Transcription, measure_wording
from store_builders import build_result
from transcript_builders import said

SPOKEN = said("음 제가 제가 맡았습니다", "ko")


def result_with(found: Transcription | None) -> AnalysisResult:
    return replace(build_result(), transcription=found)


@pytest.fixture(scope="module")
def spoken(api: RunningApi) -> str:
    return api.completed(result=result_with(Transcription(SPOKEN, measure_wording(SPOKEN, 30.0))), user="speaker")


def test_the_analysis_tells_how_it_was_worded(api: RunningApi, spoken: str) -> None:
    document = api.http.get(f"/analysis/{spoken}").json()
    assert (document["transcript_reason"], document["transcript_reason_message"]) == (None, None)
    assert document["transcript_analysis"] == {
        "language": "ko",
        "model": "test",
        "words": 4,
        "words_per_minute": 8.0,
        "filler_count": 1,
        "fillers_per_minute": 2.0,
        "fillers": {"음": 1},
        "repeated": 1,
    }


def test_every_word_has_its_times(api: RunningApi, spoken: str) -> None:
    document = api.http.get(f"/analysis/{spoken}/transcript").json()
    assert (document["analysis_id"], document["text"]) == (spoken, "음 제가 제가 맡았습니다")
    assert document["words"][1] == {"word": "제가", "start": 0.3, "end": 0.6}
    assert document["fillers"] == [{"word": "음", "start": 0.0, "end": 0.3}]
    assert document["repetitions"] == [{"word": "제가", "start": 0.6, "end": 0.9}]


ABSENT = {
    "before there was one": (None, None, None),
    "off": (Transcription(reason="transcriber_off"), "transcriber_off", "받아쓰기를 쓰지 않도록 설정되어 있습니다."),
    "time-out": (
        Transcription(reason="transcriber_timed_out"),
        "transcriber_timed_out",
        "받아쓰기가 제시간에 끝나지 않았습니다.",
    ),
    "no sound": (Transcription(reason="no_audio"), "no_audio", "영상에 소리가 없습니다."),
}


@pytest.mark.parametrize(("found", "reason", "sentence"), ABSENT.values(), ids=ABSENT)
def test_without_one_there_is_a_reason(
    api: RunningApi, found: Transcription | None, reason: str | None, sentence: str | None
) -> None:
    analysis_id = api.completed(result=result_with(found))
    document = api.http.get(f"/analysis/{analysis_id}").json()
    assert document["transcript_analysis"] is None
    assert (document["transcript_reason"], document["transcript_reason_message"]) == (reason, sentence)
    answer = api.http.get(f"/analysis/{analysis_id}/transcript")
    assert (answer.status_code, answer.json()["code"]) == (404, "transcript_not_found")


@pytest.mark.parametrize("status", [AnalysisStatus.QUEUED, AnalysisStatus.PROCESSING, AnalysisStatus.FAILED])
def test_an_analysis_without_result_has_none(api: RunningApi, status: AnalysisStatus) -> None:
    answer = api.http.get(f"/analysis/{api.in_state(status)}/transcript")
    assert (answer.status_code, answer.json()["code"]) == (404, "transcript_not_found")


def test_an_unknown_analysis_is_not_found(api: RunningApi) -> None:
    assert api.http.get(f"/analysis/{UNKNOWN_ID}/transcript").json()["code"] == "analysis_not_found"


def test_it_is_exported_and_erased_with_the_analysis(api: RunningApi, spoken: str) -> None:
    exported = zipfile.ZipFile(io.BytesIO(api.http.get("/users/export", params={"user_id": "speaker"}).content))
    assert json.loads(exported.read(f"analyses/{spoken}/transcript.json"))["text"] == SPOKEN.text
    assert api.http.delete(f"/analysis/{spoken}").json()["verified"] is True
    assert api.http.get(f"/analysis/{spoken}/transcript").json()["code"] == "analysis_not_found"
