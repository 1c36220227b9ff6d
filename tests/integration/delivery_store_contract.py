"""What every ``AnalysisStore`` with its ``DeliveryStore`` keeps: retention, and one message for each end of an analysis.

A subclass provides ``store`` (three attempts) and ``deliveries``, both on ``clock``.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from integration.analysis_store_contract import LEASE, claimed, try_all_writes
from interview_analysis.application.ports import AnalysisStore, DeliveryStore
from interview_analysis.domain.analysis import AnalysisStatus, Failure
from interview_analysis.domain.delivery import Delivery, DeliveryKind, DeliveryState
from interview_analysis.errors import AnalysisCancelled, Conflict, NotFound
from store_builders import START, FakeClock, build_analysis, build_result

ID = build_analysis().id
OTHER = Delivery(id="msg_other", kind=DeliveryKind.CALLBACK, url="https://a.example/", body="{}", created_at=START)


async def finish(store: AnalysisStore, clock: FakeClock) -> None:
    await store.finish((await claimed(store))[1], build_result())


async def fail(store: AnalysisStore, clock: FakeClock) -> None:
    await store.fail((await claimed(store))[1], Failure("video_unreadable", "no frame"))


async def cancel(store: AnalysisStore, clock: FakeClock) -> None:
    await store.cancel(ID)


async def lose_every_worker(store: AnalysisStore, clock: FakeClock) -> None:
    for _ in range(3):
        await claimed(store)
        clock.advance(LEASE + 1)
    assert await store.claim_next("w", LEASE) is None


async def added(store: AnalysisStore, clock: FakeClock) -> None:
    await store.add(build_analysis())
    clock.advance(5)


async def all_of(deliveries: DeliveryStore, analysis_id: str = ID) -> list[Delivery]:
    return (await deliveries.of_analyses([analysis_id]))[analysis_id]


class RetentionContract:
    async def test_what_is_retired_is_expired_and_shuts_its_worker_out(
        self, store: AnalysisStore, deliveries: DeliveryStore, clock: FakeClock
    ) -> None:
        await added(store, clock)
        _, claim = await claimed(store)
        retired = await store.retire(ID)
        assert (retired.status, retired.expires_at) == (AnalysisStatus.CANCELLED, clock.now)
        await try_all_writes(store, claim, clock, AnalysisCancelled)
        assert await store.list_expired(10) == [ID]
        assert await all_of(deliveries) == []

    async def test_retiring_keeps_the_result_and_may_be_repeated(self, store: AnalysisStore, clock: FakeClock) -> None:
        await added(store, clock)
        await finish(store, clock)
        first = await store.retire(ID)
        clock.advance(5)
        assert await store.retire(ID) == first
        assert (first.status, first.result) == (AnalysisStatus.COMPLETED, build_result())

    async def test_nothing_can_be_retired_that_is_not_there(self, store: AnalysisStore) -> None:
        with pytest.raises(NotFound):
            await store.retire(ID)

    async def test_expired_ones_are_listed_in_pages(self, store: AnalysisStore, clock: FakeClock) -> None:
        for number, expires_at in enumerate((clock.now, clock.now + timedelta(seconds=60), None, clock.now, clock.now)):
            await store.add(replace(build_analysis(number), expires_at=expires_at))
        first = await store.list_expired(2)
        assert first == [build_analysis(number).id for number in (0, 3)]
        assert await store.list_expired(2, first[-1]) == [build_analysis(4).id]
        clock.advance(61)
        assert len(await store.list_expired(10)) == 4


class DeliveriesContract:
    @pytest.mark.parametrize(
        ("end", "told"),
        [
            (finish, {"status": "completed", "overall_score": None, "error_code": None}),
            (fail, {"status": "failed", "error_code": "video_unreadable"}),
            (cancel, {"status": "cancelled", "error_code": None}),
            (lose_every_worker, {"status": "failed", "error_code": "worker_lost"}),
        ],
    )
    async def test_every_end_is_told_once(
        self,
        store: AnalysisStore,
        deliveries: DeliveryStore,
        clock: FakeClock,
        end: Callable[[AnalysisStore, FakeClock], Awaitable[None]],
        told: dict[str, object],
    ) -> None:
        await added(store, clock)
        assert await all_of(deliveries) == []
        await end(store, clock)
        with pytest.raises(Conflict):
            await store.cancel(ID)
        (delivery,) = await all_of(deliveries)
        assert (delivery.id, delivery.owner, delivery.state) == (f"msg_{ID}", "web-app", DeliveryState.PENDING)
        assert delivery.url == build_analysis().request.callback_url
        body = json.loads(delivery.body)
        assert body.items() >= {**told, "analysis_id": ID, "link": f"/analysis/{ID}"}.items()
        assert body["type"] == f"analysis.{told['status']}"

    async def test_nobody_is_told_where_nobody_asked(
        self, store: AnalysisStore, deliveries: DeliveryStore, clock: FakeClock
    ) -> None:
        silent = build_analysis()
        await store.add(replace(silent, request=replace(silent.request, callback_url=None)))
        await store.cancel(ID)
        assert await all_of(deliveries) == []

    async def test_a_refused_end_tells_nothing(self, store: AnalysisStore, deliveries: DeliveryStore, clock: FakeClock) -> None:
        await added(store, clock)
        _, claim = await claimed(store)
        with pytest.raises(ValueError, match="analysed_seconds"):
            await store.finish(claim, build_result(analysed_seconds=float("nan")))
        assert await all_of(deliveries) == []

    async def test_one_claim_at_a_time_until_its_lease_ends(self, deliveries: DeliveryStore, clock: FakeClock) -> None:
        await deliveries.add(OTHER)
        taken = [found for found in await asyncio.gather(*(deliveries.claim_due(LEASE) for _ in range(6))) if found]
        assert [found.attempt for found in taken] == [1]
        clock.advance(LEASE + 1)
        again = await deliveries.claim_due(LEASE)
        assert again == replace(OTHER, attempt=2)

    async def test_an_attempt_that_was_overtaken_records_nothing(self, deliveries: DeliveryStore, clock: FakeClock) -> None:
        await deliveries.add(OTHER)
        old = await deliveries.claim_due(LEASE)
        clock.advance(LEASE + 1)
        new = await deliveries.claim_due(LEASE)
        assert old is not None
        assert new is not None
        await deliveries.give_up(old, "timed_out")
        await deliveries.postpone(old, "timed_out", clock.now)
        assert await deliveries.claim_due(LEASE) is None
        await deliveries.succeed(new)
        clock.advance(1e6)
        assert await deliveries.claim_due(LEASE) is None

    async def test_what_failed_waits_for_its_time(
        self, store: AnalysisStore, deliveries: DeliveryStore, clock: FakeClock
    ) -> None:
        await added(store, clock)
        await store.cancel(ID)
        first = await deliveries.claim_due(LEASE)
        assert first is not None
        await deliveries.postpone(first, "http_500", clock.now + timedelta(seconds=20))
        assert await deliveries.claim_due(LEASE) is None
        clock.advance(21)
        second = await deliveries.claim_due(LEASE)
        assert second is not None
        assert (second.attempt, second.failure, second.body) == (2, "http_500", first.body)
        await deliveries.give_up(second, "http_410")
        (dead,) = await all_of(deliveries)
        assert (dead.state, dead.failure, dead.finished_at) == (DeliveryState.DEAD, "http_410", clock.now)

    async def test_they_are_erased_with_their_analysis_only(
        self, store: AnalysisStore, deliveries: DeliveryStore, clock: FakeClock
    ) -> None:
        await added(store, clock)
        await store.cancel(ID)
        await deliveries.add(OTHER)
        assert [await deliveries.delete(ID), await deliveries.delete(ID)] == [1, 0]
        assert await all_of(deliveries) == []
        assert await deliveries.claim_due(LEASE) is not None
