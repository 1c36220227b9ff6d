"""Bounded, stoppable transfers."""

from __future__ import annotations

import asyncio
import errno
import io
import threading
from pathlib import Path

import pytest

from interview_analysis.adapters.video_store.s3_transfer import PART_BYTES, in_parts
from interview_analysis.adapters.video_store.transfer import (
    BoundedSink,
    TransferStopped,
    disk_errors,
    run_stoppable,
    whole_or_gone,
)
from interview_analysis.errors import DependencyUnavailable, StorageFull, VideoError
from video_builders import chunked, material


def test_a_sink_refuses_before_it_writes_too_much() -> None:
    file = io.BytesIO()
    sink = BoundedSink(file, 10, threading.Event())
    sink.write(b"12345")
    with pytest.raises(VideoError):
        sink.write(b"678901")
    assert (file.getvalue(), sink.size) == (b"12345", 5)


def test_a_sink_that_restarts_forgets() -> None:
    file = io.BytesIO()
    sink = BoundedSink(file, 10, threading.Event())
    sink.write(b"1234567")
    sink.restart()
    sink.write(b"ab")
    assert (file.getvalue(), sink.size) == (b"ab", 2)


async def test_cancelling_stops_the_thread_and_waits_for_it() -> None:
    began, ended = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def work(stop: threading.Event) -> None:
        loop.call_soon_threadsafe(began.set)
        sink = BoundedSink(io.BytesIO(), 1 << 40, stop)
        try:
            while True:
                sink.write(b"x")
                sink.restart()
        except TransferStopped:
            ended.set()
            raise

    running = asyncio.create_task(run_stoppable(work))
    await asyncio.wait_for(began.wait(), 5)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert ended.is_set()


def write_half(path: Path) -> None:
    with whole_or_gone(path) as file:
        file.write(b"half")
        raise ZeroDivisionError


def test_a_file_is_whole_or_gone(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        write_half(tmp_path / "a")
    with whole_or_gone(tmp_path / "b") as file:
        file.write(b"whole")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"b": b"whole"}


@pytest.mark.parametrize(
    ("number", "kind"), [(errno.ENOSPC, StorageFull), (errno.EDQUOT, StorageFull), (errno.EIO, DependencyUnavailable)]
)
def test_what_the_disk_refuses_becomes_a_code(number: int, kind: type[Exception]) -> None:
    with pytest.raises(kind) as caught, disk_errors():
        raise OSError(number, "refused")
    assert type(caught.value) is kind


@pytest.mark.parametrize("size", [0, 1, PART_BYTES, PART_BYTES + 1])
async def test_parts_are_full_but_the_last(size: int) -> None:
    parts = [part async for part in in_parts(chunked(material(size), piece=3_000_000), size)]
    assert b"".join(parts) == material(size)
    assert all(len(part) == PART_BYTES for part in parts[:-1])
