"""What every ``FrameMetricsStore`` keeps. A subclass provides the fixture ``store``."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from interview_analysis.application.ports import FrameMetricsStore
from interview_analysis.domain.timeline import FrameTimeline
from interview_analysis.errors import ClaimLost
from store_builders import START, build_timeline


def assert_same(found: FrameTimeline | None, expected: FrameTimeline) -> None:
    """Equal to the bit, types and absent values included."""
    assert found is not None
    assert found.duration == expected.duration
    for name, values in expected.columns().items():
        column = found.columns()[name]
        assert column.dtype == values.dtype
        np.testing.assert_array_equal(column, values)


class FrameMetricsContract:
    @pytest.mark.parametrize("rows", [0, 1, 511, 512, 513, 2000])
    async def test_a_timeline_comes_back_equal(self, store: FrameMetricsStore, rows: int) -> None:
        timeline = build_timeline(rows)
        await store.save("a", 1, timeline)
        assert_same(await store.read("a"), timeline)
        assert await store.count("a") == rows

    @pytest.mark.parametrize(
        ("start", "limit"),
        [(0, 10), (500, 30), (512, 512), (1023, 2), (700, None), (1290, 100), (1300, 10), (99999, 5), (5, 0)],
    )
    async def test_a_page_holds_the_rows_asked_for(self, store: FrameMetricsStore, start: int, limit: int | None) -> None:
        timeline = build_timeline(1300)
        await store.save("a", 1, timeline)
        stop = 1300 if limit is None else start + limit
        assert_same(await store.read("a", start, limit), timeline.slice(start, stop))

    async def test_saving_again_changes_nothing(self, store: FrameMetricsStore) -> None:
        timeline = build_timeline(600)
        await store.save("a", 1, timeline)
        await store.save("a", 1, timeline)
        assert_same(await store.read("a"), timeline)

    async def test_a_later_attempt_replaces_an_earlier_longer_one(self, store: FrameMetricsStore) -> None:
        await store.save("a", 1, build_timeline(1300, seed=1))
        later = build_timeline(40, seed=2)
        await store.save("a", 2, later)
        assert_same(await store.read("a"), later)
        assert await store.delete("a") == 40

    async def test_an_earlier_attempt_that_comes_late_writes_nothing(self, store: FrameMetricsStore) -> None:
        newest = build_timeline(20)
        await store.save("a", 2, newest)
        with pytest.raises(ClaimLost):
            await store.save("a", 1, build_timeline(30))
        assert_same(await store.read("a"), newest)

    async def test_what_was_deleted_is_gone_and_others_stay(self, store: FrameMetricsStore) -> None:
        await store.save("a", 1, build_timeline(600))
        await store.save("b", 1, build_timeline(3))
        assert await store.delete("a") == 600
        assert (await store.read("a"), await store.count("a"), await store.delete("a")) == (None, 0, 0)
        assert await store.count("b") == 3

    async def test_it_tells_whether_anything_is_held(self, store: FrameMetricsStore) -> None:
        assert not await store.holds("a")
        await store.save("a", 1, build_timeline(600))
        assert [await store.holds("a"), await store.holds("b")] == [True, False]
        await store.delete("a")
        assert not await store.holds("a")

    async def test_an_end_of_keeping_changes_nothing_that_is_read(self, store: FrameMetricsStore) -> None:
        timeline = build_timeline(600)
        await store.save("a", 1, timeline, START + timedelta(days=30))
        assert_same(await store.read("a"), timeline)

    @pytest.mark.parametrize(("start", "limit"), [(-1, 5), (0, -1)])
    async def test_a_negative_page_is_refused(self, store: FrameMetricsStore, start: int, limit: int) -> None:
        with pytest.raises(ValueError, match="negative"):
            await store.read("a", start, limit)

    async def test_it_answers(self, store: FrameMetricsStore) -> None:
        await store.ping()
