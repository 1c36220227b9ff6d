"""CPU or CUDA: what the machine shows, what torch reaches, what was asked for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from interview_analysis.errors import ModelUnavailable
from interview_analysis.vision.runtime import device
from interview_analysis.vision.runtime.device import Device, choose_device


@pytest.mark.parametrize(
    ("files", "reached", "wish", "expected"),
    [
        ([], True, None, Device.CPU),
        (["nvidia0"], True, None, Device.CUDA),
        (["dxg"], True, None, Device.CUDA),
        (["nvidia0"], False, None, Device.CPU),
        (["nvidiactl"], True, None, Device.CPU),
        (["nvidia0"], True, Device.CPU, Device.CPU),
        (["nvidia0"], True, Device.CUDA, Device.CUDA),
    ],
)
def test_choice(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    files: list[str],
    reached: bool,
    wish: Device | None,
    expected: Device,
) -> None:
    monkeypatch.setattr(device, "_torch_reaches_it", lambda: reached)
    for name in files:
        (tmp_path / name).touch()
    assert choose_device(wish, tmp_path) is expected


def test_cuda_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="no usable NVIDIA device"):
        choose_device(Device.CUDA, tmp_path)


@pytest.mark.models
def test_serving_on_the_cpu_imports_no_torch(models_dir: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from interview_analysis.bootstrap.line import build_frame_analyzer as build;"
        "from interview_analysis.settings import load_settings as load;"
        "print(build(load()).info.expression_runtime, sys.modules.keys() & {'torch', 'nncf', 'onnx'})"
    )
    variables = {"MODELS_DIR": str(models_dir), "DATA_DIR": str(tmp_path), "RUNTIME_DEVICE": "cpu"}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=variables, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "openvino-f32 set()"
