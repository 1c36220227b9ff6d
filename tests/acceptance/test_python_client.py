"""``interview_analysis.client`` against the running service, blocking and asynchronous alike."""

from __future__ import annotations

import asyncio
import inspect
import math
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from api_builders import UNKNOWN_ID, RunningApi, access_settings, api_settings, running_api
from interview_analysis.application.paint_overlay import overlay_of
from interview_analysis.bootstrap import Services
from interview_analysis.client import AsyncClient, Client, NoAnswer, ServiceError, State
from interview_analysis.domain.analysis import Stage
from interview_analysis.domain.api_key import new_api_key
from interview_analysis.domain.wording import Transcription, measure_wording
from saliency_builders import blob_maps, npz
from store_builders import build_feedback, build_result, build_timeline
from tcp_proxy import Fault, tcp_proxy
from transcript_builders import said

TIMELINE = build_timeline(700)
Call = Callable[..., Any]


def blocking(url: str, key: str | None = None) -> Call:
    def call(name: str, *values: object, **named: object) -> Any:
        with Client(url, key) as client:
            return getattr(client, name)(*values, **named)

    return call


def asynchronous(url: str, key: str | None = None) -> Call:
    def call(name: str, *values: object, **named: object) -> Any:
        async def run() -> Any:
            async with AsyncClient(url, key) as client:
                return await getattr(client, name)(*values, **named)

        return asyncio.run(run())

    return call


@pytest.fixture(params=[blocking, asynchronous], ids=["blocking", "asynchronous"])
def kind(request: pytest.FixtureRequest) -> Callable[..., Call]:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def call(kind: Callable[..., Call], api: RunningApi) -> Call:
    """Calls a method of a client of this kind: ``call("status", analysis_id)``."""
    return kind(str(api.http.base_url))


def test_both_clients_have_the_same_methods() -> None:
    def methods(client: type) -> dict[str, list[inspect.Parameter]]:
        own = {name: value for name, value in vars(client).items() if inspect.isfunction(value) and name[0] != "_"}
        return {name.replace("aclose", "close"): [*inspect.signature(value).parameters.values()] for name, value in own.items()}

    assert methods(Client) == methods(AsyncClient)


def test_it_takes_no_more_than_httpx_to_import() -> None:
    look = "import sys, interview_analysis.client; print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True).stdout.split()
    assert "httpx" in loaded
    assert not {"fastapi", "pydantic", "sqlalchemy", "numpy", "pyarrow", "torch", "cv2"} & set(loaded)


def test_an_uploaded_video_is_submitted_and_told(api: RunningApi, call: Call, tmp_path: Path) -> None:
    clip = tmp_path / "clip.webm"
    clip.write_bytes(bytes(range(256)) * 4096)
    video = call("upload", clip)
    assert (api.settings.paths.buckets / video.s3_bucket / video.s3_key).read_bytes() == clip.read_bytes()
    named = {"idempotency_key": f"key-{video.s3_key.rpartition('/')[2]}", "session_id": "s1", "options": {"skip": ["voice"]}}
    first, again = (call("analyze", video.s3_bucket, video.s3_key, "user123", **named) for _ in range(2))
    assert first.analysis_id == again.analysis_id
    result = call("result", first.analysis_id)
    assert (result.state.status, result.overall, result.raw["session_id"]) == ("queued", None, "s1")
    assert call("feedback", first.analysis_id) is None
    assert call("cancel", first.analysis_id).status == "cancelled"


def test_waiting_tells_progress_over_a_broken_connection(api: RunningApi, kind: Callable[..., Call]) -> None:
    analysis_id, claim = api.processing()
    told: list[str] = []
    with tcp_proxy(api.http.base_url.port or 80) as proxy, ThreadPoolExecutor(1) as worker:

        def work() -> None:
            api.heartbeat(claim, Stage.ANALYSE_FRAMES, 50.0)
            proxy.fault = Fault.CUT
            proxy.fault = Fault.NONE
            api.finish(claim)

        def on_progress(state: State) -> None:
            if not told:
                works.append(worker.submit(work))
            told.append(f"{state.status} {state.progress.stage}")

        works: list[Any] = []
        ended = kind(f"http://127.0.0.1:{proxy.port}")("wait", analysis_id, on_progress, patience=60.0)
        works[0].result(30)
    assert (ended.status, ended.analysis_id) == ("completed", analysis_id)
    assert (told[0], told[-1]) == ("processing fetch", "completed done")


def test_a_failed_analysis_ends_the_wait_with_its_reason(api: RunningApi, call: Call) -> None:
    ended = call("wait", api.failed("video_unreadable"))
    assert (ended.status, ended.error.code) == ("failed", "video_unreadable")
    assert ended.error.message


def test_a_result_is_typed_and_whole(api: RunningApi, call: Call) -> None:
    analysis_id = api.completed(feedback=build_feedback())
    result, document = call("result", analysis_id), api.http.get(f"/analysis/{analysis_id}").json()
    assert result.raw == document
    assert (result.expression.points, result.expression.maximum) == (45.2, 60.0)
    assert (result.eye.points, result.eye.reason) == (None, document["eye_tracking"]["reason"])
    assert [one.kind for one in result.observations] == ["looked_away"]
    words = call("feedback", analysis_id)
    assert (words.overall, words.source) == (words.raw["overall_feedback"], "rules")


def test_frames_are_arrays_with_nan_for_what_is_absent(api: RunningApi, call: Call) -> None:
    analysis_id = api.completed(frames=TIMELINE)
    frames = call("frames", analysis_id)
    assert frames.table().num_rows == len(TIMELINE)
    arrays = frames.arrays()
    np.testing.assert_array_equal(arrays["head_yaw"], TIMELINE.head[:, 1])
    assert np.isnan(arrays["head_yaw"]).any()
    reduced = call("timeline", analysis_id, points=20)
    assert {len(values) for values in reduced.series.values()} == {20}


