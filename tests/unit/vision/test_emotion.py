"""The expression classifier: columns by name, probabilities, preprocessing as the spec says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from interview_analysis.domain.emotion import EMOTIONS, Emotion
from interview_analysis.errors import ModelUnavailable
from interview_analysis.vision.emotion import ExpressionClassifier
from interview_analysis.vision.runtime.session import OpenVinoSession
from interview_analysis.vision.runtime.specs import load_manifest
from model_builders import CannedSession, expression_spec, file_spec

FER = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
AFFECTNET = ("anger", "contempt", "disgust", "fear", "happiness", "neutral", "sadness", "surprise")
CROP = np.full((8, 8, 3), 128, np.uint8)


def answer(labels: Sequence[str], row: Sequence[float], **spec: object) -> NDArray[np.float32]:
    (probabilities,) = ExpressionClassifier(CannedSession(row), expression_spec(labels, **spec)).classify([CROP])  # type: ignore[arg-type]
    return np.asarray(probabilities)


@pytest.mark.parametrize("labels", [FER, AFFECTNET], ids=["fer", "affectnet"])
@pytest.mark.parametrize("emotion", EMOTIONS)
def test_each_column_goes_to_its_class(labels: Sequence[str], emotion: Emotion) -> None:
    names = {"anger": "angry", "happiness": "happy", "sadness": "sad"}
    row = [5.0 if names.get(label, label) == emotion else 0.0 for label in labels]
    assert EMOTIONS[int(answer(labels, row).argmax())] is emotion


def test_contempt_is_dropped_and_the_rest_renormalised() -> None:
    row = [0.0, 9.0, *[0.0] * 6]
    np.testing.assert_allclose(answer(AFFECTNET, row), 1 / 7, rtol=1e-6)


def test_probabilities_of_a_softmax_network_keep_their_ratios() -> None:
    row = [0.1, 0.5, 0.1, 0.1, 0.2, 0.0, 0.0, 0.0]
    probabilities = answer(AFFECTNET, row, activation="softmax")
    assert probabilities.sum() == pytest.approx(1)
    assert probabilities[EMOTIONS.index(Emotion.HAPPY)] == pytest.approx(0.4)


def test_temperature_sharpens_without_changing_the_order() -> None:
    row = [1.0, 0.5, 0.0, 2.0, 0.0, 0.0, 0.0]
    plain, sharp = answer(FER, row), answer(FER, row, temperature=0.5)
    assert sharp.max() > plain.max()
    assert list(np.argsort(sharp)) == list(np.argsort(plain))


def test_large_logits_do_not_overflow() -> None:
    assert answer(FER, [900.0, *[0.0] * 6])[EMOTIONS.index(Emotion.ANGRY)] == 1


def test_no_crop_gives_no_row() -> None:
    assert ExpressionClassifier(CannedSession([0.0] * 7), expression_spec(FER)).classify([]).shape == (0, 7)


def batches_for(crop: NDArray[np.uint8], **changes: object) -> list[NDArray[np.float32]]:
    session = CannedSession([0.0] * 7)
    ExpressionClassifier(session, expression_spec(FER, **changes)).classify([crop])  # type: ignore[arg-type]
    return session.batches


def test_crops_are_scaled_and_normalised_as_the_spec_says() -> None:
    crop = np.full((20, 20, 3), (255, 0, 51), np.uint8)
    (batch,) = batches_for(crop, mean=(0.5, 0.0, 0.1), std=(0.5, 1.0, 0.1))
    assert batch.shape == (1, 3, 8, 8)
    np.testing.assert_allclose(batch.reshape(3, -1), [[1.0] * 64, [0.0] * 64, [1.0] * 64], atol=1e-6)


def test_a_grey_network_sees_the_same_in_all_channels() -> None:
    crop = np.zeros((8, 8, 3), np.uint8)
    crop[..., 1] = 200
    (batch,) = batches_for(crop, colour="grey")
    assert batch[0, 0].tobytes() == batch[0, 1].tobytes() == batch[0, 2].tobytes()


def test_a_mirroring_network_sees_both_sides() -> None:
    crop = np.zeros((8, 8, 3), np.uint8)
    crop[:, :4] = 255
    first, second = batches_for(crop, mirror=True)
    assert np.array_equal(first, second[..., ::-1])


@pytest.mark.parametrize("labels", [FER[:6], (*FER, "happy"), (*FER[:6], "bored")])
def test_labels_that_do_not_name_each_class_once_are_refused(labels: Sequence[str]) -> None:
    with pytest.raises(ModelUnavailable, match="label"):
        ExpressionClassifier(CannedSession([]), expression_spec(labels))


def test_a_spec_without_output_is_refused() -> None:
    with pytest.raises(ModelUnavailable, match="input and output"):
        ExpressionClassifier(CannedSession([]), file_spec())


@pytest.fixture(scope="module")
def own_network(models_dir: Path) -> ExpressionClassifier:
    spec = load_manifest(models_dir / "manifest.yaml").get("expression-lite0-fer2013")
    return ExpressionClassifier(OpenVinoSession(models_dir / spec.file), spec)


@pytest.mark.models
def test_the_smiling_portrait_is_happy(own_network: ExpressionClassifier, models_dir: Path) -> None:
    picture = cv2.imread(str(models_dir / "astronaut.png"))
    assert picture is not None
    face = np.asarray(cv2.cvtColor(picture[60:180, 165:285], cv2.COLOR_BGR2RGB), np.uint8)
    (probabilities,) = own_network.classify([face])
    assert probabilities.sum() == pytest.approx(1, abs=1e-6)
    assert probabilities[EMOTIONS.index(Emotion.HAPPY)] > 0.8


def test_it_does_not_matter_which_way_a_face_looks(own_network: ExpressionClassifier) -> None:
    crop = np.random.default_rng(3).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    straight, mirrored = own_network.classify([crop, np.ascontiguousarray(crop[:, ::-1])])
    np.testing.assert_allclose(straight, mirrored, atol=1e-5)
