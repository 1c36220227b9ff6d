"""Predicted maps: what stands out, what the middle is worth, and one map for each moment of a video."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from interview_analysis.domain import saliency_maps
from interview_analysis.domain.saliency import centre_map
from interview_analysis.domain.saliency_maps import MapsSource
from interview_analysis.errors import InputError
from interview_analysis.vision.decoder import FfmpegDecoder
from interview_analysis.vision.limits import DecodeLimits
from interview_analysis.vision.saliency_model import predict_map, predict_maps
from media_builders import make_clip, write_video

LIMITS = DecodeLimits(max_bytes=1 << 24, max_seconds=60, max_pixels=1 << 22, seconds_factor=20)
RATE = 5.0


def scene(odd: tuple[int, int], colour: tuple[int, int, int] = (255, 255, 255)) -> NDArray[np.uint8]:
    """Grey texture (144, 256, 3), and one square at row and column ``odd``."""
    texture = np.random.default_rng(1).integers(60, 160, (18, 32), dtype=np.uint8)
    picture = np.repeat(np.kron(texture, np.ones((8, 8), np.uint8))[:, :, None], 3, axis=2)
    picture[odd[0] - 8 : odd[0] + 8, odd[1] - 8 : odd[1] + 8] = colour
    return picture


def peak(one: NDArray[np.float64]) -> tuple[int, int]:
    row, column = np.unravel_index(one.argmax(), one.shape)
    return int(row), int(column)


@pytest.mark.parametrize("odd", [(40, 60), (100, 200)])
@pytest.mark.parametrize("colour", [(255, 255, 255), (220, 0, 0)], ids=["bright", "red"])
def test_what_is_not_like_the_rest_stands_out(odd: tuple[int, int], colour: tuple[int, int, int]) -> None:
    found = predict_map(scene(odd, colour), centre=False)
    assert found.shape == (144, 256)
    assert found.min() >= 0
    assert peak(found) == pytest.approx(odd, abs=20)


def test_the_middle_counts_for_more_unless_it_is_not_wanted() -> None:
    corner = scene((30, 40))
    with_prior, without = (predict_map(corner, centre=centre) for centre in (True, False))
    assert with_prior[72, 128] / with_prior.max() > without[72, 128] / without.max()


@pytest.mark.parametrize("level", [0, 128])
def test_of_a_picture_without_contrast_the_prior_is_all(level: int) -> None:
    flat = np.full((36, 64, 3), level, np.uint8)
    np.testing.assert_allclose(predict_map(flat), centre_map((36, 64)))
    assert np.ptp(predict_map(flat, centre=False)) == 0


def test_a_video_has_a_map_for_each_moment_until_its_end(tmp_path: Path) -> None:
    places = [(40, 60), (100, 200)]
    clip = write_video(tmp_path / "a.webm", (scene(places[frame >= 15]) for frame in range(30)), 15)
    info, maps = predict_maps(clip, FfmpegDecoder(RATE, 64, LIMITS), RATE, centre=False)
    assert (info.frames, info.height, info.width, info.source) == (10, 36, 64, MapsSource.SPECTRAL_RESIDUAL)
    assert (maps.shape, maps.max()) == ((10, 36, 64), 255)
    columns = [peak(one.astype(np.float64))[1] * 4 for one in maps]
    assert columns == pytest.approx([60] * 5 + [200] * 5, abs=20)


def test_frames_that_a_recording_leaves_out_look_like_those_before(tmp_path: Path) -> None:
    """Frames of 0 to 0.5 s and of 1.5 to 2 s alone."""
    leave_out = ("-vf", "select='lt(t,0.5)+gte(t,1.5)'", "-fps_mode", "vfr")
    clip = make_clip(tmp_path / "gap.webm", fps=10, options=leave_out)
    info, maps = predict_maps(clip, FfmpegDecoder(RATE, 64, LIMITS), RATE)
    assert info.frames == 10
    same = [bool((one == maps[2]).all()) for one in maps]
    assert same == [False, False, *[True] * 5, False, False, False]


def test_a_video_with_too_many_maps_is_refused_before_they_are_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saliency_maps, "MOST_FRAMES", 4)
    with pytest.raises(InputError) as refused:
        predict_maps(make_clip(tmp_path / "a.webm", fps=10), FfmpegDecoder(RATE, 64, LIMITS), RATE)
    assert refused.value.code == "saliency_too_large"
