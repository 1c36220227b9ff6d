"""Values of the relational store: times, JSON documents, cursors, errors of the drivers."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import OperationalError

from interview_analysis.adapters.relational.cursors import decode_cursor, encode_cursor
from interview_analysis.adapters.relational.records import analysis_of, encode_feedback, encode_result, row_of
from interview_analysis.adapters.relational.tables import UtcDateTime
from interview_analysis.adapters.relational.transactions import as_domain_error
from interview_analysis.domain.wording import Transcription, measure_wording
from interview_analysis.errors import DependencyUnavailable, StorageFull
from store_builders import START, build_analysis, build_feedback, build_result
from transcript_builders import said

SEOUL = timezone(timedelta(hours=9))


@pytest.mark.parametrize("time", [START, START.astimezone(SEOUL), datetime(2026, 1, 1, tzinfo=UTC)])
def test_times_come_back_in_utc_to_the_microsecond(time: datetime) -> None:
    column, dialect = UtcDateTime(), sqlite.dialect()
    found = column.process_result_value(column.process_bind_param(time, dialect), dialect)
    assert found == time
    assert found.tzinfo is UTC


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        UtcDateTime().process_bind_param(datetime(2026, 1, 1), sqlite.dialect())


def test_documents_are_plain_json_with_korean_as_it_is() -> None:
    assert "시선이 안정적입니다." in encode_feedback(build_feedback())
    assert "자기소개" in row_of(build_analysis(), None, "").request
    assert json.loads(encode_result(build_result()))["scores"]["eye"]["directions"] == {"center": 0.9, "left": 0.1}


def test_a_result_from_before_there_were_transcripts_is_still_read() -> None:
    document = json.loads(encode_result(build_result()))
    del document["transcription"]
    row = row_of(build_analysis(), None, "")
    row.result = json.dumps(document)
    assert analysis_of(row).result == build_result()


def test_a_transcript_is_stored_with_its_result() -> None:
    transcript = said("음 제가 맡았습니다", "ko")
    whole = replace(build_result(), transcription=Transcription(transcript, measure_wording(transcript, 30.0)))
    row = row_of(replace(build_analysis(), result=whole), None, "")
    assert analysis_of(row).result == whole


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_missing_number_that_must_be_there_is_refused_without_its_neighbours(number: float) -> None:
    with pytest.raises(ValueError, match="face_coverage") as caught:
        encode_result(build_result(face_coverage=number))
    assert "composure" not in str(caught.value)


def test_a_cursor_names_its_row() -> None:
    assert decode_cursor(encode_cursor(START, "analysis|면접")) == (START, "analysis|면접")


def failed(cause: BaseException, code: int | None = None) -> OperationalError:
    if code is not None:
        cause.sqlite_errorcode = code  # type: ignore[attr-defined]
    return OperationalError("INSERT INTO analyses VALUES (?)", ("secret",), cause)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (failed(sqlite3.OperationalError("database is locked"), sqlite3.SQLITE_BUSY), DependencyUnavailable),
        (failed(sqlite3.OperationalError("database or disk is full"), sqlite3.SQLITE_FULL), StorageFull),
        (failed(RuntimeError(1114, "The table 'analyses' is full")), StorageFull),
        (failed(RuntimeError(2013, "Lost connection")), DependencyUnavailable),
    ],
)
def test_a_drivers_error_becomes_ours_without_the_values(error: OperationalError, kind: type[Exception]) -> None:
    told = as_domain_error(error)
    assert type(told) is kind
    assert "secret" not in told.detail
