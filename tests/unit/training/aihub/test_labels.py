"""Which class a picture belongs to."""

from __future__ import annotations

import json
import unicodedata

import pytest

from aihub_builders import FACE_BOX, annotation_file, entry
from interview_analysis.training.aihub.labels import (
    Annotation,
    PixelBox,
    annotation_key,
    class_of_name,
    read_annotations,
)

BOX = PixelBox(230, 110, 410, 370)


def annotation(*words: str | None, uploader: str | None = None) -> Annotation:
    (found,) = read_annotations(annotation_file([entry("a.jpg", words, uploader)])).values()
    return found


@pytest.mark.parametrize(
    ("words", "uploader", "label", "disputed"),
    [
        (("기쁨", "기쁨", "기쁨"), "기쁨", "happy", False),
        (("기쁨", "당황", "기쁨"), "당황", "happy", False),
        (("불안", "당황", "기쁨"), "불안", "anxiety", False),
        (("불안", "당황"), "분노", "angry", False),
        (("불안", "당황", "기쁨"), None, None, True),
        (("상처", None, None), "기쁨", "hurt", False),
        ((None, None, None), "슬픔", "sad", False),
        ((None, None, None), None, None, False),
        (("졸림", "졸림", "기쁨"), "기쁨", None, False),
        ((" 중립 ", "neutral", "Neutral"), None, "neutral", False),
    ],
)
def test_the_majority_goes_before_the_uploader(
    words: tuple[str | None, ...], uploader: str | None, label: str | None, disputed: bool
) -> None:
    found = annotation(*words, uploader=uploader)
    assert (found.label, found.disputed) == (label, disputed)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_annotation_files_are_read_in_korean_encodings(encoding: str) -> None:
    data = annotation_file([entry("사진.jpg", ["기쁨"])], encoding)
    assert read_annotations(data) == {"사진": Annotation("happy", BOX)}


def test_one_entry_or_a_list_within_an_object_will_do() -> None:
    one = entry("a.jpg", ["슬픔"])
    for document in (one, {"version": 1, "data": [one]}):
        assert read_annotations(json.dumps(document).encode())["a"].label == "sad"


@pytest.mark.parametrize("data", [b"", b"{", b"17", b"\xff\xff\xff"])
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"document|decode|entry|unexpected"):
        read_annotations(data)


def test_entries_without_a_file_name_are_passed_over() -> None:
    assert read_annotations(b'[{"faceExp_uploader": "x"}, 3, {"filename": 4}]') == {}


def test_two_annotations_of_one_picture_that_differ_leave_it_disputed() -> None:
    twice = annotation_file([entry("a.jpg", ["슬픔"]), entry("A.JPG", ["기쁨"])])
    assert read_annotations(twice)["a"].disputed


def test_the_box_is_the_median_of_the_sound_ones() -> None:
    sound = entry("a.jpg", ["기쁨"] * 3)
    sound["annot_B"] = {"faceExp": "기쁨", "boxes": FACE_BOX | {"minX": 0.0}}
    sound["annot_C"] = {"faceExp": "기쁨", "boxes": {"minX": "?"}}
    assert read_annotations(annotation_file([sound]))["a"].box == BOX._replace(left=115)


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("abc_여_30_기쁨_상업시설_2020.jpg", "happy"),
        (unicodedata.normalize("NFD", "abc_당황_1.jpg"), "embarrassed"),
        ("EMOIMG_불안_TRAIN_01.zip/abc.jpg", "anxiety"),
        ("슬픔/deeper/abc.jpg", "sad"),
        ("기쁨/abc_슬픔.jpg", "sad"),
        ("x/Happiness-01/abc.jpg", "happy"),
        ("x/ANGRY_person.jpg", "angry"),
        ("unhappy/saddle.jpg", None),
        ("기쁨_슬픔/abc.jpg", None),
        ("abc.jpg", None),
    ],
)
def test_words_in_names(path: str, label: str | None) -> None:
    assert class_of_name(path) == label


def test_a_picture_and_its_annotation_meet_whatever_wrote_their_names() -> None:
    keys = {annotation_key(name) for name in ("가나.jpg", unicodedata.normalize("NFD", "x/가나.JPG"), "y\\가나.jpeg")}
    assert keys == {"가나"}
