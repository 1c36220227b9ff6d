"""No person and no picture stands in two parts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from interview_analysis.errors import InputError
from interview_analysis.training.landmarks_config import LandmarksConfig
from interview_analysis.training.landmarks_data import LabelledMeshes
from interview_analysis.training.landmarks_split import group, split
from mesh_builders import labelled

CONFIG = LandmarksConfig(Path("meshes.csv"), Path("out"))


def meshes(count: int, persons: list[str] | None = None, splits: list[str] | None = None) -> LabelledMeshes:
    rows = labelled(count)
    return LabelledMeshes(
        np.stack([points for _, points in rows]),
        np.ones((count, 2), np.float32),
        np.array([label == "anxious" for label, _ in rows], np.int64),
        np.array(persons or [""] * count, np.str_),
        np.array(splits or [""] * count, np.str_),
    )


def names(data: LabelledMeshes, rows: NDArray[np.intp]) -> set[str]:
    return set(data.persons[rows].tolist())


def test_the_parts_share_no_person_and_hold_every_row() -> None:
    data = meshes(120, persons=[f"person {index // 6}" for index in range(120)])
    parts = split(data, CONFIG)
    assert sorted(np.concatenate(parts).tolist()) == list(range(120))
    assert not names(data, parts.train) & names(data, parts.validation)
    assert not names(data, parts.test) & (names(data, parts.train) | names(data, parts.validation))
    assert len(parts.test) == 24
    assert len(parts.dropped) == 0


def test_the_seed_decides() -> None:
    data = meshes(40)
    assert [part.tolist() for part in split(data, CONFIG)] == [part.tolist() for part in split(data, CONFIG)]
    other = LandmarksConfig(CONFIG.data, CONFIG.out, seed=1)
    assert split(data, other).test.tolist() != split(data, CONFIG).test.tolist()


def test_rows_of_a_person_who_is_tested_on_are_left_out() -> None:
    persons = [f"person {index // 2}" for index in range(40)]
    splits = ["train"] * 29 + ["val"] * 11
    parts = split(meshes(40, persons, splits), CONFIG)
    assert parts.test.tolist() == list(range(29, 40))
    assert parts.dropped.tolist() == [28]


def test_pictures_that_are_nearly_the_same_stay_together() -> None:
    data = meshes(40)
    data.meshes[20] = data.meshes[30] * 0.8 + 0.05 + np.random.default_rng(0).normal(0, 1e-4, (478, 3))
    groups = group(data, CONFIG.duplicate)
    assert groups[20] == groups[30]
    assert len(set(groups.tolist())) == 39


def test_a_part_without_one_of_the_labels_is_refused() -> None:
    with pytest.raises(InputError, match="the test part"):
        split(meshes(40, splits=["val" if index in (0, 2) else "train" for index in range(40)]), CONFIG)
