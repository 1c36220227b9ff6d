"""L2CS: the architecture that the published checkpoints fit, and what its bins mean. The published weights are not needed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from interview_analysis.errors import ModelUnavailable
from interview_analysis.vision.gaze import l2cs
from interview_analysis.vision.gaze.l2cs import L2csGaze, decode_bins, load_l2cs
from interview_analysis.vision.gaze.l2cs_network import L2csNetwork, read_checkpoint
from interview_analysis.vision.runtime import network as runtimes
from interview_analysis.vision.runtime.calibration import calibration_faces
from interview_analysis.vision.runtime.device import Device
from interview_analysis.vision.runtime.network import RuntimeOptions
from interview_analysis.vision.runtime.precision import Cpu, Precision, this_cpu
from interview_analysis.vision.runtime.preprocess import to_batch
from interview_analysis.vision.runtime.specs import InputSpec, Job, ModelSpec
from interview_analysis.vision.runtime.torch_session import TorchSession
from model_builders import CannedSession, file_spec
from network_builders import certain_l2cs, random_l2cs, seeing_l2cs

IMAGENET = InputSpec(size=64, mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))
CPU = RuntimeOptions(device=Device.CPU)
CERTAIN = 50.0
FACES = list(calibration_faces(12, seed=9))


def spec() -> ModelSpec:
    return file_spec().model_copy(update={"job": Job.GAZE, "input": IMAGENET})


def logits(yaw_bin: int, pitch_bin: int) -> NDArray[np.float32]:
    row = np.zeros(180, np.float32)
    row[yaw_bin] = row[90 + pitch_bin] = CERTAIN
    return row


class Served(NamedTuple):
    """A checkpoint file, a folder for what is made from it, and the angles (N, 2) of torch on ``FACES``."""

    checkpoint: Path
    cache: Path
    angles: NDArray[np.float64]


def saved(network: L2csNetwork, folder: Path) -> Path:
    """As published: with the prefix that training on several devices leaves."""
    torch.save({f"module.{name}": value for name, value in network.state_dict().items()}, folder / "l2cs.pkl")
    return folder / "l2cs.pkl"


def angles_of(gaze: L2csGaze) -> NDArray[np.float64]:
    return np.array([gaze.estimate(face).angles for face in FACES])


@pytest.fixture(scope="module")
def network() -> L2csNetwork:
    return random_l2cs()


@pytest.mark.parametrize(
    ("yaw_bin", "pitch_bin", "yaw", "pitch"),
    [(45, 45, 0, 0), (50, 45, 20, 0), (40, 45, -20, 0), (45, 48, 0, 12), (45, 42, 0, -12), (0, 89, -180, 176)],
)
def test_a_certain_bin_is_its_angle(yaw_bin: int, pitch_bin: int, yaw: float, pitch: float) -> None:
    fix = decode_bins(logits(yaw_bin, pitch_bin))
    assert (fix.angles.yaw, fix.angles.pitch) == pytest.approx((yaw, pitch), abs=1e-6)
    assert fix.deviation == pytest.approx(0, abs=1e-6)


def test_between_two_bins_lies_the_angle_between() -> None:
    row = logits(45, 45)
    row[46] = CERTAIN
    assert decode_bins(row).angles.yaw == pytest.approx(2)
    assert decode_bins(row).deviation == pytest.approx(2)


def test_the_estimate_is_the_decoded_answer_to_one_picture() -> None:
    session = CannedSession(list(logits(50, 42)))
    angles = L2csGaze(session, spec()).estimate(np.zeros((30, 30, 3), np.uint8)).angles
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


@pytest.mark.parametrize("text", ["", "x", "hello world", "a page that says: no such file\n"])
def test_a_text_in_place_of_the_checkpoint_is_refused(tmp_path: Path, text: str) -> None:
    """As a download that was answered with a page."""
    (tmp_path / "l2cs.pkl").write_text(text)
    with pytest.raises(ModelUnavailable, match="not an L2CS checkpoint"):
        read_checkpoint(tmp_path / "l2cs.pkl")


@pytest.mark.parametrize(
    ("yaw_bin", "pitch_bin", "yaw", "pitch"),
    [(45, 45, 0, 0), (52, 45, 28, 0), (38, 45, -28, 0), (45, 50, 0, 20), (45, 40, 0, -20), (0, 89, -180, 176)],
)
def test_a_network_sure_of_a_bin_looks_that_way(yaw_bin: int, pitch_bin: int, yaw: float, pitch: float) -> None:
    angles = L2csGaze(TorchSession(certain_l2cs(yaw_bin, pitch_bin)), spec()).estimate(FACES[0]).angles
    assert (angles.yaw, angles.pitch) == pytest.approx((yaw, pitch), abs=1e-3)


@pytest.mark.slow
def test_a_checkpoint_sure_of_a_bin_looks_that_way_when_served(tmp_path: Path) -> None:
    checkpoint = saved(certain_l2cs(yaw_bin=50, pitch_bin=42), tmp_path)
    angles = load_l2cs(checkpoint, spec(), CPU).estimate(FACES[0]).angles
    assert (angles.yaw, angles.pitch) == pytest.approx((20, -12), abs=1e-3)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Served:
    """A network whose angles follow the picture, as a checkpoint, with the answers of torch."""
    folder = tmp_path_factory.mktemp("l2cs")
    network = seeing_l2cs(to_batch(FACES, IMAGENET))
    reference = L2csGaze(TorchSession(network), spec())
    return Served(saved(network, folder), folder / "cache", angles_of(reference))


@pytest.mark.slow
@pytest.mark.parametrize(("precision", "degrees"), [(Precision.F32, 0.01), (Precision.BF16, 0.5), (Precision.INT8, 1.5)])
def test_every_precision_keeps_to_the_angles_of_torch(served: Served, precision: Precision, degrees: float) -> None:
    if precision is Precision.BF16 and not this_cpu().bf16:
        pytest.skip("this CPU has no bf16 instructions")
    gaze = load_l2cs(served.checkpoint, spec(), replace(CPU, cache=served.cache, precision=precision))
    assert gaze.runtime == f"openvino-{precision}"
    assert served.angles.std(axis=0).min() > 5
    assert np.abs(angles_of(gaze) - served.angles).max() <= degrees


@pytest.mark.slow
@pytest.mark.parametrize(("limit", "runtime"), [(1.5, "openvino-int8"), (0.0, "openvino-f32")])
def test_int8_serves_by_itself_only_where_it_agrees(
    served: Served, monkeypatch: pytest.MonkeyPatch, limit: float, runtime: str
) -> None:
    monkeypatch.setattr(runtimes, "this_cpu", lambda: Cpu(bf16=False, vnni=True))
    monkeypatch.setattr(l2cs, "_INT8_DEGREES", limit)
    assert load_l2cs(served.checkpoint, spec(), replace(CPU, cache=served.cache)).runtime == runtime


@pytest.mark.slow
def test_a_converted_network_no_longer_needs_its_checkpoint(served: Served) -> None:
    options = replace(CPU, cache=served.cache)
    first = load_l2cs(served.checkpoint, spec(), options).estimate(FACES[0])
    served.checkpoint.unlink()
    assert load_l2cs(served.checkpoint, spec(), options).estimate(FACES[0]) == first


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_cuda_keeps_to_the_angles_of_torch(served: Served) -> None:
    gaze = load_l2cs(served.checkpoint, spec(), RuntimeOptions(device=Device.CUDA))
    assert gaze.runtime == "torch-cuda-f32"
    np.testing.assert_allclose(angles_of(gaze), served.angles, atol=0.01)
