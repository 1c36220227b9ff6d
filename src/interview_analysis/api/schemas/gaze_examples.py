"""One session of screen gaze as the documents show it."""

from __future__ import annotations

from pydantic import JsonValue

FRAME: dict[str, JsonValue] = {
    "session_id": "session456",
    "video_id": "stimulus-1",
    "frame_number": 0,
    "image": "/9j/4AAQSkZJRg==",
    "seconds": 0.0,
    "screen": {"width": 1920, "height": 1080, "width_mm": 510.0},
}

_CALIBRATION: dict[str, JsonValue] = {"pixels": 84.2, "low": 61.0, "high": 109.5, "degrees": 2.1, "points": 9}

_RESULT: dict[str, JsonValue] = {
    "schema": "gaze-result/1",
    "session_id": "session456",
    "video_id": "stimulus-1",
    "ip_address": None,
    "frames": 300,
    "last_frame": 299,
    "face_coverage": 0.99,
    "gaze_coverage": 0.95,
    "in_video_share": 0.9,
    "problems": {"eyes_closed": 12, "no_face": 3},
    "sources": {"calibration": 285},
    "calibration": _CALIBRATION,
    "saliency": {
        "frames": 256,
        "points": 256,
        "source": "given",
        "figures": {"nss": {"value": 1.31, "low": 1.05, "high": 1.58, "chance": 0.0}},
    },
    "saliency_reason": None,
}

ANSWER: dict[str, JsonValue] = {
    "session_id": "session456",
    "frame_number": 0,
    "gaze": {"x": 981.4, "y": 512.9, "video_x": 0.5111, "video_y": 0.4749},
    "problem": None,
    "problem_message": None,
    "source": "calibration",
    "calibrated": True,
    "session": "open",
    "result": None,
}

SESSION: dict[str, JsonValue] = {
    "session_id": "session456",
    "session": "finished",
    "video_id": "stimulus-1",
    "user_id": "user123",
    "ip_address": None,
    "screen": {"width": 1920, "height": 1080, "width_mm": 510.0},
    "video_rect": None,
    "consent": True,
    "created_at": "2026-01-27T14:30:22Z",
    "expires_at": "2026-02-26T14:30:22Z",
    "closing_at": "2026-01-27T14:30:52Z",
    "finished_at": "2026-01-27T14:30:55Z",
    "frames": 300,
    "calibration": {**_CALIBRATION, "samples": 98, "dropped": 10, "created_at": "2026-01-27T14:29:40Z"},
    "result": _RESULT,
    "delivery": {"state": "delivered", "attempts": 1, "last_error": None},
}
