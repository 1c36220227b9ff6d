"""The composition root of screen gaze: settings → models, the processes that run them, and the server's end of these."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from interview_analysis.adapters.child.loop import serve_standard_streams
from interview_analysis.adapters.gaze.answers import TOGETHER, answer_pictures
from interview_analysis.adapters.gaze.processes import UNAVAILABLE, GazeProcesses
from interview_analysis.application.gaze_ports import GazeMeter
from interview_analysis.bootstrap.line import model_store, runtime_options
from interview_analysis.settings import Settings

if TYPE_CHECKING:
    from interview_analysis.vision.screen_gaze_meter import PictureGaze

COMMAND = "gaze-process"
"""Of the command line."""


def open_gaze_meter(settings: Settings) -> GazeMeter:
    """Nothing is started before the first picture. The processes read the same environment as this one."""
    return GazeProcesses((sys.executable, "-m", "interview_analysis", COMMAND), settings.gaze.processes)


def picture_gaze(settings: Settings) -> PictureGaze:
    """Loaded. Raises ``ModelUnavailable``."""
    from interview_analysis.vision.screen_gaze_meter import load_picture_gaze

    return load_picture_gaze(model_store(settings), runtime_options(settings))


def serve_gaze(settings: Settings) -> None:
    """Be a gaze process."""
    serve_standard_streams(answer_pictures(lambda: picture_gaze(settings)), UNAVAILABLE, TOGETHER)
