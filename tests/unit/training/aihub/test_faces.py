"""One picture → the crop that serving would cut."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from aihub_builders import LARGE_BOX, TEXT, face, jpeg, nobody, two_faces
from face_builders import STRAIGHT
from interview_analysis.training.aihub.config import DropReason
from interview_analysis.training.aihub.faces import CropRules, FaceCutter, Outcome, read_picture
from interview_analysis.training.aihub.labels import PixelBox
from interview_analysis.vision.crops import cut_face
from interview_analysis.vision.face_count import FaceFinder
from interview_analysis.vision.face_landmarks import FaceTracker
from interview_analysis.vision.face_mesh import shrink
from synthetic_face import synthetic_face

CROP_SCALE = 1.1
LARGE_FACE = PixelBox(LARGE_BOX["minX"], LARGE_BOX["minY"], LARGE_BOX["maxX"], LARGE_BOX["maxY"])
SMALL_FACE = PixelBox(710, 70, 830, 220)
WHOLE, NOWHERE = PixelBox(0, 0, 960, 480), PixelBox(0, 0, 50, 50)


@pytest.fixture
def cutter(models_dir: Path) -> Iterator[FaceCutter]:
    with closing(FaceCutter(CropRules(models_dir / "face_landmarker.task", CROP_SCALE, 48, 300))) as cutter:
        yield cutter


def decoded(outcome: Outcome) -> NDArray[np.uint8]:
    """RGB."""
    crop = read_picture(outcome.jpeg)
    assert crop is not None
    return crop


def served_crop(models: Path) -> NDArray[np.uint8]:
    """Of the synthetic face, by the tracker of serving."""
    bundle, picture = models / "face_landmarker.task", synthetic_face().draw(STRAIGHT)
    with closing(FaceFinder(bundle)) as finder, closing(FaceTracker(bundle, finder)) as tracker:
        mesh = tracker.track(0.0, shrink(picture))
    assert mesh is not None
    return cut_face(picture, mesh.box, CROP_SCALE)


@pytest.mark.models
def test_the_crop_is_the_one_of_serving(cutter: FaceCutter, models_dir: Path) -> None:
    crop, served = decoded(cutter.cut(face(), None)), served_crop(models_dir)
    assert abs(len(crop) - len(served)) <= 2
    small, same = (cv2.resize(picture, (64, 64), interpolation=cv2.INTER_AREA) for picture in (crop, served))
    assert cv2.absdiff(small, same).mean() < 4


@pytest.mark.models
@pytest.mark.parametrize(
    ("hint", "dropped"),
    [(None, DropReason.SEVERAL_FACES), (WHOLE, DropReason.SEVERAL_FACES), (NOWHERE, DropReason.SEVERAL_FACES)],
)
def test_of_two_faces_none_is_guessed(cutter: FaceCutter, hint: PixelBox | None, dropped: DropReason) -> None:
    assert cutter.cut(two_faces(), hint).dropped is dropped


@pytest.mark.models
def test_of_two_faces_the_annotated_one_is_cut(cutter: FaceCutter) -> None:
    large, small = (len(decoded(cutter.cut(two_faces(), hint))) for hint in (LARGE_FACE, SMALL_FACE))
    assert small / large == pytest.approx(2 / 3, abs=0.05)


@pytest.mark.models
def test_one_face_needs_no_hint_and_a_wrong_one_does_no_harm(cutter: FaceCutter) -> None:
    assert cutter.cut(face(), NOWHERE) == cutter.cut(face(), None)


@pytest.mark.models
@pytest.mark.parametrize(("picture", "dropped"), [(nobody, DropReason.NO_FACE), (lambda: TEXT, DropReason.UNREADABLE)])
def test_no_face_and_no_picture(cutter: FaceCutter, picture: object, dropped: DropReason) -> None:
    assert callable(picture)
    assert cutter.cut(picture(), None).dropped is dropped


@pytest.mark.models
@pytest.mark.parametrize(("factor", "side"), [(0.2, None), (3.0, 300)])
def test_small_crops_are_dropped_and_large_ones_scaled_down(cutter: FaceCutter, factor: float, side: int | None) -> None:
    picture = cv2.resize(synthetic_face().draw(STRAIGHT), None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    outcome = cutter.cut(jpeg(np.asarray(picture, np.uint8)), None)
    if side is None:
        assert outcome.dropped is DropReason.TOO_SMALL
    else:
        assert decoded(outcome).shape == (side, side, 3)


def test_pictures_are_turned_upright() -> None:
    wide = Image.new("RGB", (40, 20))
    exif = Image.Exif()
    exif[0x0112] = 6
    data = io.BytesIO()
    wide.save(data, "JPEG", exif=exif)
    picture = read_picture(data.getvalue())
    assert picture is not None
    assert picture.shape == (40, 20, 3)


@pytest.mark.parametrize(("mode", "suffix"), [("L", "PNG"), ("RGBA", "PNG"), ("P", "BMP"), ("RGB", "WEBP"), ("CMYK", "JPEG")])
def test_whatever_the_mode_the_picture_is_rgb(mode: str, suffix: str) -> None:
    data = io.BytesIO()
    Image.new(mode, (8, 6)).save(data, suffix)
    picture = read_picture(data.getvalue())
    assert picture is not None
    assert picture.shape == (6, 8, 3)
    assert picture.dtype == np.uint8


def huge_png() -> bytes:
    """A few bytes that claim 60,000 × 60,000 pixels."""
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(bytes(1000))),
        (b"IEND", b""),
    )
    body = (struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


def damaged(picture: bytes) -> list[bytes]:
    return [b"", TEXT, picture[: len(picture) // 2], picture[:30], huge_png(), b"GIF89a" + bytes(50)]


@pytest.mark.parametrize("index", range(6))
def test_what_is_no_whole_picture_is_refused(index: int) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (64, 64, 3), np.uint8)
    assert read_picture(damaged(jpeg(noise))[index]) is None
