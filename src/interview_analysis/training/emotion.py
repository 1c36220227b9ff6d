"""``train expression``, from pictures to a network that serves: train, export, calibrate, measure, write the card."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from interview_analysis.errors import InterviewAnalysisError
from interview_analysis.training.augment import IMAGENET_MEAN, IMAGENET_STD, normalise, to_tensor
from interview_analysis.training.backbones import build_classifier, origin_of, starts_from_export
from interview_analysis.training.card import TrainingData, write_card
from interview_analysis.training.config import ExpressionConfig
from interview_analysis.training.curves import draw_curves
from interview_analysis.training.datasets import open_for_training
from interview_analysis.training.evaluate import Evaluation, evaluate_probabilities
from interview_analysis.training.faces import Faces
from interview_analysis.training.folders import FolderFaces
from interview_analysis.training.onnx_export import write_onnx
from interview_analysis.training.onnx_start import start_from_export
from interview_analysis.training.progress import read_history
from interview_analysis.training.trainer import Report, Trainer
from interview_analysis.vision.runtime.preprocess import to_batch
from interview_analysis.vision.runtime.session import InferenceSession, OpenVinoSession
from interview_analysis.vision.runtime.specs import InputSpec, Job, Licence, ModelSpec, OutputSpec, write_entry
from interview_analysis.vision.runtime.torch_session import TorchSession

ENTRY_FILE = "manifest-entry.yaml"

_CROP_SCALE = 1.1
"""FER2013's pictures are cut a little outside the face; ``preprocess aihub`` cuts alike."""
_PREFERENCE = 30
"""A model that someone has trained and installed goes before those that the manifest brings."""
_LOGIT_TOLERANCE = 0.05
"""Half-precision weights and another runtime may move a logit by this much; 0.004 was seen."""
_PARITY_PICTURES = 64
_SERVED_BATCH = 64
_TEMPERATURES = np.geomspace(0.25, 4.0, 161)

Logits = NDArray[np.float64]
Labels = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class TrainedExpression:
    """What a finished run leaves in its folder."""

    model: Path
    entry: Path
    card: Path
    evaluation: Evaluation


def train_expression(config: ExpressionConfig, report: Report = lambda share: None) -> TrainedExpression:
    """Train (or go on from the folder's checkpoint), export to ONNX and measure on the validation pictures as served.

    Raises ``InputError`` for data, weights or a run's folder that cannot be used.
    """
    train, validation = (
        open_for_training(path, config.class_names, config.colour, config.image_size)
        for path in (config.train, config.validation)
    )
    torch.manual_seed(config.seed)
    classifier = build_classifier(config)
    if config.start_weights is not None and starts_from_export(config):
        start_from_export(classifier, config.start_weights, train, config.image_size)
    trainer = Trainer(config, classifier)
    try:
        network = trainer.fit(train, validation, report)
    finally:
        draw_curves(read_history(config.out), config.out)
    dropped = len(train.dropped) if isinstance(train, FolderFaces) else 0
    return export_expression(network, config, validation, TrainingData(len(train), dropped))


def export_expression(network: nn.Module, config: ExpressionConfig, validation: Faces, data: TrainingData) -> TrainedExpression:
    """Write model, manifest entry and card into the run's folder. Raises ``InterviewAnalysisError`` (``export_differs``)
    where the exported network answers differently from the trained one."""
    out = config.out
    out.mkdir(parents=True, exist_ok=True)
    model = out / f"{config.name}.onnx"
    write_onnx(network, config.served_size, model)
    session, source = OpenVinoSession(model), _input_spec(config)
    _check_parity(network, session, validation, config.served_size)
    logits, labels = _served_logits(session, source, validation)
    temperature = _best_temperature(logits, labels)
    evaluation = evaluate_probabilities(
        _softmax(logits / temperature).astype(np.float32), labels, config.class_names, config.validation.name
    )
    spec = _spec(model, config, source, temperature)
    entry, card = out / ENTRY_FILE, out / f"{config.name}.md"
    entry.write_text(write_entry(spec), encoding="utf-8")
    write_card(card, spec, config, evaluation, data)
    return TrainedExpression(model, entry, card, evaluation)


def _check_parity(network: nn.Module, session: InferenceSession, faces: Faces, size: int) -> None:
    batch = next(faces.batches(_PARITY_PICTURES))
    pictures = normalise(to_tensor(batch.images, size)).contiguous(memory_format=torch.contiguous_format).numpy()
    difference = float(np.abs(TorchSession(network).run(pictures) - session.run(pictures)).max())
    if not difference <= _LOGIT_TOLERANCE:
        raise InterviewAnalysisError(f"logits differ by {difference:.3f} after export", code="export_differs")


def _served_logits(session: InferenceSession, source: InputSpec, faces: Faces) -> tuple[Logits, Labels]:
    """Logits (N, classes) prepared and mirrored as in serving, whatever the classes; labels (N,)."""
    rows, labels = [], []
    for batch in faces.batches(_SERVED_BATCH):
        pictures = to_batch(batch.rgb(), source)
        mirrored = np.ascontiguousarray(pictures[..., ::-1])
        rows.append((session.run(pictures).astype(np.float64) + session.run(mirrored)) / 2)
        labels.append(batch.labels)
    return np.concatenate(rows), np.concatenate(labels)


def _input_spec(config: ExpressionConfig) -> InputSpec:
    return InputSpec(
        size=config.served_size,
        mean=IMAGENET_MEAN,
        std=IMAGENET_STD,
        colour=config.colour,
        mirror=True,
        crop_scale=_CROP_SCALE,
    )


def _spec(model: Path, config: ExpressionConfig, source: InputSpec, temperature: float) -> ModelSpec:
    data = config.data_name or config.train.name
    return ModelSpec(
        name=config.name,
        job=Job.EXPRESSION,
        file=model.name,
        bytes=model.stat().st_size,
        sha256=hashlib.sha256(model.read_bytes()).hexdigest(),
        licence=Licence(
            code=f"MIT (this project; {origin_of(config)})",
            weights=f"trained on {data}: what its licence allows",
            data=config.data_licence,
        ),
        preference=_PREFERENCE,
        input=source,
        output=OutputSpec(labels=config.class_names, temperature=temperature),
    )


def _best_temperature(logits: Logits, labels: Labels) -> float:
    """Temperature scaling (Guo et al., arXiv 1706.04599): the temperature of least negative log-likelihood."""
    losses = [_negative_log_likelihood(logits / temperature, labels) for temperature in _TEMPERATURES]
    return round(float(_TEMPERATURES[int(np.argmin(losses))]), 3)


def _negative_log_likelihood(logits: Logits, labels: Labels) -> float:
    return float(-np.log(_softmax(logits)[np.arange(len(labels)), labels] + np.finfo(np.float64).tiny).mean())


def _softmax(logits: Logits) -> Logits:
    values = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(values / values.sum(axis=1, keepdims=True), np.float64)
