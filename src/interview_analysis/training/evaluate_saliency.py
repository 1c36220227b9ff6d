"""Saliency maps against recorded fixations, in the form of the MIT demonstration or of a table of viewers."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain import saliency
from interview_analysis.errors import InputError
from interview_analysis.training.clip_truth import read_table
from interview_analysis.training.evaluate import Evaluation, Figure, Rows, bootstrap
from interview_analysis.training.plots import Draw

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FIXATIONS_FILE = "fixations.csv"
FIXATION_MAPS = "fixmaps"
STIMULI = "stimuli"
_MIT_TRUTH = "fixationmap_"

Values = dict[str, float]
FloatMap = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SaliencyEvaluation(Evaluation):
    """``warnings``: what stands in the way of reading the figures as those of a model."""

    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Picture:
    """Fixations (F, 2) x, y in pixels of ``shape``, those of one viewer an array."""

    name: str
    shape: tuple[int, int]
    viewers: tuple[NDArray[np.float64], ...]

    def mask(self, viewers: Sequence[NDArray[np.float64]], shape: tuple[int, int]) -> NDArray[np.bool_]:
        """Where these viewers looked, on a map of another size."""
        scale = np.array([shape[1] / self.shape[1], shape[0] / self.shape[0]])
        return saliency.fixation_mask(np.concatenate(viewers) * scale, shape)


Predictor = Callable[[NDArray[np.uint8]], FloatMap]
"""RGB picture (H, W, 3) → map (H, W)."""


def evaluate_saliency(folder: Path, maps: Path | None = None) -> SaliencyEvaluation:
    """AUC-Judd, NSS, CC, SIM, KL and the share above the 70th percentile; the bootstrap draws maps.

    Two forms of ``folder``. With ``fixations.csv`` (columns image, subject, x, y in pixels of ``stimuli/``): the map of each
    picture, of the same stem, lies in ``maps`` (default ``fixmaps/``); beside it stand the figures of a viewer's fixations
    under the map of all other viewers (``_others``, what a perfect model could reach) and under a blob in the middle
    (``_centre``, what any model must beat). As the MIT demonstration: ``fixationmap_ID.jpg``, ``fixationlocs_ID_yx0.csv``
    and a ``model_NAME_ID.jpg`` a model, with figures by map too. Raises ``InputError``.
    """
    if (folder / FIXATIONS_FILE).is_file():
        return _viewers(folder, maps or folder / FIXATION_MAPS, is_truth=maps is None)
    return _mit(folder)


def evaluate_predictor(folder: Path, predict: Predictor) -> SaliencyEvaluation:
    """As ``evaluate_saliency`` on a folder with ``fixations.csv``, of maps that are made from ``stimuli/`` here."""
    pictures = _read_pictures(folder)
    rows = [_picture_values(picture, predict(_read_rgb(folder / STIMULI / picture.name))) for picture in pictures]
    return SaliencyEvaluation(
        task="saliency",
        data=folder.name,
        n=len(pictures),
        coverage=1.0,
        metrics=_figures(rows),
        plots={"nss": _nss_by_picture(rows)},
    )


def _viewers(folder: Path, maps: Path, *, is_truth: bool) -> SaliencyEvaluation:
    pictures = _read_pictures(folder)
    found = [(picture, path) for picture in pictures if (path := _map_of(maps, picture.name)) is not None]
    if not found:
        raise InputError(f"{maps} has no map for any picture of {folder / FIXATIONS_FILE}; name them like the pictures, as PNG")
    rows = [_picture_values(picture, _read_grey(path)) for picture, path in found]
    made = f"the maps of {maps.name}/ may be made from these very fixations: read the figures as an upper bound"
    return SaliencyEvaluation(
        task="saliency",
        data=folder.name,
        n=len(pictures),
        coverage=len(found) / len(pictures),
        metrics=_figures(rows),
        plots={"nss": _nss_by_picture(rows)},
        warnings=(made,) if is_truth else (),
    )


def _picture_values(picture: _Picture, predicted: FloatMap) -> Values:
    shape = (predicted.shape[0], predicted.shape[1])
    fixated = picture.mask(picture.viewers, shape)
    values = _map_values(predicted, fixated, saliency.fixation_density(fixated))
    values |= _suffixed(_point_values(saliency.centre_map(shape), fixated), "centre")
    if len(picture.viewers) < 2:
        return values
    left_out = [_against_others(picture, viewer, shape) for viewer in range(len(picture.viewers))]
    return values | _suffixed({name: _mean(row[name] for row in left_out) for name in left_out[0]}, "others")


def _against_others(picture: _Picture, viewer: int, shape: tuple[int, int]) -> Values:
    others = [points for index, points in enumerate(picture.viewers) if index != viewer]
    density = saliency.fixation_density(picture.mask(others, shape))
    return _point_values(density, picture.mask([picture.viewers[viewer]], shape))


def _mit(folder: Path) -> SaliencyEvaluation:
    cases = list(_mit_cases(folder))
    if not cases:
        raise InputError(f"{folder} has neither {FIXATIONS_FILE} nor {_MIT_TRUTH}ID.jpg with a model_NAME_ID.jpg")
    rows = [values for _, values in cases]
    by_map = {f"{name}_{case}": Figure(values[name], math.nan, math.nan) for case, values in cases for name in values}
    return SaliencyEvaluation(
        task="saliency",
        data=folder.name,
        n=len(cases),
        coverage=1.0,
        metrics=_figures(rows) | by_map,
        plots={"nss": _nss_by_picture(rows)},
        warnings=("figures of a single map have no interval",),
    )


def _mit_cases(folder: Path) -> Iterator[tuple[str, Values]]:
    """NAME_ID and the figures of each model's map of each picture."""
    for truth in sorted(folder.glob(f"{_MIT_TRUTH}*.jpg")):
        picture = truth.stem.removeprefix(_MIT_TRUTH)
        density = _read_grey(truth)
        fixated = _read_locations(folder / f"fixationlocs_{picture}_yx0.csv", density)
        for model in sorted(folder.glob(f"model_*_{picture}.jpg")):
            predicted = cv2.resize(_read_grey(model), density.shape[::-1])
            yield model.stem.removeprefix("model_"), _map_values(np.asarray(predicted), fixated, density)


