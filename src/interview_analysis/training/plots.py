"""Figures of evaluations as PNG files.

Each figure is a function that draws into axes it is given; matplotlib is imported only where a file is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.episode import Episode
from interview_analysis.errors import DependencyUnavailable, InputError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    Draw = Callable[[Axes], None]
else:
    Draw = Callable[[Any], None]

_SIZE_INCHES = (7.0, 5.0)
_DOTS_PER_INCH = 120
_STYLE: Mapping[str, Any] = {
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": "medium",
    "font.size": 10,
    "legend.frameon": False,
}
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#444444")
"""Okabe and Ito's palette, told apart by colour-blind readers too."""
_GUIDE: Mapping[str, Any] = {"color": "#888888", "linewidth": 0.8}
_DARK_CELL = 0.6


def write_plots(task: str, plots: Mapping[str, Draw], folder: Path) -> list[Path]:
    """One file ``TASK-NAME.png`` a figure, in ``folder``, which is made where it is missing.

    Raises ``DependencyUnavailable`` without matplotlib and ``InputError`` where the folder cannot be written.
    """
    try:
        from matplotlib import rc_context  # noqa: PLC0415 - an optional part, and slow to import
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ImportError as error:
        raise DependencyUnavailable("plots need matplotlib: pip install 'interview-analysis[train]'") from error
    written = []
    with rc_context(dict(_STYLE)):
        for name, draw in plots.items():
            figure = Figure(figsize=_SIZE_INCHES, dpi=_DOTS_PER_INCH, layout="constrained")
            draw(figure.add_subplot())
            path = folder / f"{task}-{name}.png"
            try:
                folder.mkdir(parents=True, exist_ok=True)
                figure.savefig(path)
            except OSError as error:
                raise InputError(f"{path} cannot be written: {error}") from error
            written.append(path)
    return written


def confusion_matrix(labels: Sequence[str], rows: NDArray[np.int64]) -> Draw:
    """Counts ``rows[truth][answer]``, shaded by the share of their row."""

    def draw(axes: Axes) -> None:
        shares = rows / np.maximum(rows.sum(axis=1, keepdims=True), 1)
        axes.imshow(shares, cmap="Blues", vmin=0.0, vmax=1.0)
        for (truth, answer), count in np.ndenumerate(rows):
            colour = "white" if shares[truth, answer] > _DARK_CELL else "black"
            axes.text(
                answer, truth, f"{count}\n{shares[truth, answer]:.0%}", ha="center", va="center", color=colour, fontsize=8
            )
        axes.set(xlabel="answer", ylabel="truth", title="Confusion: counts and share of the row")
        axes.set_xticks(range(len(labels)), labels, rotation=30, ha="right")
        axes.set_yticks(range(len(labels)), labels)

    return draw


def reliability(probabilities: NDArray[np.float32], truth: NDArray[np.int64], bins: int) -> Draw:
    """Accuracy against confidence in ``bins`` equal bins, of ``probabilities`` (N, classes) and ``truth`` (N,)."""

    def draw(axes: Axes) -> None:
        confidence = probabilities.max(axis=1)
        right = probabilities.argmax(axis=1) == truth
        member = np.minimum((confidence * bins).astype(np.intp), bins - 1)
        counts = np.bincount(member, minlength=bins)
        filled = np.flatnonzero(counts)
        accuracy = np.bincount(member, right, bins)[filled] / counts[filled]
        axes.bar((filled + 0.5) / bins, accuracy, width=0.9 / bins, color=_COLOURS[0], label="accuracy")
        axes.bar(
            (filled + 0.5) / bins, counts[filled] / len(truth), width=0.4 / bins, color=_COLOURS[4], label="share of samples"
        )
        axes.plot((0, 1), (0, 1), **_GUIDE)
        axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="confidence", ylabel="share", title="Reliability")
        axes.legend(loc="upper left")

    return draw


def agreement(names: Sequence[str], truth: NDArray[np.float64], answers: NDArray[np.float64], unit: str = "degrees") -> Draw:
    """Answers against truth, both (N, k), a colour for each of the k ``names``."""

    def draw(axes: Axes) -> None:
        for column, name in enumerate(names):
            axes.scatter(truth[:, column], answers[:, column], s=10, alpha=0.6, color=_COLOURS[column], label=name)
        axes.axline((0, 0), slope=1, **_GUIDE)
        axes.set(xlabel=f"truth, {unit}", ylabel=f"answer, {unit}", title="Answers against truth")
        axes.legend()

    return draw


def error_by(label: str, values: NDArray[np.float64], errors: NDArray[np.float64], width: float) -> Draw:
    """Absolute errors (N,) in degrees against ``values`` (N,), with their mean in bins of ``width``."""

    def draw(axes: Axes) -> None:
        axes.scatter(values, errors, s=10, alpha=0.5, color=_COLOURS[0], label="one sample")
        member = np.floor(values / width)
        bins = np.unique(member)
        means = [errors[member == number].mean() for number in bins]
        axes.plot((bins + 0.5) * width, means, color=_COLOURS[1], marker="o", label=f"mean over {width:g}")
        axes.set(xlabel=label, ylabel="absolute error, degrees", ylim=(0, None), title="Error")
        axes.legend()

    return draw


def directions(labels: Sequence[str], truth: NDArray[np.int64], gaze: NDArray[np.float64], cone: float) -> Draw:
    """Offsets (N, 2; pitch, yaw in degrees) from the target by the direction asked for; as in the picture, yaw + is left."""

    def draw(axes: Axes) -> None:
        for index, label in enumerate(labels):
            chosen = gaze[truth == index]
            axes.scatter(chosen[:, 1], chosen[:, 0], s=12, alpha=0.6, color=_COLOURS[index], label=label)
        turn = np.linspace(0.0, 2 * np.pi, 100)
        axes.plot(cone * np.cos(turn), cone * np.sin(turn), **_GUIDE)
        axes.invert_xaxis()
        axes.set_aspect("equal", adjustable="datalim")
        axes.set(
            xlabel="yaw from the target, degrees", ylabel="pitch from the target, degrees", title="Gaze by direction asked for"
        )
        axes.legend(title="the picture's")

    return draw


def episodes(
    series: tuple[NDArray[np.float64], NDArray[np.floating]], label: str, found: Sequence[Episode], labelled: Sequence[Episode]
) -> Draw:
    """A series (times in seconds, values), with what was found in it and what was labelled as bands."""

    def draw(axes: Axes) -> None:
        axes.plot(*series, color=_COLOURS[6], linewidth=0.7)
        bands = (("labelled", labelled, (0.0, 0.5), _COLOURS[2]), ("found", found, (0.5, 1.0), _COLOURS[1]))
        for name, spans, (low, high), colour in bands:
            for number, span in enumerate(spans):
                axes.axvspan(span.start, span.end, low, high, color=colour, alpha=0.35, label="_" * bool(number) + name)
        axes.set(xlabel="seconds", ylabel=label, title="Found (upper half) and labelled (lower half)")
        if found or labelled:
            axes.legend(loc="lower right")

    return draw