def test_the_newest_are_listed_page_by_page(api: RunningApi, call: Call, request: pytest.FixtureRequest) -> None:
    user = f"listed#{request.node.callspec.id}"
    made = [api.completed(user=user) for _ in range(3)]
    first = call("recent", 2, user_id=user, status="completed")
    second = call("recent", 2, cursor=first.next_cursor, user_id=user, status="completed")
    assert sorted(one.state.analysis_id for page in (first, second) for one in page.analyses) == sorted(made)
    assert (second.next_cursor, call("recent", user_id=user, status="failed").analyses) == (None, ())


def test_what_was_said_is_words_with_times(api: RunningApi, call: Call) -> None:
    spoken = said("um so | we shipped")
    found = Transcription(spoken, measure_wording(spoken, 30.0))
    transcript = call("transcript", api.completed(result=replace(build_result(), transcription=found)))
    assert (transcript.text, [word.text for word in transcript.fillers]) == (spoken.text, ["um"])
    assert [(word.text, word.start, word.end) for word in transcript.words][:2] == [("um", 0.0, 0.3), ("so", 0.3, 0.6)]


def test_the_annotated_video_comes_whole(api: RunningApi, call: Call, tmp_path: Path) -> None:
    analysis_id = call("analyze", "practice", "a.webm", options={"overlay": True}).analysis_id
    painted = bytes(range(256)) * 4096

    async def chunks() -> AsyncIterator[bytes]:
        yield painted

    async def finish(services: Services) -> None:
        claimed = await services.analyses.claim_next("worker", 600.0, analysis_id)
        assert claimed is not None
        await services.videos.put(overlay_of(analysis_id, services.settings.video.upload_bucket), chunks())
        await services.analyses.finish(claimed[1], build_result())

    api.with_services(finish)
    assert call("overlay", analysis_id, tmp_path / "overlay.webm").read_bytes() == painted


def test_maps_are_stored_scored_and_erased(call: Call, tmp_path: Path) -> None:
    (tmp_path / "maps.npz").write_bytes(npz(maps=blob_maps(20)))
    video = f"shown/../{tmp_path.name}".replace("/", "-")
    stored = call("put_saliency", video, tmp_path / "maps.npz", 5.0)
    assert (stored.video_id, stored.rate, stored.frames, stored.duration) == (video, 5.0, 20, 4.0)
    score = call("score_saliency", video, [(index / 5, (index + 0.5) / 20, 0.5) for index in range(20)])
    assert (score.points, score.frames) == (20, 20)
    assert score.figures["nss"].value > 1 > score.figures["nss"].chance
    assert call("erase_saliency", video) == 20
    with pytest.raises(ServiceError) as caught:
        call("score_saliency", video, [(0.0, 0.5, 0.5)])
    assert caught.value.code == "saliency_not_found"


def test_what_is_refused_is_raised_with_its_code(api: RunningApi, call: Call) -> None:
    for name, values, code in (
        ("result", (UNKNOWN_ID,), "analysis_not_found"),
        ("wait", (UNKNOWN_ID,), "analysis_not_found"),
        ("frames", (api.queued(),), "not_finished"),
        ("transcript", (api.completed(),), "transcript_not_found"),
        ("overlay", (api.completed(), "none.webm"), "overlay_not_found"),
        ("analyze", ("b", "../etc"), "invalid_key"),
        ("cancel", (api.completed(),), "already_finished"),
    ):
        with pytest.raises(ServiceError) as caught:
            call(name, *values)
        assert (name, caught.value.code) == (name, code)
        assert caught.value.message


def test_export_and_erasure_of_a_user(api: RunningApi, call: Call, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    user = f"../a b#{request.node.callspec.id}"
    kept, erased = (api.completed(frames=TIMELINE, user=user) for _ in range(2))
    archive = call("export", user, tmp_path / "all.zip")
    with zipfile.ZipFile(archive) as opened:
        assert opened.testzip() is None
        assert any(kept in name for name in opened.namelist())
    assert call("erase", erased).erased["frames"] == len(TIMELINE)
    assert call("erase_user", user).erased["analyses"] == 1
    with pytest.raises(ServiceError, match="nothing of this user") as caught:
        call("export", user, tmp_path / "none.zip")
    assert caught.value.code == "user_not_found"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.zip"]


def test_a_key_lets_in_and_is_not_repeated_in_what_is_raised(kind: Callable[..., Call], tmp_path: Path) -> None:
    key, entry = new_api_key("web-app")
    with running_api(api_settings(tmp_path, access=access_settings(api_keys=str(entry)))) as api:
        url = str(api.http.base_url)
        kind(url, key)("wait_until_ready", 10.0)
        assert kind(url, key)("analyze", "practice", "a.webm").status == "processing"
        with pytest.raises(ServiceError) as caught:
            kind(url, f"{key}x")("status", UNKNOWN_ID)
        assert caught.value.code == "api_key_invalid"
        assert key not in str(caught.value)


def test_no_service_is_told(kind: Callable[..., Call]) -> None:
    with tcp_proxy(1) as proxy, pytest.raises(NoAnswer, match="not ready"):
        kind(f"http://127.0.0.1:{proxy.port}")("wait_until_ready", 0.0)


def test_patience_in_vain_is_told(api: RunningApi, call: Call) -> None:
    with pytest.raises(NoAnswer, match="no progress"):
        call("wait", api.queued(), patience=math.ulp(0.0))
