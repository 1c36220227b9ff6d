"""The composition root of live analysis: settings → models, the process that runs them, and the server's end of it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import orjson

from interview_analysis.adapters.child.loop import serve_standard_streams
from interview_analysis.adapters.live.process import UNAVAILABLE, LiveProcess
from interview_analysis.adapters.live.worker import answer_cameras
from interview_analysis.application.live_analysis import face_document
from interview_analysis.bootstrap.line import model_store, runtime_options
from interview_analysis.domain.face import Frame
from interview_analysis.domain.live import LiveOptions
from interview_analysis.settings import Settings

if TYPE_CHECKING:
    from interview_analysis.vision.live import LiveModels

COMMAND = "live-process"
"""Of the command line."""
MAX_SIDE = 1280
"""Pixels; models see 640 at most, the rest is for the expression crop of small faces."""


def open_live() -> LiveProcess:
    """Nothing is started before the first session. The process reads the same environment as this one."""
    return LiveProcess((sys.executable, "-m", "interview_analysis", COMMAND))


def live_models(settings: Settings) -> LiveModels:
    """Loaded. Raises ``ModelUnavailable``."""
    from interview_analysis.vision.loading import load_live_models

    return load_live_models(model_store(settings), settings.vision.rate_expression, runtime_options(settings))


def serve_live(settings: Settings) -> None:
    """Be the live process."""
    models: list[LiveModels] = []

    def open_camera(options: LiveOptions) -> _Camera:
        if not models:
            models.append(live_models(settings))
        return _Camera(models[0], options)

    serve_standard_streams(answer_cameras(open_camera), UNAVAILABLE)


class _Camera:
    """``worker.Camera``."""

    def __init__(self, models: LiveModels, options: LiveOptions) -> None:
        from interview_analysis.vision.live import LiveVideo

        self._video = LiveVideo(models, options)
        self._landmarks = options.landmarks
        self.models = models.names

    def look(self, timestamp: float, picture: bytes) -> bytes:
        from interview_analysis.vision.pictures import decode_picture

        frame = Frame(0, timestamp, decode_picture(picture, MAX_SIDE))
        return orjson.dumps([face_document(face, landmarks=self._landmarks) for face in self._video.analyse(frame)])

    def close(self) -> None:
        self._video.close()
