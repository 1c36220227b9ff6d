"""``train landmarks``, from meshes to a network that serves: split, train, export, calibrate, measure, write the card."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from interview_analysis.errors import InterviewAnalysisError
from interview_analysis.training.evaluate import Evaluation, Figure
from interview_analysis.training.evaluate_landmarks import Truth, evaluate_meshes, figures
from interview_analysis.training.landmarks_calibration import calibrate, operating_point
from interview_analysis.training.landmarks_card import Run, write_card
from interview_analysis.training.landmarks_config import ENTRY_FILE, LandmarksConfig
from interview_analysis.training.landmarks_data import LabelledMeshes, Rows, load_meshes
from interview_analysis.training.landmarks_network import INPUTS, LandmarksNetwork, load_checkpoint
from interview_analysis.training.landmarks_split import Parts, split
from interview_analysis.training.landmarks_trainer import LandmarksTrainer, Report, Samples
from interview_analysis.training.onnx_export import write_network
from interview_analysis.vision.anxiety import LABELS, AnxietyClassifier, normalise_meshes
from interview_analysis.vision.runtime.session import OpenVinoSession
from interview_analysis.vision.runtime.specs import Job, Licence, MeshSpec, ModelSpec, OutputSpec, write_entry
from interview_analysis.vision.runtime.torch_session import TorchSession

MODEL_NAME = "anxiety-landmarks"
MODEL_FILE = "anxiety_landmarks.onnx"
CARD_FILE = f"{MODEL_NAME}.md"

_LOGIT_TOLERANCE = 0.05
"""Half-precision weights may move a logit by this much."""
_LOGISTIC_STRENGTH = 0.1
"""Inverse strength of the penalty: the meshes have more coordinates than most data sets have rows."""
_LOGISTIC_METRICS = ("accuracy", "anxious_recall", "specificity", "auc")
_LICENCE = Licence(code="MIT (this project)", weights="that of the data they were trained on", data="that of the given CSV")

Inputs = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TrainedLandmarks:
    """What a finished run leaves in its folder. ``evaluation`` is on the test part, with a logistic regression beside it."""

    model: Path
    entry: Path
    card: Path
    evaluation: Evaluation
    threshold: float
    parts: Parts


def train_landmarks(config: LandmarksConfig, report: Report = lambda share: None) -> TrainedLandmarks:
    """Train (or go on from the folder's checkpoint), export to ONNX and measure on the test part as served.

    Raises ``InputError`` for data or a start checkpoint that cannot be used, ``InterviewAnalysisError`` (``export_differs``)
    where the exported network answers differently from the trained one.
    """
    data = load_meshes(config.data)
    parts = split(data, config)
    mesh = MeshSpec(normalisation=config.normalisation)
    inputs = normalise_meshes(data.meshes, data.sizes, mesh)
    torch.manual_seed(config.seed)
    network = LandmarksNetwork(config.dropout)
    if config.start is not None:
        load_checkpoint(network, config.start)
    train, validation = (_samples(inputs, data.labels, rows) for rows in (parts.train, parts.validation))
    epoch = LandmarksTrainer(config, network).fit(train, validation, report)
    config.out.mkdir(parents=True, exist_ok=True)
    session = _exported(network, config.out / MODEL_FILE, inputs[parts.validation])
    spec = _spec(config.out / MODEL_FILE, mesh)
    output = _calibrated(session.run(inputs[parts.validation]), data.labels[parts.validation], config.specificity)
    classifier = AnxietyClassifier(session, spec.model_copy(update={"output": output}))
    evaluation = _evaluate(data, parts, classifier, config)
    by_person = bool((data.persons != "").all())
    return _written(Run(config, classifier.spec, evaluation, parts, epoch, by_person))


def _samples(inputs: Inputs, labels: Truth, rows: Rows) -> Samples:
    return Samples(torch.from_numpy(inputs[rows]), torch.from_numpy(labels[rows]))


def _exported(network: LandmarksNetwork, model: Path, inputs: Inputs) -> OpenVinoSession:
    write_network(network, (INPUTS,), "meshes", model)
    session = OpenVinoSession(model)
    difference = float(np.abs(TorchSession(network).run(inputs) - session.run(inputs)).max())
    if difference > _LOGIT_TOLERANCE:
        raise InterviewAnalysisError(f"logits differ by {difference:.3f} after export", code="export_differs")
    return session


def _spec(model: Path, mesh: MeshSpec) -> ModelSpec:
    content = model.read_bytes()
    return ModelSpec(
        name=MODEL_NAME,
        job=Job.ANXIETY,
        file=MODEL_FILE,
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        licence=_LICENCE,
        mesh=mesh,
    )


def _calibrated(logits: Inputs, truth: Truth, specificity: float) -> OutputSpec:
    """Temperature and operating point, both from the validation rows."""
    margins = (logits[:, 1] - logits[:, 0]).astype(np.float64)
    temperature = round(calibrate(margins, truth).temperature, 3)
    threshold = operating_point(truth, 1 / (1 + np.exp(-margins / temperature)), specificity)
    return OutputSpec(labels=LABELS, temperature=temperature, threshold=round(threshold, 6))


def _evaluate(data: LabelledMeshes, parts: Parts, classifier: AnxietyClassifier, config: LandmarksConfig) -> Evaluation:
    test = data.take(parts.test)
    evaluation = evaluate_meshes(
        test, classifier.probabilities(test.meshes, test.sizes), classifier.threshold, config.data.name
    )
    return replace(evaluation, metrics=evaluation.metrics | _logistic_figures(data, parts, config))


def _logistic_figures(data: LabelledMeshes, parts: Parts, config: LandmarksConfig) -> dict[str, Figure]:
    """The same figures of a logistic regression on the same parts and inputs, its threshold chosen by the same rule."""
    inputs = normalise_meshes(data.meshes, data.sizes, MeshSpec(normalisation=config.normalisation))
    weights = None if config.class_weights == "none" else config.class_weights
    model = make_pipeline(StandardScaler(), LogisticRegression(C=_LOGISTIC_STRENGTH, class_weight=weights, max_iter=5000)).fit(
        inputs[parts.train], data.labels[parts.train]
    )
    validation, test = (model.predict_proba(inputs[rows])[:, 1] for rows in (parts.validation, parts.test))
    threshold = operating_point(data.labels[parts.validation], validation, config.specificity)
    found = figures(data.take(parts.test), test, threshold)
    return {f"logistic_{name}": found[name] for name in _LOGISTIC_METRICS}


def _written(run: Run) -> TrainedLandmarks:
    out = run.config.out
    (out / ENTRY_FILE).write_text(write_entry(run.spec), encoding="utf-8")
    write_card(out / CARD_FILE, run)
    threshold = run.spec.output.threshold if run.spec.output else math.nan
    return TrainedLandmarks(out / MODEL_FILE, out / ENTRY_FILE, out / CARD_FILE, run.evaluation, threshold, run.parts)