def _map_values(predicted: FloatMap, fixated: NDArray[np.bool_], density: FloatMap) -> Values:
    flat = np.zeros_like(density)
    return {
        **_point_values(predicted, fixated),
        "auc_judd_chance": saliency.auc_judd_chance(predicted, int(fixated.sum())),
        "cc": saliency.cc(predicted, density),
        "sim": saliency.sim(predicted, density),
        "sim_chance": saliency.sim(flat, density),
        "kl": saliency.kl(predicted, density),
        "kl_chance": saliency.kl(flat, density),
        "share_above_p70": saliency.share_above_percentile(predicted, fixated),
        "share_above_p70_chance": saliency.area_above_percentile(predicted),
    }


def _point_values(predicted: FloatMap, fixated: NDArray[np.bool_]) -> Values:
    return {"auc_judd": saliency.auc_judd(predicted, fixated), "nss": saliency.nss(predicted, fixated)}


def _figures(rows: Sequence[Values]) -> dict[str, Figure]:
    def mean_of(values: FloatMap) -> Callable[[Rows], float]:
        return lambda drawn: _mean(values[drawn])

    names = dict.fromkeys(name for row in rows for name in row)
    columns = {name: np.array([row.get(name, np.nan) for row in rows]) for name in names}
    return {name: bootstrap(mean_of(values), len(rows)) for name, values in columns.items()}


def _nss_by_picture(rows: Sequence[Values]) -> Draw:
    """NSS of each map, sorted, with what stands beside it: other viewers and the middle."""

    def draw(axes: Axes) -> None:
        ordered = sorted(rows, key=lambda row: row["nss"])
        for name, label in (("nss", "map"), ("nss_others", "other viewers"), ("nss_centre", "middle")):
            if any(name in row for row in ordered):
                axes.plot([row.get(name, np.nan) for row in ordered], marker=".", linewidth=0.8, label=label)
        axes.set(xlabel="maps, sorted", ylabel="NSS", title="Normalised scanpath saliency; chance is 0")
        axes.axhline(saliency.CHANCE["nss"], color="#888888", linewidth=0.8)
        axes.legend()

    return draw


def _mean(values: Iterator[float] | FloatMap) -> float:
    """Of the known ones."""
    known = np.array([value for value in values if np.isfinite(value)])
    return float(known.mean()) if len(known) else math.nan


def _suffixed(values: Mapping[str, float], suffix: str) -> Values:
    return {f"{name}_{suffix}": value for name, value in values.items()}


def _read_pictures(folder: Path) -> list[_Picture]:
    table = folder / FIXATIONS_FILE
    viewers: dict[str, dict[str, list[tuple[float, float]]]] = defaultdict(lambda: defaultdict(list))
    for line, row in enumerate(read_table(table), start=2):
        try:
            viewers[row["image"]][row["subject"]].append((float(row["x"]), float(row["y"])))
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(f"{table} line {line} needs columns image, subject, x, y with numbers in the last two") from error
    return [
        _Picture(name, _shape_of(folder / STIMULI / name), tuple(np.array(points) for points in looks.values()))
        for name, looks in viewers.items()
    ]


def _shape_of(path: Path) -> tuple[int, int]:
    height, width = _read(path, cv2.IMREAD_UNCHANGED).shape[:2]
    return height, width


def _map_of(folder: Path, picture: str) -> Path | None:
    path = folder / f"{Path(picture).stem}.png"
    return path if path.is_file() else None


def _read_grey(path: Path) -> FloatMap:
    return np.asarray(_read(path, cv2.IMREAD_GRAYSCALE), np.float64)


def _read_rgb(path: Path) -> NDArray[np.uint8]:
    return np.ascontiguousarray(_read(path, cv2.IMREAD_COLOR)[:, :, ::-1])


def _read(path: Path, flags: int) -> NDArray[np.uint8]:
    picture = cv2.imread(str(path), flags)
    if picture is None:
        raise InputError(f"{path} is missing or not a picture")
    return np.asarray(picture, np.uint8)


def _read_locations(path: Path, density: FloatMap) -> NDArray[np.bool_]:
    """Rows ``row,column`` counted from 0; lines that begin with # are comments."""
    try:
        rows_columns = np.loadtxt(path, delimiter=",", comments="#", ndmin=2)
        return saliency.fixation_mask(rows_columns[:, ::-1], (density.shape[0], density.shape[1]))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} must hold a row and a column, comma between, a line a fixation: {error}") from error
