"""The whole run on a small archive: what is kept, what is dropped and why, and how a killed run goes on."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import cv2
import pytest

from aihub_builders import (
    LARGE_BOX,
    TEXT,
    annotation_file,
    entry,
    face,
    files_under,
    jpeg,
    nobody,
    picture_name,
    stop_after,
    two_faces,
    write_zip,
)
from face_builders import STRAIGHT
from interview_analysis.errors import Conflict, InputError, ModelUnavailable
from interview_analysis.training.aihub.config import AihubConfig
from interview_analysis.training.aihub.prepare import prepare_aihub
from interview_analysis.training.aihub.report import Report
from interview_analysis.training.aihub.shelf import held
from synthetic_face import synthetic_face

pytestmark = pytest.mark.models

CROP_SCALE = 1.1
ALONE, BOTH, SMALL = (picture_name("p1", "기쁨", number) for number in (1, 2, 3))
BROKEN, EMPTY, DISPUTED, CUT_SHORT = (picture_name("p2", "슬픔", number) for number in (1, 2, 3, 4))
PICKED = picture_name("p3", "당황")


@pytest.fixture
def bundle(models_dir: Path) -> Path:
    return models_dir / "face_landmarker.task"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two archives with names in code page 949, annotations in a third, and one that is damaged."""
    folder = tmp_path / "data" / "Training"
    (folder / "원천데이터").mkdir(parents=True)
    (folder / "라벨링데이터").mkdir()
    small = jpeg(cv2.resize(synthetic_face().draw(STRAIGHT), (96, 72), interpolation=cv2.INTER_AREA))
    happy = {ALONE: face(), BOTH: two_faces(), SMALL: small, picture_name("p1", "기쁨", 9): face()}
    sad = {BROKEN: TEXT, EMPTY: nobody(), DISPUTED: face(1), CUT_SHORT: face(2)[:-4000], PICKED: two_faces() + b"\0"}
    write_zip(folder / "원천데이터" / "EMOIMG_기쁨_TRAIN_01.zip", {f"deep/{name}": x for name, x in happy.items()}, "cp949")
    write_zip(folder / "원천데이터" / "EMOIMG_슬픔_TRAIN_01.zip", sad, "cp949")
    labels = [
        entry(DISPUTED, ["기쁨", "슬픔", "분노"]),
        entry(PICKED, ["당황", "당황", "불안"], box=LARGE_BOX),
        entry(EMPTY, ["슬픔"] * 3),
    ]
    write_zip(folder / "라벨링데이터" / "EMOIMG_TRAIN.zip", {"img_emotion.json": annotation_file(labels, "cp949")}, "cp949")
    (folder / "damaged.zip").write_bytes(b"PK\x03\x04 damaged")
    return tmp_path / "data"


def config(data: Path, out: Path, **changes: Any) -> AihubConfig:
    return AihubConfig(data, out, **({"validation_share": 0.5} | changes))


def prepare(data: Path, out: Path, bundle: Path, **changes: Any) -> Report:
    return prepare_aihub(config(data, out, **changes), bundle, CROP_SCALE, lambda share: None)


def crops_in(out: Path) -> set[str]:
    return {name for name in files_under(out) if name.endswith(".jpg")}


def many_faces(folder: Path, count: int) -> Path:
    folder.mkdir()
    pictures = {picture_name(f"q{number}", "중립", number): face(number) for number in range(count)}
    write_zip(folder / "a.zip", pictures)
    return folder


def test_what_is_kept_and_what_is_dropped_and_why(data: Path, tmp_path: Path, bundle: Path) -> None:
    report = prepare(data, tmp_path / "out", bundle)
    assert report.dropped == {
        "disagreement": 1,
        "duplicate": 1,
        "no_face": 1,
        "several_faces": 1,
        "too_small": 1,
        "unreadable": 2,
    }
    assert (report.pictures, report.kept) == (9, 2)
    assert [bad.name for bad in report.bad_sources] == ["Training/damaged.zip"]
    assert {name.split("/")[1] for name in crops_in(tmp_path / "out")} == {"happy", "embarrassed"}
    assert json.loads((tmp_path / "out" / "report.json").read_bytes())["dropped"] == report.dropped


