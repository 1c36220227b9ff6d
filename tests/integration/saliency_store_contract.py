"""What every ``SaliencyStore`` does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import numpy as np
import pytest

from interview_analysis.application.ports import SaliencyStore
from interview_analysis.domain.saliency_maps import Maps, MapsInfo, MapsKey, MapsSource
from interview_analysis.errors import VideoError

KEY = MapsKey("web-app", "stimulus-1")
AWKWARD = ["면접 영상", "$where", "a.b..c", "system.users", "../../x", "a\nb", "😀" * 30, "x" * 128, "saliency_videos"]


def build_maps(frames: int, seed: int = 0) -> Maps:
    return np.random.default_rng(seed).integers(0, 256, (frames, 9, 16), dtype=np.uint8)


def info_of(maps: Maps, rate: float = 25.0) -> MapsInfo:
    return MapsInfo(rate, *maps.shape)


async def batches(maps: Maps, size: int = 7) -> AsyncIterator[Maps]:
    for start in range(0, len(maps), size):
        yield maps[start : start + size]


async def broken(maps: Maps) -> AsyncIterator[Maps]:
    yield maps[:3]
    raise VideoError("it breaks off")


class SaliencyStoreContract:
    """Subclasses give a fixture ``store``."""

    async def test_maps_come_back_as_they_were(self, store: SaliencyStore) -> None:
        maps = build_maps(40)
        await store.save(KEY, info_of(maps), batches(maps))
        assert await store.info(KEY) == info_of(maps)
        np.testing.assert_array_equal(await store.read(KEY, 0, 40), maps)

    async def test_a_part_is_read(self, store: SaliencyStore) -> None:
        maps = build_maps(40)
        await store.save(KEY, info_of(maps), batches(maps))
        for start, stop in ((0, 1), (13, 29), (38, 50), (40, 50), (5, 5)):
            found = await store.read(KEY, start, stop)
            assert found is not None
            np.testing.assert_array_equal(found, maps[start:stop])

    async def test_new_maps_take_the_place_of_the_old(self, store: SaliencyStore) -> None:
        for frames, seed in ((40, 1), (9, 2)):
            maps = build_maps(frames, seed)
            await store.save(KEY, info_of(maps, rate=seed), batches(maps))
        assert await store.info(KEY) == info_of(maps, rate=2)
        np.testing.assert_array_equal(await store.read(KEY, 0, 100), maps)

    async def test_where_maps_come_from_is_kept(self, store: SaliencyStore) -> None:
        maps = build_maps(3)
        for source in (MapsSource.SPECTRAL_RESIDUAL, MapsSource.GIVEN):
            info = replace(info_of(maps), source=source)
            await store.save(KEY, info, batches(maps))
            assert await store.info(KEY) == info

    async def test_what_breaks_off_leaves_what_was_there(self, store: SaliencyStore) -> None:
        maps = build_maps(5)
        await store.save(KEY, info_of(maps), batches(maps))
        with pytest.raises(VideoError, match="breaks off"):
            await store.save(KEY, info_of(build_maps(40)), broken(build_maps(40)))
        np.testing.assert_array_equal(await store.read(KEY, 0, 100), maps)
        other = MapsKey("web-app", "new")
        with pytest.raises(VideoError):
            await store.save(other, info_of(build_maps(40)), broken(build_maps(40)))
        assert await store.info(other) is None

    async def test_owners_do_not_see_each_others(self, store: SaliencyStore) -> None:
        maps = build_maps(4)
        await store.save(KEY, info_of(maps), batches(maps))
        foreign = MapsKey("other", KEY.video_id)
        assert await store.info(foreign) is None
        assert await store.read(foreign, 0, 4) is None
        assert await store.delete(foreign) == 0
        assert await store.info(KEY) is not None

    async def test_odd_names_are_names(self, store: SaliencyStore) -> None:
        for seed, name in enumerate(AWKWARD):
            await store.save(MapsKey("", name), info_of(build_maps(2)), batches(build_maps(2, seed)))
        for seed, name in enumerate(AWKWARD):
            np.testing.assert_array_equal(await store.read(MapsKey("", name), 0, 2), build_maps(2, seed))

    async def test_what_is_erased_is_gone(self, store: SaliencyStore) -> None:
        maps = build_maps(12)
        await store.save(KEY, info_of(maps), batches(maps))
        assert await store.delete(KEY) == 12
        assert await store.info(KEY) is None
        assert await store.read(KEY, 0, 12) is None
        assert await store.delete(KEY) == 0
