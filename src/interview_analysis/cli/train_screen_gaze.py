"""``interview-analysis train screen-gaze``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from interview_analysis.cli.output import print_json, stderr
from interview_analysis.cli.progress import share_bar
from interview_analysis.errors import DependencyUnavailable

Table = Annotated[Path, typer.Argument(metavar="CSV")]
Out = Annotated[Path, typer.Option(metavar="DIR", help="Folder for model, manifest entry and card.")]
Regressor = Annotated[str | None, typer.Option(help="Take this one. Default: the best with sessions left out.")]
PixelMm = Annotated[
    float, typer.Option(min=0.01, help="Millimetres from pixel to pixel of the screen, for the error in degrees.")
]
PIXEL_MM = 0.19
"""Pitch assumed where none is given: a 15-inch notebook, 327 mm wide with 1,710 pixels of the desktop."""


@contextmanager
def training_packages() -> Iterator[None]:
    """Imports inside may need the optional ``train`` packages. Raises ``DependencyUnavailable`` naming the missing one."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise DependencyUnavailable(f"{error.name} is missing: pip install 'interview-analysis[train]'") from error


def register(group: typer.Typer) -> None:
    """Add the command to ``train``."""
    group.command("screen-gaze")(screen_gaze)


def screen_gaze(table: Table, out: Out, regressor: Regressor = None, pixel_mm: PixelMm = PIXEL_MM) -> None:
    """Train the regressor from gaze and head pose to the point of the screen.

    The CSV has the columns session_id, gaze_left_x … gaze_right_z, head_tx … head_tz, head_roll, head_pitch, head_yaw,
    screen_x, screen_y. Every regressor is measured with sessions left out, the best is fitted on all rows. Leaves in --out the
    ONNX model, its manifest entry and its card, and prints the figures as JSON.
    """
    with training_packages():
        from interview_analysis.training.screen_gaze import train_screen_gaze
        from interview_analysis.training.screen_gaze_config import ScreenGazeConfig

    config = ScreenGazeConfig(table, out, pixel_mm, regressor)
    with share_bar("train screen-gaze") as report:
        trained = train_screen_gaze(config, report)
    stderr.print(f"model {trained.model}\ncard  {trained.card}\nentry {trained.entry}")
    print_json({name: value for name, value in asdict(trained.evaluation).items() if name != "plots"})
