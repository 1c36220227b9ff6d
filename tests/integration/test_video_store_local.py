"""The local folder as a bucket store, on a real file system."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from integration.video_store_contract import VideoStoreContract
from interview_analysis.adapters.video_store.local import LocalVideoStore
from interview_analysis.domain.analysis import VideoReference
from interview_analysis.errors import DependencyUnavailable, Forbidden, InputError, NotFound, StorageFull
from video_builders import BUCKET, MAX_BYTES, chunked, material


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "buckets"


@pytest.fixture
def store(root: Path) -> LocalVideoStore:
    return LocalVideoStore(root, MAX_BYTES)


@pytest.fixture
def oversized(root: Path) -> VideoReference:
    return place(root, "large.webm", material(MAX_BYTES + 1))


@pytest.fixture
def small_files() -> Iterator[None]:
    """The kernel refuses to let any file of this process grow beyond 64 KiB, as a full disk would."""
    earlier = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (65536, earlier[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, earlier)
    signal.signal(signal.SIGXFSZ, handler)


def place(root: Path, key: str, data: bytes) -> VideoReference:
    path = root / BUCKET / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return VideoReference(BUCKET, key)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


class TestLocalVideoStore(VideoStoreContract):
    pass


@pytest.mark.parametrize("link", ["file", "folder", "bucket", "loop", "other-bucket"])
async def test_a_symbolic_link_does_not_lead_out(store: LocalVideoStore, root: Path, tmp_path: Path, link: str) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "a.webm").write_bytes(b"secret")
    place(root, "kept.webm", b"x")
    (root / "private").mkdir()
    (root / "private" / "a.webm").write_bytes(b"secret")
    made, target, bucket, key = {
        "file": (root / BUCKET / "a.webm", tmp_path / "secret" / "a.webm", BUCKET, "a.webm"),
        "folder": (root / BUCKET / "out", tmp_path / "secret", BUCKET, "out/a.webm"),
        "bucket": (root / "linked", tmp_path / "secret", "linked", "a.webm"),
        "loop": (root / BUCKET / "a.webm", root / BUCKET / "a.webm", BUCKET, "a.webm"),
        "other-bucket": (root / BUCKET / "a.webm", root / "private" / "a.webm", BUCKET, "a.webm"),
    }[link]
    made.symlink_to(target)
    video = VideoReference(bucket, key)
    for attempt in (store.fetch(video, tmp_path / "video"), store.put(video, chunked(b"mine")), store.delete(video)):
        with pytest.raises(Forbidden) as caught:
            await attempt
        assert caught.value.code == "video_forbidden"
    assert files(tmp_path / "secret") == ["a.webm"]
    assert not (tmp_path / "video").exists()


async def test_a_link_within_the_bucket_is_followed(store: LocalVideoStore, root: Path, tmp_path: Path) -> None:
    place(root, "a.webm", b"video")
    (root / BUCKET / "b.webm").symlink_to("a.webm")
    assert await store.fetch(VideoReference(BUCKET, "b.webm"), tmp_path / "video") == 5


async def test_a_pipe_is_no_video_and_does_not_block(store: LocalVideoStore, root: Path, tmp_path: Path) -> None:
    (root / BUCKET).mkdir(parents=True)
    os.mkfifo(root / BUCKET / "pipe")
    with pytest.raises(NotFound):
        await store.fetch(VideoReference(BUCKET, "pipe"), tmp_path / "video")


@pytest.mark.parametrize("key", ["folder", "folder/a.webm/b.webm", "x" * 300])
async def test_a_key_that_the_disk_refuses_is_invalid(store: LocalVideoStore, root: Path, key: str) -> None:
    place(root, "folder/a.webm", b"x")
    with pytest.raises(InputError) as caught:
        await store.put(VideoReference(BUCKET, key), chunked(b"new"))
    assert caught.value.code == "invalid_key"
    assert files(root) == ["a.webm"]


async def test_a_full_disk_on_upload_leaves_nothing(store: LocalVideoStore, root: Path, small_files: None) -> None:
    with pytest.raises(StorageFull):
        await store.put(VideoReference(BUCKET, "a.webm"), chunked(material(150_000)))
    assert files(root) == []


async def test_a_full_disk_on_fetch_leaves_nothing(
    store: LocalVideoStore, root: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    video = place(root, "a.webm", material(150_000))
    request.getfixturevalue("small_files")
    with pytest.raises(StorageFull):
        await store.fetch(video, tmp_path / "video")
    assert not (tmp_path / "video").exists()


async def test_a_cancelled_upload_leaves_nothing(store: LocalVideoStore, root: Path) -> None:
    started = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 10
            started.set()
            await asyncio.sleep(0)

    upload = asyncio.create_task(store.put(VideoReference(BUCKET, "a.webm"), endless()))
    await asyncio.wait_for(started.wait(), 5)
    upload.cancel()
    with pytest.raises(asyncio.CancelledError):
        await upload
    assert files(root) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
async def test_a_file_that_may_not_be_read_is_forbidden(store: LocalVideoStore, root: Path, tmp_path: Path) -> None:
    video = place(root, "a.webm", b"x")
    (root / BUCKET / "a.webm").chmod(0)
    with pytest.raises(Forbidden):
        await store.fetch(video, tmp_path / "video")


def test_no_file_descriptor_left_may_be_tried_again(store: LocalVideoStore, root: Path, tmp_path: Path) -> None:
    video = place(root, "a.webm", b"x")
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, limit[1]))
    try:
        with pytest.raises(DependencyUnavailable):
            store._copy(video, tmp_path / "video", threading.Event())
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limit)


async def test_what_a_killed_process_left_is_swept(store: LocalVideoStore, root: Path) -> None:
    await store.ping()
    old, new = root / ".incoming" / "old", root / ".incoming" / "new"
    old.write_bytes(b"x")
    new.write_bytes(b"x")
    os.utime(old, (time.time() - 90_000,) * 2)
    await store.put(VideoReference(BUCKET, "a.webm"), chunked(b"x"))
    assert files(root) == ["a.webm", "new"]


async def test_a_root_that_cannot_be_made_does_not_answer(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DependencyUnavailable):
        await LocalVideoStore(tmp_path / "file" / "buckets", MAX_BYTES).ping()
