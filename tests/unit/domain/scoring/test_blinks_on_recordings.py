"""Blinks on real recordings, against a human's count."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from interview_analysis.domain.scoring.blinks import find_blinks
from timeline_builders import make_timeline

pytestmark = pytest.mark.data

CLIPS = {"blinkA1_60s_vp8_opus": 8, "blinkA4_60s_17fps_vp9_noaudio": 12}
TOLERANCE = 0.12
"""Two frames of the slower clip: the labels' own uncertainty."""


def rows(path: Path) -> list[dict[str, str]]:
    with path.open() as lines:
        return list(csv.DictReader(lines))


def series(folder: Path, clip: str) -> tuple[NDArray[np.float64], NDArray[np.float64], list[tuple[float, float]]]:
    """Times, openness by an older landmarker, and the stretches that a human saw closed."""
    labels, measured = rows(folder / f"{clip}.blink.csv"), rows(folder / f"{clip}.mediapipe.csv")
    times = np.array([float(row["pts_s"]) for row in labels])
    openness = np.array([(float(row["ear_right"]) + float(row["ear_left"])) / 2 for row in measured])
    closed = np.array([row["closed_shifted"] == "1" for row in labels])
    edges = np.flatnonzero(np.diff(np.concatenate([[False], closed, [False]])))
    return times, openness, [(times[a], times[b - 1]) for a, b in zip(edges[::2], edges[1::2], strict=True)]


@pytest.mark.parametrize("phase", [0.0, 0.02, 0.04])
@pytest.mark.parametrize("clip", CLIPS)
def test_blinks_at_15_per_second_are_those_that_a_human_saw(clip: str, phase: float, data_dir: Path) -> None:
    times, openness, truth = series(data_dir / "clips", clip)

    def sampled(wanted: NDArray[np.float64]) -> NDArray[np.float64]:
        return openness[np.minimum(np.searchsorted(times, wanted + phase), len(times) - 1)]

    blinks = find_blinks(make_timeline(60, openness=sampled))
    found = [any(b.start <= end + TOLERANCE and b.end >= start - TOLERANCE for b in blinks) for start, end in truth]
    assert len(truth) == CLIPS[clip]
    assert sum(found) >= CLIPS[clip] - 1
    assert len(blinks) <= sum(found) + 1
