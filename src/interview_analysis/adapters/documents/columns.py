"""Frame timelines as chunks of Arrow IPC (zstd): self-describing, exact to the bit, readable one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from interview_analysis.domain.timeline import COLUMNS, FrameTimeline

CHUNK_ROWS = 512
"""34 s at 15 rows a second, about 26 KB: a page of a few hundred rows touches two chunks at most."""


class Chunk(NamedTuple):
    """Rows ``first_row`` … as one Arrow stream."""

    first_row: int
    data: bytes


def encode(timeline: FrameTimeline) -> Iterator[Chunk]:
    """The timeline in chunks, in order; none for an empty one."""
    for first_row in range(0, len(timeline), CHUNK_ROWS):
        yield Chunk(first_row, _encode_rows(timeline.slice(first_row, first_row + CHUNK_ROWS)))


def decode(chunks: Sequence[bytes], duration: float) -> FrameTimeline:
    """Inverse of ``encode`` for neighbouring chunks. Columns that were not known when they were written are NaN."""
    tables = [_decode_rows(data) for data in chunks]
    columns = {name: np.concatenate([np.zeros(0), *(table[name] for table in tables)]) for name in COLUMNS}
    return FrameTimeline.from_columns(columns, duration)


def _encode_rows(timeline: FrameTimeline) -> bytes:
    batch = pa.record_batch(timeline.columns())
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_batch(batch)
    return bytes(sink.getvalue().to_pybytes())


def _decode_rows(data: bytes) -> dict[str, NDArray[np.floating]]:
    with pa.ipc.open_stream(data) as reader:
        table = reader.read_all()
    known = set(table.column_names)
    absent = np.full(table.num_rows, np.nan)
    return {name: table[name].to_numpy() if name in known else absent for name in COLUMNS}
