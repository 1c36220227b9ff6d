"""Real server processes whose gaze meter is a stub."""

from __future__ import annotations

from pathlib import Path

from server_builders import Server


class GazeServer(Server):
    """``gaze_host`` on a free port."""

    program = (str(Path(__file__).with_name("gaze_host.py")),)
