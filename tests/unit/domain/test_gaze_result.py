"""What a session came to, without its maps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gaze_builders import build_calibration, build_frame, build_session
from interview_analysis.domain.gaze_result import gaze_message_id, gaze_points, is_enough, summary
from interview_analysis.domain.gaze_session import GazeSessionDetails, VideoRect, profile_digest, session_digest
from interview_analysis.domain.screen_gaze import GazeFrame, GazeProblem, GazeSessionKey, ScreenPoint, VideoPoint
from store_builders import START


def blind(number: int, problem: GazeProblem = GazeProblem.NO_FACE) -> GazeFrame:
    return GazeFrame(number=number, received_at=START, problem=problem)


def test_shares_are_of_what_they_say() -> None:
    beside = replace(build_frame(2), on_video=VideoPoint(1.0, 0.5))
    frames = [build_frame(0), build_frame(1), beside, blind(3), blind(4, GazeProblem.EYES_CLOSED)]
    told = summary(build_session(), frames, build_calibration())
    assert (told["face_coverage"], told["gaze_coverage"], told["in_video_share"]) == (0.8, 0.6, 0.6667)
    assert told["problems"] == {"eyes_closed": 1, "no_face": 1}
    assert told["sources"] == {"calibration": 3}
    assert told["calibration"] == {"points": 9, "pixels": 71.5, "low": 60.25, "high": 90.0, "degrees": None}
    assert told["ip_address"] == "192.0.2.7"


def test_of_nothing_there_is_no_share_and_an_address_is_told_only_where_it_was_given() -> None:
    told = summary(replace(build_session(), details=GazeSessionDetails()), [], None)
    assert (told["face_coverage"], told["gaze_coverage"], told["in_video_share"], told["calibration"]) == (None,) * 4
    assert "ip_address" not in told


@pytest.mark.parametrize(("gazed", "without", "enough"), [(10, 10, True), (10, 11, False), (9, 0, False), (0, 0, False)])
def test_a_score_needs_gaze_often_enough(gazed: int, without: int, enough: bool) -> None:
    frames = [build_frame(number) for number in range(gazed)] + [blind(gazed + number) for number in range(without)]
    assert is_enough(frames) is enough


def test_a_frame_without_a_time_belongs_to_the_map_of_its_number() -> None:
    timed, counted = build_frame(30), replace(build_frame(30), seconds=None)
    assert [int(point.seconds * 25) for point in gaze_points([timed, counted, blind(31)], 25.0)] == [75, 30]


def test_a_session_that_is_begun_anew_is_another_to_its_receiver() -> None:
    first, other = build_session(), build_session(GazeSessionKey("", "web-app\0x"))
    again = replace(first, created_at=START.replace(year=2027))
    assert len({gaze_message_id(one) for one in (first, again, other)}) == 3
    assert gaze_message_id(first) == gaze_message_id(build_session())
    assert "." not in gaze_message_id(first)


def test_names_of_sessions_and_profiles_do_not_meet() -> None:
    digests = {session_digest(GazeSessionKey("a", "b")), profile_digest("a", "b"), session_digest(GazeSessionKey("ab", ""))}
    assert len(digests) == 3


def test_a_point_is_placed_on_the_video() -> None:
    rect = VideoRect(100, 50, 200, 100)
    assert [rect.place(ScreenPoint(*point)) for point in ((100, 50), (200, 100), (300, 150), (0, 0))] == [
        (0, 0),
        (0.5, 0.5),
        (1, 1),
        (-0.5, -0.5),
    ]
