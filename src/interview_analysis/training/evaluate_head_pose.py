"""Head pose on pictures with known angles."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.pose import HeadAngles
from interview_analysis.errors import InputError
from interview_analysis.training.clip_truth import read_table
from interview_analysis.training.evaluate import Evaluation, Statistic, bootstrap
from interview_analysis.training.plots import agreement, error_by

LABELS_FILE = "labels.csv"
_COLUMNS = ("pitch_deg", "yaw_deg", "roll_deg")
_YAW_BIN = 15.0
"""Degrees: width of the bins of yaw over which the plot averages errors."""

MeasurePicture = Callable[[NDArray[np.uint8]], HeadAngles | None]


def evaluate_head_pose(folder: Path, measure: MeasurePicture, max_yaw: float) -> Evaluation:
    """Mean absolute error in degrees per angle and over the three, on pictures whose labelled yaw is within ± ``max_yaw``.

    ``folder`` holds the pictures and ``labels.csv`` with columns file, pitch_deg, yaw_deg, roll_deg (signs of
    ``domain.pose``). Raises ``InputError``.
    """
    rows = [row for row in read_table(folder / LABELS_FILE) if abs(_angles(row)[1]) <= max_yaw]
    if not rows:
        raise InputError(f"{folder / LABELS_FILE} has no picture with yaw within {max_yaw}")
    truth = np.array([_angles(row) for row in rows])
    answers = np.array([_answer(folder / row["file"], measure) for row in rows])
    found = np.isfinite(answers).all(axis=1)
    errors = np.abs(answers[found] - truth[found])
    return Evaluation(
        task="head-pose",
        data=folder.name,
        n=len(rows),
        coverage=float(found.mean()),
        metrics={name: bootstrap(statistic, len(errors)) for name, statistic in _statistics(errors).items()},
        plots={
            "angles": agreement(HeadAngles._fields, truth[found], answers[found]),
            "error-by-yaw": error_by("labelled yaw, degrees", truth[found, 1], errors.mean(axis=1), _YAW_BIN),
        },
    )


def read_picture(path: Path) -> NDArray[np.uint8]:
    """RGB uint8 (H, W, 3). Raises ``InputError``."""
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if picture is None:
        raise InputError(f"{path} is not a picture")
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)


def _statistics(errors: NDArray[np.float64]) -> dict[str, Statistic]:
    return {
        "mae": lambda rows: float(errors[rows].mean()),
        "mae_pitch": lambda rows: float(errors[rows, 0].mean()),
        "mae_yaw": lambda rows: float(errors[rows, 1].mean()),
        "mae_roll": lambda rows: float(errors[rows, 2].mean()),
    }


def _answer(path: Path, measure: MeasurePicture) -> tuple[float, float, float]:
    angles = measure(read_picture(path))
    return (np.nan, np.nan, np.nan) if angles is None else (angles.pitch, angles.yaw, angles.roll)


def _angles(row: dict[str, str]) -> tuple[float, ...]:
    try:
        return tuple(float(row[column]) for column in _COLUMNS)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{LABELS_FILE} needs numbers in columns {', '.join(_COLUMNS)}") from error
