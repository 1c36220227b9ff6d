"""``train screen-gaze``: from a table of looked-at points to a regressor that serves: choose, fit, export, check, card."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from pydantic import ValidationError
from sklearn.pipeline import Pipeline

from interview_analysis.domain.screen_gaze_features import FEATURES
from interview_analysis.errors import InterviewAnalysisError, ModelUnavailable
from interview_analysis.training.evaluate_screen_gaze import (
    Report,
    ScreenGazeEvaluation,
    compare_regressors,
    cross_validate_all,
)
from interview_analysis.training.screen_gaze_card import write_screen_gaze_card
from interview_analysis.training.screen_gaze_config import ScreenGazeConfig
from interview_analysis.training.screen_gaze_onnx import write_regressor
from interview_analysis.training.screen_gaze_regressors import build_regressor
from interview_analysis.training.screen_gaze_table import ScreenGazeTable, read_screen_gaze
from interview_analysis.vision.runtime.session import OpenVinoSession
from interview_analysis.vision.runtime.specs import Job, Licence, Manifest, ModelSpec, OutputSpec, write_entry
from interview_analysis.vision.runtime.store import ModelStore
from interview_analysis.vision.screen_gaze import SCREEN_LABELS, ScreenGazeRegressor, load_screen_gaze

MODEL_NAME = "screen-gaze"
MODEL_FILE = "screen_gaze.onnx"
ENTRY_FILE = "manifest-entry.yaml"
CARD_FILE = f"{MODEL_NAME}.md"

_TOLERANCE_PX = 1.0
"""float32 in another runtime may move an answer by this much; 0.02 was seen."""


@dataclass(frozen=True, slots=True)
class TrainedScreenGaze:
    """What a finished run leaves in its folder; ``evaluation`` is of fits with sessions left out, the model is one of all."""

    model: Path
    entry: Path
    card: Path
    evaluation: ScreenGazeEvaluation


def train_screen_gaze(config: ScreenGazeConfig, report: Report = lambda share: None) -> TrainedScreenGaze:
    """Choose by cross-validation with sessions left out, fit on all rows, export.

    Raises ``InputError`` for a table that cannot be read and ``InterviewAnalysisError`` (``export_differs``) where the exported
    regressor answers differently from the fitted one.
    """
    table = read_screen_gaze(config.table)
    answers = cross_validate_all(table, config.candidates, report)
    evaluation = compare_regressors(table, answers, config.candidates, config.pixel_mm)
    regressor = build_regressor(evaluation.regressor).fit(table.features[table.known], table.points[table.known])
    config.out.mkdir(parents=True, exist_ok=True)
    model = config.out / MODEL_FILE
    write_regressor(regressor, len(FEATURES), model)
    spec = _spec(model, table)
    _check_parity(regressor, ScreenGazeRegressor(OpenVinoSession(model), spec), table)
    (config.out / ENTRY_FILE).write_text(write_entry(spec), encoding="utf-8")
    write_screen_gaze_card(config.out / CARD_FILE, spec, evaluation, config)
    return TrainedScreenGaze(model, config.out / ENTRY_FILE, config.out / CARD_FILE, evaluation)


def _check_parity(fitted: Pipeline, exported: ScreenGazeRegressor, table: ScreenGazeTable) -> None:
    expected = fitted.predict(table.features[table.known])
    difference = float(np.abs(exported.predict(table.samples)[table.known] - expected).max())
    if difference > _TOLERANCE_PX:
        raise InterviewAnalysisError(f"screen points differ by {difference:.2f} px after export", code="export_differs")


def _spec(model: Path, table: ScreenGazeTable) -> ModelSpec:
    return ModelSpec(
        name=MODEL_NAME,
        job=Job.SCREEN_GAZE,
        file=MODEL_FILE,
        bytes=model.stat().st_size,
        sha256=hashlib.sha256(model.read_bytes()).hexdigest(),
        licence=Licence(
            code="MIT (this project)",
            weights=f"made from {table.name}: under the terms of that table",
            data=f"{table.name}, sha256 {table.sha256}",
        ),
        features=FEATURES,
        output=OutputSpec(labels=SCREEN_LABELS),
    )


def load_trained(folder: Path) -> ScreenGazeRegressor:
    """The regressor that a run left in its folder. Raises ``ModelUnavailable`` where it is not whole."""
    path = folder / ENTRY_FILE
    try:
        manifest = Manifest.model_validate({"models": yaml.safe_load(path.read_text(encoding="utf-8"))})
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ModelUnavailable(f"{path} is not the entry that train screen-gaze writes: {error}") from error
    return load_screen_gaze(ModelStore(folder, manifest), MODEL_NAME)
