"""Frame metrics as JSON rows, CSV, NDJSON and Parquet, page by page.

Pages are written in threads: a thousand rows take tens of milliseconds, in which the loop must answer others.
"""

from __future__ import annotations

import asyncio
import csv
import io
import math
from collections.abc import AsyncIterator, Callable

import numpy as np
import orjson
import pyarrow
import pyarrow.parquet
from numpy.typing import NDArray

from interview_analysis.application.ports import FrameMetricsStore
from interview_analysis.domain.timeline import COLUMNS, FrameTimeline

JSON, CSV, NDJSON, PARQUET = "application/json", "text/csv", "application/x-ndjson", "application/vnd.apache.parquet"
MEDIA_TYPES = (JSON, CSV, NDJSON, PARQUET)
_PAGE = 1024


def rows(timeline: FrameTimeline) -> list[dict[str, float | None]]:
    """One dictionary a frame; NaN becomes ``None``."""
    columns = timeline.columns()
    lists = [values_or_none(columns[name]) for name in COLUMNS]
    return [dict(zip(COLUMNS, values, strict=True)) for values in zip(*lists, strict=True)]


def values_or_none(values: NDArray[np.floating]) -> list[float | None]:
    """Shortest decimal form of the column's own precision; NaN becomes ``None``."""
    return [None if math.isnan(value) else float(str(value)) for value in values]


def choose_media_type(accept: str) -> str | None:
    """The best of ``MEDIA_TYPES`` for an Accept header (RFC 9110 §12.5.1); ``None`` when none is acceptable."""
    wanted: list[tuple[float, int, str]] = []
    for order, entry in enumerate(accept.split(",")):
        media, *parameters = (part.strip().lower() for part in entry.split(";"))
        quality = next((_quality(value[2:]) for value in parameters if value.startswith("q=")), 1.0)
        wanted.append((-quality, order, media))
    for negative, _, media in sorted(wanted):
        found = next((kind for kind in MEDIA_TYPES if media in (kind, "*/*", kind.split("/")[0] + "/*")), None)
        if negative < 0 and found is not None:
            return found
    return None


def _quality(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        return 0.0


async def stream_csv(store: FrameMetricsStore, analysis_id: str) -> AsyncIterator[bytes]:
    """Header and one line a frame; absent is empty."""
    yield (",".join(COLUMNS) + "\n").encode()
    async for page in _pages(store, analysis_id):
        yield await asyncio.to_thread(_csv_lines, page)


async def stream_ndjson(store: FrameMetricsStore, analysis_id: str) -> AsyncIterator[bytes]:
    """One JSON object a line."""
    async for page in _pages(store, analysis_id):
        yield await asyncio.to_thread(_json_lines, page)


async def build_parquet(store: FrameMetricsStore, analysis_id: str) -> bytes:
    """One row group a page; absent is null. A half-hour video gives under 3 MB."""
    sink = io.BytesIO()
    types: dict[str, Callable[[], pyarrow.DataType]] = {"timestamp": pyarrow.float64}
    schema = pyarrow.schema([(name, types.get(name, pyarrow.float32)()) for name in COLUMNS])
    with pyarrow.parquet.ParquetWriter(sink, schema, compression="zstd") as writer:
        async for page in _pages(store, analysis_id):
            await asyncio.to_thread(writer.write_table, _table(page, schema))
    return sink.getvalue()


async def _pages(store: FrameMetricsStore, analysis_id: str) -> AsyncIterator[FrameTimeline]:
    start = 0
    while (page := await store.read(analysis_id, start, _PAGE)) is not None and len(page):
        yield page
        start += len(page)


def _table(page: FrameTimeline, schema: pyarrow.Schema) -> pyarrow.Table:
    columns = page.columns()
    return pyarrow.Table.from_arrays([pyarrow.array(columns[name], from_pandas=True) for name in COLUMNS], schema=schema)


def _json_lines(page: FrameTimeline) -> bytes:
    return b"".join(orjson.dumps(row) + b"\n" for row in rows(page))


def _csv_lines(page: FrameTimeline) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in rows(page):
        writer.writerow("" if value is None else value for value in row.values())
    return text.getvalue().encode()
