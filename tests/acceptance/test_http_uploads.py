"""``POST /uploads``: form or body, streamed, limited, whole or not at all."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from api_builders import RunningApi, api_settings, running_api
from interview_analysis.settings.work import VideoSettings
from processes import wait_until

MIB = 1 << 20


def stored(api: RunningApi) -> list[Path]:
    return sorted(path for path in api.settings.paths.buckets.rglob("*") if path.is_file())


def content(api: RunningApi, answer: httpx.Response) -> bytes:
    assert answer.status_code == 201, answer.text
    stored_as: str = "{s3_bucket}/{s3_key}".format_map(answer.json())
    return (api.settings.paths.buckets / stored_as).read_bytes()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[RunningApi]:
    """A service that takes videos up to 1 MiB."""
    with running_api(api_settings(tmp_path, video=VideoSettings(max_video_mib=1))) as running:
        yield running


@pytest.mark.parametrize("media_type", ["application/octet-stream", "video/webm", "video/webm;codecs=vp8,opus"])
def test_a_body_is_stored_as_it_is(api: RunningApi, media_type: str) -> None:
    video = bytes(range(256)) * 5000
    answer = api.http.post("/uploads", content=video, headers={"Content-Type": media_type})
    assert content(api, answer) == video
    assert answer.json()["bytes"] == len(video)
    assert re.fullmatch(r"uploads/\d{4}/\d{2}/\d{2}/[0-9a-z]{20,}\.webm", answer.json()["s3_key"])


@pytest.mark.parametrize(
    ("name", "extension"),
    [
        ("interview.webm", ".webm"),
        ("clip.MP4", ".mp4"),
        ("면접.mkv", ".mkv"),
        ("../../etc/passwd", ".webm"),
        ("run.sh", ".webm"),
        ("x.webm/../../y", ".webm"),
        ("", ".webm"),
    ],
)
def test_a_form_file_keeps_nothing_of_its_name_but_a_known_extension(api: RunningApi, name: str, extension: str) -> None:
    video = b"\r\n--boundary-like\r\n" * 70_000
    answer = api.http.post("/uploads", files={"file": (name or "blob", video, "video/webm")}, data={"note": "ignored"})
    assert content(api, answer) == video
    assert re.fullmatch(rf"uploads/[0-9/]+/[0-9a-z]+\{extension}", answer.json()["s3_key"])


def test_an_upload_can_be_analysed(api: RunningApi) -> None:
    video = api.http.post("/uploads", content=b"video", headers={"Content-Type": "video/webm"}).json()
    answer = api.http.post("/analyze", json={"s3_bucket": video["s3_bucket"], "s3_key": video["s3_key"]})
    assert answer.status_code == 202


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_over_the_limit_is_refused_and_gone(small: RunningApi, chunked: bool) -> None:
    video = b"x" * (MIB + 1)
    body = iter([video[:1000], video[1000:]]) if chunked else video
    answer = small.http.post("/uploads", content=body, headers={"Content-Type": "video/webm"})
    assert (answer.status_code, answer.json()["code"]) == (413, "video_too_large")
    assert stored(small) == []


def test_a_form_over_the_limit_is_refused_and_gone(small: RunningApi) -> None:
    answer = small.http.post("/uploads", files={"file": ("a.webm", b"x" * (MIB + 1))})
    assert (answer.status_code, answer.json()["code"]) == (413, "video_too_large")
    assert stored(small) == []


def test_exactly_the_limit_is_taken(small: RunningApi) -> None:
    assert small.http.post("/uploads", files={"file": ("a.webm", b"x" * MIB)}).json()["bytes"] == MIB


@pytest.mark.parametrize(
    ("media_type", "body", "statuses"),
    [
        ("video/webm", b"", {422}),
        ("multipart/form-data; boundary=B", b"", {400, 422}),
        ("multipart/form-data", b"--B\r\n\r\n--B--", {400, 422}),
        ("multipart/form-data; boundary=B", b"not a form", {400, 422}),
        (
            "multipart/form-data; boundary=B",
            b'--B\r\nContent-Disposition: form-data; name="other"; filename="a"\r\n\r\nx\r\n--B--\r\n',
            {422},
        ),
        ("multipart/form-data; boundary=B", b'--B\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n--B--\r\n', {422}),
        ("application/json", b"{}", {415}),
        ("application/x-www-form-urlencoded", b"file=x", {415}),
    ],
    ids=["empty", "empty-form", "no-boundary", "not-a-form", "other-field", "no-file", "json", "urlencoded"],
)
def test_what_is_no_video_is_refused(api: RunningApi, media_type: str, body: bytes, statuses: set[int]) -> None:
    before = stored(api)
    answer = api.http.post("/uploads", content=body, headers={"Content-Type": media_type})
    assert answer.status_code in statuses
    assert answer.headers["content-type"] == "application/problem+json"
    assert stored(api) == before


def test_a_cut_upload_leaves_nothing(small: RunningApi) -> None:
    with socket.create_connection((small.http.base_url.host, small.http.base_url.port or 0)) as connection:
        head = b"POST /uploads HTTP/1.1\r\nHost: x\r\nContent-Type: video/webm\r\nContent-Length: 1000000\r\n\r\n"
        connection.sendall(head + b"x" * 400_000)
        wait_until(lambda: stored(small) != [])
    wait_until(lambda: stored(small) == [])
    assert small.http.get("/health/live").status_code == 200


@pytest.mark.parametrize("form", [False, True])
def test_memory_does_not_grow_with_the_file(api: RunningApi, form: bool) -> None:
    chunks = (b"x" * MIB for _ in range(96))
    head, tail = b"", b""
    if form:
        head = b'--B\r\nContent-Disposition: form-data; name="file"; filename="a.webm"\r\n\r\n'
        tail = b"\r\n--B--\r\n"
    before = psutil.Process().memory_info().rss
    media_type = "multipart/form-data; boundary=B" if form else "video/webm"

    def body() -> Iterator[bytes]:
        yield head
        yield from chunks
        yield tail

    answer = api.http.post("/uploads", content=body(), headers={"Content-Type": media_type})
    assert answer.json()["bytes"] == 96 * MIB
    assert psutil.Process().memory_info().rss - before < 48 * MIB
