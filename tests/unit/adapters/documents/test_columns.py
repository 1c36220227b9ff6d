"""The stored form of timelines."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from interview_analysis.adapters.documents.columns import CHUNK_ROWS, Chunk, decode, encode
from interview_analysis.domain.timeline import COLUMNS
from store_builders import build_timeline


@pytest.mark.parametrize(("rows", "starts"), [(0, []), (1, [0]), (CHUNK_ROWS, [0]), (CHUNK_ROWS + 1, [0, CHUNK_ROWS])])
def test_chunks_follow_each_other(rows: int, starts: list[int]) -> None:
    chunks = list(encode(build_timeline(rows)))
    assert [chunk.first_row for chunk in chunks] == starts
    assert len(decode([chunk.data for chunk in chunks], 1.0)) == rows


def test_a_chunk_says_itself_what_it_holds() -> None:
    (chunk,) = encode(build_timeline(20))
    table = pa.ipc.open_stream(chunk.data).read_all()
    assert tuple(table.column_names) == COLUMNS
    assert {str(table.schema.field(name).type) for name in COLUMNS} == {"double", "float"}


def test_a_column_of_a_later_version_is_absent_in_an_older_chunk() -> None:
    (chunk,) = encode(build_timeline(20))
    older = without_column(chunk, "anxiety")
    timeline = decode([older], 1.0)
    assert np.isnan(timeline.anxiety).all()
    assert not np.isnan(timeline.face).all()


def without_column(chunk: Chunk, name: str) -> bytes:
    table = pa.ipc.open_stream(chunk.data).read_all().drop_columns([name])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue().to_pybytes())


def test_a_minute_takes_less_than_its_raw_bytes() -> None:
    timeline = build_timeline(900)
    raw = sum(values.nbytes for values in timeline.columns().values())
    assert sum(len(chunk.data) for chunk in encode(timeline)) < raw
