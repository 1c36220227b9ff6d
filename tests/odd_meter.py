"""A gaze process for tests: ``python -m odd_meter [MODE]``. What it does with a picture is written in the picture."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence

from interview_analysis.adapters.child.loop import serve_standard_streams
from interview_analysis.adapters.gaze.answers import PictureMeter, answer_pictures
from interview_analysis.domain.screen_gaze import GazeProblem, GazeSample, Measured
from interview_analysis.errors import InputError, ModelUnavailable


class OddMeter:
    """Answers with its process id as the distance, and the picture's number as x."""

    def measure_all(self, pictures: Sequence[bytes]) -> list[Measured]:
        return [self._measured(picture) for picture in pictures]

    def _measured(self, picture: bytes) -> Measured:
        word, _, number = picture.decode().partition(" ")
        if word == "crash":
            os._exit(139)
        if word == "slow":
            time.sleep(0.05)
        if word == "large":
            raise InputError("too large", code="picture_too_large")
        if word == "wrong":
            raise KeyError(word)
        if word == "nobody":
            return GazeProblem.NO_FACE
        return GazeSample((0.0, 0.0, -1.0), (float(number or 0), 0.0, float(os.getpid())), (0.0, 0.0, 0.0))


def open_meter() -> PictureMeter:
    if sys.argv[1:] == ["missing"]:
        raise ModelUnavailable("no model")
    if sys.argv[1:] == ["dies"]:
        os._exit(1)
    return OddMeter()


if __name__ == "__main__":
    serve_standard_streams(answer_pictures(open_meter), "gaze_unavailable")
