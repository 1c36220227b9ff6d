"""Tables of people who look at points of a screen in the camera's plane, by exact geometry and with noise."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

COLUMNS = (
    "session_id",
    *(f"gaze_{side}_{axis}" for side in ("left", "right") for axis in "xyz"),
    *("head_tx", "head_ty", "head_tz", "head_roll", "head_pitch", "head_yaw"),
    *("screen_x", "screen_y"),
)
SCREEN_MM = (300.0, 190.0)
PIXELS_PER_MM = 5.0
POINTS = tuple((x, y) for y in (0.1, 0.5, 0.9) for x in (0.1, 0.5, 0.9))
"""Shares of the screen's width and height."""

Row = dict[str, str]


def gaze_rows(sessions: int = 6, noise: float = 0.005, seed: int = 1) -> list[Row]:
    """Nine points a session; the screen hangs under the camera, its middle below it. ``noise`` of the gaze vectors."""
    rng = np.random.default_rng(seed)
    rows = []
    for session in range(sessions):
        head = np.array([rng.normal(0, 30), rng.normal(40, 25), rng.uniform(350, 600)])
        for across, down in POINTS:
            target = np.array([(0.5 - across) * SCREEN_MM[0], down * SCREEN_MM[1], 0.0])
            eyes = [_direction(target - head - side, rng, noise) for side in (np.array([32.0, 0, 0]), np.array([-32.0, 0, 0]))]
            turn = np.array([0.1, -0.1, 0]) + rng.normal(0, 0.05, 3)
            point = np.array([across * SCREEN_MM[0], down * SCREEN_MM[1]]) * PIXELS_PER_MM
            values = [f"s{session}", *np.concatenate([*eyes, head, turn, point])]
            rows.append(dict(zip(COLUMNS, map(str, values), strict=True)))
    return rows


def write_table(path: Path, rows: list[Row]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, tuple(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def _direction(ray: np.ndarray[tuple[int], np.dtype[np.float64]], rng: np.random.Generator, noise: float) -> object:
    noisy = ray / np.linalg.norm(ray) + rng.normal(0, noise, 3)
    return noisy / np.linalg.norm(noisy)
