"""What the network of face meshes is given, and what is made of its answer."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from interview_analysis.errors import ModelUnavailable
from interview_analysis.vision.anxiety import AnxietyClassifier, normalise_meshes
from interview_analysis.vision.runtime.specs import MeshSpec, ModelSpec
from mesh_builders import POINTS, anxiety_spec, mesh
from model_builders import CannedSession, expression_spec

ALIGNED, NOSE_CENTRED = MeshSpec(normalisation="aligned"), MeshSpec(normalisation="nose_centred")
SQUARE = (1, 1)


def normalised(points: NDArray[np.floating], size: tuple[int, int] = SQUARE, spec: MeshSpec = ALIGNED) -> NDArray[np.float32]:
    return np.asarray(normalise_meshes(points[None], [size], spec)[0].reshape(POINTS, 3), np.float32)


def rolled(points: NDArray[np.floating], degrees: float) -> NDArray[np.float64]:
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), np.sin(angle), 0], [-np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    return np.asarray(points @ turn, np.float64)


@pytest.mark.parametrize(
    "moved",
    [mesh() + np.float32(0.2), mesh() * np.float32(0.3), rolled(mesh(), 25), rolled(mesh(), -40)],
    ids=["elsewhere", "further away", "rolled left", "rolled right"],
)
def test_place_distance_and_roll_of_the_head_do_not_matter(moved: NDArray[np.floating]) -> None:
    np.testing.assert_allclose(normalised(moved), normalised(mesh()), atol=1e-4)


def test_the_shape_of_the_picture_does_not_matter() -> None:
    wide = mesh() * np.array([9 / 16, 1, 9 / 16], np.float32)
    np.testing.assert_allclose(normalised(wide, (1280, 720)), normalised(mesh()), atol=1e-4)


def test_aligned_meshes_have_the_nose_at_the_origin_the_eyes_level_and_size_one() -> None:
    points = normalised(rolled(mesh(), 15))
    assert points[1] == pytest.approx([0, 0, 0])
    assert points[263, 1] - points[33, 1] == pytest.approx(0, abs=1e-5)
    assert np.sqrt((points**2).sum(axis=1).mean()) == pytest.approx(1, abs=1e-5)


def test_the_earlier_form_keeps_shares_and_roll_and_puts_the_furthest_point_at_distance_one() -> None:
    points = rolled(mesh(), 15)
    found = normalised(points, (1280, 720), NOSE_CENTRED)
    from_nose = points - points[1]
    np.testing.assert_allclose(found, from_nose / np.linalg.norm(from_nose, axis=1).max(), atol=1e-5)


def test_the_probability_is_the_softmax_at_the_temperature() -> None:
    classifier = AnxietyClassifier(CannedSession([0.0, 3.0]), anxiety_spec(temperature=1.5, threshold=0.7))
    assert classifier.probabilities(mesh()[None], [SQUARE]) == pytest.approx([1 / (1 + np.exp(-2))])
    assert classifier.threshold == 0.7


def test_a_mesh_without_extent_has_no_probability_and_the_others_keep_theirs() -> None:
    meshes = np.stack([mesh(), np.full_like(mesh(), 0.5), mesh(1)])
    found = AnxietyClassifier(CannedSession([1.0, 1.0]), anxiety_spec()).probabilities(meshes, [SQUARE] * 3)
    assert found == pytest.approx([0.5, np.nan, 0.5], nan_ok=True)


@pytest.mark.parametrize(
    "spec",
    [
        expression_spec(("neutral", "anxious")),
        anxiety_spec(labels=("anxious", "neutral")),
        anxiety_spec(activation="softmax"),
    ],
    ids=["pictures", "labels the other way round", "no logits"],
)
def test_a_spec_of_another_kind_is_refused(spec: ModelSpec) -> None:
    with pytest.raises(ModelUnavailable, match=spec.name):
        AnxietyClassifier(CannedSession([0, 0]), spec)
