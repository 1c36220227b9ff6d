"""A real server process whose gaze meter needs no models: it reads what a test has written into a picture.

python gaze_host.py --port PORT
"""

from __future__ import annotations

import sys

import uvicorn

from gaze_builders import StubMeter
from interview_analysis.api.app import create_app

if __name__ == "__main__":
    app = create_app()
    app.state.open_gaze_meter = lambda _: StubMeter()
    uvicorn.run(
        app,
        port=int(sys.argv[sys.argv.index("--port") + 1]),
        http="interview_analysis.api.protocol:BoundedHttp",
        log_config=None,
    )
