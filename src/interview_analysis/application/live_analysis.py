"""Pictures of a camera, answered as they come: the latest wins, and what is left out is counted."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from typing import Generic, TypeVar

from interview_analysis.domain.emotion import EMOTIONS
from interview_analysis.domain.live import LiveFace
from interview_analysis.domain.pose import GazeFix, HeadAngles, axes_of, vector_of

_T = TypeVar("_T")
_SHARE_DIGITS = 4
_ABUSE = 3
"""Times the allowed rate beyond which a client is not fast but broken."""


class LatestOnly(Generic[_T]):
    """Holds one item: a newer one takes its place."""

    def __init__(self) -> None:
        self._item: _T | None = None
        self._there = asyncio.Event()
        self.dropped = 0

    def put(self, item: _T) -> bool:
        """Whether it took another's place, which is dropped."""
        replaced = self._item is not None
        self.dropped += replaced
        self._item = item
        self._there.set()
        return replaced

    async def take(self) -> _T:
        """Waits for the next."""
        while self._item is None:
            self._there.clear()
            await self._there.wait()
        item, self._item = self._item, None
        return item


class Pace:
    """``rate`` pictures a second of one client are analysed, evenly; three times as many may come before it is refused."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._came: deque[float] = deque(maxlen=rate * _ABUSE)
        self._next = -math.inf

    def is_flood(self, now: float) -> bool:
        """Ask once for each picture that comes; ``now`` in seconds of a clock that does not go back."""
        full = len(self._came) == self._came.maxlen and now - self._came[0] < 1.0
        self._came.append(now)
        return full

    def wait(self, now: float) -> float:
        """Seconds until the next picture may be taken up, which it then is."""
        begin = max(now, self._next)
        self._next = begin + 1.0 / self._rate
        return begin - now


def face_document(face: LiveFace, *, landmarks: bool) -> dict[str, object]:
    """As JSON says it: shares of the picture, degrees, ``None`` for what is not known."""
    box, eyes = face.box, face.eyes
    return {
        "id": face.id,
        "box": [round(value, _SHARE_DIGITS) for value in (box.x, box.y, box.width, box.height)],
        "emotions": None
        if face.emotions is None
        else {name.value: round(value, 3) for name, value in zip(EMOTIONS, face.emotions.tolist(), strict=True)},
        "anxiety": None if face.anxiety is None else round(face.anxiety, 3),
        "gaze": None if face.gaze is None else _gaze_document(face.gaze),
        "head": None if face.head is None else _head_document(face.head),
        "eyes": {
            "state": eyes.state,
            "openness": None if eyes.openness is None else round(eyes.openness, 3),
            "blinks": eyes.blinks,
        },
        **({"landmarks": face.landmarks.round(_SHARE_DIGITS).tolist()} if landmarks else {}),
    }


def _gaze_document(gaze: GazeFix) -> dict[str, object]:
    return {
        "pitch": round(gaze.angles.pitch, 1),
        "yaw": round(gaze.angles.yaw, 1),
        "deviation": round(gaze.deviation, 1),
        "vector": vector_of(gaze.angles).round(3).tolist(),
    }


def _head_document(head: HeadAngles) -> dict[str, object]:
    angles = {"pitch": round(head.pitch, 1), "yaw": round(head.yaw, 1), "roll": round(head.roll, 1)}
    return {**angles, "axes": axes_of(head).round(3).tolist()}
