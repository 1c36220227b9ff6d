"""``interview-analysis demo``: a made clip goes through a running server, as from the web app."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from interview_analysis.cli.output import stderr
from interview_analysis.cli.progress import download_bars, share_bar
from interview_analysis.errors import DependencyUnavailable
from interview_analysis.log import divert_native_output
from interview_analysis.settings import Settings, load_settings

_EXIT_FAILED = 4
_PATIENCE_SECONDS = 300.0
"""Without any progress for so long, nobody works on it."""

Url = Annotated[str | None, typer.Option(help="Address of the server. Default: HOST and PORT of the settings.")]
Wait = Annotated[float, typer.Option(min=0, help="How long to wait until the server is ready, seconds.")]

Key = Annotated[str | None, typer.Option(help="API key, where the server asks for one.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


def demo(url: Url = None, wait: Wait = 60.0, api_key: Key = None) -> None:
    """Make a sample interview, send it to a running server, show progress and print the result."""
    from interview_analysis.api.schemas.analysis import AnalysisDocument
    from interview_analysis.api.schemas.feedback import FeedbackDocument
    from interview_analysis.cli.result import print_comment, print_result
    from interview_analysis.client import Client, NoAnswer

    settings = load_settings()
    divert_native_output(settings.paths.logs_dir)
    address = (url or f"http://{settings.server.host}:{settings.server.port}").rstrip("/")
    with Client(address, api_key) as client, tempfile.TemporaryDirectory() as folder:
        try:
            client.wait_until_ready(wait)
        except NoAnswer as error:
            raise DependencyUnavailable(f"{address}: {error.detail}") from error
        clip = Path(folder) / "demo.webm"
        make_clip(clip, settings)
        video = client.upload(clip)
        analysis_id = client.analyze(video.s3_bucket, video.s3_key, "demo").analysis_id
        with share_bar("analysing") as move:
            ended = client.wait(analysis_id, lambda state: move(state.progress.percent / 100), patience=_PATIENCE_SECONDS)
        print_result(AnalysisDocument.model_validate(client.result(analysis_id).raw))
        words = client.feedback(analysis_id) if ended.status == "completed" else None
        if words is None:
            raise typer.Exit(_EXIT_FAILED)
        print_comment(FeedbackDocument.model_validate(words.raw))
    stderr.print(f"All of it: {address}/analysis/{analysis_id}\nTry it out: {address}/docs", soft_wrap=True)


def make_clip(clip: Path, settings: Settings) -> None:
    """Write the demo's clip, with progress bars. Raises ``ModelUnavailable``, ``DependencyUnavailable``."""
    from interview_analysis.bootstrap.line import model_store
    from interview_analysis.demo.clip import make_demo_clip
    from interview_analysis.demo.synthetic_face import load_synthetic_face

    store = model_store(settings)
    with download_bars() as on_progress:
        store.pull(("face-landmarker", "portrait"), on_progress)
    face = load_synthetic_face(store.path("portrait"), store.path("face-landmarker"))
    with share_bar("making the sample clip") as move:
        make_demo_clip(face, clip, move)
