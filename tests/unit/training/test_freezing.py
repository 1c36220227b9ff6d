"""What each stage trains, and which batch-norm layers stand still."""

from __future__ import annotations

from pathlib import Path

import pytest
from torch import nn

from interview_analysis.training.backbones import Classifier
from interview_analysis.training.config import Stage
from interview_analysis.training.freezing import freeze, frozen_batch_norms
from training_builders import tiny_config

HEAD, FINETUNE = Stage("head", 0, 1, 1e-3), Stage("finetune", 1, 1, 1e-4)


@pytest.fixture
def classifier() -> Classifier:
    """Layers 0 early norm, 1 late norm, 2 head."""
    network = nn.Sequential(nn.BatchNorm2d(3), nn.BatchNorm2d(3), nn.Linear(3, 2))
    return Classifier(network, network[2], (network[0],))


@pytest.mark.parametrize(
    ("mode", "batch_size", "stage", "frozen"),
    [
        ("all", 64, HEAD, [0, 1]),
        ("all", 64, FINETUNE, [0, 1]),
        ("s3", 64, HEAD, [0]),
        ("s3", 64, FINETUNE, [0]),
        ("adaptive", 64, HEAD, [0, 1]),
        ("adaptive", 16, FINETUNE, [0, 1]),
        ("adaptive", 32, FINETUNE, []),
        ("none", 16, HEAD, []),
        ("none", 16, FINETUNE, []),
    ],
)
def test_modes(classifier: Classifier, mode: str, batch_size: int, stage: Stage, frozen: list[int]) -> None:
    config = tiny_config(Path("out"), freeze_bn=mode, batch_size=batch_size)
    layers = list(classifier.network.children())
    assert [layers.index(layer) for layer in frozen_batch_norms(classifier, config, stage)] == frozen


def test_the_head_stage_trains_the_head_alone(classifier: Classifier) -> None:
    freeze(classifier, HEAD, ())
    assert [weights.requires_grad for weights in classifier.network.parameters()] == [False] * 4 + [True] * 2


def test_the_second_stage_trains_all_but_frozen_batch_norms(classifier: Classifier) -> None:
    freeze(classifier, HEAD, ())
    freeze(classifier, FINETUNE, classifier.early)
    assert [weights.requires_grad for weights in classifier.network.parameters()] == [False] * 2 + [True] * 4
