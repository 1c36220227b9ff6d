"""Pictures from strangers: size first, then decoding."""

from __future__ import annotations

import io
import struct
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from interview_analysis.errors import InputError
from interview_analysis.vision.pictures import decode_picture, read_picture

SIZE = (64, 48)


def encoded(form: str, size: tuple[int, int] = SIZE, mode: str = "RGB", **options: object) -> bytes:
    target = io.BytesIO()
    Image.new(mode, size, 200 if mode == "L" else (200, 100, 50)).save(target, form, **options)
    return target.getvalue()


def noisy(form: str, **options: object) -> bytes:
    """Smooth noise, of which each way to shrink colours or to keep them makes something else."""
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (12, 16, 3), np.uint8)).resize((201, 151))
    target = io.BytesIO()
    noise.convert(str(options.pop("mode", "RGB"))).save(target, form, **options)
    return target.getvalue()


def turned() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


def claims(side: int) -> bytes:
    """A JPEG that says it is huge and holds next to nothing."""
    data = bytearray(encoded("JPEG"))
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", side, side)
    return bytes(data)


@pytest.mark.parametrize("form", ["JPEG", "WEBP"])
def test_both_formats_come_out_in_rgb(form: str) -> None:
    picture = decode_picture(encoded(form), 1280)
    assert picture.shape == (48, 64, 3)
    assert np.abs(picture.reshape(-1, 3).mean(axis=0) - (200, 100, 50)).max() < 6


def test_grey_becomes_rgb_and_progressive_is_welcome() -> None:
    assert decode_picture(encoded("JPEG", mode="L"), 1280).shape == (48, 64, 3)
    assert decode_picture(encoded("JPEG", progressive=True), 1280).shape == (48, 64, 3)


@pytest.mark.parametrize(
    "options",
    [
        *({"subsampling": colours} for colours in (0, 1, 2)),
        *({"progressive": True}, {"restart_marker_rows": 1}, {"keep_rgb": True}, {"exif": turned()}),
        *({"mode": mode} for mode in ("L", "CMYK")),
    ],
    ids=["444", "422", "420", "progressive", "restarts", "rgb", "turned", "grey", "cmyk"],
)
def test_a_jpeg_has_the_bytes_that_pillow_makes_of_it(options: dict[str, object]) -> None:
    data = noisy("JPEG", **options)
    assert np.array_equal(decode_picture(data, 1280, enough=640), np.array(Image.open(io.BytesIO(data)).convert("RGB")))


def test_several_pictures_in_one_file_have_few_scans_too() -> None:
    """Pillow gives such a JPEG another name."""
    target = io.BytesIO()
    picture = Image.new("RGB", SIZE)
    picture.save(target, "MPO", save_all=True, append_images=[picture], progressive=True)
    with pytest.raises(InputError, match="scans"):
        decode_picture(target.getvalue(), 1280)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "picture_unreadable"),
        (b"no picture", "picture_unreadable"),
        (encoded("PNG"), "picture_unreadable"),
        (encoded("JPEG", (640, 480))[:900], "picture_unreadable"),
        (encoded("WEBP")[:40], "picture_unreadable"),
        (encoded("JPEG", (1281, 8)), "picture_too_large"),
        (claims(65_000), "picture_too_large"),
        (encoded("JPEG", progressive=True)[:-2] + b"\xff\xda" * 30, "picture_too_large"),
    ],
    ids=["empty", "text", "png", "cut-jpeg", "cut-webp", "too-wide", "claims-much", "scans"],
)
def test_anything_else_is_refused_at_once(data: bytes, code: str) -> None:
    began = time.perf_counter()
    with pytest.raises(InputError) as caught:
        decode_picture(data, 1280)
    assert caught.value.code == code
    assert time.perf_counter() - began < 5.0


def test_flipped_bits_are_refused_or_decoded_and_nothing_else() -> None:
    random = np.random.default_rng(1)
    for form in ("JPEG", "WEBP"):
        whole = np.frombuffer(encoded(form), np.uint8)
        for _ in range(150):
            broken = whole.copy()
            broken[random.integers(0, len(broken), 4)] ^= random.integers(1, 256, 4, np.uint8)
            try:
                assert max(decode_picture(broken.tobytes(), 1280).shape) <= 1280
            except InputError as error:
                assert error.code in ("picture_unreadable", "picture_too_large")  # noqa: PT017


def test_files_of_this_machine_may_be_png(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(encoded("PNG"))
    assert read_picture(file).shape == (48, 64, 3)
    with pytest.raises(InputError, match="No such file"):
        read_picture(tmp_path / "missing.png")
