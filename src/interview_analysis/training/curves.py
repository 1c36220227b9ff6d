"""The curves of a run, as PNG files and TensorBoard events."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from interview_analysis.errors import DependencyUnavailable
from interview_analysis.training.plots import Draw, write_plots
from interview_analysis.training.progress import EpochResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from torch.utils.tensorboard.writer import SummaryWriter

_TASK = "training"


def open_events(folder: Path, finished_epochs: int) -> SummaryWriter:
    """TensorBoard events of the epochs to come; those of an epoch that was cut off are hidden by them.

    Raises ``DependencyUnavailable`` without the package.
    """
    try:
        from torch.utils.tensorboard.writer import SummaryWriter  # noqa: PLC0415  # takes a second to import
    except ImportError as error:
        raise DependencyUnavailable("tensorboard is missing: pip install 'interview-analysis[train]'") from error
    return SummaryWriter(os.fspath(folder), purge_step=finished_epochs + 1)


def write_events(events: SummaryWriter, result: EpochResult) -> None:
    """One point on each curve."""
    for name, value in _curves_of(result).items():
        events.add_scalar(name, value, result["epoch"])
    events.flush()


def draw_curves(history: Sequence[EpochResult], folder: Path) -> list[Path]:
    """``training-loss.png``, ``training-accuracy.png`` and ``training-learning_rate.png``, once an epoch is finished."""
    if not history:
        return []
    plots = {
        "loss": _curves(history, ("train_loss", "validation_loss")),
        "accuracy": _curves(history, ("accuracy",)),
        "learning_rate": _curves(history, ("learning_rate",)),
    }
    return write_plots(_TASK, plots, folder)


def _curves(history: Sequence[EpochResult], names: Sequence[str]) -> Draw:
    def draw(axes: Axes) -> None:
        for name in names:
            values = [_curves_of(result)[name] for result in history]
            axes.plot([result["epoch"] for result in history], values, marker=".", label=name.replace("_", " "))
        axes.set(xlabel="epoch")
        axes.legend()

    return draw


def _curves_of(result: EpochResult) -> dict[str, float]:
    names = ("learning_rate", "train_loss", "validation_loss", "accuracy")
    return {name: value for name, value in result.items() if name in names and isinstance(value, float)}
