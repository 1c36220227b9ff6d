"""What every ``GazeSessionStore`` and ``CalibrationStore`` keeps. A subclass provides ``sessions``, ``replica`` (the same data
through an engine of its own), ``calibrations`` and ``deliveries``, all on ``clock``."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from gaze_builders import KEY, build_calibration, build_frame, build_session
from interview_analysis.application.gaze_ports import CalibrationStore, GazeSessionStore
from interview_analysis.application.ports import DeliveryStore
from interview_analysis.domain.delivery import Delivery, DeliveryKind
from interview_analysis.domain.gaze_session import GazeSessionDetails, GazeSessionState, session_digest
from interview_analysis.domain.screen_gaze import GazeProblem, GazeSessionKey, ScreenPoint
from interview_analysis.errors import Conflict
from store_builders import START, FakeClock

LEASE = 30.0
RESULT = {"frames": 3, "점수": [1.5, None]}


def notice(key: GazeSessionKey = KEY) -> Delivery:
    return Delivery(
        id=f"msg_gaze_{session_digest(key)[:8]}",
        kind=DeliveryKind.GAZE_RESULT,
        url="https://aggregator.example/gaze",
        body="{}",
        created_at=START,
        gaze_session=session_digest(key),
    )


class GazeSessionsContract:
    async def test_a_session_comes_back_as_it_was(self, sessions: GazeSessionStore) -> None:
        assert await sessions.get(KEY) is None
        await sessions.begin(build_session())
        assert await sessions.get(KEY) == build_session()
        assert await sessions.get(GazeSessionKey("other", KEY.session_id)) is None

    async def test_the_first_word_about_a_session_holds(self, sessions: GazeSessionStore) -> None:
        known = GazeSessionDetails(video_id="stimulus-1")
        await sessions.begin(replace(build_session(), details=known))
        await sessions.begin(build_session())
        await sessions.complete(KEY, replace(build_session().details, video_id="another"))
        await sessions.complete(KEY, GazeSessionDetails(user_id="lee"))
        found = await sessions.get(KEY)
        assert found == build_session()

    async def test_frames_come_in_any_order_and_the_first_of_a_number_counts(self, sessions: GazeSessionStore) -> None:
        await sessions.begin(build_session())
        for number in (2, 0, 1):
            assert await sessions.add_frame(KEY, build_frame(number)) == build_frame(number)
        assert await sessions.add_frame(KEY, build_frame(1, x=5.0)) == build_frame(1)
        assert await sessions.frames(KEY) == [build_frame(number) for number in range(3)]
        assert (await sessions.count_frames(KEY), await sessions.frame(KEY, 2)) == (3, build_frame(2))
        assert await sessions.frame(KEY, 7) is None

    async def test_a_frame_without_gaze_keeps_its_reason(self, sessions: GazeSessionStore) -> None:
        await sessions.begin(build_session())
        blind = replace(build_frame(0), point=None, on_video=None, source=None, seconds=None, problem=GazeProblem.NO_FACE)
        await sessions.add_frame(KEY, blind)
        assert await sessions.frames(KEY) == [blind]

    async def test_replicas_share_a_session(self, sessions: GazeSessionStore, replica: GazeSessionStore) -> None:
        """Every number goes to both at once, together with frames of another session; each gives the same answer."""
        other = GazeSessionKey("web-app", "other")
        for key in (KEY, other):
            await sessions.begin(build_session(key))
        adding = [
            store.add_frame(key, build_frame(number, x=float(index)))
            for number in range(60)
            for key in (KEY, other)
            for index, store in enumerate((sessions, replica))
        ]
        answers = await asyncio.gather(*adding)
        assert answers[::2] == answers[1::2]
        stored = await replica.frames(KEY)
        assert [frame.number for frame in stored] == list(range(60))
        assert {frame.point for frame in stored} <= {ScreenPoint(0.0, 540.25), ScreenPoint(1.0, 540.25)}
        assert await sessions.count_frames(other) == 60

    async def test_late_frames_count_until_somebody_finishes(self, sessions: GazeSessionStore, clock: FakeClock) -> None:
        await sessions.begin(build_session())
        await sessions.add_frame(KEY, build_frame(9))
        await sessions.close(KEY, 9, clock.now + timedelta(seconds=3))
        await sessions.close(KEY, 4, clock.now + timedelta(seconds=900))
        closing = await sessions.get(KEY)
        assert closing is not None
        assert (closing.state, closing.last_number, closing.closing_at) == (GazeSessionState.CLOSING, 9, clock.now)
        await sessions.add_frame(KEY, build_frame(3))
        assert await sessions.claim_due(LEASE) is None
        clock.advance(4)
        claimed = await sessions.claim_due(LEASE)
        assert claimed == replace(closing, attempt=1)
        with pytest.raises(Conflict) as refused:
            await sessions.add_frame(KEY, build_frame(5))
        assert refused.value.code == "session_finished"
        assert await sessions.count_frames(KEY) == 2

    async def test_there_are_no_frames_without_a_session(self, sessions: GazeSessionStore) -> None:
        with pytest.raises(Conflict):
            await sessions.add_frame(KEY, build_frame(0))
        assert await sessions.count_frames(KEY) == 0

    async def test_one_replica_finishes_and_the_message_goes_with_it(
        self, sessions: GazeSessionStore, replica: GazeSessionStore, deliveries: DeliveryStore, clock: FakeClock
    ) -> None:
        await sessions.begin(build_session())
        await sessions.close(KEY, 0, clock.now)
        claims = await asyncio.gather(*(store.claim_due(LEASE) for store in (sessions, replica) for _ in range(4)))
        (mine,) = [claim for claim in claims if claim is not None]
        assert await replica.finish(mine, RESULT, notice())
        assert not await sessions.finish(mine, {"frames": 0}, notice())
        finished = await sessions.get(KEY)
        assert finished is not None
        assert (finished.state, finished.result, finished.finished_at) == (GazeSessionState.FINISHED, RESULT, clock.now)
        (told,) = await deliveries.of_gaze_session(session_digest(KEY))
        assert told == replace(notice(), owner="web-app")
        clock.advance(1e6)
        assert await sessions.claim_due(LEASE) is None

    async def test_who_is_overtaken_writes_nothing(
        self, sessions: GazeSessionStore, deliveries: DeliveryStore, clock: FakeClock
    ) -> None:
        await sessions.begin(build_session())
        await sessions.close(KEY, 0, clock.now)
        old = await sessions.claim_due(LEASE)
        clock.advance(LEASE + 1)
        new = await sessions.claim_due(LEASE)
        assert old is not None
        assert new is not None
        await sessions.postpone(old, clock.now)
        assert await sessions.claim_due(LEASE) is None
        assert not await sessions.finish(old, RESULT, notice())
        assert await deliveries.of_gaze_session(session_digest(KEY)) == []
        await sessions.postpone(new, clock.now + timedelta(seconds=5))
        clock.advance(6)
        third = await sessions.claim_due(LEASE)
        assert third is not None
        assert third.attempt == 3

    async def test_a_result_that_is_no_number_is_refused_whole(
        self, sessions: GazeSessionStore, deliveries: DeliveryStore, clock: FakeClock
    ) -> None:
        await sessions.begin(build_session())
        await sessions.close(KEY, 0, clock.now)
        mine = await sessions.claim_due(LEASE)
        assert mine is not None
        with pytest.raises(ValueError, match="JSON"):
            await sessions.finish(mine, {"frames": float("nan")}, notice())
        assert await deliveries.of_gaze_session(session_digest(KEY)) == []

    async def test_what_is_retired_is_shut_and_expired(self, sessions: GazeSessionStore, clock: FakeClock) -> None:
        await sessions.begin(build_session())
        await sessions.close(KEY, 0, clock.now)
        mine = await sessions.claim_due(LEASE)
        assert mine is not None
        assert await sessions.retire(KEY)
        assert not await sessions.finish(mine, RESULT, None)
        with pytest.raises(Conflict):
            await sessions.add_frame(KEY, build_frame(0))
        assert await sessions.list_expired(10) == [KEY]
        assert not await sessions.retire(GazeSessionKey("web-app", "unknown"))

    async def test_a_session_is_erased_alone(self, sessions: GazeSessionStore, deliveries: DeliveryStore) -> None:
        other = GazeSessionKey("web-app", "other")
        for key in (KEY, other):
            await sessions.begin(build_session(key))
            await sessions.add_frame(key, build_frame(0))
            await deliveries.add(notice(key))
        assert [await sessions.delete_frames(KEY), await sessions.delete_frames(KEY)] == [1, 0]
        assert [await deliveries.delete_of_gaze_session(session_digest(KEY)) for _ in range(2)] == [1, 0]
        assert [await sessions.delete(KEY), await sessions.delete(KEY)] == [True, False]
        assert (await sessions.get(KEY), await sessions.count_frames(other)) == (None, 1)
        assert len(await deliveries.of_gaze_session(session_digest(other))) == 1

    async def test_sessions_are_listed_by_user_and_by_expiry_in_pages(
        self, sessions: GazeSessionStore, clock: FakeClock
    ) -> None:
        keys = [GazeSessionKey(owner, f"s{number}") for number in range(3) for owner in ("web-app", "kiosk")]
        for key in keys:
            await sessions.begin(build_session(key, user="kim"))
        await sessions.begin(build_session(KEY, user="lee"))
        assert {one.key for one in await sessions.of_user(None, "kim", 10)} == set(keys)
        first = await sessions.of_user("kiosk", "kim", 2)
        rest = await sessions.of_user("kiosk", "kim", 2, first[-1].key)
        assert sorted(one.key.session_id for one in first + rest) == ["s0", "s1", "s2"]
        assert await sessions.list_expired(10) == []
        clock.advance(31 * 86400)
        page = await sessions.list_expired(5)
        assert {*page, *await sessions.list_expired(5, page[-1])} == {*keys, KEY}


class CalibrationsContract:
    async def test_the_newest_calibration_of_a_session_holds(
        self, calibrations: CalibrationStore, sessions: GazeSessionStore
    ) -> None:
        assert await calibrations.of_session(KEY) is None
        await sessions.begin(build_session())
        await calibrations.save(build_calibration())
        newer = replace(build_calibration(regressor='{"a": 1}'), created_at=START + timedelta(seconds=5))
        await calibrations.save(newer)
        assert await calibrations.of_session(KEY) == newer
        known = await sessions.get(KEY)
        assert known is not None
        assert (known.calibrated_at, known.profile_at) == (newer.created_at, None)

    async def test_a_profile_is_kept_for_its_user_alone(
        self, calibrations: CalibrationStore, sessions: GazeSessionStore
    ) -> None:
        kept = build_calibration(user="user123")
        await calibrations.save(kept)
        assert await calibrations.of_user("web-app", "user123") == kept
        assert await calibrations.of_user("kiosk", "user123") is None
        later = GazeSessionKey("web-app", "later")
        await sessions.begin(build_session(later))
        known = await sessions.get(later)
        assert known is not None
        assert (known.calibrated_at, known.profile_at) == (None, START)

    async def test_session_and_profile_are_erased_apart(self, calibrations: CalibrationStore) -> None:
        kept = build_calibration(user="user123")
        await calibrations.save(kept)
        assert [await calibrations.delete_session(KEY), await calibrations.delete_session(KEY)] == [True, False]
        assert await calibrations.of_user("web-app", "user123") == kept
        assert not await calibrations.delete_user("kiosk", "user123")
        assert await calibrations.delete_user("web-app", "user123")
        assert await calibrations.of_user("web-app", "user123") is None
        await calibrations.save(kept)
        assert await calibrations.delete_user("", "user123")
        assert await calibrations.of_session(KEY) == replace(kept, user_id=None)

    async def test_what_has_been_kept_for_its_time_goes(self, calibrations: CalibrationStore, clock: FakeClock) -> None:
        """A subclass keeps those of sessions for one day, profiles for ten."""
        await calibrations.save(build_calibration(user="user123"))
        assert await calibrations.delete_expired() == 0
        clock.advance(2 * 86400)
        assert await calibrations.delete_expired() == 1
        assert await calibrations.of_session(KEY) is None
        assert await calibrations.of_user("web-app", "user123") is not None
        clock.advance(9 * 86400)
        assert await calibrations.delete_expired() == 1
