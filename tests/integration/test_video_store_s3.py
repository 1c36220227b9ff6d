"""S3 over real sockets: a moto server, cut connections, refusals, silence."""

from __future__ import annotations

import asyncio
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import pytest

from integration.video_store_contract import VideoStoreContract
from interview_analysis.adapters.video_store.s3 import S3Config, S3VideoStore
from interview_analysis.adapters.video_store.s3_transfer import PART_BYTES
from interview_analysis.domain.analysis import VideoReference
from interview_analysis.errors import DependencyUnavailable, Forbidden, NotFound
from s3_servers import CuttingProxy, answering, free_port, moto_server
from tcp_proxy import Fault, tcp_proxy
from video_builders import BUCKET, MAX_BYTES, chunked, material

VIDEO = VideoReference(BUCKET, "a.webm")


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    with moto_server() as address:
        yield address


@pytest.fixture
def s3_bucket(server: str) -> Iterator[object]:
    """An empty bucket, through a client of its own."""
    resource = boto3.resource(
        "s3", endpoint_url=server, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
    )
    made = resource.create_bucket(Bucket=BUCKET)
    yield made
    made.objects.delete()
    made.delete()
    resource.meta.client.close()


@pytest.fixture
def store(server: str, s3_bucket: object) -> S3VideoStore:
    return build_store(server)


@pytest.fixture
def oversized(s3_bucket: object) -> VideoReference:
    s3_bucket.put_object(Key="large.webm", Body=material(MAX_BYTES + 1))  # type: ignore[attr-defined]
    return VideoReference(BUCKET, "large.webm")


def build_store(address: str, *allowed: str, max_bytes: int = MAX_BYTES, read_timeout: float = 5.0) -> S3VideoStore:
    return S3VideoStore(
        S3Config(
            endpoint_url=address,
            region="us-east-1",
            access_key_id="test",
            secret_access_key="test",
            allowed_buckets=frozenset(allowed),
            max_bytes=max_bytes,
            connect_timeout=1.0,
            read_timeout=read_timeout,
            retry_seconds=0.01,
        )
    )


def ranges(requests: list[str]) -> list[str]:
    return re.findall(r"^range: (\S+)", "".join(requests), re.IGNORECASE | re.MULTILINE)


class TestS3VideoStore(VideoStoreContract):
    pass


@pytest.mark.parametrize("cuts", [[60_000], [60_000, 50_000, 700], [300]])
async def test_a_cut_download_goes_on_where_it_stopped(
    store: S3VideoStore, server: str, tmp_path: Path, cuts: list[int]
) -> None:
    await store.put(VIDEO, chunked(material(MAX_BYTES)))
    with CuttingProxy(server, cuts) as proxy:
        assert await build_store(proxy.url).fetch(VIDEO, tmp_path / "video") == MAX_BYTES
    assert (tmp_path / "video").read_bytes() == material(MAX_BYTES)
    assert len(proxy.requests) > len(cuts)
    starts = [int(first) for first in re.findall(r"bytes=(\d+)-", " ".join(ranges(proxy.requests)))]
    assert starts == sorted(starts)
    assert all(start > 0 for start in starts)
    assert bool(starts) == (max(cuts) > 1000)


async def test_an_object_that_changed_meanwhile_is_read_anew(
    store: S3VideoStore, s3_bucket: object, server: str, tmp_path: Path
) -> None:
    await store.put(VIDEO, chunked(material(MAX_BYTES)))
    with CuttingProxy(server, [60_000]) as proxy:
        proxy.on_cut = lambda: s3_bucket.put_object(Key="a.webm", Body=material(99_000))  # type: ignore[attr-defined]
        assert await build_store(proxy.url).fetch(VIDEO, tmp_path / "video") == 99_000
    assert (tmp_path / "video").read_bytes() == material(99_000)


async def test_a_connection_that_is_always_cut_is_given_up(store: S3VideoStore, server: str, tmp_path: Path) -> None:
    await store.put(VIDEO, chunked(material(MAX_BYTES)))
    with CuttingProxy(server, [100] * 100) as proxy, pytest.raises(DependencyUnavailable):
        await build_store(proxy.url).fetch(VIDEO, tmp_path / "video")
    assert not (tmp_path / "video").exists()
    assert len(proxy.requests) <= 10


