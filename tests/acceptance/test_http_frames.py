"""Raw frame metrics in every format, and the series for charts."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import replace

import numpy as np
import pyarrow.parquet
import pytest

from api_builders import RunningApi
from interview_analysis.domain.analysis import AnalysisStatus
from interview_analysis.domain.timeline import COLUMNS
from store_builders import build_result, build_timeline

ROWS = 1300
"""More than one page of every reader between here and the store."""
TIMELINE = build_timeline(ROWS)
Row = dict[str, float | None]
NAMES = [name for name in COLUMNS if name != "anxiety"]
"""Columns without a model for anxiety."""


@pytest.fixture(scope="module")
def path(api: RunningApi) -> str:
    return f"/analysis/{api.completed(frames=TIMELINE)}"


def assert_same(rows: list[Row]) -> None:
    """Equal to the timeline in full precision, absent where it is NaN."""
    assert len(rows) == ROWS
    for name in NAMES:
        values = TIMELINE.columns()[name]
        told = np.array([math.nan if row[name] is None else row[name] for row in rows], dtype=values.dtype)
        np.testing.assert_array_equal(told, values, err_msg=name)


def test_json_pages_cover_every_row_once(api: RunningApi, path: str) -> None:
    rows: list[Row] = []
    offset: int | None = 0
    while offset is not None:
        page = api.http.get(f"{path}/frames", params={"offset": offset, "limit": 500}).json()
        assert (page["total"], page["offset"], page["columns"]) == (ROWS, offset, NAMES)
        rows += page["frames"]
        offset = page["next_offset"]
    assert_same(rows)


def test_csv_has_every_row(api: RunningApi, path: str) -> None:
    answer = api.http.get(f"{path}/frames", headers={"Accept": "text/csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert_same([{name: float(text) if text else None for name, text in row.items()} for row in rows])


def test_ndjson_has_every_row(api: RunningApi, path: str) -> None:
    answer = api.http.get(f"{path}/frames", headers={"Accept": "application/x-ndjson"})
    assert_same([json.loads(line) for line in answer.text.splitlines()])


def test_parquet_has_every_row_and_nulls(api: RunningApi, path: str) -> None:
    answer = api.http.get(f"{path}/frames", headers={"Accept": "application/vnd.apache.parquet"})
    table = pyarrow.parquet.read_table(io.BytesIO(answer.content))
    assert table.column_names == NAMES
    assert_same(table.to_pylist())


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
        ("text/csv;q=0.5, application/x-ndjson", "application/x-ndjson"),
        ("application/*", "application/json"),
    ],
)
def test_the_best_accepted_format_is_sent(api: RunningApi, path: str, accept: str, media_type: str) -> None:
    assert api.http.get(f"{path}/frames", headers={"Accept": accept}).headers["content-type"].startswith(media_type)


@pytest.mark.parametrize("accept", ["image/png", "text/csv;q=0", "nonsense"])
def test_no_accepted_format_is_said(api: RunningApi, path: str, accept: str) -> None:
    answer = api.http.get(f"{path}/frames", headers={"Accept": accept})
    assert (answer.status_code, answer.json()["code"]) == (406, "not_acceptable")


@pytest.mark.parametrize("query", ["offset=-1", "limit=0", "limit=1001", "offset=99999999999999999999", "limit=1e3"])
def test_a_bad_page_is_refused(api: RunningApi, path: str, query: str) -> None:
    answer = api.http.get(f"{path}/frames?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


def test_a_page_after_the_end_is_empty(api: RunningApi, path: str) -> None:
    page = api.http.get(f"{path}/frames", params={"offset": ROWS}).json()
    assert (page["frames"], page["next_offset"], page["total"]) == ([], None, ROWS)


@pytest.mark.parametrize("kind", ["frames", "timeline"])
@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (AnalysisStatus.QUEUED, (409, "not_finished")),
        (AnalysisStatus.PROCESSING, (409, "not_finished")),
        (AnalysisStatus.FAILED, (404, "frames_not_found")),
        (AnalysisStatus.CANCELLED, (404, "frames_not_found")),
    ],
)
def test_without_frames_it_says_why(api: RunningApi, kind: str, status: AnalysisStatus, expected: tuple[int, str]) -> None:
    answer = api.http.get(f"/analysis/{api.in_state(status)}/{kind}")
    assert (answer.status_code, answer.json()["code"]) == expected


def test_the_timeline_is_reduced_to_means(api: RunningApi, path: str) -> None:
    document = api.http.get(f"{path}/timeline", params={"points": 10}).json()
    assert {name: len(values) for name, values in document["series"].items()} == dict.fromkeys(NAMES, 10)
    assert document["duration"] == TIMELINE.duration
    times = np.array(document["series"]["timestamp"])
    assert (np.diff(times) > 0).all()
    first = TIMELINE.head[TIMELINE.timestamps < (times[0] + times[1]) / 2, 1]
    assert document["series"]["head_yaw"][0] == pytest.approx(np.nanmean(first), abs=0.05)


def test_the_timeline_carries_the_observations(api: RunningApi, path: str) -> None:
    told = api.http.get(f"{path}/timeline").json()["observations"]
    assert told == [{"kind": "looked_away", "start": 12.4, "end": 14.1, "direction": "left"}]


@pytest.mark.parametrize("points", ["0", "2001", "many"])
def test_a_bad_number_of_points_is_refused(api: RunningApi, path: str, points: str) -> None:
    assert api.http.get(f"{path}/timeline", params={"points": points}).status_code == 422


def test_anxiety_is_there_where_a_model_for_it_was_installed(api: RunningApi) -> None:
    result = build_result()
    result = replace(result, quality=replace(result.quality, anxiety_model="anxiety-landmarks"))
    path = f"/analysis/{api.completed(result=result, frames=TIMELINE)}"
    page = api.http.get(f"{path}/frames", params={"limit": 10}).json()
    assert page["columns"] == list(COLUMNS)
    assert all("anxiety" in row for row in page["frames"])
    table = api.http.get(f"{path}/frames", headers={"Accept": "text/csv"}).text
    assert table.splitlines()[0] == ",".join(COLUMNS)
    assert len(api.http.get(f"{path}/timeline", params={"points": 10}).json()["series"]["anxiety"]) == 10


def test_its_description_is_no_diagnosis_in_both_languages(api: RunningApi) -> None:
    schemas = api.http.get("/openapi.json").json()["components"]["schemas"]
    for text in (schemas["FramesPage"]["properties"]["frames"], schemas["TimelineDocument"]["properties"]["series"]):
        assert "no diagnosis" in text["description"]
        assert "진단이나 감정의 측정이 아니고" in text["description"]
