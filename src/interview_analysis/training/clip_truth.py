"""What people have written down about clips: CSV files beside them."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

import numpy as np

from interview_analysis.domain.episode import Episode
from interview_analysis.errors import InputError


class BlinkTruth(NamedTuple):
    """Closures of the eyes as labelled frame by frame; ``step`` seconds between frames."""

    closures: tuple[Episode, ...]
    step: float


def read_blinks(clip: Path, folder: Path | None = None) -> BlinkTruth:
    """``CLIP.blink.csv`` in ``folder`` (default: beside the clip): columns pts_s and closed (0 or 1), a row a frame; a
    column closed_shifted goes before closed. Raises ``InputError``."""
    rows = _rows(clip, "blink", folder)
    column = "closed_shifted" if "closed_shifted" in rows[0] else "closed"
    times = np.array([_number(row, "pts_s") for row in rows])
    closed = np.array([_number(row, column) > 0 for row in rows])
    step = float(np.median(np.diff(times))) if len(times) > 1 else 0.0
    edges = np.flatnonzero(np.diff(np.concatenate([[False], closed, [False]])))
    closures = [Episode(float(times[first]), float(times[end - 1]) + step) for first, end in edges.reshape(-1, 2)]
    return BlinkTruth(tuple(closures), step)


def read_presence(clip: Path, folder: Path | None = None) -> tuple[Episode, ...]:
    """``CLIP.presence.csv``: columns start and end, seconds, a row for each stretch with a face. Raises ``InputError``."""
    spans = [Episode(_number(row, "start"), _number(row, "end")) for row in _rows(clip, "presence", folder)]
    return tuple(sorted(spans, key=lambda span: span.start))


def read_table(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file with a heading. Raises ``InputError`` where it cannot be read or is empty."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: {error}") from error
    if not rows:
        raise InputError(f"{path} has no rows")
    return rows


def _rows(clip: Path, kind: str, folder: Path | None) -> list[dict[str, str]]:
    return read_table((folder or clip.parent) / f"{clip.stem}.{kind}.csv")


def _number(row: dict[str, str], column: str) -> float:
    try:
        return float(row[column])
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"column {column} is missing or not a number") from error
