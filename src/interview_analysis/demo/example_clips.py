"""Four made interviews that differ in what a coach would speak of."""

from __future__ import annotations

from dataclasses import dataclass

from interview_analysis.demo.script import GazeKey, HeadKey, Script
from interview_analysis.domain.episode import Episode
from interview_analysis.domain.pose import GazeAngles, HeadAngles

_MOVE_SECONDS = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleClip:
    """``about`` in Korean and English; ``pauses`` of the speech, ``None`` = no sound."""

    name: str
    about: tuple[str, str]
    script: Script
    pauses: tuple[Episode, ...] | None


def _glances(*glances: tuple[float, float, GazeAngles]) -> tuple[GazeKey, ...]:
    """From–to with gaze elsewhere."""
    ahead = GazeAngles(0, 0)
    return tuple(
        key
        for start, end, angles in glances
        for key in (
            GazeKey(start - _MOVE_SECONDS, ahead),
            GazeKey(start, angles),
            GazeKey(end, angles),
            GazeKey(end + _MOVE_SECONDS, ahead),
        )
    )


def _turns(*turns: tuple[float, float, HeadAngles]) -> tuple[HeadKey, ...]:
    """From–to with the head elsewhere; getting there and back takes half a second each."""
    ahead = HeadAngles(0, 0, 0)
    return tuple(
        key
        for start, end, angles in turns
        for key in (HeadKey(start - 0.5, ahead), HeadKey(start, angles), HeadKey(end, angles), HeadKey(end + 0.5, ahead))
    )


_NOD, _LEFT, _RIGHT = HeadAngles(-8, 0, 0), HeadAngles(0, 22, 0), HeadAngles(0, -20, 0)

CLIPS = (
    ExampleClip(
        name="steady",
        about=("화면을 보며 끊김 없이 말하고 두 번 끄덕인다.", "Looks at the screen, speaks on, nods twice."),
        script=Script(
            duration=20.0, head=_turns((4.0, 4.1, _NOD), (12.0, 12.1, _NOD)), blinks=(2.0, 5.5, 8.0, 11.0, 14.5, 18.0)
        ),
        pauses=(Episode(0.0, 0.8), Episode(6.0, 6.9), Episode(13.0, 13.7)),
    ),
    ExampleClip(
        name="beside-the-screen",
        about=(
            "눈만 옆과 위로 네 번 돌리고, 두 번 길게 말을 멈추며, 눈을 거의 깜빡이지 않는다.",
            "Turns the eyes aside or up four times, stops speaking twice, hardly blinks.",
        ),
        script=Script(
            duration=24.0,
            gaze=_glances(
                (4.0, 6.5, GazeAngles(0, -24)),
                (10.0, 11.2, GazeAngles(0, -24)),
                (15.0, 17.5, GazeAngles(18, 0)),
                (20.0, 21.0, GazeAngles(0, -24)),
            ),
            blinks=(8.0, 19.0),
        ),
        pauses=(Episode(0.0, 3.5), Episode(7.0, 11.0), Episode(14.5, 17.6), Episode(22.5, 24.0)),
    ),
    ExampleClip(
        name="restless",
        about=(
            "고개를 좌우로 계속 돌리고, 자주 깜빡이며, 3초 동안 화면 밖에 있다.",
            "Keeps turning the head, blinks often, leaves the picture for three seconds.",
        ),
        script=Script(
            duration=22.0,
            head=_turns((2.0, 4.5, _LEFT), (6.0, 7.5, _RIGHT), (9.0, 11.0, _LEFT), (16.0, 18.0, _RIGHT), (19.5, 21.0, _LEFT)),
            blinks=tuple(0.7 + 1.15 * n for n in range(18)),
            absent=(Episode(12.0, 15.0),),
        ),
        pauses=(Episode(0.0, 0.5), Episode(12.0, 13.4)),
    ),
    ExampleClip(
        name="short-without-sound",
        about=("2.5초이고 소리가 없다.", "Lasts 2.5 s and has no sound."),
        script=Script(duration=2.5, blinks=(1.2,)),
        pauses=None,
    ),
)
