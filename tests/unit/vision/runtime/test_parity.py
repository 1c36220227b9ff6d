"""The shipped expression network in every precision, held against torch in float32 on labelled faces."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from interview_analysis.vision.emotion import ExpressionClassifier
from interview_analysis.vision.runtime.device import Device
from interview_analysis.vision.runtime.network import RuntimeOptions, open_onnx
from interview_analysis.vision.runtime.onnx_network import OnnxNetwork
from interview_analysis.vision.runtime.precision import Precision, this_cpu
from interview_analysis.vision.runtime.specs import load_manifest
from interview_analysis.vision.runtime.torch_session import TorchSession

PICTURES = 300
MODEL = "expression-lite0-fer2013"


class Answered(NamedTuple):
    """Face crops, and torch's probabilities (N, 7) for them."""

    crops: list[NDArray[np.uint8]]
    probabilities: NDArray[np.float32]


@pytest.fixture(scope="module")
def torch_says(data_dir: Path, models_dir: Path) -> Answered:
    images = np.load(data_dir / "fer2013" / "publictest.npz")["image"][:PICTURES]
    crops = [np.repeat(image[:, :, None], 3, axis=2) for image in images]
    spec = load_manifest(models_dir / "manifest.yaml").get(MODEL)
    return Answered(crops, ExpressionClassifier(TorchSession(OnnxNetwork(models_dir / spec.file)), spec).classify(crops))


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.parametrize(
    ("wish", "runtime", "same_winner", "difference"),
    [
        (None, "openvino-f32", 0.99, 0.03),
        (Precision.F32, "openvino-f32", 1.0, 0.001),
        (Precision.BF16, "openvino-bf16", 0.99, 0.06),
        (Precision.INT8, "openvino-f32", 1.0, 0.001),
    ],
    ids=["automatic", "f32", "bf16", "int8"],
)
def test_answers_stay_with_those_of_torch(
    models_dir: Path,
    torch_says: Answered,
    wish: Precision | None,
    runtime: str,
    same_winner: float,
    difference: float,
) -> None:
    """The promise (same winner on 99 %, every probability within .03) is the automatic choice's. Over a whole data set bf16
    breaks its second half on a few pictures, so it is taken on demand only; int8 is not given to this network at all."""
    if wish is Precision.BF16 and not this_cpu().bf16:
        pytest.skip("this CPU has no bf16 instructions")
    spec = load_manifest(models_dir / "manifest.yaml").get(MODEL)
    session = open_onnx(models_dir / spec.file, spec, RuntimeOptions(device=Device.CPU, precision=wish))
    answers = ExpressionClassifier(session, spec).classify(torch_says.crops)
    assert session.runtime == runtime
    assert (answers.argmax(axis=1) == torch_says.probabilities.argmax(axis=1)).mean() >= same_winner
    assert np.abs(answers - torch_says.probabilities).max() <= difference
