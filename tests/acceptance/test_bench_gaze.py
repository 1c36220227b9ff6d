"""``bench gaze``: every picture counted, whatever becomes of it, over both forms."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from gaze_builders import picture, picture_of
from gaze_servers import GazeServer
from interview_analysis.bench.gaze import GazePlan, run_gaze
from interview_analysis.cli import build_app
from interview_analysis.domain.screen_gaze import GazeProblem
from interview_analysis.errors import DependencyUnavailable, InputError

pytestmark = pytest.mark.slow

PICTURES = [picture(), picture_of(GazeProblem.NO_FACE)]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[GazeServer]:
    started = GazeServer(tmp_path, tmp_path, JOB_SUPERVISE="false", GAZE_MAX_FRAME_KIB="16")
    try:
        await started.start()
        yield started
    finally:
        await started.close()


async def test_what_was_sent_is_answered_and_counted_by_what_was_said(server: GazeServer) -> None:
    assert server.process is not None
    for http in (False, True):
        plan = GazePlan(sessions=4, rate=10, seconds=0.5, size=(64, 64), http=http)
        run = await run_gaze(plan, PICTURES, server.port, server.process.pid)
        assert sum(run.statuses.values()) == 20
        assert (run.statuses["gaze"], run.statuses["no_face"]) == (10, 10)
        assert len(run.seconds) == 20
        assert 0 < min(run.seconds) <= max(run.seconds) < 30
        assert run.server_cores > 0
        for number in range(plan.sessions):
            (await server.http.delete(f"/gaze/sessions/bench-{number}")).raise_for_status()


async def test_refusals_and_silence_are_no_answers_and_no_picture_taken_is_no_measurement(server: GazeServer) -> None:
    """Too large a picture is refused by HTTP; over a WebSocket it ends the connection, and nothing further is answered."""
    assert server.process is not None
    pictures = [picture(), bytes(17 * 1024)]
    plan = GazePlan(sessions=1, rate=10, seconds=0.5, size=(64, 64), http=True, late_seconds=3.0)
    over_http = await run_gaze(replace(plan, late_seconds=60.0), pictures, server.port, server.process.pid)
    assert (dict(over_http.statuses), len(over_http.seconds)) == ({"gaze": 3, "picture_too_large": 2}, 3)
    (await server.http.delete("/gaze/sessions/bench-0")).raise_for_status()
    over_websocket = await run_gaze(replace(plan, http=False), pictures, server.port, server.process.pid)
    # The second picture may end the connection before the first one's answer has left.
    assert dict(over_websocket.statuses) in ({"gaze": 1, "no answer": 4}, {"no answer": 5})
    await server.http.delete("/gaze/sessions/bench-0")  # then there may be no session either
    with pytest.raises(DependencyUnavailable, match="picture_too_large"):
        await run_gaze(plan, pictures[1:], server.port, server.process.pid)


@pytest.mark.parametrize(
    ("words", "message"),
    [(("--size", "640"), "WIDTHxHEIGHT"), (("--size", "1x9"), "64 to 4096"), (("a.webm",), "there is no file")],
)
def test_a_wrong_wish_is_told(words: tuple[str, ...], message: str) -> None:
    with pytest.raises(InputError, match=message):
        build_app()(["bench", "gaze", *words], standalone_mode=False)
