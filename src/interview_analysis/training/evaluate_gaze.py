"""Gaze on labelled pictures, on face meshes recorded while people looked one of five ways, and on predictions of others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.pose import Direction, GazeAngles
from interview_analysis.domain.scoring.gaze_target import cone_of, direction_of, find_target, membership
from interview_analysis.errors import InputError
from interview_analysis.training.clip_truth import read_table
from interview_analysis.training.evaluate import Confusion, Evaluation, Rows, Statistic, bootstrap, confuse, recalls
from interview_analysis.training.evaluate_head_pose import LABELS_FILE, read_picture
from interview_analysis.training.plots import Draw, agreement, directions
from interview_analysis.vision.blink import eye_openness
from interview_analysis.vision.face_stages import IRIS_GAZE
from interview_analysis.vision.gaze.iris import iris_gaze
from interview_analysis.vision.head_pose.solver import MAX_ERROR, HeadPoseSolver

FloatArray = NDArray[np.float64]
MeasureGaze = Callable[[NDArray[np.uint8]], GazeAngles | None]

_ASKED: Final = {
    "middle": Direction.CENTER,
    "left": Direction.RIGHT,
    "right": Direction.LEFT,
    "up": Direction.UP,
    "down": Direction.DOWN,
}
"""Array names of a mesh file: where the person was asked to look, in their own terms, and where that is in the picture."""
_LABELS: Final = tuple(Direction)
_MIDDLE: Final = "middle"
_MESH_FRAME = (640, 480)
"""Width and height of the camera picture that meshes without an array ``size`` come from: WebGazer's own."""
_MESH_POINTS, _MESH_POINTS_WITH_IRISES = 468, 478
_COLUMNS = ("pitch_deg", "yaw_deg")


class _Sample(NamedTuple):
    """Figures on one kind of data, not drawn yet: ``answered`` of ``n`` samples, statistics over the answered ones."""

    n: int
    answered: int
    statistics: Mapping[str, Statistic]
    plots: Mapping[str, Draw]
    confusion: Confusion | None = None


def evaluate_gaze(data: Path, measure: MeasureGaze, truth: Path | None = None) -> Evaluation:
    """``direction_accuracy`` with the recall of each direction on meshes, ``angular_error_deg`` on labelled angles.

    ``data`` is an NPZ file, or a folder with any of

    - NPZ files of meshes: arrays middle, left, right, up, down (N, 468 or 478, ≥ 2) in pixels, named as the person was asked,
      and ``size`` (width, height) unless 640 × 480;
    - ``labels.csv`` (in ``truth`` where that is given) with columns file, pitch_deg, yaw_deg: pictures and their gaze relative
      to the camera axis in the signs of ``domain.pose``, which ``measure`` answers;
    - instead of pictures, NPZ files with the predictions of another program: ``pred`` and ``gt`` (N, 2), pitch and yaw in
      radians.

    Raises ``InputError``.
    """
    samples = list(_samples(data, measure, truth))
    if not samples:
        raise InputError(f"{data} holds neither {LABELS_FILE} nor an NPZ file of meshes or predictions")
    statistics = [name for sample in samples for name in sample.statistics]
    if len(set(statistics)) < len(statistics):
        raise InputError(f"{data} holds labelled pictures and predictions: measure one of them at a time")
    count = sum(sample.n for sample in samples)
    return Evaluation(
        task="gaze",
        data=data.name,
        n=count,
        coverage=sum(sample.answered for sample in samples) / count,
        metrics={
            name: bootstrap(statistic, sample.answered) for sample in samples for name, statistic in sample.statistics.items()
        },
        confusion=next((sample.confusion for sample in samples if sample.confusion is not None), None),
        plots={name: draw for sample in samples for name, draw in sample.plots.items()},
    )


def angular_error(answers: FloatArray, truth: FloatArray) -> FloatArray:
    """Degrees (N,) between directions given as pitch and yaw in degrees (N, 2)."""
    cosine = (_unit(answers) * _unit(truth)).sum(axis=1)
    return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))), np.float64)


def mesh_gaze(mesh: NDArray[np.floating], width: float, height: float) -> GazeAngles | None:
    """Gaze of a mesh in pixels of a ``width`` × ``height`` picture: from its irises as in serving, or, where it has none (468
    points), where the head points. ``None`` where it cannot be told."""
    fit = HeadPoseSolver().solve(mesh, round(width), round(height))
    if fit is None or fit.error > MAX_ERROR:
        return None
    if len(mesh) < _MESH_POINTS_WITH_IRISES:
        return GazeAngles(fit.angles.pitch, fit.angles.yaw)
    openness = eye_openness(mesh)
    gaze = None if openness is None else iris_gaze(mesh, fit, openness)
    return None if gaze is None else gaze.angles


def _samples(data: Path, measure: MeasureGaze, truth: Path | None) -> list[_Sample]:
    arrays = [_load(path) for path in (sorted(data.glob("*.npz")) if data.is_dir() else [data])]
    meshes = [file for file in arrays if _ASKED.keys() <= file.keys()]
    predictions = [file for file in arrays if {"pred", "gt"} <= file.keys()]
    samples = []
    if meshes:
        samples.append(_direction_sample(meshes))
    if predictions:
        pairs = [np.stack([_predicted(file, name) for name in ("pred", "gt")]) for file in predictions]
        samples.append(_angle_sample(*np.concatenate(pairs, axis=1)))
    labels = (truth or data) / LABELS_FILE
    if truth is not None or labels.is_file():
        samples.append(_picture_sample(data, read_table(labels), measure))
    return samples


