"""ONNX files in torch: the same numbers as the network they came from, and as OpenVINO; the unknown is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper

from interview_analysis.domain.emotion import EMOTIONS
from interview_analysis.errors import ModelUnavailable
from interview_analysis.training.onnx_export import write_onnx
from interview_analysis.vision.emotion import ExpressionClassifier
from interview_analysis.vision.runtime.device import Device
from interview_analysis.vision.runtime.network import RuntimeOptions, open_onnx
from interview_analysis.vision.runtime.onnx_network import OnnxNetwork
from interview_analysis.vision.runtime.session import OpenVinoSession
from interview_analysis.vision.runtime.specs import load_manifest
from interview_analysis.vision.runtime.torch_session import TorchSession
from network_builders import SqueezingNetwork

pytestmark = pytest.mark.slow

SIZE = 32
HALF_PRECISION = 5e-3


@pytest.fixture(scope="module")
def network() -> SqueezingNetwork:
    return SqueezingNetwork(classes=8)


@pytest.fixture(scope="module")
def exported(network: SqueezingNetwork, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("onnx") / "network.onnx"
    write_onnx(network, SIZE, path)
    return path


@pytest.fixture(scope="module")
def batch() -> NDArray[np.float32]:
    return np.random.default_rng(0).standard_normal((3, 3, SIZE, SIZE), np.float32)


def test_torch_openvino_and_the_network_agree(network: SqueezingNetwork, exported: Path, batch: NDArray[np.float32]) -> None:
    read = TorchSession(OnnxNetwork(exported)).run(batch)
    assert read.std() > 10 * HALF_PRECISION
    np.testing.assert_allclose(read, TorchSession(network).run(batch), atol=HALF_PRECISION)
    np.testing.assert_allclose(read, OpenVinoSession(exported).run(batch), atol=1e-4)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_cuda_gives_the_numbers_of_the_cpu(exported: Path, batch: NDArray[np.float32]) -> None:
    session = TorchSession(OnnxNetwork(exported), "cuda")
    assert session.runtime == "torch-cuda-f32"
    np.testing.assert_allclose(session.run(batch), TorchSession(OnnxNetwork(exported)).run(batch), atol=1e-3)


@pytest.mark.parametrize(
    ("name", "column", "expected"),
    [("hsemotion-enet-b0-vgaf", 4, {"happy"}), ("hsemotion-enet-b0-vgaf", 1, set()), ("hsemotion-enet-b2", 7, {"surprise"})],
)
def test_a_network_of_the_form_of_hsemotion_serves_by_its_name(
    models_dir: Path, tmp_path: Path, name: str, column: int, expected: set[str]
) -> None:
    """Eight classes in AffectNet's order: a network that is sure of one says so, and contempt is none of the seven."""
    spec = load_manifest(models_dir / "manifest.yaml").get(name)
    assert spec.input is not None
    write_onnx(SqueezingNetwork(classes=8, sure_of=column), spec.input.size, tmp_path / spec.file)
    classifier = ExpressionClassifier(open_onnx(tmp_path / spec.file, spec, RuntimeOptions(device=Device.CPU)), spec)
    (probabilities,) = classifier.classify([np.random.default_rng(1).integers(0, 256, (200, 200, 3)).astype(np.uint8)])
    assert probabilities.sum() == pytest.approx(1)
    assert {emotion for emotion, share in zip(EMOTIONS, probabilities, strict=True) if share > 0.9} == expected


@pytest.mark.parametrize("content", [None, b"", b"not a network"])
def test_what_is_no_network_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "network.onnx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelUnavailable, match=r"network\.onnx is not an ONNX network"):
        OnnxNetwork(path)


def test_an_unknown_operator_is_named(tmp_path: Path) -> None:
    pictures = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 3, 8, 8]) for name in ("images", "logits")]
    graph = helper.make_graph([helper.make_node("Erf", ["images"], ["logits"])], "net", pictures[:1], pictures[1:])
    onnx.save(helper.make_model(graph), tmp_path / "network.onnx")
    with pytest.raises(ModelUnavailable, match="Erf"):
        OnnxNetwork(tmp_path / "network.onnx")
