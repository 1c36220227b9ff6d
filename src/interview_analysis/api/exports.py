"""Frame metrics as JSON rows, CSV, NDJSON and Parquet, page by page.

Pages are written in threads: a thousand rows take tens of milliseconds, in which the loop must answer others.
"""

from __future__ import annotations

import asyncio
import csv
import io
import math
from collections.abc import AsyncIterator, Callable, Sequence

import numpy as np
import orjson
import pyarrow
import pyarrow.parquet
from numpy.typing import NDArray

from interview_analysis.application.ports import FrameMetricsStore
from interview_analysis.domain.analysis import Analysis
from interview_analysis.domain.timeline import COLUMNS, FrameTimeline

JSON, CSV, NDJSON, PARQUET = "application/json", "text/csv", "application/x-ndjson", "application/vnd.apache.parquet"
MEDIA_TYPES = (JSON, CSV, NDJSON, PARQUET)
_PAGE = 1024


def columns_of(analysis: Analysis) -> tuple[str, ...]:
    """The columns that are handed out, in order: ``anxiety`` only where a model for it was installed."""
    if analysis.result is not None and analysis.result.quality.anxiety_model is not None:
        return COLUMNS
    return tuple(name for name in COLUMNS if name != "anxiety")


def rows(timeline: FrameTimeline, names: Sequence[str]) -> list[dict[str, float | None]]:
    """One dictionary a frame with the columns ``names``; NaN becomes ``None``."""
    columns = timeline.columns()
    lists = [values_or_none(columns[name]) for name in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*lists, strict=True)]


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


async def stream_csv(store: FrameMetricsStore, analysis: Analysis) -> AsyncIterator[bytes]:
    """Header and one line a frame; absent is empty."""
    names = columns_of(analysis)
    yield (",".join(names) + "\n").encode()
    async for page in _pages(store, analysis.id):
        yield await asyncio.to_thread(_csv_lines, page, names)


async def stream_ndjson(store: FrameMetricsStore, analysis: Analysis) -> AsyncIterator[bytes]:
    """One JSON object a line."""
    names = columns_of(analysis)
    async for page in _pages(store, analysis.id):
        yield await asyncio.to_thread(_json_lines, page, names)


async def build_parquet(store: FrameMetricsStore, analysis: Analysis) -> bytes:
    """One row group a page; absent is null. A half-hour video gives under 3 MB."""
    sink = io.BytesIO()
    types: dict[str, Callable[[], pyarrow.DataType]] = {"timestamp": pyarrow.float64}
    schema = pyarrow.schema([(name, types.get(name, pyarrow.float32)()) for name in columns_of(analysis)])
    with pyarrow.parquet.ParquetWriter(sink, schema, compression="zstd") as writer:
        async for page in _pages(store, analysis.id):
            await asyncio.to_thread(writer.write_table, _table(page, schema))
    return sink.getvalue()


async def _pages(store: FrameMetricsStore, analysis_id: str) -> AsyncIterator[FrameTimeline]:
    start = 0
    while (page := await store.read(analysis_id, start, _PAGE)) is not None and len(page):
        yield page
        start += len(page)


def _table(page: FrameTimeline, schema: pyarrow.Schema) -> pyarrow.Table:
    columns = page.columns()
    return pyarrow.Table.from_arrays([pyarrow.array(columns[name], from_pandas=True) for name in schema.names], schema=schema)


def _json_lines(page: FrameTimeline, names: Sequence[str]) -> bytes:
    return b"".join(orjson.dumps(row) + b"\n" for row in rows(page, names))


def _csv_lines(page: FrameTimeline, names: Sequence[str]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in rows(page, names):
        writer.writerow("" if value is None else value for value in row.values())
    return text.getvalue().encode()
