"""Checkpoints of the earlier system's form load strictly, others are refused."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor

from interview_analysis.errors import InputError
from interview_analysis.training.landmarks_network import INPUTS, LandmarksNetwork, load_checkpoint

Weights = dict[str, Tensor]
DENSE = ("weight", "bias")
NORM = (*DENSE, "running_mean", "running_var", "num_batches_tracked")
EARLIER_NAMES = {
    *(f"input_layer.0.{name}" for name in DENSE),
    *(f"input_layer.1.{name}" for name in NORM),
    *(f"res_block{block}.block.{layer}.{name}" for block in (1, 2, 3) for layer in (0, 4) for name in DENSE),
    *(f"res_block{block}.block.{layer}.{name}" for block in (1, 2, 3) for layer in (1, 5) for name in NORM),
    *(f"classifier.{layer}.{name}" for layer in (0, 3) for name in DENSE),
}


def weights(seed: int = 0) -> Weights:
    torch.manual_seed(seed)
    return LandmarksNetwork().state_dict()


def test_names_and_shapes_are_those_of_the_earlier_checkpoint() -> None:
    found = weights()
    assert set(found) == EARLIER_NAMES
    assert found["input_layer.0.weight"].shape == (512, 1434)
    assert found["res_block2.block.4.weight"].shape == (512, 512)
    assert found["classifier.0.weight"].shape == (256, 512)
    assert found["classifier.3.weight"].shape == (2, 256)


@pytest.mark.parametrize("prefix", ["", "module."], ids=["one device", "several devices"])
def test_a_checkpoint_gives_the_network_it_was_saved_from(tmp_path: Path, prefix: str) -> None:
    saved = LandmarksNetwork().eval()
    torch.save({prefix + name: value for name, value in saved.state_dict().items()}, tmp_path / "net.pth")
    network = LandmarksNetwork().eval()
    load_checkpoint(network, tmp_path / "net.pth")
    meshes = torch.randn(3, INPUTS)
    assert torch.equal(network(meshes), saved(meshes))


def without_a_block(found: Weights) -> object:
    return {name: value for name, value in found.items() if not name.startswith("res_block3")}


def with_seven_classes(found: Weights) -> object:
    return found | {"classifier.3.weight": torch.zeros(7, 256), "classifier.3.bias": torch.zeros(7)}


@pytest.mark.parametrize(
    "change",
    [
        without_a_block,
        with_seven_classes,
        lambda found: found | {"more": torch.zeros(1)},
        lambda found: {"model": found},
        lambda found: [1, 2],
    ],
    ids=["a block less", "seven classes", "one weight more", "nested", "a list"],
)
def test_another_form_is_refused(tmp_path: Path, change: Callable[[Weights], object]) -> None:
    torch.save(change(weights()), tmp_path / "other.pth")
    with pytest.raises(InputError, match=r"other\.pth is no checkpoint"):
        load_checkpoint(LandmarksNetwork(), tmp_path / "other.pth")


class Payload:
    def __reduce__(self) -> tuple[Callable[[str], object], tuple[str]]:
        return Path.touch, ("unpickled",)  # type: ignore[return-value]


@pytest.mark.parametrize("content", [b"", b"text", pickle.dumps(Payload())], ids=["empty", "text", "code"])
def test_a_file_that_is_no_checkpoint_is_refused_and_not_run(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.pth").write_bytes(content)
    with pytest.raises(InputError, match=r"bad\.pth"):
        load_checkpoint(LandmarksNetwork(), tmp_path / "bad.pth")


def test_a_file_that_is_absent(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"absent\.pth"):
        load_checkpoint(LandmarksNetwork(), tmp_path / "absent.pth")
