"""``interview-analysis demo``: a made clip goes through a running server, as from the web app."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from interview_analysis.cli.output import stderr
from interview_analysis.cli.progress import download_bars, share_bar
from interview_analysis.log import divert_native_output
from interview_analysis.settings import Settings, load_settings

_EXIT_FAILED = 4

Url = Annotated[str | None, typer.Option(help="Address of the server. Default: HOST and PORT of the settings.")]
Wait = Annotated[float, typer.Option(min=0, help="How long to wait until the server is ready, seconds.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


def demo(url: Url = None, wait: Wait = 60.0) -> None:
    """Make a sample interview, send it to a running server, show progress and print the result."""
    from interview_analysis.api.schemas.analysis import AnalysisDocument
    from interview_analysis.api.schemas.feedback import FeedbackDocument
    from interview_analysis.cli.result import print_comment, print_result
    from interview_analysis.demo.client import ServiceClient
    from interview_analysis.domain.analysis import AnalysisStatus

    settings = load_settings()
    divert_native_output(settings.paths.logs_dir)
    address = (url or f"http://{settings.server.host}:{settings.server.port}").rstrip("/")
    with ServiceClient(address) as client, tempfile.TemporaryDirectory() as folder:
        client.wait_until_ready(wait)
        clip = Path(folder) / "demo.webm"
        make_clip(clip, settings)
        analysis_id = client.submit(*client.upload(clip))
        with share_bar("analysing") as move:
            status = client.follow(analysis_id, lambda progress: move(progress.percent / 100))
        print_result(AnalysisDocument.model_validate_json(client.result(analysis_id)))
        if status is not AnalysisStatus.COMPLETED:
            raise typer.Exit(_EXIT_FAILED)
        print_comment(FeedbackDocument.model_validate_json(client.comment(analysis_id)))
    stderr.print(f"All of it: {address}/analysis/{analysis_id}\nTry it out: {address}/docs", soft_wrap=True)


def make_clip(clip: Path, settings: Settings) -> None:
    """Write the demo's clip, with progress bars. Raises ``ModelUnavailable``, ``DependencyUnavailable``."""
    from interview_analysis.bootstrap import model_store
    from interview_analysis.demo.clip import make_demo_clip
    from interview_analysis.demo.synthetic_face import load_synthetic_face

    store = model_store(settings)
    with download_bars() as on_progress:
        store.pull(("face-landmarker", "portrait"), on_progress)
    face = load_synthetic_face(store.path("portrait"), store.path("face-landmarker"))
    with share_bar("making the sample clip") as move:
        make_demo_clip(face, clip, move)
