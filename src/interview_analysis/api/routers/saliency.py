"""Saliency maps of videos that people are shown. They belong to the owner of the key that brought them."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from typing import IO, Annotated, Any, Literal

import numpy as np
from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request, Response
from numpy.typing import NDArray

from interview_analysis.api.dependencies import OwnerDep, ServicesDep
from interview_analysis.api.errors import problems
from interview_analysis.api.schemas.requests import IDENTIFIER_LENGTH
from interview_analysis.api.schemas.saliency import (
    SOURCE,
    GazeBody,
    SaliencyDocument,
    SaliencyErasure,
    SaliencyScoreDocument,
    saliency_document,
    score_document,
)
from interview_analysis.application.score_saliency import score_saliency
from interview_analysis.domain.saliency_maps import Maps, MapsInfo, MapsKey, MapsSource
from interview_analysis.errors import InputError, NotFound

router = APIRouter(tags=["saliency"])

_MOST_BYTES = 64 << 20
_IN_MEMORY = 1 << 20
_MEDIA_TYPES = ("application/zip", "application/octet-stream")
_PNG = "image/png"
Style = Literal["grey", "heat"]
_NAME = r"^[^\x00-\x1f\x7f/]+$"
_BINARY = {"schema": {"type": "string", "format": "binary", "minLength": 1}}
_BODY: dict[str, Any] = {"requestBody": {"required": True, "content": dict.fromkeys(_MEDIA_TYPES, _BINARY)}}
_PICTURE: dict[int | str, dict[str, Any]] = {200: {"description": "The map.", "content": {_PNG: _BINARY}}}
_RATE = "초당 지도 수 / Maps a second; the first is that of the video's start."
_STYLE = (
    "grey: 값 그대로; heat: 영상 프레임 위에 겹칠 수 있는 반투명 색 / "
    "grey: the values; heat: colours to lay over the frame, the more transparent the lower"
)


async def _key(
    owner: OwnerDep,
    video_id: Annotated[str, Path(min_length=1, max_length=IDENTIFIER_LENGTH, pattern=_NAME, examples=["stimulus-1"])],
) -> MapsKey:
    return MapsKey(owner, video_id)


KeyDep = Annotated[MapsKey, Depends(_key)]


@router.put("/saliency/{video_id}", openapi_extra=_BODY, responses=problems(413, 415, 422))
async def put(
    key: KeyDep,
    request: Request,
    services: ServicesDep,
    rate: Annotated[float, Query(gt=0, le=240, description=_RATE)],
    source: Annotated[MapsSource, Query(description=SOURCE)] = MapsSource.GIVEN,
) -> SaliencyDocument:
    """Store the maps of a video in place of those that were there: an NPZ with one array (N, H, W) of integers or floats, or a
    ZIP of PNG pictures with consecutive numbers in their names. Of any scale: each map is kept as shares of its own largest
    value, in 8 bits."""
    media_type = request.headers.get("content-type", _MEDIA_TYPES[0]).partition(";")[0].strip().lower()
    if media_type not in _MEDIA_TYPES:
        raise HTTPException(415, " or ".join(_MEDIA_TYPES))
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        await _receive(request, file)
        info, batches = await asyncio.to_thread(_open_archive, file, rate, source)
        await services.saliency.save(key, info, _in_threads(batches))
    return saliency_document(key.video_id, info)


@router.get("/saliency/{video_id}", responses=problems(404, 422))
async def read(key: KeyDep, services: ServicesDep) -> SaliencyDocument:
    """Which maps are stored."""
    return saliency_document(key.video_id, await _known(key, services))


@router.get("/saliency/{video_id}/map", response_class=Response, responses=problems(404, 422) | _PICTURE)
async def read_map(
    key: KeyDep,
    services: ServicesDep,
    seconds: Annotated[float, Query(ge=0, le=1_000_000, examples=[1.5])] = 0.0,
    style: Annotated[Style, Query(description=_STYLE)] = "grey",
) -> Response:
    """The map at this time of the video, as PNG."""
    frame = (await _known(key, services)).frame_at(seconds)
    maps = None if frame is None else await services.saliency.read(key, frame, frame + 1)
    if maps is None or not len(maps):
        raise NotFound(f"no map at {seconds:g} s", code="saliency_not_found")
    return Response(await asyncio.to_thread(_png_of, maps[0], style), media_type=_PNG)


@router.post("/saliency/{video_id}/score", responses=problems(400, 404, 413, 422))
async def score(key: KeyDep, services: ServicesDep, gaze: GazeBody) -> SaliencyScoreDocument:
    """How well the maps tell where somebody looked: figures of Bylinskii et al. (arXiv 1604.03605) with chance level and 95 %
    interval, and the share of gaze where the map reaches its own 70th percentile. Nothing of the gaze is kept."""
    return score_document(key.video_id, await score_saliency(key, gaze.to_domain(), services.saliency))


@router.delete("/saliency/{video_id}", responses=problems(404, 422))
async def erase(key: KeyDep, services: ServicesDep) -> SaliencyErasure:
    """Erase the maps of a video."""
    await _known(key, services)
    return SaliencyErasure(video_id=key.video_id, erased=await services.saliency.delete(key))


async def _known(key: MapsKey, services: ServicesDep) -> MapsInfo:
    info = await services.saliency.info(key)
    if info is None:
        raise NotFound("no saliency maps are stored", code="saliency_not_found")
    return info


def _open_archive(file: IO[bytes], rate: float, source: MapsSource) -> tuple[MapsInfo, Iterator[Maps]]:
    from interview_analysis.vision.saliency_archive import MapArchive  # noqa: PLC0415 - OpenCV only where maps are used

    archive = MapArchive(file, rate, source)
    return archive.info, archive.batches()


def _png_of(saliency: NDArray[np.uint8], style: Style) -> bytes:
    from interview_analysis.vision.saliency_pictures import png_of  # noqa: PLC0415 - as above

    return png_of(saliency, coloured=style == "heat")


async def _receive(request: Request, file: IO[bytes]) -> None:
    seen = 0
    async for chunk in request.stream():
        seen += len(chunk)
        if seen > _MOST_BYTES:
            raise InputError(f"more than {_MOST_BYTES} bytes", code="saliency_too_large")
        await asyncio.to_thread(file.write, chunk)


async def _in_threads(batches: Iterator[Maps]) -> AsyncIterator[Maps]:
    while (batch := await asyncio.to_thread(next, batches, None)) is not None:
        yield batch
