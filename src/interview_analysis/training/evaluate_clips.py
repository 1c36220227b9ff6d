"""Blinks and presence measured on labelled clips, through the whole line from the file to the episodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.episode import Episode
from interview_analysis.domain.scoring.blinks import find_blinks
from interview_analysis.domain.scoring.observations import find_absences
from interview_analysis.domain.timeline import FrameTimeline
from interview_analysis.training.clip_truth import BlinkTruth, read_blinks, read_presence
from interview_analysis.training.evaluate import Evaluation, Rows, bootstrap
from interview_analysis.training.plots import episodes

Measure = Callable[[Path], FrameTimeline]

_TOLERANCE_FRAMES = 2
"""Labels and closures may lie this many frames of the clip apart and still be the same blink."""


class BlinkCounts(NamedTuple):
    """Of one clip: blinks found that are labelled, all found, all labelled."""

    hits: int
    found: int
    labelled: int


def evaluate_blink(clips: Sequence[Path], measure: Measure, truth: Path | None = None) -> Evaluation:
    """Precision, recall and F1 over all blinks of the clips, and the mean error of the count per clip. The bootstrap draws
    clips. ``truth``: the folder of the label files, default beside each clip. Raises ``InputError``."""
    labels = [read_blinks(clip, truth) for clip in clips]
    timelines = [measure(clip) for clip in clips]
    found = [find_blinks(line) for line in timelines]
    counts = np.array([match_blinks(blinks, label) for blinks, label in zip(found, labels, strict=True)])

    def f1(rows: Rows) -> float:
        hits, found, labelled = counts[rows].sum(axis=0)
        return _share(2 * hits, found + labelled)

    statistics: dict[str, Callable[[Rows], float]] = {
        "f1": f1,
        "precision": lambda rows: _share(*counts[rows].sum(axis=0)[[0, 1]]),
        "recall": lambda rows: _share(*counts[rows].sum(axis=0)[[0, 2]]),
        "count_error": lambda rows: float(np.abs(counts[rows, 1] - counts[rows, 2]).mean()),
    }
    return Evaluation(
        task="blink",
        data=_names(clips),
        n=int(counts[:, 2].sum()),
        coverage=_covered(timelines, lambda line: np.isfinite(line.eye_openness)),
        metrics={name: bootstrap(statistic, len(clips)) for name, statistic in statistics.items()},
        plots={
            clip.stem: episodes((line.timestamps, line.eye_openness), "eye aspect ratio", blinks, label.closures)
            for clip, line, blinks, label in zip(clips, timelines, found, labels, strict=True)
        },
    )


def evaluate_presence(clips: Sequence[Path], measure: Measure, truth: Path | None = None) -> Evaluation:
    """Mean distance in seconds from each labelled coming or going of the face to the nearest measured one of its kind; one
    of a kind that was not measured at all counts with the length of the clip. The bootstrap draws edges.

    Raises ``InputError``.
    """
    labels = [read_presence(clip, truth) for clip in clips]
    timelines = [measure(clip) for clip in clips]
    pairs = list(zip(timelines, labels, strict=True))
    errors = np.array([error for line, spans in pairs for error in edge_errors(line, spans)])
    return Evaluation(
        task="presence",
        data=_names(clips),
        n=len(errors),
        coverage=_covered(timelines, lambda line: np.ones(len(line), np.bool_)),
        metrics={"edge_error_s": bootstrap(lambda rows: float(errors[rows].mean()), len(errors))},
        plots={
            clip.stem: episodes((line.timestamps, line.face), "face seen", find_absences(line), _absent(spans, line.duration))
            for clip, (line, spans) in zip(clips, pairs, strict=True)
        },
    )


def match_blinks(found: Sequence[Episode], truth: BlinkTruth) -> BlinkCounts:
    """One to one, in order of time; two episodes are the same blink where they come within the tolerance of each other."""
    reach = _TOLERANCE_FRAMES * truth.step
    left = list(found)
    hits = 0
    for label in truth.closures:
        match = next((blink for blink in left if blink.start <= label.end + reach and blink.end >= label.start - reach), None)
        if match is not None:
            left.remove(match)
            hits += 1
    return BlinkCounts(hits, len(found), len(truth.closures))


def edge_errors(timeline: FrameTimeline, present: Sequence[Episode]) -> list[float]:
    """Seconds (E,) of error of each labelled edge that does not lie at an end of the clip."""
    step = timeline.duration / max(1, len(timeline))

    def inside(times: Iterable[float]) -> list[float]:
        return [time for time in times if step < time < timeline.duration - step]

    absences = find_absences(timeline)
    coming, going = inside(span.end for span in absences), inside(span.start for span in absences)
    pairs = [(time, coming) for time in inside(span.start for span in present)]
    pairs += [(time, going) for time in inside(span.end for span in present)]
    return [min((abs(time - edge) for edge in measured), default=timeline.duration) for time, measured in pairs]


def _absent(present: Sequence[Episode], duration: float) -> list[Episode]:
    """The stretches between those with a face, which rise in time."""
    starts, ends = [0.0, *(span.end for span in present)], [*(span.start for span in present), duration]
    return [Episode(start, end) for start, end in zip(starts, ends, strict=True) if start < end]


def _covered(timelines: Sequence[FrameTimeline], valid: Callable[[FrameTimeline], NDArray[np.bool_]]) -> float:
    """Share of the clips' time in valid rows."""
    seconds = sum(float(line.weights()[valid(line)].sum()) for line in timelines)
    return min(1.0, seconds / sum(line.duration for line in timelines))


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else float("nan")


def _names(clips: Sequence[Path]) -> str:
    return ", ".join(clip.name for clip in clips)
