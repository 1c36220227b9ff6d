"""``interview-analysis saliency``: maps of a video that has none, and a map laid over the video's frame."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interview_analysis.cli.output import print_json, stderr
from interview_analysis.domain.saliency_maps import LONGEST_SIDE, Maps, MapsInfo
from interview_analysis.errors import InputError
from interview_analysis.settings import Settings, load_settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Video = Annotated[Path, typer.Argument(help="A video file.")]
Out = Annotated[Path, typer.Option(help="Maps as .npz, to be handed to PUT /saliency/{video_id}; with --picture a .png.")]
Rate = Annotated[float, typer.Option(min=0.1, max=60, help="Maps a second; of --maps too.")]
Side = Annotated[int, typer.Option(min=16, max=LONGEST_SIDE, help="Longer side of a map, pixels.")]
Centre = Annotated[bool, typer.Option("--centre/--no-centre", help="Count on people looking at the middle.")]
Given = Annotated[Path | None, typer.Option("--maps", help="With --picture: these, .npz or .zip, not predicted ones.")]
Seconds = Annotated[float | None, typer.Option("--picture", min=0, metavar="SECONDS", help="Lay the map over this frame.")]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("saliency")
    def saliency(  # noqa: PLR0913, PLR0917 - the options are the interface
        video: Video,
        out: Out,
        rate: Rate = 5.0,
        side: Side = 64,
        centre: Centre = True,
        maps: Given = None,
        picture: Seconds = None,
    ) -> None:
        """Predict where a video draws the eye (spectral residual), or show a map over the frame that it belongs to.

        Predicted maps are no measurement: docs/saliency.md says what they are worth.
        """
        if not video.is_file():
            raise InputError(f"there is no file {video}", code="video_not_found")
        if out.suffix.lower() != (".npz" if picture is None else ".png"):
            raise InputError(f"{out}: maps are written as .npz, a picture as .png")
        if maps is not None and picture is None:
            raise InputError("--maps goes with --picture")
        settings = load_settings()
        info, values = _predicted(video, settings, rate, side, centre=centre) if maps is None else _given(maps, rate)
        if picture is None:
            _write_maps(out, info, values)
        else:
            _write_picture(out, _frame(video, settings, picture), info, values, picture)


def _predicted(video: Path, settings: Settings, rate: float, side: int, *, centre: bool) -> tuple[MapsInfo, Maps]:
    from interview_analysis.bootstrap.line import build_decoder_at
    from interview_analysis.vision.saliency_model import predict_maps

    return predict_maps(video, build_decoder_at(settings, rate, side), rate, centre=centre)


def _given(path: Path, rate: float) -> tuple[MapsInfo, Maps]:
    import numpy as np

    from interview_analysis.vision.saliency_archive import MapArchive

    if not path.is_file():
        raise InputError(f"there is no file {path}", code="saliency_not_found")
    with path.open("rb") as file:
        archive = MapArchive(file, rate)
        return archive.info, np.concatenate(list(archive.batches()))


def _frame(video: Path, settings: Settings, seconds: float) -> NDArray[np.uint8]:
    """The frame that is shown at this time, RGB."""
    from interview_analysis.bootstrap.line import build_decoder

    decoder = build_decoder(settings)
    shown = None
    with decoder.decode(video, decoder.probe(video)) as frames:
        for frame in frames:
            if shown is not None and frame.timestamp > seconds:
                return shown
            shown = frame.image
        if shown is None or seconds >= frames.duration:
            raise InputError(f"{video.name} ends before {seconds:g} s")
    return shown


def _write_maps(out: Path, info: MapsInfo, maps: Maps) -> None:
    import numpy as np

    np.savez_compressed(out, maps=maps)
    told = {"rate": info.rate, "frames": info.frames, "width": info.width, "height": info.height, "source": info.source}
    print_json(told)


def _write_picture(out: Path, frame: NDArray[np.uint8], info: MapsInfo, maps: Maps, seconds: float) -> None:
    from interview_analysis.vision.saliency_pictures import heat_over

    number = info.frame_at(seconds)
    if number is None:
        raise InputError(f"no map at {seconds:g} s", code="saliency_not_found")
    out.write_bytes(heat_over(frame, maps[number]))
    stderr.print(f"wrote {out}", markup=False)
