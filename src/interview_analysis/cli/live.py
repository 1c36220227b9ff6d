"""``interview-analysis live``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import typer

from interview_analysis.domain.face import Frame
from interview_analysis.domain.live import LiveOptions, Smoothing
from interview_analysis.errors import InputError
from interview_analysis.log import divert_native_output
from interview_analysis.settings import Settings, load_settings

Camera = Annotated[int | None, typer.Option(min=0, help="Number of a camera of this machine.")]
Video = Annotated[Path | None, typer.Option("--file", help="A video file.")]
Image = Annotated[Path | None, typer.Option(help="A picture.")]
Out = Annotated[Path | None, typer.Option(help="Write the drawing: .webm, .mp4 or .avi, a picture as .png or .jpg.")]
Smooth = Annotated[Smoothing, typer.Option(help="Of head and gaze angles.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("live")(live)


def live(
    camera: Camera = None, file: Video = None, image: Image = None, out: Out = None, smoothing: Smooth = Smoothing.KALMAN
) -> None:
    """Draw what is measured over the picture, in a window (q ends it) or into a file. A file comes out at RATE_LANDMARKS."""
    from interview_analysis.live_service import live_models
    from interview_analysis.report.live_drawing import PICTURES, draw_faces, open_sink
    from interview_analysis.vision.live import LiveVideo

    if sum(source is not None for source in (camera, file, image)) != 1:
        raise InputError("give one of --camera, --file and --image")
    if file is not None and not file.is_file():
        raise InputError(f"there is no file {file}", code="video_not_found")
    if out is not None and (image is None) == (out.suffix.lower() in PICTURES):
        raise InputError(f"{out}: a picture becomes a picture, and everything else a video")
    settings = load_settings()
    divert_native_output(settings.paths.logs_dir)
    with open_sink(out, settings.vision.rate_landmarks) as sink:
        options = LiveOptions(smoothing)
        with closing(LiveVideo(live_models(settings), options)) as video, _frames(settings, camera, file, image) as frames:
            for frame in frames:
                if not sink(draw_faces(frame.image, video.analyse(frame))):
                    break


@contextmanager
def _frames(settings: Settings, camera: int | None, file: Path | None, image: Path | None) -> Iterator[Iterator[Frame]]:
    from interview_analysis.bootstrap.line import build_decoder
    from interview_analysis.vision.pictures import camera_frames, read_picture

    if camera is not None:
        with closing(camera_frames(camera)) as frames:
            yield frames
    elif image is not None:
        yield iter([Frame(0, 0.0, read_picture(image))])
    elif file is not None:
        decoder = build_decoder(settings)
        with decoder.decode(file, decoder.probe(file)) as decoded:
            yield iter(decoded)