@pytest.mark.parametrize("interrupted_after", [1, 4])
def test_a_run_that_was_stopped_goes_on_and_does_nothing_twice(tmp_path: Path, bundle: Path, interrupted_after: int) -> None:
    data, out = many_faces(tmp_path / "data", 6), tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        prepare_aihub(config(data, out), bundle, CROP_SCALE, stop_after(interrupted_after))
    assert len(crops_in(out)) == interrupted_after
    calls: list[float] = []
    resumed = prepare_aihub(config(data, out), bundle, CROP_SCALE, calls.append)
    assert len(calls) == 6 - interrupted_after
    assert calls[-1] == 1.0
    whole = prepare(data, tmp_path / "whole", bundle)
    assert resumed == whole
    assert crops_in(out) == crops_in(tmp_path / "whole")


def test_a_line_that_a_kill_left_half_written_is_done_again(tmp_path: Path, bundle: Path) -> None:
    data, out = many_faces(tmp_path / "data", 3), tmp_path / "out"
    report = prepare(data, out, bundle)
    (journal,) = (out / "journal").iterdir()
    journal.write_bytes(journal.read_bytes()[:-20])
    calls: list[float] = []
    assert prepare_aihub(config(data, out), bundle, CROP_SCALE, calls.append) == report
    assert len(calls) == 1
    assert len(journal.read_bytes().splitlines()) == 3


def test_two_processes_leave_the_same_as_one(tmp_path: Path, bundle: Path) -> None:
    data = many_faces(tmp_path / "data", 5)
    one, two = (prepare(data, tmp_path / str(jobs), bundle, jobs=jobs) for jobs in (1, 2))
    assert one == two
    for name in crops_in(tmp_path / "1"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def test_no_name_in_an_archive_leads_out_of_the_folder(tmp_path: Path, bundle: Path) -> None:
    (tmp_path / "data").mkdir()
    names = ("../../기쁨_evil.jpg", "/기쁨_absolute.jpg", "..\\기쁨_windows.jpg")
    write_zip(tmp_path / "data" / "a.zip", {name: face(number) for number, name in enumerate(names)})
    before = files_under(tmp_path)
    assert prepare(tmp_path / "data", tmp_path / "out", bundle).kept == 3
    assert all(name.startswith("out/") for name in files_under(tmp_path) - before)
    assert all(
        re.fullmatch(r"(train|validation)/happy/[0-9a-f]{12}_[0-9a-f]{16}\.jpg", name) for name in crops_in(tmp_path / "out")
    )


def test_annotations_that_come_later_move_the_crop(tmp_path: Path, bundle: Path) -> None:
    data, out = many_faces(tmp_path / "data", 2), tmp_path / "out"
    prepare(data, out, bundle)
    (data / "labels.json").write_bytes(annotation_file([entry(picture_name("q1", "중립", 1), ["슬픔"] * 3)]))
    report = prepare(data, out, bundle)
    assert sorted(name.split("/")[1] for name in crops_in(out)) == ["neutral", "sad"]
    assert sum(counts["sad"] for counts in report.classes.values()) == 1
    assert sum(sum(counts.values()) for counts in report.classes.values()) == 2


def test_crops_of_an_archive_that_is_gone_stay_and_count(tmp_path: Path, bundle: Path) -> None:
    data, out = many_faces(tmp_path / "data", 2), tmp_path / "out"
    prepare(data, out, bundle)
    (data / "a.zip").unlink()
    write_zip(data / "b.zip", {picture_name("r", "기쁨"): face(9), picture_name("r", "기쁨", 2): face(0)})
    report = prepare(data, out, bundle)
    assert report.dropped == {"duplicate": 1}
    assert sum(sum(counts.values()) for counts in report.classes.values()) == 3


def test_other_options_on_a_begun_folder_are_refused(tmp_path: Path, bundle: Path) -> None:
    data, out = many_faces(tmp_path / "data", 1), tmp_path / "out"
    prepare(data, out, bundle)
    with pytest.raises(InputError, match="per_zip, seed"):
        prepare(data, out, bundle, seed=1, per_zip=3)


def test_one_run_at_a_time(tmp_path: Path, bundle: Path) -> None:
    data, out = many_faces(tmp_path / "data", 1), tmp_path / "out"
    with held(out), pytest.raises(Conflict, match="out"):
        prepare(data, out, bundle)


def test_nothing_found_is_an_error_that_names_the_place(tmp_path: Path, bundle: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "damaged.zip").write_bytes(b"?")
    with pytest.raises(InputError, match=r"no pictures in .*data.*damaged\.zip"):
        prepare(tmp_path / "data", tmp_path / "out", bundle)


def test_a_landmarker_that_cannot_be_loaded_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.task").write_bytes(b"no bundle")
    with pytest.raises(ModelUnavailable, match=r"x\.task"):
        prepare(many_faces(tmp_path / "data", 1), tmp_path / "out", tmp_path / "x.task")
