"""Labelled face pictures from NPZ files and folders."""

from __future__ import annotations

from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from interview_analysis.errors import InputError
from interview_analysis.training.config import FER_CLASSES, Colour
from interview_analysis.training.faces import Faces, LabelledFaces
from interview_analysis.training.folders import FolderFaces, open_folders

_EVALUATION_FILE = "publictest.npz"
_EVALUATION_SIDE = 224


def open_faces(path: Path, class_names: tuple[str, ...], colour: Colour, side: int) -> Faces:
    """An NPZ file, a folder that holds ``publictest.npz``, or a folder with one sub-folder of pictures a class.

    NPZ: arrays ``image`` uint8 (N, H, W), ``label``, and where its classes are not FER's ``label_name`` (K,). Pictures of
    folders are read when their batch comes, as squares of ``side`` pixels; one that cannot be read is left out with a warning.
    Raises ``InputError``.
    """
    if path.is_dir() and not (path / _EVALUATION_FILE).is_file():
        return open_folders(path, class_names, colour, side)
    try:
        return _load_npz(path / _EVALUATION_FILE if path.is_dir() else path, class_names)
    except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
        raise InputError(f"{path}: {error}") from error


def load_faces(path: Path, class_names: tuple[str, ...] = FER_CLASSES) -> Faces:
    """``open_faces`` for measuring: every picture has been tried once, and what is left can be read. Raises ``InputError``."""
    faces = open_faces(path, class_names, "rgb", _EVALUATION_SIDE)
    return faces.readable() if isinstance(faces, FolderFaces) else faces


def open_for_training(path: Path, class_names: tuple[str, ...], colour: Colour, side: int) -> Faces:
    """``open_faces`` where every class must have pictures, and the pictures the wanted colour. Raises ``InputError``."""
    faces = open_faces(path, class_names, colour, side)
    counts = np.bincount(faces.labels, minlength=len(class_names))
    if missing := [name for name, count in zip(class_names, counts, strict=True) if count == 0]:
        raise InputError(f"{path}: no pictures of {', '.join(missing)}; add some, or leave the class out of --class-names")
    if isinstance(faces, LabelledFaces) and colour == "rgb":
        raise InputError(f"{path} holds grey pictures: train with --colour grey")
    return faces


def _load_npz(path: Path, class_names: tuple[str, ...]) -> LabelledFaces:
    with path.open("rb") as file, np.load(file, allow_pickle=False) as data:
        images, labels = data["image"], data["label"].astype(np.int64)
        names = tuple(map(str, data["label_name"])) if "label_name" in data else FER_CLASSES
    if images.ndim != 3:
        raise ValueError(f"image must be uint8 (N, H, W), got {images.dtype} {images.shape}")
    faces = LabelledFaces(images, labels, names)
    if names == class_names:
        return faces
    if unknown := sorted({names[label] for label in np.unique(labels)} - set(class_names)):
        raise ValueError(f"label {', '.join(unknown)} is none of the classes {', '.join(class_names)}")
    columns = np.array([class_names.index(name) if name in class_names else -1 for name in names])
    return LabelledFaces(images, columns[labels], class_names)
