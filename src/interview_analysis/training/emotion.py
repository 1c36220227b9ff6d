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
from interview_analysis.training.card import write_card
from interview_analysis.training.config import FER_CLASSES, ExpressionConfig
from interview_analysis.training.datasets import LabelledFaces, load_faces
from interview_analysis.training.evaluate import Evaluation, classify_faces, evaluate_expression
from interview_analysis.training.networks import efficientnet_lite0
from interview_analysis.training.onnx_export import write_onnx
from interview_analysis.training.trainer import Report, Trainer
from interview_analysis.vision.emotion import ExpressionClassifier
from interview_analysis.vision.runtime.session import CpuOptions, OpenVinoSession
from interview_analysis.vision.runtime.specs import InputSpec, Job, Licence, ModelSpec, OutputSpec, write_entry
from interview_analysis.vision.runtime.torch_session import TorchSession

MODEL_NAME = "expression-lite0-fer2013"
MODEL_FILE = "expression_efficientnet_lite0_fer2013.onnx"
ENTRY_FILE = "manifest-entry.yaml"
CARD_FILE = f"{MODEL_NAME}.md"

_CROP_SCALE = 1.1
"""FER2013's pictures are cut a little outside the face."""
_LOGIT_TOLERANCE = 0.05
"""Half-precision weights and another runtime may move a logit by this much; 0.004 was seen."""
_PARITY_PICTURES = 64
_TEMPERATURES = np.geomspace(0.25, 4.0, 161)
_LICENCE = Licence(
    code="MIT (this project; ImageNet start weights: Apache-2.0)",
    weights="made by this project from FER2013: research use",
    data="FER2013 (ICML 2013 challenge): collected by web search, research use",
)


@dataclass(frozen=True, slots=True)
class TrainedExpression:
    """What a finished run leaves in its folder."""

    model: Path
    entry: Path
    card: Path
    evaluation: Evaluation


def train_expression(config: ExpressionConfig, report: Report = lambda share: None) -> TrainedExpression:
    """Train (or go on from the folder's checkpoint), export to ONNX and measure on the validation pictures as served.

    Raises ``InputError`` for data that cannot be read.
    """
    train, validation = load_faces(config.train), load_faces(config.validation)
    trainer = Trainer(config, efficientnet_lite0(len(FER_CLASSES), config.dropout))
    return export_expression(trainer.fit(train, validation, report).module, config, validation)


def export_expression(network: nn.Module, config: ExpressionConfig, validation: LabelledFaces) -> TrainedExpression:
    """Write model, manifest entry and card into the run's folder. Raises ``InterviewAnalysisError`` (``export_differs``)
    where the exported network answers differently from the trained one."""
    out = config.out
    out.mkdir(parents=True, exist_ok=True)
    model = out / MODEL_FILE
    write_onnx(network, config.image_size, model)
    _check_parity(network, OpenVinoSession(model, CpuOptions(precision="f32")), validation, config.image_size)
    session = OpenVinoSession(model)
    spec = _calibrated(_spec(model, config.image_size), session, validation)
    evaluation = evaluate_expression(ExpressionClassifier(session, spec), validation, config.validation.name)
    (out / ENTRY_FILE).write_text(write_entry(spec), encoding="utf-8")
    write_card(out / CARD_FILE, spec, config, evaluation)
    return TrainedExpression(model, out / ENTRY_FILE, out / CARD_FILE, evaluation)


def _check_parity(network: nn.Module, session: OpenVinoSession, faces: LabelledFaces, size: int) -> None:
    batch = next(faces.batches(_PARITY_PICTURES))
    pictures = normalise(to_tensor(batch.images, size)).contiguous(memory_format=torch.contiguous_format).numpy()
    difference = float(np.abs(TorchSession(network).run(pictures) - session.run(pictures)).max())
    if difference > _LOGIT_TOLERANCE:
        raise InterviewAnalysisError(f"logits differ by {difference:.3f} after export", code="export_differs")


def _spec(model: Path, size: int) -> ModelSpec:
    return ModelSpec(
        name=MODEL_NAME,
        job=Job.EXPRESSION,
        file=MODEL_FILE,
        bytes=model.stat().st_size,
        sha256=hashlib.sha256(model.read_bytes()).hexdigest(),
        licence=_LICENCE,
        required=True,
        input=InputSpec(size=size, mean=IMAGENET_MEAN, std=IMAGENET_STD, colour="grey", mirror=True, crop_scale=_CROP_SCALE),
        output=OutputSpec(labels=FER_CLASSES),
    )


def _calibrated(spec: ModelSpec, session: OpenVinoSession, faces: LabelledFaces) -> ModelSpec:
    """Temperature scaling (Guo et al., arXiv 1706.04599): the temperature of least negative log-likelihood."""
    logits = np.log(classify_faces(ExpressionClassifier(session, spec), faces).astype(np.float64))
    losses = [_negative_log_likelihood(logits / temperature, faces.emotions) for temperature in _TEMPERATURES]
    best = round(float(_TEMPERATURES[int(np.argmin(losses))]), 3)
    output = spec.output or OutputSpec()
    return spec.model_copy(update={"output": output.model_copy(update={"temperature": best})})


def _negative_log_likelihood(logits: NDArray[np.float64], truth: NDArray[np.int64]) -> float:
    totals = np.log(np.exp(logits).sum(axis=1))
    return float((totals - logits[np.arange(len(truth)), truth]).mean())
