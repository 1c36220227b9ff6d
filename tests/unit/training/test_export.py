"""From a trained network to the files that serve: model, manifest entry, card."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import numpy as np
import onnx
import pytest
import torch
import yaml
from torch import Tensor, nn

from interview_analysis.errors import InterviewAnalysisError, ModelUnavailable
from interview_analysis.training.backbones import build_classifier
from interview_analysis.training.card import TrainingData
from interview_analysis.training.config_sources import gather_config
from interview_analysis.training.emotion import TrainedExpression, export_expression
from interview_analysis.training.evaluate import evaluate_expression
from interview_analysis.training.onnx_export import write_onnx
from interview_analysis.training.trainer import Trainer
from interview_analysis.vision.emotion import ExpressionClassifier
from interview_analysis.vision.runtime.session import OpenVinoSession
from interview_analysis.vision.runtime.specs import ModelSpec
from training_builders import TinyNetwork, striped_faces, tiny_classifier, tiny_config

TRAIN, VALIDATION = striped_faces(160, seed=1), striped_faces(80, seed=2)
DATA = TrainingData(160, 3)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> TrainedExpression:
    options = {"epochs_finetune": 10, "learning_rate_finetune": 0.03, "name": "stripes", "data_licence": "own drawings"}
    config = tiny_config(tmp_path_factory.mktemp("run"), **options)
    return export_expression(Trainer(config, tiny_classifier()).fit(TRAIN, VALIDATION), config, VALIDATION, DATA)


def spec_of(trained: TrainedExpression) -> ModelSpec:
    (entry,) = yaml.safe_load(trained.entry.read_text())
    return ModelSpec.model_validate(entry)


def test_the_entry_describes_the_file(trained: TrainedExpression) -> None:
    spec = spec_of(trained)
    assert (spec.name, spec.file, spec.licence.data) == ("stripes", "stripes.onnx", "own drawings")
    assert spec.bytes == trained.model.stat().st_size
    assert spec.output is not None
    assert spec.output.temperature != 1


def test_the_figures_are_those_of_the_served_network(trained: TrainedExpression) -> None:
    served = ExpressionClassifier(OpenVinoSession(trained.model), spec_of(trained))
    again = evaluate_expression(served, VALIDATION, "again")
    assert trained.evaluation.n == len(VALIDATION)
    assert trained.evaluation.metrics["accuracy"].value > 0.5
    for name in ("accuracy", "macro_f1", "ece"):
        assert again.metrics[name].value == pytest.approx(trained.evaluation.metrics[name].value, abs=1e-5)


def test_the_card_gives_data_figures_command_and_limits(trained: TrainedExpression) -> None:
    card = trained.card.read_text()
    assert f"| accuracy | {trained.evaluation.metrics['accuracy'].value:.3f} |" in card
    assert "157 pictures to train on (3 more could not be read), 80 to validate" in card
    assert "--config config.yaml --train training.npz --validation validation.npz --out DIR --name stripes" in card
    assert "    learning_rate_finetune: 0.03" in card
    assert "own drawings" in card
    assert "serving refuses it" not in card
    assert "## Limits" in card


def test_the_card_of_the_shipped_recipe_names_it(tmp_path: Path) -> None:
    options = {"train": "a/training.npz", "validation": "a/publictest.npz", "out": str(tmp_path)}
    config = gather_config(Path("expression_lite0_fer2013"), {}, options)
    card = export_expression(TinyNetwork(), config, VALIDATION, DATA).card
    command = "--config expression_lite0_fer2013 --train training.npz --validation publictest.npz --out DIR\n"
    assert card.name == "expression-lite0-fer2013.md"
    assert f"interview-analysis train expression {command}" in card.read_text()
    assert "ImageNet start weights: Apache-2.0) trained on FER2013" in card.read_text()


def test_other_classes_are_measured_and_refused_by_serving(tmp_path: Path) -> None:
    names = ("happy", "sad", "neutral", "embarrassed", "anxiety")
    faces = striped_faces(40, seed=3, class_names=names)
    config = tiny_config(tmp_path, class_names=names)
    trained = export_expression(TinyNetwork(5), config, faces, DATA)
    assert trained.evaluation.confusion is not None
    assert trained.evaluation.confusion.labels == names
    assert trained.evaluation.confusion.rows.sum() == 40
    assert "serving refuses it" in trained.card.read_text()
    with pytest.raises(ModelUnavailable, match="unknown label embarrassed, anxiety"):
        ExpressionClassifier(OpenVinoSession(trained.model), spec_of(trained))


@pytest.mark.slow
def test_a_backbone_of_torchvision_serves_as_it_was_trained(tmp_path: Path) -> None:
    config = tiny_config(tmp_path, backbone="mobilenet_v3_large", image_size=64, colour="rgb")
    torch.manual_seed(1)
    trained = export_expression(build_classifier(config).network, config, VALIDATION.subset(np.arange(8)), DATA)
    assert trained.evaluation.n == 8
    assert "torchvision's architecture: BSD-3-Clause; from random weights" in trained.card.read_text()


def test_large_weights_are_stored_in_half_precision_and_nothing_of_the_machine(tmp_path: Path) -> None:
    convolution = nn.Conv2d(3, 64, 5)
    nn.init.constant_(convolution.weight, 0.5)
    nn.init.constant_(cast("Tensor", convolution.bias), 0.5)
    write_onnx(nn.Sequential(convolution, nn.Flatten()), 8, tmp_path / "network.onnx")
    content = (tmp_path / "network.onnx").read_bytes()
    types = {weight.data_type for weight in onnx.load_from_string(content).graph.initializer}
    assert types - {onnx.TensorProto.INT64} == {onnx.TensorProto.FLOAT16, onnx.TensorProto.FLOAT}
    assert b".py" not in content
    assert b"/" not in content
    assert [path.name for path in tmp_path.iterdir()] == ["network.onnx"]


class Coarse(nn.Module):
    """Works in float32 only: half precision rounds its weights by nearly one."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = TinyNetwork()
        self.wide = nn.Linear(7, 7 * 256, bias=False)
        nn.init.constant_(self.wide.weight, 3000.9)

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.wide(self.inner(images))[:, :7]
        return logits


def test_an_export_that_answers_differently_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InterviewAnalysisError, match="differ"):
        export_expression(Coarse(), tiny_config(tmp_path), VALIDATION, DATA)
