"""From a trained network to the files that serve: model, manifest entry, card."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import onnx
import pytest
import yaml
from torch import Tensor, nn

from interview_analysis.errors import InterviewAnalysisError
from interview_analysis.training.emotion import TrainedExpression, export_expression
from interview_analysis.training.onnx_export import write_onnx
from interview_analysis.training.trainer import Trainer
from interview_analysis.vision.runtime.specs import ModelSpec
from training_builders import TinyNetwork, striped_faces, tiny_config

TRAIN, VALIDATION = striped_faces(160, seed=1), striped_faces(80, seed=2)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> TrainedExpression:
    config = tiny_config(tmp_path_factory.mktemp("run"), epochs=10, learning_rate=0.03)
    network = Trainer(config, TinyNetwork()).fit(TRAIN, VALIDATION).module
    return export_expression(network, config, VALIDATION)


def test_the_entry_describes_the_file(trained: TrainedExpression) -> None:
    (entry,) = yaml.safe_load(trained.entry.read_text())
    spec = ModelSpec.model_validate(entry)
    assert spec.bytes == trained.model.stat().st_size
    assert spec.output is not None
    assert spec.output.temperature != 1


def test_the_figures_are_those_of_the_served_network(trained: TrainedExpression) -> None:
    assert trained.evaluation.n == len(VALIDATION)
    assert trained.evaluation.metrics["accuracy"].value > 0.5


def test_the_card_gives_figures_command_and_limits(trained: TrainedExpression) -> None:
    card = trained.card.read_text()
    assert f"| accuracy | {trained.evaluation.metrics['accuracy'].value:.3f} |" in card
    assert "interview-analysis train expression --train training.npz --validation publictest.npz --out DIR" in card
    assert "--learning-rate 0.03" in card
    assert "--weight-decay" not in card
    assert "## Limits" in card


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
        export_expression(Coarse(), tiny_config(tmp_path), VALIDATION)
