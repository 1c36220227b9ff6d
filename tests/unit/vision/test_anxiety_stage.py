"""Anxiety in the frame analysis: at the expression's rate, off with it, and only where such a model is installed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from face_builders import STRAIGHT, frames_of
from interview_analysis.bootstrap.line import build_frame_analyzer
from interview_analysis.domain.face import Frame
from interview_analysis.domain.skippable import Skippable
from interview_analysis.domain.timeline import TimelineBuilder
from interview_analysis.settings import Settings
from interview_analysis.vision.face_stages import AnxietyStage
from interview_analysis.vision.runtime.specs import ModelSpec, write_entry
from mesh_builders import anxiety_spec, mesh
from synthetic_face import synthetic_face

PICTURE = np.zeros((90, 160, 3), np.uint8)


class CannedNetwork:
    """Answers the given probabilities in turn and remembers the sizes of the pictures."""

    spec: ModelSpec = anxiety_spec()

    def __init__(self, *answers: float) -> None:
        self._answers = list(answers)
        self.sizes: list[tuple[int, int]] = []

    def probabilities(self, meshes: NDArray[np.float32], sizes: Sequence[tuple[int, int]]) -> NDArray[np.float64]:
        self.sizes += sizes
        return np.array([self._answers.pop(0) for _ in meshes])


def test_it_runs_at_its_rate_and_knows_the_size_of_the_picture() -> None:
    network = CannedNetwork(0.25, 0.75)
    stage = AnxietyStage(network, rate=5)
    found = [stage.estimate(Frame(index, index / 15, PICTURE), mesh()) for index in range(6)]
    assert found == [0.25, None, None, 0.75, None, None]
    assert network.sizes == [(160, 90)] * 2


def test_no_answer_is_absent() -> None:
    assert AnxietyStage(CannedNetwork(math.nan), rate=5).estimate(Frame(0, 0.0, PICTURE), mesh()) is None


def write_constant_network(path: Path, logits: Sequence[float]) -> None:
    """float32 (N, 1434) → the same two logits for every mesh."""
    weights = [
        numpy_helper.from_array(np.zeros((1434, 2), np.float32), "w"),
        numpy_helper.from_array(np.array(logits, np.float32), "b"),
    ]
    graph = helper.make_graph(
        [helper.make_node("Gemm", ["meshes", "w", "b"], ["logits"])],
        "constant",
        [helper.make_tensor_value_info("meshes", TensorProto.FLOAT, ["n", 1434])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", 2])],
        weights,
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10), path)


def settings_with(models: Path, folder: Path, entry: str) -> Settings:
    """The installed models, linked into ``folder``, with one more entry in the manifest."""
    for file in models.iterdir():
        if file.name != "manifest.yaml":
            (folder / file.name).symlink_to(file)
    indented = "".join(f"  {line}\n" for line in entry.splitlines())
    (folder / "manifest.yaml").write_text((models / "manifest.yaml").read_text() + indented)
    settings = Settings()
    return settings.model_copy(update={"paths": settings.paths.model_copy(update={"models_dir": folder})})


@pytest.mark.models
@pytest.mark.usefixtures("clean_environment")
def test_an_installed_model_is_reported_a_frame_and_in_the_timeline(models_dir: Path, tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    write_constant_network(folder / "anxiety.onnx", [0.0, math.log(3)])
    content = (folder / "anxiety.onnx").read_bytes()
    spec = anxiety_spec().model_copy(update={"sha256": sha256(content).hexdigest()})
    analyzer = build_frame_analyzer(settings_with(models_dir, folder, write_entry(spec)))
    assert analyzer.info.anxiety_model == "anxiety"
    frames = frames_of([synthetic_face().draw(STRAIGHT)] * 4)
    columns = TimelineBuilder()
    session = analyzer.new_session()
    for row in session.analyse(frames):
        columns.add(row)
    session.close()
    assert columns.build(1.0).anxiety == pytest.approx([0.75, np.nan, np.nan, 0.75], nan_ok=True)
    session = analyzer.new_session(frozenset({Skippable.EXPRESSION}))
    (skipped,) = session.analyse(frames[:1])
    session.close()
    assert skipped.face is not None
    assert skipped.face.anxiety is None


@pytest.mark.models
@pytest.mark.usefixtures("clean_environment")
def test_without_a_model_there_is_none(models_dir: Path) -> None:
    settings = Settings()
    paths = settings.paths.model_copy(update={"models_dir": models_dir})
    analyzer = build_frame_analyzer(settings.model_copy(update={"paths": paths}))
    assert analyzer.info.anxiety_model is None
