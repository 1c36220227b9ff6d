"""Pictures in class folders become the table that ``train landmarks`` reads, and what gives no mesh is counted."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest

from aihub_builders import face
from interview_analysis.errors import InputError
from interview_analysis.training.aihub.faces import read_picture
from interview_analysis.training.landmarks_data import load_meshes
from interview_analysis.training.mesh_table import write_mesh_table

pytestmark = pytest.mark.models

NOBODY = cv2.imencode(".png", np.full((80, 80, 3), 90, np.uint8))[1].tobytes()


def fill(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def bundle(models: Path) -> Path:
    return models / "face_landmarker.task"


@pytest.mark.parametrize("name", ["meshes.csv", "sub/meshes.csv.gz"])
def test_what_aihub_leaves_becomes_rows_with_person_and_split(models_dir: Path, tmp_path: Path, name: str) -> None:
    data = fill(
        tmp_path / "faces",
        {
            "train/neutral/kim_1.jpg": face(),
            "train/anxiety/lee_1.jpg": face(1),
            "validation/neutral/park_1.jpg": face(2),
            "validation/불안/nameless.jpg": face(3),
            "train/happy/kim_2.jpg": face(),
        },
    )
    report = write_mesh_table(data, tmp_path / name, bundle(models_dir))
    assert (report.kept, report.dropped, report.other_folders) == (Counter(neutral=2, anxious=2), Counter(), ("happy",))
    table = load_meshes(tmp_path / name)
    assert table.persons.tolist() == ["lee", "kim", "park", ""]
    assert table.splits.tolist() == ["train", "train", "validation", "validation"]
    assert table.labels.tolist() == [1, 0, 0, 1]
    picture = read_picture(face())
    assert picture is not None
    assert table.sizes[0].tolist() == [picture.shape[1], picture.shape[0]]
    assert 0.2 < table.meshes[:, 1, :2].min() < table.meshes[:, 1, :2].max() < 0.8


def test_what_gives_no_mesh_is_counted_and_left_out(models_dir: Path, tmp_path: Path) -> None:
    files = {"neutral/a_1.jpg": face(), "anxious/b_1.jpg": face(), "anxious/c_1.png": NOBODY, "neutral/d_1.jpg": b"no picture"}
    report = write_mesh_table(fill(tmp_path / "faces", files), tmp_path / "meshes.csv", bundle(models_dir))
    assert report.dropped == Counter(no_face=1, unreadable=1)
    assert len(load_meshes(tmp_path / "meshes.csv")) == 2


@pytest.mark.parametrize(
    ("files", "pattern", "named"),
    [
        ({"neutral/a_1.jpg": NOBODY}, "^x", "anxious or anxiety or 불안"),
        ({"neutral/a_1.jpg": NOBODY, "anxious/b.jpg": NOBODY}, "^x", "no face was found"),
        ({"neutral/a_1.jpg": NOBODY, "anxious/b.jpg": NOBODY}, "(", "person_pattern"),
    ],
)
def test_without_faces_of_both_labels_nothing_is_written(
    models_dir: Path, tmp_path: Path, files: dict[str, bytes], pattern: str, named: str
) -> None:
    data = fill(tmp_path / "faces", files)
    with pytest.raises(InputError, match=named):
        write_mesh_table(data, tmp_path / "meshes.csv", bundle(models_dir), person_pattern=pattern)
    assert [path.name for path in tmp_path.iterdir()] == ["faces"]


def test_a_folder_that_is_not_there_is_named(models_dir: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere"):
        write_mesh_table(tmp_path / "nowhere", tmp_path / "meshes.csv", bundle(models_dir))
