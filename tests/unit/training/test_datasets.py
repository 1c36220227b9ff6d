"""Labelled faces from files, and what a training run asks of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from interview_analysis.domain.emotion import EMOTIONS
from interview_analysis.errors import InputError
from interview_analysis.training.config import FER_CLASSES
from interview_analysis.training.datasets import load_faces, open_faces, open_for_training
from interview_analysis.training.faces import Faces, LabelledFaces
from training_builders import SIDE, striped_faces, write_folders, write_npz


def pictures(faces: Faces) -> np.ndarray:
    return np.concatenate([batch.images for batch in faces.batches(8)])


def test_an_npz_file_and_its_folder_give_the_same(tmp_path: Path) -> None:
    faces = striped_faces(20)
    path = write_npz(tmp_path / "publictest.npz", faces)
    for place in (path, tmp_path):
        assert np.array_equal(pictures(load_faces(place)), faces.images)
        assert np.array_equal(load_faces(place).labels, faces.labels)


def test_labels_are_told_in_the_order_of_the_domain() -> None:
    faces = LabelledFaces(np.zeros((7, 4, 4), np.uint8), np.arange(7))
    assert [EMOTIONS[index].value for index in faces.emotions] == list(FER_CLASSES)


def test_labels_follow_the_order_of_the_wanted_classes(tmp_path: Path) -> None:
    path = write_npz(tmp_path / "faces.npz", LabelledFaces(np.zeros((2, 4, 4), np.uint8), np.array([3, 4])))
    assert open_faces(path, ("sad", "happy"), "grey", 4).labels.tolist() == [1, 0]
    with pytest.raises(InputError, match="label sad is none of the classes happy, neutral"):
        open_faces(path, ("happy", "neutral"), "grey", 4)


def test_a_file_may_name_its_own_classes(tmp_path: Path) -> None:
    names = np.array(["calm", "anxiety"])
    np.savez(tmp_path / "own.npz", image=np.zeros((3, 4, 4), np.uint8), label=np.array([0, 1, 1]), label_name=names)
    assert open_faces(tmp_path / "own.npz", ("anxiety", "calm"), "grey", 4).labels.tolist() == [1, 0, 0]


@pytest.mark.parametrize(
    "arrays",
    [
        {"image": np.zeros((2, 4, 4), np.uint8)},
        {"image": np.zeros((2, 4, 4), np.float32), "label": np.zeros(2, np.int64)},
        {"image": np.zeros((2, 4, 4, 3), np.uint8), "label": np.zeros(2, np.int64)},
        {"image": np.zeros((2, 4, 4), np.uint8), "label": np.zeros(3, np.int64)},
        {"image": np.zeros((2, 4, 4), np.uint8), "label": np.array([0, 7])},
        {"image": np.zeros((2, 4, 4), np.uint8), "label": np.array(["happy", "sad"])},
        {"image": np.zeros((0, 4, 4), np.uint8), "label": np.zeros(0, np.int64)},
        {"image": np.array([{}], object), "label": np.zeros(1, np.int64)},
    ],
    ids=["no labels", "floats", "colour", "lengths", "label 7", "names", "empty", "pickle"],
)
def test_arrays_that_are_no_faces_are_refused(tmp_path: Path, arrays: dict[str, np.ndarray]) -> None:
    np.savez(tmp_path / "faces.npz", **arrays)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"faces\.npz"):
        load_faces(tmp_path / "faces.npz")


@pytest.mark.parametrize("name", ["absent.npz", "text.npz", "cut.npz", "empty"])
def test_what_cannot_be_read_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "text.npz").write_text("no archive")
    (tmp_path / "cut.npz").write_bytes(write_npz(tmp_path / "whole.npz", striped_faces(9)).read_bytes()[:500])
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=name):
        load_faces(tmp_path / name)


def test_a_class_without_pictures_cannot_be_trained(tmp_path: Path) -> None:
    faces = striped_faces(20)
    only = faces.subset(np.flatnonzero(faces.labels == FER_CLASSES.index("happy")))
    for place in (write_npz(tmp_path / "one.npz", only), write_folders(tmp_path / "one", only)):
        with pytest.raises(InputError, match=r"one.*: no pictures of angry, disgust, fear, sad"):
            open_for_training(place, FER_CLASSES, "grey", SIDE)


def test_grey_pictures_are_not_taken_for_colour(tmp_path: Path) -> None:
    path = write_npz(tmp_path / "faces.npz", striped_faces(20))
    assert len(open_for_training(path, FER_CLASSES, "grey", SIDE)) == 20
    with pytest.raises(InputError, match="--colour grey"):
        open_for_training(path, FER_CLASSES, "rgb", SIDE)


def test_batches_hold_every_picture_once_and_shuffled_ones_are_full() -> None:
    faces = striped_faces(10)
    assert [len(batch) for batch in faces.batches(4)] == [4, 4, 2]
    shuffled = list(faces.batches(4, np.random.default_rng(0)))
    assert [len(batch) for batch in shuffled] == [4, 4]
    assert not np.array_equal(shuffled[0].images, faces.images[:4])