def _load(path: Path) -> dict[str, NDArray[np.floating]]:
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except (OSError, ValueError, EOFError) as error:
        raise InputError(f"{path} is not an NPZ file of numbers: {error}") from error


def _predicted(file: Mapping[str, NDArray[np.floating]], name: str) -> FloatArray:
    angles = np.asarray(file[name], np.float64)
    if angles.ndim != 2 or angles.shape[1] != 2 or not np.isfinite(angles).all() or len(angles) != len(file["gt"]):
        raise InputError(f"pred and gt must be finite numbers (N, 2), got {name} {angles.shape}")
    return np.degrees(angles)


def _picture_sample(folder: Path, rows: Sequence[Mapping[str, str]], measure: MeasureGaze) -> _Sample:
    truth = np.array([_angles(row) for row in rows])
    answers = [measure(read_picture(folder / row["file"])) for row in rows]
    found = np.array([answer is not None for answer in answers])
    told = np.array([answer for answer in answers if answer is not None]).reshape(-1, 2)
    return _angle_sample(told, truth[found], len(rows))


def _angle_sample(answers: FloatArray, truth: FloatArray, count: int | None = None) -> _Sample:
    errors = angular_error(answers, truth)
    return _Sample(
        n=len(errors) if count is None else count,
        answered=len(errors),
        statistics={"angular_error_deg": lambda rows: float(errors[rows].mean())},
        plots={"angles": agreement(("pitch", "yaw"), truth, answers)},
    )


def _direction_sample(files: Sequence[Mapping[str, NDArray[np.floating]]]) -> _Sample:
    offsets, truth, count = [], [], 0
    for file in files:
        told, asked, meshes = _offsets(file)
        offsets.append(told)
        truth.append(asked)
        count += meshes
    gaze, labels = np.concatenate(offsets), np.concatenate(truth)
    cone = cone_of(IRIS_GAZE)
    answers = np.array([_answer(offset, cone) for offset in gaze], np.int64)

    def accuracy(rows: Rows) -> float:
        return float((answers[rows] == labels[rows]).mean())

    return _Sample(
        n=count,
        answered=len(labels),
        statistics={"direction_accuracy": accuracy, **recalls(_LABELS, labels, answers)},
        plots={"directions": directions(_LABELS, labels, gaze, cone)},
        confusion=Confusion(_LABELS, confuse(labels, answers, len(_LABELS))),
    )


def _offsets(file: Mapping[str, NDArray[np.floating]]) -> tuple[FloatArray, NDArray[np.int64], int]:
    """Gaze (M, 2) relative to the target, directions asked for (M,) in ``_LABELS``, and the number of meshes.

    The target is found as in serving, on the first half of the meshes of the middle, which are then left out of the figures.
    """
    width, height = (float(side) for side in file.get("size", np.array(_MESH_FRAME)))
    gaze = {name: _gaze_of(name, file[name], width, height) for name in _ASKED}
    half = len(gaze[_MIDDLE]) // 2
    known = gaze[_MIDDLE][:half]
    known = known[np.isfinite(known).all(axis=1)]
    if not len(known):
        raise InputError(f"no gaze can be measured in the first half of the meshes named {_MIDDLE}")
    target = find_target(known, np.ones(len(known)), cone_of(IRIS_GAZE))
    gaze[_MIDDLE] = gaze[_MIDDLE][half:]
    angles = np.concatenate(list(gaze.values()))
    asked = np.repeat([_LABELS.index(_ASKED[name]) for name in gaze], [len(rows) for rows in gaze.values()])
    told = np.isfinite(angles).all(axis=1)
    return angles[told] - np.array(target), asked[told].astype(np.int64), len(angles)


def _gaze_of(name: str, meshes: NDArray[np.floating], width: float, height: float) -> FloatArray:
    if meshes.ndim != 3 or meshes.shape[1] not in (_MESH_POINTS, _MESH_POINTS_WITH_IRISES) or meshes.shape[2] < 2:
        raise InputError(f"{name} must be meshes (N, 468 or 478, 2 or more) in pixels, got {meshes.shape}")
    answers = [mesh_gaze(mesh, width, height) if np.isfinite(mesh).all() else None for mesh in meshes]
    return np.array([(np.nan, np.nan) if answer is None else answer for answer in answers], np.float64).reshape(-1, 2)


def _answer(offset: FloatArray, cone: float) -> int:
    inside = membership(offset[None], cone)[0] >= 0.5
    return _LABELS.index(Direction.CENTER if inside else direction_of(offset))


def _angles(row: Mapping[str, str]) -> tuple[float, ...]:
    try:
        angles = tuple(float(row[column]) for column in _COLUMNS)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{LABELS_FILE} needs a column file and numbers in columns {', '.join(_COLUMNS)}") from error
    if not row.get("file") or not np.isfinite(angles).all():
        raise InputError(f"{LABELS_FILE} needs a file name and finite numbers in every row")
    return angles


def _unit(angles: FloatArray) -> FloatArray:
    """Unit vectors (N, 3) of pitch and yaw in degrees (N, 2)."""
    pitch, yaw = np.radians(angles).T
    return np.stack([np.cos(pitch) * np.sin(yaw), np.sin(pitch), np.cos(pitch) * np.cos(yaw)], axis=1)
