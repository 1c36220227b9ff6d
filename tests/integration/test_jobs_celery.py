"""RabbitMQ between real processes: nothing is lost, nothing is done twice, whatever dies."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from interview_analysis.adapters.jobs.announcer import Announcer
from interview_analysis.adapters.jobs.celery_app import TASK
from interview_analysis.adapters.jobs.periodic import Periodic
from interview_analysis.domain.analysis import AnalysisStatus
from interview_analysis.errors import DependencyUnavailable
from jobs_builders import eventually, release
from queue_builders import SECONDS, Practice, practice
from rabbitmq_servers import RabbitMq

pytestmark = pytest.mark.slow

COMPLETED, FAILED, QUEUED = AnalysisStatus.COMPLETED, AnalysisStatus.FAILED, AnalysisStatus.QUEUED


@pytest.fixture
async def place(tmp_path: Path, rabbitmq: RabbitMq) -> AsyncIterator[Practice]:
    async with practice(tmp_path, rabbitmq) as opened:
        yield opened


async def test_a_message_leads_to_a_finished_analysis(place: Practice) -> None:
    analysis = await place.submit("a")
    await eventually(lambda: _waiting(place, 1), SECONDS)
    with place.worker():
        assert (await place.until(analysis, COMPLETED)).attempt == 1
        await place.until_listening()
    assert place.dead() == 0


async def test_messages_too_many_are_harmless_and_none_is_wasted(place: Practice) -> None:
    told = await place.submit("told")
    untold = await place.record("untold")
    for _ in range(3):
        await place.queue.enqueue(told)
    await place.queue.enqueue("analysis_unknown")
    with place.worker(concurrency=2):
        assert (await place.until(told, COMPLETED)).attempt == 1
        assert (await place.until(untold.id, COMPLETED)).attempt == 1
        await eventually(lambda: place.server.count(place.broker.queue)[0] == 0, SECONDS)
    assert (await place.store.get(told)).attempt == 1
    assert place.dead() == 0


async def test_the_urgent_come_first(place: Practice) -> None:
    for name, priority in (("low", 0), ("middle", 4), ("high", 9)):
        await place.submit(name, priority=priority)
    with place.worker():
        done = [await place.until(f"analysis_{name}", COMPLETED) for name in ("high", "middle", "low")]
    ends = [analysis.finished_at for analysis in done]
    assert ends == sorted(ends, key=str)


@pytest.mark.parametrize("concurrency", [1, 2])
async def test_work_of_a_killed_process_is_taken_up_at_once(place: Practice, concurrency: int) -> None:
    analysis = await place.submit("a", "once 60")
    with place.worker(concurrency):
        os.kill(await place.until_busy(analysis), signal.SIGKILL)
        began = time.monotonic()
        await eventually(lambda: _has_attempt(place, analysis, 2), 30.0)
        print(f"\ntaken up again after {time.monotonic() - began:.1f} s with {concurrency} processes")  # noqa: T201
        assert (await place.until(analysis, COMPLETED)).attempt == 2
        await eventually(lambda: place.server.count(place.broker.queue)[0] == 0, SECONDS)
    assert (await place.store.get(analysis)).attempt == 2


async def test_an_analysis_that_kills_its_workers_fails_and_lets_the_next_pass(place: Practice) -> None:
    poison, sound = await place.submit("poison", "crash"), await place.submit("sound")
    with place.worker():
        failed = await place.until(poison, FAILED)
        assert (await place.until(sound, COMPLETED)).attempt == 1
        await eventually(lambda: place.server.count(place.broker.queue)[0] == 0, SECONDS)
    assert failed.failure is not None
    assert (failed.failure.code, failed.attempt) == ("worker_lost", 3)


@pytest.mark.punctual
async def test_cancelling_stops_the_work_within_two_seconds(place: Practice) -> None:
    analysis = await place.submit("a", "busy 60")
    with place.worker():
        await place.until_busy(analysis)
        await place.store.cancel(analysis)
        await eventually(lambda: not place.videos(), 2.0)
        await place.until(await place.submit("next"), COMPLETED)


async def test_term_finishes_what_runs_and_takes_nothing_new(place: Practice) -> None:
    running = await place.submit("running", "held")
    with place.worker() as process:
        await place.until_busy(running)
        waiting = await place.submit("waiting")
        process.terminate()
        await place.until_listening(0)
        release(place.data, running)
        assert await asyncio.to_thread(process.wait, SECONDS) == 0
        assert (await place.store.get(running)).status is COMPLETED
        assert (await place.store.get(waiting)).status is QUEUED
        await eventually(lambda: _waiting(place, 1), SECONDS)
        assert not any((place.data / "work").glob("*"))


async def test_a_worker_for_one_message_does_one_and_ends(place: Practice) -> None:
    first, second = await place.submit("first", "busy 1"), await place.submit("second")
    with place.worker(max_jobs=1) as process:
        await asyncio.to_thread(process.wait, SECONDS)
        assert process.returncode == 0
    assert (await place.store.get(first)).status is COMPLETED
    assert (await place.store.get(second)).status is QUEUED
    await eventually(lambda: _waiting(place, 1), SECONDS)


async def test_a_worker_that_is_idle_ends_but_not_while_it_works(place: Practice) -> None:
    analysis = await place.submit("a", "busy 5")
    with place.worker(idle=3.0) as process:
        await asyncio.to_thread(process.wait, SECONDS)
        assert process.returncode == 0
    assert (await place.store.get(analysis)).status is COMPLETED


@pytest.mark.parametrize("signals", [[signal.SIGTERM, signal.SIGTERM], [signal.SIGQUIT]])
async def test_a_second_term_or_quit_gives_the_work_back(place: Practice, signals: list[signal.Signals]) -> None:
    analysis = await place.submit("a", "busy 600")
    with place.worker() as process:
        await place.until_busy(analysis)
        for number in signals[:-1]:
            process.send_signal(number)
            await place.until_listening(0)  # two signals at once are one to the kernel
        process.send_signal(signals[-1])
        began = time.monotonic()
        given_back = await place.until(analysis, QUEUED)
        print(f"\ngiven back after {time.monotonic() - began:.1f} s")  # noqa: T201
        assert given_back.attempt == 0
        process.wait(SECONDS)
        print(f"ended after {time.monotonic() - began:.1f} s")  # noqa: T201
        await eventually(lambda: _waiting(place, 1), SECONDS)


async def test_a_broker_that_dies_takes_no_job_with_it(place: Practice) -> None:
    analyses = [await place.submit(name, course) for name, course in (("a", "held"), ("b", "quick"), ("c", "quick"))]
    with place.worker():
        await place.until_busy(analyses[0])
        place.server.kill()
        release(place.data, analyses[0])
        place.server.start()
        for analysis in analyses:
            assert (await place.until(analysis, COMPLETED)).attempt == 1


async def test_work_longer_than_the_brokers_patience_is_done_once(place: Practice) -> None:
    """The broker takes the message back after ``consumer_timeout`` and closes the channel."""
    analysis = await place.submit("long", "busy 9")
    with place.worker():
        assert (await place.until(analysis, COMPLETED)).attempt == 1
        assert (await place.until(await place.submit("next"), COMPLETED)).attempt == 1
        await eventually(lambda: place.server.count(place.broker.queue)[0] == 0, SECONDS)
    assert (await place.store.get(analysis)).attempt == 1
    assert place.dead() == 0


_HEADERS = {"lang": "py", "task": TASK, "id": "1", "root_id": "1", "parent_id": None, "group": None}
_JSON: dict[str, object] = {"content_type": "application/json", "content_encoding": "utf-8", "application_headers": _HEADERS}
_OTHER_TASK: dict[str, object] = {**_JSON, "application_headers": {**_HEADERS, "task": "os.system"}}
_PICKLE: dict[str, object] = {**_JSON, "content_type": "application/x-python-serialize", "content_encoding": "binary"}
_GARBAGE: list[tuple[str | bytes, dict[str, object]]] = [
    ("hello", {}),
    ("{", _JSON),
    ("[[], {}, {}]", _JSON),
    ('[["analysis_a", "analysis_b"], {}, {}]', _JSON),
    ('[["../etc"], {}, {}]', _JSON),
    ("[[7], {}, {}]", _JSON),
    ('[["analysis_a"], {}, {}]', _OTHER_TASK),
    (b"\x80\x04.", _PICKLE),
]


async def test_garbage_ends_in_the_dead_queue_and_the_worker_lives(place: Practice) -> None:
    with place.worker():
        await place.until(await place.submit("before"), COMPLETED)
        for count, (body, properties) in enumerate(_GARBAGE, start=1):
            place.server.publish(place.broker.queue, body, **properties)
            await eventually(lambda count=count: place.dead() == count, SECONDS)  # type: ignore[misc]
        await place.until(await place.submit("after"), COMPLETED)


async def test_what_has_no_message_is_announced_after_two_looks(place: Practice) -> None:
    await place.submit("told")
    await place.record("lost")
    announcer = Announcer(place.store, place.queue)
    assert [await announcer.look() for _ in range(4)] == [0, 1, 0, 0]
    await eventually(lambda: _waiting(place, 2), SECONDS)


async def test_several_servers_may_announce_the_same(place: Practice) -> None:
    analysis = await place.record("lost")
    announcers = [Announcer(place.store, place.queue) for _ in range(2)]
    first, second = [await asyncio.gather(*(announcer.look() for announcer in announcers)) for _ in range(2)]
    assert (first, sum(second) in (1, 2)) == ([0, 0], True)  # one may look when the other has announced already
    for _ in range(2 - sum(second)):
        await place.queue.enqueue(analysis.id)
    await eventually(lambda: _waiting(place, 2), SECONDS)
    with place.worker(concurrency=2):
        await eventually(lambda: place.server.count(place.broker.queue)[0] == 0, SECONDS)
        assert (await place.until(analysis.id, COMPLETED)).attempt == 1


async def test_a_retry_is_announced_when_it_is_due(place: Practice) -> None:
    analysis = await place.submit("a", "retry")
    with place.worker():
        async with Periodic("announcements", 0.2, Announcer(place.store, place.queue).look):
            assert (await place.until(analysis, COMPLETED)).attempt == 2


async def test_what_was_recorded_while_the_broker_was_away_is_done_later(place: Practice) -> None:
    await place.queue.ping()
    place.server.kill()
    try:
        analysis = await place.record("a")
        with pytest.raises(DependencyUnavailable):
            await place.queue.enqueue(analysis.id)
        with pytest.raises(DependencyUnavailable):
            await place.queue.ping()
    finally:
        place.server.start()
    with place.worker():
        async with Periodic("announcements", 0.2, Announcer(place.store, place.queue).look):
            await place.until(analysis.id, COMPLETED)


async def test_a_silent_broker_is_waited_for_a_few_seconds_only(place: Practice) -> None:
    await place.queue.ping()
    with place.server.paused():
        for _ in range(2):
            began = time.monotonic()
            with pytest.raises(DependencyUnavailable):
                await place.queue.enqueue("analysis_a")
            assert time.monotonic() - began < 15.0


async def _has_attempt(place: Practice, analysis_id: str, attempt: int) -> bool:
    return (await place.store.get(analysis_id)).attempt >= attempt


async def _waiting(place: Practice, count: int) -> bool:
    """The broker counts a message a moment after it has confirmed it."""
    return await place.queue.waiting() == count
