"""Folders of maps and fixations: both forms, the published figures, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from interview_analysis.errors import InputError
from interview_analysis.training.evaluate_saliency import evaluate_predictor, evaluate_saliency

SIDE = 64
LOOKED_AT = {"a": (10.0, 20.0), "b": (50.0, 40.0)}
"""x and y on a map of ``SIDE`` pixels."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two pictures, twice as large as their maps, at which two viewers looked; the map is bright where they did."""
    lines = ["image,subject,x,y"]
    for name, (x, y) in LOOKED_AT.items():
        lines += [f"{name}.jpg,{viewer},{2 * x + shift},{2 * y}" for viewer in ("1", "2") for shift in (0, 4)]
        spot = np.zeros((SIDE, SIDE), np.uint8)
        cv2.circle(spot, (int(x) + 1, int(y)), 6, 255, -1)
        write(tmp_path / "stimuli" / f"{name}.jpg", np.zeros((2 * SIDE, 2 * SIDE), np.uint8))
        write(tmp_path / "fixmaps" / f"{name}.png", cv2.GaussianBlur(spot, (0, 0), 3))
    (tmp_path / "fixations.csv").write_text("\n".join(lines))
    return tmp_path


def write(path: Path, picture: NDArray[np.uint8]) -> None:
    path.parent.mkdir(exist_ok=True)
    assert cv2.imwrite(str(path), picture)


def test_maps_are_held_to_the_fixations_scaled_to_their_size(folder: Path) -> None:
    result = evaluate_saliency(folder)
    assert (result.task, result.n, result.coverage) == ("saliency", 2, 1.0)
    assert result.metrics["auc_judd"].value > 0.99
    assert result.metrics["nss"].value > 4
    assert result.metrics["kl"].value < result.metrics["kl_chance"].value


def test_other_viewers_are_the_ceiling_and_the_middle_is_the_floor(folder: Path) -> None:
    metrics = evaluate_saliency(folder).metrics
    assert metrics["auc_judd_others"].value > 0.99
    assert metrics["auc_judd_centre"].value < 0.8


def test_chance_of_the_area_under_the_curve_is_that_of_as_many_fixations(folder: Path) -> None:
    """Two blind guesses score 2/3 on a map with few equal values, and less than 1/2 where most of a map is the same black."""
    write(folder / "mine" / "a.png", np.tile(np.arange(SIDE, dtype=np.uint8), (SIDE, 1)))
    graded = evaluate_saliency(folder, folder / "mine").metrics["auc_judd_chance"].value
    assert graded == pytest.approx(2 / 3, abs=0.02)
    assert evaluate_saliency(folder).metrics["auc_judd_chance"].value < 0.5


def test_a_predictor_is_given_each_picture_and_held_to_the_fixations(folder: Path) -> None:
    """What it answers may be of another size than the picture."""
    red = np.zeros((2 * SIDE, 2 * SIDE, 3), np.uint8)
    red[..., 2] = 255
    write(folder / "stimuli" / "a.jpg", red)
    seen: list[list[int]] = []

    def predict(picture: NDArray[np.uint8]) -> NDArray[np.float64]:
        seen.append(picture[0, 0].tolist())
        return np.tile(np.arange(SIDE, dtype=np.float64), (SIDE, 1))

    result = evaluate_predictor(folder, predict)
    assert (result.n, result.coverage, result.warnings) == (2, 1.0, ())
    assert np.allclose(seen, [[255, 0, 0], [0, 0, 0]], atol=3), "RGB"
    left, right = (LOOKED_AT[name][0] / SIDE for name in "ab")
    assert result.metrics["auc_judd"].value == pytest.approx((left + right) / 2, abs=0.2)


def test_maps_made_from_the_fixations_are_named_as_such_and_others_are_not(folder: Path) -> None:
    assert "upper bound" in evaluate_saliency(folder).warnings[0]
    write(folder / "mine" / "a.png", np.tile(np.arange(SIDE, dtype=np.uint8), (SIDE, 1)))
    own = evaluate_saliency(folder, folder / "mine")
    assert (own.warnings, own.coverage) == ((), 0.5)
    assert own.metrics["auc_judd"].value < 0.5


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (lambda folder: (folder / "fixations.csv").write_text("image,subject,x\na.jpg,1,3\n"), "line 2"),
        (lambda folder: (folder / "stimuli" / "a.jpg").write_bytes(b"no picture"), "a.jpg"),
        (lambda folder: [path.unlink() for path in (folder / "fixmaps").iterdir()], "fixmaps has no map"),
        (lambda folder: (folder / "fixations.csv").unlink(), "has neither"),
    ],
)
def test_a_faulty_folder_is_refused_by_name(folder: Path, fault: object, message: str) -> None:
    fault(folder)  # type: ignore[operator]
    with pytest.raises(InputError, match=message):
        evaluate_saliency(folder)


@pytest.mark.data
def test_the_benchmarks_own_code_gives_the_same_figures(data_dir: Path) -> None:
    folder = data_dir / "saliency_mit_demo"
    metrics = evaluate_saliency(folder).metrics
    expected = json.loads((folder / "expected.json").read_text())
    for name in ("Judd_i210", "ittikoch_i210"):
        for metric, value in expected[name].items():
            assert metrics[f"{metric.lower()}_{name}"].value == pytest.approx(value, abs=1e-6), metric
