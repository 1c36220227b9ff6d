"""L2CS: the architecture that the published checkpoints fit, and what its bins mean. The published weights are not needed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from interview_analysis.errors import ModelUnavailable
from interview_analysis.vision.gaze.l2cs import L2csGaze, decode_bins, load_l2cs
from interview_analysis.vision.gaze.l2cs_network import L2csNetwork, read_checkpoint
from interview_analysis.vision.runtime.session import CpuOptions
from interview_analysis.vision.runtime.specs import InputSpec, ModelSpec
from interview_analysis.vision.runtime.torch_session import TorchSession
from model_builders import CannedSession, file_spec

IMAGENET = InputSpec(size=64, mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))
CERTAIN = 50.0
BF16_DEGREES = 0.5
RESIDUAL_GAIN, HEAD_GAIN = 0.1, 50.0


def spec() -> ModelSpec:
    return file_spec().model_copy(update={"input": IMAGENET})


def logits(yaw_bin: int, pitch_bin: int) -> NDArray[np.float32]:
    row = np.zeros(180, np.float32)
    row[yaw_bin] = row[90 + pitch_bin] = CERTAIN
    return row


@pytest.fixture(scope="module")
def network() -> L2csNetwork:
    """Random weights, damped so that activations stay in the range of a trained network's."""
    torch.manual_seed(0)
    network = L2csNetwork().eval()
    for name, weights in network.named_parameters():
        if name.endswith("bn3.weight"):
            weights.data.mul_(RESIDUAL_GAIN)
        if name.endswith("gaze.weight"):
            weights.data.mul_(HEAD_GAIN)
    return network


@pytest.mark.parametrize(
    ("yaw_bin", "pitch_bin", "yaw", "pitch"),
    [(45, 45, 0, 0), (50, 45, 20, 0), (40, 45, -20, 0), (45, 48, 0, 12), (45, 42, 0, -12), (0, 89, -180, 176)],
)
def test_a_certain_bin_is_its_angle(yaw_bin: int, pitch_bin: int, yaw: float, pitch: float) -> None:
    angles = decode_bins(logits(yaw_bin, pitch_bin))
    assert (angles.yaw, angles.pitch) == pytest.approx((yaw, pitch), abs=1e-6)


def test_between_two_bins_lies_the_angle_between() -> None:
    row = logits(45, 45)
    row[46] = CERTAIN
    assert decode_bins(row).yaw == pytest.approx(2)


def test_the_estimate_is_the_decoded_answer_to_one_picture() -> None:
    session = CannedSession(list(logits(50, 42)))
    angles = L2csGaze(session, spec()).estimate(np.zeros((30, 30, 3), np.uint8))
    assert angles == pytest.approx((-12, 20), abs=1e-6)
    assert [batch.shape for batch in session.batches] == [(1, 3, 64, 64)]


def test_the_names_and_shapes_are_those_of_the_published_checkpoints(network: L2csNetwork) -> None:
    weights = network.state_dict()
    assert len(weights) == 324
    shapes = {name: tuple(weights[f"{name}.weight"].shape) for name in ("fc_yaw_gaze", "fc_pitch_gaze", "fc_finetune")}
    assert shapes == {"fc_yaw_gaze": (90, 2048), "fc_pitch_gaze": (90, 2048), "fc_finetune": (3, 2051)}
    assert {"conv1.weight", "layer4.2.bn3.running_var"} < set(weights)
    assert not any(name.startswith("fc.") for name in weights)


def test_yaw_comes_first(network: L2csNetwork) -> None:
    with torch.inference_mode():
        network.fc_yaw_gaze.bias[50] += 1e4
        yaw, pitch = network(torch.zeros(1, 3, 64, 64))
        network.fc_yaw_gaze.bias[50] -= 1e4
    assert (int(yaw.argmax()), yaw.shape, pitch.shape) == (50, (1, 90), (1, 90))


@pytest.mark.parametrize("prefix", ["", "module."])
def test_a_checkpoint_is_read_with_and_without_the_prefix(network: L2csNetwork, tmp_path: Path, prefix: str) -> None:
    torch.save({prefix + name: value for name, value in network.state_dict().items()}, tmp_path / "l2cs.pkl")
    read, kept = read_checkpoint(tmp_path / "l2cs.pkl").state_dict(), network.state_dict()
    assert [name for name in kept if not torch.equal(kept[name], read[name])] == []


@pytest.mark.parametrize("content", [{"conv1.weight": torch.zeros(1)}, {"code": Path("/")}], ids=["misfit", "code"])
def test_another_checkpoint_is_refused_and_no_code_is_run(tmp_path: Path, content: dict[str, object]) -> None:
    torch.save(content, tmp_path / "l2cs.pkl")
    with pytest.raises(ModelUnavailable, match="not an L2CS checkpoint"):
        read_checkpoint(tmp_path / "l2cs.pkl")


@pytest.mark.slow
def test_the_converted_network_gives_the_angles_of_torch(network: L2csNetwork, tmp_path: Path) -> None:
    checkpoint, crop = tmp_path / "l2cs.pkl", np.random.default_rng(1).integers(0, 256, (90, 90, 3)).astype(np.uint8)
    torch.save(network.state_dict(), checkpoint)
    served = load_l2cs(checkpoint, spec(), CpuOptions(cache=tmp_path / "cache")).estimate(crop)
    reference = L2csGaze(TorchSession(network), spec()).estimate(crop)
    assert abs(reference.yaw) > BF16_DEGREES
    assert tuple(served) == pytest.approx(tuple(reference), abs=BF16_DEGREES)
    checkpoint.unlink()
    assert load_l2cs(checkpoint, spec(), CpuOptions(cache=tmp_path / "cache")).estimate(crop) == served
