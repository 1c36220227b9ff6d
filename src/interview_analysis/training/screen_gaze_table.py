"""Recorded gaze samples with the screen point that was looked at: a CSV table, read with tolerance."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.screen_gaze_features import FloatArray, GazeSamples, features
from interview_analysis.errors import InputError

_SESSION = "session_id"
_EYES = tuple(f"gaze_{side}_{axis}" for side in ("left", "right") for axis in "xyz")
_POSITION = ("head_tx", "head_ty", "head_tz")
_TURN = ("head_roll", "head_pitch", "head_yaw")
_POINT = ("screen_x", "screen_y")
_NUMBERS = (*_EYES, *_POSITION, *_TURN, *_POINT)
_ABSURD_DEVIATIONS = 50.0
_NORMAL_IQR = 1.349
_FEWEST_SESSIONS = 3


@dataclass(frozen=True, slots=True, eq=False)
class ScreenGazeTable:
    """``features`` (N, F) and ``points`` (N, 2) pixels, NaN where unknown; ``session`` (N,) of each row as a number from 0;
    ``sha256`` of the file; ``warnings`` name file and line of what looks wrong."""

    name: str
    sha256: str
    samples: GazeSamples
    features: FloatArray
    points: FloatArray
    session: NDArray[np.intp]
    warnings: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.points)

    @property
    def known(self) -> NDArray[np.bool_]:
        """Rows (N,) with all features and a point."""
        return np.asarray(np.isfinite(self.features).all(axis=1) & np.isfinite(self.points).all(axis=1), np.bool_)


def read_screen_gaze(path: Path) -> ScreenGazeTable:
    """Columns, in any order and among others:

    session_id                        one sitting: rows that share it never stand on both sides of a split
    gaze_left_x … gaze_right_z        unit vectors from each eye, camera's axes (x right, y down, z away)
    head_tx, head_ty, head_tz         head position, mm, in the same axes
    head_roll, head_pitch, head_yaw   rotation about x, y, z, radians: OpenFace's pose_Rx, pose_Ry, pose_Rz under the names that
                                      the recorded tables give them (their "pitch" follows the gaze left and right)
    screen_x, screen_y                the point that was looked at, pixels

    A row with a missing or unreadable value stays in ``n`` and gets no answer; one with an absurd value stays and is clipped
    by the regressors. Both are named in ``warnings``. Raises ``InputError`` for wrong columns or too few sessions.
    """
    rows, lines = _read_rows(path)
    values = np.array([[_number(row.get(column)) for column in _NUMBERS] for row in rows])
    names = [row[_SESSION] for row in rows]
    _, session = np.unique(names, return_inverse=True)
    samples = _samples(values)
    table = ScreenGazeTable(
        name=path.name,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        samples=samples,
        features=features(samples),
        points=values[:, -2:],
        session=session,
        warnings=(*_unreadable(path.name, values, lines), *_absurd(path.name, values, lines)),
    )
    if len(np.unique(session[table.known])) < _FEWEST_SESSIONS:
        raise InputError(f"{path} needs whole rows of at least {_FEWEST_SESSIONS} sessions: they are left out in turn")
    return table


def _read_rows(path: Path) -> tuple[list[dict[str, str]], list[int]]:
    """Rows and the line of the file on which each ends."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            missing = [name for name in (_SESSION, *_NUMBERS) if name not in (reader.fieldnames or ())]
            if missing:
                raise InputError(f"{path} lacks the columns {', '.join(missing)}")
            numbered = [(row, reader.line_num) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: {error}") from error
    return [row for row, _ in numbered], [line for _, line in numbered]


def _number(text: str | None) -> float:
    try:
        value = float(text or "nan")
    except ValueError:
        return float("nan")
    return value if np.isfinite(value) else float("nan")


def _samples(values: FloatArray) -> GazeSamples:
    both = values[:, :3] + values[:, 3:6]
    length = np.linalg.norm(both, axis=1, keepdims=True)
    gaze = np.divide(both, length, out=np.full_like(both, np.nan), where=length > 0)
    return GazeSamples(gaze, position=values[:, 6:9], turn=values[:, 9:12])


def _unreadable(name: str, values: FloatArray, lines: list[int]) -> list[str]:
    return [
        f"{name} line {lines[row]}: no number in {', '.join(np.array(_NUMBERS)[np.isnan(values[row])])}; it gets no answer"
        for row in np.flatnonzero(np.isnan(values).any(axis=1))
    ]


def _absurd(name: str, values: FloatArray, lines: list[int]) -> list[str]:
    """Rows with a value more than 50 robust deviations from the column's median."""
    if np.isnan(values).all(axis=0).any():
        return []
    low, middle, high = np.nanpercentile(values, [25, 50, 75], axis=0)
    limit = _ABSURD_DEVIATIONS * (high - low) / _NORMAL_IQR
    far = (np.abs(values - middle) > limit) & (limit > 0)
    return [f"{name} line {lines[row]}: {_outliers(values[row], far[row])}; it is kept and clipped" for row in _any(far)]


def _any(far: NDArray[np.bool_]) -> NDArray[np.intp]:
    return np.flatnonzero(far.any(axis=1))


def _outliers(row: FloatArray, far: NDArray[np.bool_]) -> str:
    return "absurd " + ", ".join(f"{_NUMBERS[column]} {row[column]:g}" for column in np.flatnonzero(far))
