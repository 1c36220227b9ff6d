"""Labelled faces from files and folders."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from interview_analysis.domain.emotion import EMOTIONS
from interview_analysis.errors import InputError
from interview_analysis.training.config import FER_CLASSES
from interview_analysis.training.datasets import LabelledFaces, load_faces
from training_builders import striped_faces


def write(path: Path, faces: LabelledFaces) -> Path:
    np.savez(path, image=faces.images, label=faces.labels)
    return path


def test_an_npz_file_and_its_folder_give_the_same(tmp_path: Path) -> None:
    faces = striped_faces(20)
    path = write(tmp_path / "publictest.npz", faces)
    for place in (path, tmp_path):
        assert np.array_equal(load_faces(place).images, faces.images)
        assert np.array_equal(load_faces(place).labels, faces.labels)


def test_a_folder_of_classes_is_read_with_its_labels(tmp_path: Path) -> None:
    for name, level in (("happy", 250), ("fear", 5)):
        (tmp_path / name).mkdir()
        cv2.imwrite(str(tmp_path / name / "face.png"), np.full((30, 30, 3), level, np.uint8))
    faces = load_faces(tmp_path)
    read = {FER_CLASSES[label]: round(float(image.mean())) for image, label in zip(faces.images, faces.labels, strict=True)}
    assert read == {"happy": 250, "fear": 5}


def test_labels_are_told_in_the_order_of_the_domain() -> None:
    faces = LabelledFaces(np.zeros((7, 4, 4), np.uint8), np.arange(7))
    assert [EMOTIONS[index].value for index in faces.emotions] == list(FER_CLASSES)


@pytest.mark.parametrize(
    "arrays",
    [
        {"image": np.zeros((2, 4, 4), np.uint8)},
        {"image": np.zeros((2, 4, 4), np.float32), "label": np.zeros(2, np.int64)},
        {"image": np.zeros((2, 4, 4), np.uint8), "label": np.zeros(3, np.int64)},
        {"image": np.zeros((2, 4, 4), np.uint8), "label": np.array([0, 7])},
        {"image": np.zeros((0, 4, 4), np.uint8), "label": np.zeros(0, np.int64)},
        {"image": np.array([{}], object), "label": np.zeros(1, np.int64)},
    ],
    ids=["no labels", "floats", "lengths", "label 7", "empty", "pickle"],
)
def test_arrays_that_are_no_faces_are_refused(tmp_path: Path, arrays: dict[str, np.ndarray]) -> None:
    np.savez(tmp_path / "faces.npz", **arrays)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"faces\.npz"):
        load_faces(tmp_path / "faces.npz")


@pytest.mark.parametrize("name", ["absent.npz", "text.npz", "empty"])
def test_what_cannot_be_read_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "text.npz").write_text("no archive")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=name):
        load_faces(tmp_path / name)


def test_batches_hold_every_picture_once_and_shuffled_ones_are_full() -> None:
    faces = striped_faces(10)
    assert [len(batch) for batch in faces.batches(4)] == [4, 4, 2]
    shuffled = list(faces.batches(4, np.random.default_rng(0)))
    assert [len(batch) for batch in shuffled] == [4, 4]
    assert not np.array_equal(shuffled[0].images, faces.images[:4])
