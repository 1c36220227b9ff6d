"""Uploaded and annotated videos over HTTP: whole and in parts, the annotated one gone with its analysis."""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from api_builders import UNKNOWN_ID, RunningApi
from interview_analysis.application.paint_overlay import overlay_of
from interview_analysis.bootstrap import Services
from interview_analysis.domain.analysis import VideoReference
from store_builders import START, build_analysis, build_result

VIDEO = b"webm" * 5000
_BUCKET = "uploads"


async def chunks() -> AsyncIterator[bytes]:
    yield VIDEO


def painted(api: RunningApi, number: int, *, stored: bool = True, user: str | None = None) -> str:
    """A finished analysis that asked for an annotated video."""
    known = build_analysis(800_000 + number, user=user)
    wanted = replace(known, request=replace(known.request, overlay=True), expires_at=None, created_at=START.replace(year=2001))

    async def store(services: Services) -> None:
        await services.analyses.add(wanted)
        claimed = await services.analyses.claim_next("worker", 600.0, wanted.id)
        assert claimed is not None
        if stored:
            await services.videos.put(overlay_of(wanted.id, _BUCKET), chunks())
        await services.analyses.finish(claimed[1], build_result())

    api.with_services(store)
    return wanted.id


def uploaded(api: RunningApi, data: bytes, name: str = "answer.webm") -> tuple[str, VideoReference]:
    """An analysis that waits, and where its video lies."""
    place = api.http.post("/uploads", files={"file": (name, data)}).json()
    video = VideoReference(place["s3_bucket"], place["s3_key"])
    answer = api.http.post("/analyze", json={"s3_bucket": video.bucket, "s3_key": video.key})
    return answer.json()["analysis_id"], video


@pytest.fixture(scope="module", params=["overlay", "video"])
def path(api: RunningApi, request: pytest.FixtureRequest) -> str:
    known = painted(api, 1) if request.param == "overlay" else uploaded(api, VIDEO)[0]
    return f"/analysis/{known}/{request.param}"


@pytest.mark.parametrize(
    ("wanted", "status", "content", "told"),
    [
        (None, 200, VIDEO, None),
        ("bytes=0-9", 206, VIDEO[:10], "bytes 0-9/20000"),
        ("bytes=19990-", 206, VIDEO[19990:], "bytes 19990-19999/20000"),
        ("bytes=-4", 206, VIDEO[-4:], "bytes 19996-19999/20000"),
        ("bytes=0-1,5-9", 200, VIDEO, None),
    ],
    ids=["whole", "begin", "from", "end", "several"],
)
def test_the_whole_and_parts_of_it(
    api: RunningApi, path: str, wanted: str | None, status: int, content: bytes, told: str | None
) -> None:
    answer = api.http.get(path, headers={} if wanted is None else {"Range": wanted})
    assert (answer.status_code, answer.content, answer.headers.get("content-range")) == (status, content, told)
    assert (answer.headers["content-type"], answer.headers["accept-ranges"]) == ("video/webm", "bytes")
    assert answer.headers["content-length"] == str(len(content))
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_parts_are_of_the_version_that_the_caller_has(api: RunningApi, path: str) -> None:
    tag = api.http.get(path, headers={"Range": "bytes=0-1"}).headers["etag"]
    for version, status, length in ((tag, 206, 2), (f"W/{tag}", 200, len(VIDEO)), ('"another"', 200, len(VIDEO))):
        answer = api.http.get(path, headers={"Range": "bytes=0-1", "If-Range": version})
        assert (answer.status_code, len(answer.content)) == (status, length)
    again = api.http.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_a_range_beyond_it_is_refused(api: RunningApi, path: str) -> None:
    answer = api.http.get(path, headers={"Range": "bytes=99999-"})
    assert (answer.status_code, answer.json()["code"]) == (416, "invalid_range")
    assert answer.headers["content-range"] == f"bytes */{len(VIDEO)}"


@pytest.mark.parametrize(("name", "media_type"), [("a.MOV", "video/quicktime"), ("a.html", "video/webm")])
def test_an_upload_is_never_more_than_a_video(api: RunningApi, name: str, media_type: str) -> None:
    known, _ = uploaded(api, b"<script>alert(1)</script>", name)
    answer = api.http.get(f"/analysis/{known}/video")
    assert (answer.headers["content-type"], answer.headers["x-content-type-options"]) == (media_type, "nosniff")


def test_a_video_that_is_not_kept_here_is_told(api: RunningApi) -> None:
    gone, video = uploaded(api, VIDEO)
    api.with_services(lambda services: services.videos.delete(video))
    elsewhere = api.http.post("/analyze", json={"s3_bucket": "interviews", "s3_key": "a.webm"}).json()["analysis_id"]
    beside = api.http.post("/analyze", json={"s3_bucket": _BUCKET, "s3_key": f"overlays/{gone}.webm"}).json()["analysis_id"]
    for other in (gone, elsewhere, beside):
        answer = api.http.get(f"/analysis/{other}/video")
        assert (answer.status_code, answer.json()["code"]) == (404, "video_not_kept")


def test_what_was_not_asked_for_or_is_not_stored_is_told(api: RunningApi) -> None:
    for other in (api.completed(), painted(api, 2, stored=False)):
        answer = api.http.get(f"/analysis/{other}/overlay")
        assert (answer.status_code, answer.json()["code"]) == (404, "overlay_not_found")
    assert api.http.get(f"/analysis/{UNKNOWN_ID}/overlay").json()["code"] == "analysis_not_found"


def test_it_is_erased_with_its_analysis(api: RunningApi) -> None:
    other = painted(api, 3)
    assert api.http.delete(f"/analysis/{other}").json()["erased"]["overlay"] is True
    assert api.with_services(lambda services: services.videos.exists(overlay_of(other, _BUCKET))) is False


def test_an_export_with_videos_holds_it(api: RunningApi) -> None:
    other = painted(api, 4, user="painted")
    for videos, found in (("true", [f"analyses/{other}/overlay.webm"]), ("false", [])):
        answer = api.http.get("/users/export", params={"user_id": "painted", "videos": videos})
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            assert [name for name in archive.namelist() if name.endswith(".webm")] == found
            assert all(archive.read(name) == VIDEO for name in found)
