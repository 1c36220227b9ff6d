"""The kernels that are asked for are the ones that run, and they change no answer."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import openvino
import pytest
from numpy.typing import NDArray

from interview_analysis.vision.runtime.kernels import with_direct_kernels

pytestmark = pytest.mark.models

SIDE = 256
CONVOLUTIONS = ("Convolution", "GroupConvolution")
DIRECT = ("jit_avx512_1x1_f32", "jit_avx512_dw_f32", "jit_avx512_f32")


@pytest.fixture(scope="module")
def mesh_file(models_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    with zipfile.ZipFile(models_dir / "face_landmarker.task") as bundle:
        return Path(bundle.extract("face_landmarks_detector.tflite", tmp_path_factory.mktemp("mesh")))


def read(path: Path, *, direct: bool) -> openvino.Model:
    model = openvino.Core().read_model(path)
    model.reshape([1, SIDE, SIDE, 3])
    return with_direct_kernels(model) if direct else model


def compiled(model: openvino.Model, cache: Path | None = None) -> openvino.CompiledModel:
    core = openvino.Core()
    if cache is not None:
        core.set_property({"CACHE_DIR": os.fspath(cache)})
    return core.compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": 1, "PERF_COUNT": True})


def run(network: openvino.CompiledModel) -> tuple[set[str], NDArray[np.float32]]:
    """Names of the kernels that computed convolutions, and the mesh of some noise in pixels of the crop."""
    request = network.create_infer_request()
    request.infer([np.random.default_rng(0).random((1, SIDE, SIDE, 3), np.float32)])
    kernels = {step.exec_type for step in request.profiling_info if step.node_type in CONVOLUTIONS and step.real_time}
    return kernels, np.array(request.get_output_tensor(0).data)


def skip_without_avx512(kernels: set[str]) -> None:
    if not any("avx512" in kernel for kernel in kernels):
        pytest.skip("OpenVINO runs no AVX-512 kernels on this CPU")


def test_direct_kernels_run_and_say_the_same(mesh_file: Path) -> None:
    unasked, reference = run(compiled(read(mesh_file, direct=False)))
    asked, answer = run(compiled(read(mesh_file, direct=True)))
    np.testing.assert_allclose(answer, reference, rtol=0, atol=1e-4 * SIDE)
    skip_without_avx512(unasked)
    assert asked == set(DIRECT)


def test_direct_kernels_come_out_of_the_cache(mesh_file: Path, tmp_path: Path) -> None:
    plain = compiled(read(mesh_file, direct=False), tmp_path)
    first, again = (compiled(read(mesh_file, direct=True), tmp_path) for _ in range(2))
    assert [network.get_property("LOADED_FROM_CACHE") for network in (plain, first, again)] == [False, False, True]
    skip_without_avx512(run(plain)[0])
    assert run(again)[0] == set(DIRECT)
    assert run(again)[1].tobytes() == run(first)[1].tobytes()


@pytest.mark.slow
def test_a_cpu_without_them_takes_its_own(mesh_file: Path) -> None:
    """oneDNN is told to use no more than AVX2; it reads that once in a process."""
    environment = {**os.environ, "ONEDNN_MAX_CPU_ISA": "AVX2", "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, __file__, os.fspath(mesh_file)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "avx512" not in done.stdout


if __name__ == "__main__":
    plain_kernels, plain_answer = run(compiled(read(Path(sys.argv[1]), direct=False)))
    direct_kernels, direct_answer = run(compiled(read(Path(sys.argv[1]), direct=True)))
    np.testing.assert_allclose(direct_answer, plain_answer, rtol=0, atol=1e-4 * SIDE)
    sys.stdout.write(" ".join(plain_kernels | direct_kernels))