@pytest.mark.parametrize("size", [PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, 2 * PART_BYTES + 5])
async def test_a_large_upload_goes_in_parts(server: str, s3_bucket: object, tmp_path: Path, size: int) -> None:
    store = build_store(server, max_bytes=size)
    assert await store.put(VIDEO, chunked(material(size), piece=1_000_000)) == size
    await store.fetch(VIDEO, tmp_path / "video")
    assert (tmp_path / "video").read_bytes() == material(size)


async def test_an_upload_that_breaks_off_leaves_no_parts(server: str, s3_bucket: object) -> None:
    store = build_store(server, max_bytes=3 * PART_BYTES)
    with pytest.raises(ConnectionResetError):
        await store.put(VIDEO, chunked(material(3 * PART_BYTES), breaks_after=2 * PART_BYTES + 1, piece=1_000_000))
    assert list(s3_bucket.multipart_uploads.all()) == []  # type: ignore[attr-defined]
    assert list(s3_bucket.objects.all()) == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (403, "AccessDenied", Forbidden),
        (403, "InvalidAccessKeyId", Forbidden),
        (404, "NoSuchKey", NotFound),
        (404, "NoSuchBucket", NotFound),
        pytest.param(503, "SlowDown", DependencyUnavailable, marks=pytest.mark.slow),
    ],
)
async def test_what_s3_answers_becomes_a_code(tmp_path: Path, status: int, code: str, expected: type[Exception]) -> None:
    with answering(status, code) as address:
        store = build_store(address)
        with pytest.raises(expected) as caught:
            await store.fetch(VIDEO, tmp_path / "video")
        assert type(caught.value) is expected
        with pytest.raises(expected):
            await store.put(VIDEO, chunked(b"x"))
    assert not (tmp_path / "video").exists()


async def test_only_allowed_buckets_are_read_written_or_erased(server: str, tmp_path: Path) -> None:
    store = build_store(server, "another-bucket")
    with pytest.raises(Forbidden):
        store.check(VIDEO)
    for attempt in (store.fetch(VIDEO, tmp_path / "video"), store.put(VIDEO, chunked(b"x")), store.delete(VIDEO)):
        with pytest.raises(Forbidden) as caught:
            await attempt
        assert caught.value.code == "video_forbidden"
    build_store(server, BUCKET).check(VIDEO)


async def test_nobody_listening_is_unavailable(tmp_path: Path) -> None:
    store = build_store(f"http://127.0.0.1:{free_port()}")
    for attempt in (store.ping(), store.put(VIDEO, chunked(b"x"))):
        with pytest.raises(DependencyUnavailable):
            await attempt


async def test_keys_that_may_not_list_still_answer_the_ping() -> None:
    with answering(403, "AccessDenied") as address:
        await build_store(address).ping()
        await build_store(address, BUCKET).ping()
    with answering(503, "SlowDown") as address, pytest.raises(DependencyUnavailable):
        await build_store(address).ping()


async def test_a_silent_server_does_not_hold_a_cancelled_download(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(10)
        store = build_store(f"http://127.0.0.1:{silent.getsockname()[1]}", read_timeout=0.5)
        fetching = asyncio.create_task(store.fetch(VIDEO, tmp_path / "video"))
        connection, _ = await asyncio.to_thread(silent.accept)
        fetching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(fetching, 5)
        connection.close()
    assert not (tmp_path / "video").exists()


async def test_a_cancelled_download_stops_within_the_stream(store: S3VideoStore, server: str, tmp_path: Path) -> None:
    large = build_store(server, max_bytes=64 << 20)
    await large.put(VIDEO, chunked(material(64 << 20), piece=4 << 20))
    with tcp_proxy(urlsplit(server).port or 0) as proxy:
        proxy.fault = Fault.SLOW  # all of it takes most of a minute, so the cancellation comes before the end
        slow = build_store(f"http://127.0.0.1:{proxy.port}", max_bytes=64 << 20)
        fetching = asyncio.create_task(slow.fetch(VIDEO, tmp_path / "video"))
        await reached(tmp_path / "video", 1 << 20)
        fetching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await fetching
    assert not (tmp_path / "video").exists()


async def reached(path: Path, size: int) -> None:
    """Wait until the file has ``size`` bytes."""
    deadline = time.monotonic() + 45
    while not await asyncio.to_thread(lambda: path.exists() and path.stat().st_size >= size):
        assert time.monotonic() < deadline


def test_the_secret_is_not_shown() -> None:
    config = S3Config(region="us-east-1", max_bytes=1, secret_access_key="very-secret")
    assert "very-secret" not in repr(config)
