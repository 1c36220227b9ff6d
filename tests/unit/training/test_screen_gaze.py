"""``train screen-gaze`` whole: the file serves what was fitted, and names where it comes from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest

from interview_analysis.errors import InputError, ModelUnavailable
from interview_analysis.training.evaluate_screen_gaze import evaluate_model
from interview_analysis.training.screen_gaze import load_trained, train_screen_gaze
from interview_analysis.training.screen_gaze_config import ScreenGazeConfig
from interview_analysis.training.screen_gaze_onnx import write_regressor
from interview_analysis.training.screen_gaze_regressors import REGRESSORS, build_regressor
from interview_analysis.training.screen_gaze_table import read_screen_gaze
from interview_analysis.vision.runtime.session import OpenVinoSession
from screen_gaze_builders import gaze_rows, write_table


@pytest.mark.parametrize("name", REGRESSORS)
def test_every_regressor_serves_as_it_was_fitted(tmp_path: Path, name: str) -> None:
    rng = np.random.default_rng(3)
    features = rng.normal(size=(60, 5))
    points = np.column_stack([np.sin(features[:, 0]), features[:, 1] ** 2]) * 300 + 800
    regressor = build_regressor(name).fit(features, points)
    write_regressor(regressor, 5, tmp_path / "r.onnx")
    asked = rng.normal(size=(20, 5)) * 2
    answers = OpenVinoSession(tmp_path / "r.onnx").run(asked.astype(np.float32))
    assert answers == pytest.approx(regressor.predict(asked), abs=0.1)


def test_the_file_holds_plain_operators_only(tmp_path: Path) -> None:
    features = np.random.default_rng(3).normal(size=(30, 4))
    write_regressor(build_regressor("kernel_and_trees").fit(features, features[:, :2]), 4, tmp_path / "r.onnx")
    assert {node.domain for node in onnx.load(tmp_path / "r.onnx").graph.node} == {""}


def test_a_run_leaves_a_model_that_loads_and_answers(tmp_path: Path) -> None:
    path = write_table(tmp_path / "t.csv", gaze_rows(sessions=5))
    trained = train_screen_gaze(ScreenGazeConfig(path, tmp_path / "out", 0.2, "kernel_ridge"))
    other = read_screen_gaze(write_table(tmp_path / "other.csv", gaze_rows(sessions=4, seed=9)))
    evaluation = evaluate_model(load_trained(tmp_path / "out"), other, 0.2)
    assert evaluation.regressor == "screen-gaze"
    assert evaluation.metrics["error_px"].value < 0.5 * evaluation.metrics["error_px_mean"].value
    assert evaluation.warnings == ()
    card = trained.card.read_text()
    assert "train screen-gaze t.csv --out DIR --regressor kernel_ridge" in card
    assert str(tmp_path) not in card + trained.entry.read_text()


def test_measuring_on_the_training_rows_is_called_what_it_is(tmp_path: Path) -> None:
    path = write_table(tmp_path / "t.csv", gaze_rows(sessions=4))
    train_screen_gaze(ScreenGazeConfig(path, tmp_path / "out", 0.2, "ridge"))
    evaluation = evaluate_model(load_trained(tmp_path / "out"), read_screen_gaze(path), 0.2)
    assert "trained on these very rows" in evaluation.warnings[-1]


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    path = write_table(tmp_path / "t.csv", gaze_rows(sessions=4))
    trained = train_screen_gaze(ScreenGazeConfig(path, tmp_path, 0.2, "ridge"))
    trained.model.write_bytes(trained.model.read_bytes() + b"0")
    with pytest.raises(ModelUnavailable, match="checksum"):
        load_trained(tmp_path)


def test_a_folder_without_a_run_and_an_unknown_regressor_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="manifest-entry"):
        load_trained(tmp_path)
    with pytest.raises(InputError, match="no regressor forest; there are ridge"):
        ScreenGazeConfig(tmp_path / "t.csv", tmp_path, 0.2, "forest")
