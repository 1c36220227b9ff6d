"""An annotated video that its store does not take."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest

from interview_analysis.application.paint_overlay import OverlayMaker
from interview_analysis.application.ports import OverlayPainter, VideoDecoder, VideoStore
from interview_analysis.domain.analysis import VideoReference
from interview_analysis.errors import DependencyUnavailable, Forbidden, InterviewAnalysisError, NotFound, VideoError


class _Refusing:
    def __init__(self, error: InterviewAnalysisError) -> None:
        self._error = error

    async def put(self, video: VideoReference, chunks: AsyncIterator[bytes]) -> int:
        raise self._error


def _maker(error: InterviewAnalysisError) -> OverlayMaker:
    store = cast("VideoStore", _Refusing(error))
    return OverlayMaker(store, "uploads", cast("VideoDecoder", None), cast("OverlayPainter", None))


@pytest.mark.parametrize(
    "error",
    [
        NotFound("no such bucket", code="video_not_found"),
        Forbidden("not ours to write", code="video_forbidden"),
        VideoError("too large", code="video_too_large"),
    ],
    ids=lambda error: error.code,
)
async def test_an_overlay_that_is_refused_costs_the_overlay_alone(tmp_path: Path, error: InterviewAnalysisError) -> None:
    painted = tmp_path / "painted.webm"
    painted.write_bytes(b"webm")
    assert not await _maker(error).keep("analysis_1", painted)


async def test_a_silent_store_is_asked_again_with_the_analysis(tmp_path: Path) -> None:
    painted = tmp_path / "painted.webm"
    painted.write_bytes(b"webm")
    with pytest.raises(DependencyUnavailable):
        await _maker(DependencyUnavailable("silent")).keep("analysis_1", painted)
