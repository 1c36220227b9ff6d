"""Archives of saliency maps: what they hold, and what strangers may put into them."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from numpy.typing import NDArray

from interview_analysis.domain.saliency_maps import MOST_FRAMES, MapsInfo
from interview_analysis.errors import InputError
from interview_analysis.vision.saliency_archive import MapArchive
from saliency_builders import archive, blob_maps, npz, png

BLOBS = blob_maps(6)
EIGHT_BITS = np.rint(BLOBS / BLOBS.max(axis=(1, 2), keepdims=True) * 255).astype(np.uint8)
NAMES = [f"maps/frame_{number}.png" for number in range(8, 14)]


def opened(content: bytes, rate: float = 25.0) -> MapArchive:
    return MapArchive(io.BytesIO(content), rate)


def maps_of(content: bytes) -> NDArray[np.uint8]:
    return np.concatenate(list(opened(content).batches()))


def head_only(shape: str, dtype: str = "<f4") -> bytes:
    """An array that claims a shape and holds nothing."""
    head = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}}}".ljust(117) + "\n"
    return archive({"maps.npy": b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode()})


@pytest.mark.parametrize("dtype", ["uint8", "float16", "float32", "float64", ">f4", "int32"])
def test_an_array_of_any_scale_is_read(dtype: str) -> None:
    content = npz(maps=(BLOBS * 100).astype(dtype))
    assert opened(content).info == MapsInfo(25.0, 6, 36, 64)
    np.testing.assert_allclose(maps_of(content).astype(float), EIGHT_BITS, atol=3)


def test_pictures_come_in_the_order_of_their_numbers() -> None:
    members = dict(zip(NAMES, map(png, EIGHT_BITS), strict=True))
    shuffled = {name: members[name] for name in sorted(members)} | {"__MACOSX/maps/._frame_8.png": b"fork", "maps/": b""}
    assert list(shuffled) != NAMES
    np.testing.assert_array_equal(maps_of(archive(shuffled)), EIGHT_BITS)


def test_pictures_may_have_16_bits() -> None:
    deep = [png(one.astype(np.uint16) * 257) for one in EIGHT_BITS]
    np.testing.assert_array_equal(maps_of(archive(dict(zip(NAMES, deep, strict=True)))), EIGHT_BITS)


def test_a_map_that_says_nothing_stays_empty() -> None:
    assert not maps_of(npz(maps=np.zeros((2, 4, 4)))).any()


def test_long_videos_come_in_batches() -> None:
    parts = list(opened(npz(maps=np.zeros((40, 512, 512), np.uint8))).batches())
    assert max(part.nbytes for part in parts) <= 4 << 20
    assert sum(map(len, parts)) == 40


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no archive",
        archive({}),
        archive({"a.txt": b"x"}),
        archive({"a.npy": b"x"}),
        archive({"a_1.png": b"x"}),
        archive({"a.png": png(EIGHT_BITS[0])}),
        archive({"a_1.png": png(EIGHT_BITS[0]), "a_3.png": png(EIGHT_BITS[1])}),
        archive({"a/1.png": png(EIGHT_BITS[0]), "b/1.png": png(EIGHT_BITS[1])}),
        archive({"1.png": png(EIGHT_BITS[0]), "2.png": png(EIGHT_BITS[1][:9])}),
        archive({"1.png": png(EIGHT_BITS[0])[:60]}),
        npz(maps=BLOBS, more=BLOBS),
        npz(maps=BLOBS[0]),
        npz(maps=np.asfortranarray(BLOBS)),
        npz(maps=BLOBS - 1),
        npz(maps=np.where(BLOBS > 0.9, np.nan, BLOBS)),
        npz(maps=np.where(BLOBS > 0.9, np.inf, BLOBS)),
        npz(maps=BLOBS.astype(complex)),
        npz(maps=np.array([[["a"]]], dtype=object)),
        npz(maps=np.zeros((0, 4, 4))),
        head_only("(2, 4, 4)"),
        head_only("(-2, 4, 4)"),
        head_only("(2, 4, 4)", "|O"),
        head_only("open('x')"),
    ],
    ids=lambda content: f"{len(content)}-bytes",
)
def test_what_holds_no_maps_is_refused(content: bytes) -> None:
    with pytest.raises(InputError) as caught:
        maps_of(content)
    assert caught.value.code == "invalid_saliency"


@pytest.mark.parametrize(
    "content",
    [
        head_only("(1000000, 500, 500)"),
        head_only("(1, 1000000, 4)"),
        head_only("(9223372036854775807, 1, 1)"),
        head_only("(20000, 512, 512)"),
        archive({"1.png": png(np.zeros((2, 20000), np.uint8))}),
        archive({"1.png": b"\x89PNG\r\n\x1a\n" + bytes(5 << 20)}),
        archive({f"{number}.png": b"" for number in range(MOST_FRAMES + 1)}),
    ],
    ids=["frames", "side", "overflow", "values", "wide-picture", "long-picture", "entries"],
)
def test_too_much_is_refused_before_it_is_read(content: bytes) -> None:
    with pytest.raises(InputError) as caught:
        opened(content)
    assert caught.value.code == "saliency_too_large"


@pytest.mark.parametrize("rate", [0.0, -1.0, float("nan"), float("inf"), 1000.0])
def test_a_rate_that_no_video_has_is_refused(rate: float) -> None:
    with pytest.raises(InputError, match="no video"):
        opened(npz(maps=BLOBS), rate)


@pytest.mark.parametrize(
    "content", [npz(maps=BLOBS), archive(dict(zip(NAMES, map(png, EIGHT_BITS), strict=True)))], ids=["npz", "png"]
)
def test_broken_archives_are_refused_or_read_and_raise_nothing_else(content: bytes) -> None:
    random = np.random.default_rng(0)
    refused = 0
    for _ in range(150):
        broken = bytearray(content)
        for place in random.integers(0, len(content), 4):
            broken[place] = random.integers(0, 256)
        try:
            maps_of(bytes(broken[: random.integers(len(content) // 2, 2 * len(content))]))
        except InputError:
            refused += 1
    assert refused > 75
