"""Pictures in class folders: colour and size are kept, broken files left out and named."""

from __future__ import annotations

import logging
from pathlib import Path

import cv2
import numpy as np
import pytest

from interview_analysis.errors import InputError
from interview_analysis.training.config import FER_CLASSES
from interview_analysis.training.datasets import load_faces
from interview_analysis.training.folders import FolderFaces, open_folders
from training_builders import SIDE, striped_faces, write_folders

CLASSES = ("calm", "anxiety")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Red calm and blue anxious faces of 40 pixels."""
    for name, bgr in (("calm", (0, 0, 250)), ("anxiety", (250, 0, 0))):
        (tmp_path / name).mkdir()
        for index, suffix in enumerate((".jpg", ".PNG", ".webp")):
            cv2.imwrite(str(tmp_path / name / f"{index}{suffix}"), np.full((40, 40, 3), bgr, np.uint8))
    (tmp_path / "calm" / "notes.txt").write_text("no picture")
    (tmp_path / ".cache").mkdir()
    return tmp_path


def test_colour_and_size_are_kept(folder: Path) -> None:
    (batch,) = open_folders(folder, CLASSES, "rgb", 32).batches(10)
    assert batch.images.shape == (6, 32, 32, 3)
    assert batch.labels.tolist() == [1, 1, 1, 0, 0, 0]
    assert [int(picture.mean(axis=(0, 1)).argmax()) for picture in batch.rgb()] == [2, 2, 2, 0, 0, 0]


def test_grey_is_read_where_it_is_wanted(folder: Path) -> None:
    (batch,) = open_folders(folder, CLASSES, "grey", 32).batches(10)
    assert batch.images.shape == (6, 32, 32)
    assert batch.rgb()[0].shape == (32, 32, 3)


def test_batches_are_those_of_pictures_in_memory(tmp_path: Path) -> None:
    faces = striped_faces(30)
    order = np.argsort([f"{FER_CLASSES[label]}/{index:04}" for index, label in enumerate(faces.labels)])
    read = open_folders(write_folders(tmp_path, faces), FER_CLASSES, "grey", SIDE)
    expected = faces.subset(order).batches(4, np.random.default_rng(3))
    for ours, theirs in zip(read.batches(4, np.random.default_rng(3)), expected, strict=True):
        assert np.array_equal(ours.images, theirs.images)
        assert np.array_equal(ours.labels, theirs.labels)


def break_file(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:30])


def test_a_broken_picture_is_left_out_named_once_and_counted(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    break_file(folder / "calm" / "0.jpg")
    (folder / "calm" / "empty.png").touch()
    faces = open_folders(folder, CLASSES, "rgb", 32)
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            assert sum(len(batch) for batch in faces.batches(2)) == 5
    assert sorted(file.name for file in faces.dropped) == ["0.jpg", "empty.png"]
    assert len(caplog.records) == 2
    assert "0.jpg cannot be read" in caplog.text


def test_a_picture_that_vanishes_later_ends_nothing(folder: Path) -> None:
    faces = open_folders(folder, CLASSES, "rgb", 32)
    (folder / "calm" / "0.jpg").unlink()
    assert sum(len(batch) for batch in faces.batches(4)) == 5


def test_for_measuring_only_readable_pictures_are_counted(tmp_path: Path) -> None:
    write_folders(tmp_path, striped_faces(12))
    break_file(next((tmp_path / "happy").iterdir()))
    faces = load_faces(tmp_path)
    assert len(faces) == len(faces.emotions) == 11


def test_nothing_readable_is_refused(folder: Path) -> None:
    for file in folder.glob("*/*.*"):
        break_file(file)
    with pytest.raises(InputError, match="not one picture"):
        open_folders(folder, CLASSES, "rgb", 32).readable()


@pytest.mark.parametrize(
    ("made", "classes", "message"),
    [
        ("angst", CLASSES, "folder angst is none of the classes calm, anxiety"),
        ("happy", (*CLASSES, "happy"), r"happy: no pictures \(\.bmp"),
    ],
)
def test_a_folder_that_is_no_class_or_empty_is_named(folder: Path, made: str, classes: tuple[str, ...], message: str) -> None:
    (folder / made).mkdir()
    with pytest.raises(InputError, match=message):
        open_folders(folder, classes, "rgb", 32)


def test_reading_stops_with_its_reader(folder: Path) -> None:
    batches = open_folders(folder, CLASSES, "rgb", 32).batches(1)
    assert len(next(batches)) == 1
    batches.close()  # type: ignore[attr-defined]
    assert list(batches) == []


def test_a_subset_keeps_files_and_labels_together(folder: Path) -> None:
    faces = open_folders(folder, CLASSES, "rgb", 32).subset(np.array([5, 0]))
    assert isinstance(faces, FolderFaces)
    assert [(file.parent.name, label) for file, label in zip(faces.files, faces.labels, strict=True)] == [
        ("calm", 0),
        ("anxiety", 1),
    ]
