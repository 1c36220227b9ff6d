"""Labelled meshes from CSV files, good and bad."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from interview_analysis.errors import InputError
from interview_analysis.training.landmarks_data import load_meshes
from mesh_builders import HEADING, labelled, mesh, write_meshes

ROWS = labelled(4)
X12 = 1 + HEADING.index("x12")


def test_rows_come_as_written(tmp_path: Path) -> None:
    more: dict[str, list[object]] = {
        "person": ["a", "a", "b", ""],
        "split": ["train", "train", "val", "val"],
        "width": [16] * 4,
        "height": [9] * 4,
    }
    data = load_meshes(write_meshes(tmp_path / "meshes.csv", ROWS, more))
    np.testing.assert_allclose(data.meshes, [points for _, points in ROWS], atol=1e-5)
    assert data.labels.tolist() == [0, 1, 0, 1]
    assert (data.persons.tolist(), data.splits.tolist()) == (more["person"], more["split"])
    assert data.sizes.tolist() == [[16, 9]] * 4
    assert data.take(np.array([2])).persons.tolist() == ["b"]


def test_without_a_size_the_picture_is_square(tmp_path: Path) -> None:
    data = load_meshes(write_meshes(tmp_path / "meshes.csv", ROWS))
    assert data.sizes.tolist() == [[1, 1]] * 4
    assert data.persons.tolist() == [""] * 4


def test_gzip_and_the_words_of_other_data_sets(tmp_path: Path) -> None:
    words = [("중립", mesh(0)), ("불안", mesh(1)), ("Neutral", mesh(2)), ("anxious_proxy_fear", mesh(3)), ("anxiety", mesh(4))]
    plain = write_meshes(tmp_path / "meshes.csv", words)
    packed = tmp_path / "meshes.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert load_meshes(packed).labels.tolist() == [0, 1, 0, 1, 1]


def cell(line: int, column: int, value: str) -> Callable[[list[list[str]]], None]:
    def change(lines: list[list[str]]) -> None:
        lines[line - 1][column] = value

    return change


def flat(lines: list[list[str]]) -> None:
    lines[2][1:] = ["0.5"] * len(HEADING)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (cell(3, X12, "nan"), "line 3: x12 is nan"),
        (cell(4, X12, "1e7"), r"line 4: x12 is 1e\+07"),
        (cell(2, X12, "-inf"), "line 2: x12 is -inf"),
        (cell(5, X12, ""), "line 5: a coordinate is no number"),
        (cell(3, 0, "happy"), "line 3: label 'happy'"),
        (cell(1, X12, "y0"), "line 1: there is no column x12"),
        (cell(1, 0, "class"), "line 1: there is no column label"),
        (lambda lines: lines[3].pop(), "line 4: 1434 columns, the heading has 1435"),
        (lambda lines: lines[3].append("7"), "line 4: 1436 columns, the heading has 1435"),
        (flat, "line 3: all points are equal"),
        (lambda lines: lines.__delitem__(slice(1, None)), "has no rows"),
        (lambda lines: [lines.pop(4), lines.pop(2)], "every row is neutral"),
        (lambda lines: lines.clear(), "line 1: there is no column label"),
    ],
)
def test_a_fault_is_told_with_file_and_line(tmp_path: Path, change: Callable[[list[list[str]]], None], message: str) -> None:
    path = write_meshes(tmp_path / "meshes.csv", ROWS)
    lines = [line.split(",") for line in path.read_text().splitlines()]
    change(lines)
    path.write_text("\n".join(",".join(line) for line in lines))
    with pytest.raises(InputError, match=rf"meshes\.csv.*{message}"):
        load_meshes(path)


def test_a_size_that_cannot_be(tmp_path: Path) -> None:
    path = write_meshes(tmp_path / "meshes.csv", ROWS, {"width": [640, 0, 640, 640], "height": [480] * 4})
    with pytest.raises(InputError, match="line 3: width and height"):
        load_meshes(path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cut.csv.gz", gzip.compress(b"label,x0" * 99, mtime=0)[:-20]),
        ("text.csv.gz", b"label"),
        ("absent.csv", None),
        ("bytes.csv", b"\xff\xfe\x00label"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=name):
        load_meshes(tmp_path / name)
