"""A network taken up again from its exported file answers as the file does, and can be trained on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from interview_analysis.errors import InputError
from interview_analysis.training.augment import normalise, to_tensor
from interview_analysis.training.backbones import Classifier, build_classifier
from interview_analysis.training.onnx_export import write_onnx
from interview_analysis.training.onnx_start import start_from_export
from training_builders import striped_faces, tiny_config

SIZE = 32
LITE0 = "efficientnet_lite0"
FACES = striped_faces(48, seed=3)
PICTURES = normalise(to_tensor(FACES.images[:8], SIZE))


def classifier_of(backbone: str, seed: int, **more: object) -> Classifier:
    torch.manual_seed(seed)
    start = {"start_weights": Path("given.onnx")} if backbone == LITE0 else {}
    config = tiny_config(Path("run"), backbone=backbone, image_size=SIZE, dropout=0.0, **start, **more)
    return build_classifier(config)


def answers(network: nn.Module) -> torch.Tensor:
    with torch.inference_mode():
        logits: torch.Tensor = network.eval()(PICTURES)
    return logits


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, torch.Tensor]:
    """A network whose norms have seen pictures, its file, and its answers."""
    network = classifier_of(LITE0, seed=1).network
    network.train()
    for _ in range(3):
        network(normalise(to_tensor(FACES.images, SIZE)))
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm2d):
            nn.init.uniform_(layer.weight, 0.5, 1.5)
            nn.init.uniform_(layer.bias, -0.5, 0.5)
    path = tmp_path_factory.mktemp("export") / "network.onnx"
    write_onnx(network, SIZE, path)
    return path, answers(network)


def test_it_answers_as_before(exported: tuple[Path, torch.Tensor]) -> None:
    path, expected = exported
    taken_up = classifier_of(LITE0, seed=2)
    assert (answers(taken_up.network) - expected).abs().max() > 0.1
    start_from_export(taken_up, path, FACES, SIZE)
    np.testing.assert_allclose(answers(taken_up.network), expected, atol=0.02 * float(expected.abs().max()))


def test_its_norms_hold_what_its_convolutions_answer(exported: tuple[Path, torch.Tensor]) -> None:
    """So that training, which normalises by the batch, begins where the file ended."""
    path, _ = exported
    taken_up = classifier_of(LITE0, seed=2)
    start_from_export(taken_up, path, FACES, SIZE)
    for layer in (layer for layer in taken_up.network.modules() if isinstance(layer, nn.BatchNorm2d)):
        assert layer.running_var is not None
        np.testing.assert_allclose(layer.running_var, 1.0, atol=1e-6)


def test_other_classes_get_a_fresh_head(exported: tuple[Path, torch.Tensor]) -> None:
    path, _ = exported
    other = classifier_of(LITE0, seed=2, class_names=("calm", "tense"))
    head = [value.clone() for value in other.head.parameters() if value.shape[0] == 2]
    start_from_export(other, path, FACES, SIZE)
    assert head
    for before, after in zip(head, (value for value in other.head.parameters() if value.shape[0] == 2), strict=True):
        assert torch.equal(before, after)


def test_a_file_of_another_network_is_refused_by_name(exported: tuple[Path, torch.Tensor]) -> None:
    path, _ = exported
    with pytest.raises(InputError, match=r"network\.onnx does not fit"):
        start_from_export(classifier_of("mobilenet_v3_large", seed=2), path, FACES, SIZE)


def test_what_is_no_onnx_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.onnx").write_text("a poem")
    with pytest.raises(InputError, match=r"text\.onnx"):
        start_from_export(classifier_of(LITE0, seed=2), tmp_path / "text.onnx", FACES, SIZE)
