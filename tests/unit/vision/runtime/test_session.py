"""OpenVINO is held against torch in float32; the number of threads and the batch change nothing."""

from __future__ import annotations

import fcntl
from pathlib import Path

import numpy as np
import openvino
import pytest
import torch
from numpy.typing import NDArray
from torch import nn

from interview_analysis.errors import ModelUnavailable
from interview_analysis.training.onnx_export import write_onnx
from interview_analysis.vision.runtime.session import LOCK_FILE, CpuOptions, OpenVinoSession
from interview_analysis.vision.runtime.torch_session import TorchSession

SIZE = 16
HALF_PRECISION = 5e-3
"""Weights pass through float16, so logits of size about 1 move by thousandths."""


@pytest.fixture(scope="module")
def network() -> nn.Module:
    torch.manual_seed(1)
    layers = (nn.Conv2d(3, 32, 3, padding=1), nn.ReLU6(), nn.Conv2d(32, 32, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    return nn.Sequential(*layers, nn.Linear(32, 7)).eval()


@pytest.fixture(scope="module")
def exported(network: nn.Module, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("onnx") / "network.onnx"
    write_onnx(network, SIZE, path)
    return path


@pytest.fixture(scope="module")
def batch() -> NDArray[np.float32]:
    return np.random.default_rng(0).standard_normal((5, 3, SIZE, SIZE), np.float32)


def test_openvino_answers_as_torch_does(network: nn.Module, exported: Path, batch: NDArray[np.float32]) -> None:
    answer, reference = OpenVinoSession(exported).run(batch), TorchSession(network).run(batch)
    assert answer.dtype == np.float32
    assert np.abs(reference).max() > 10 * HALF_PRECISION
    np.testing.assert_allclose(answer, reference, atol=HALF_PRECISION)


def test_threads_do_not_change_a_bit(exported: Path, batch: NDArray[np.float32]) -> None:
    one, two = (OpenVinoSession(exported, CpuOptions(threads=count)).run(batch) for count in (1, 2))
    assert one.tobytes() == two.tobytes()


def test_a_picture_does_not_depend_on_its_batch(exported: Path, batch: NDArray[np.float32]) -> None:
    session = OpenVinoSession(exported)
    assert session.run(batch)[3:4].tobytes() == session.run(batch[3:4]).tobytes()


def test_the_compiled_network_is_cached(exported: Path, batch: NDArray[np.float32], tmp_path: Path) -> None:
    first = OpenVinoSession(exported, CpuOptions(cache=tmp_path)).run(batch)
    assert list(tmp_path.glob("*.blob")) != []
    assert OpenVinoSession(exported, CpuOptions(cache=tmp_path)).run(batch).tobytes() == first.tobytes()


def test_processes_take_turns_with_the_cache(exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that finds what another has half written would remove it under the other's hands."""
    compiled: list[bool] = []

    def compile_model(core: openvino.Core, *arguments: object) -> openvino.CompiledModel:
        with (tmp_path / LOCK_FILE).open("ab") as lock, pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        compiled.append(True)
        return genuine(core, *arguments)

    genuine = openvino.Core.compile_model
    monkeypatch.setattr(openvino.Core, "compile_model", compile_model)
    OpenVinoSession(exported, CpuOptions(cache=tmp_path))
    assert compiled
    with (tmp_path / LOCK_FILE).open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_an_empty_batch_is_refused(exported: Path) -> None:
    with pytest.raises(ValueError, match="empty"):
        OpenVinoSession(exported).run(np.empty((0, 3, SIZE, SIZE), np.float32))


@pytest.mark.parametrize("content", [None, b"", b"not a network"])
def test_what_is_no_network_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "network.onnx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelUnavailable, match=r"network\.onnx"):
        OpenVinoSession(path)
