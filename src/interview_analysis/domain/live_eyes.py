"""Whether the eyes are open now, and how often they have blinked. A recording is judged by what comes after a moment too
(``scoring.blinks``); here only the past is known, so this is the coarser count of the two."""

from __future__ import annotations

from collections import deque

import numpy as np

from interview_analysis.domain.live import Eyes, EyeState
from interview_analysis.domain.scoring import weights as w

_FEWEST = 8
"""Samples before the open eye's level is known."""
_MOST = 600
_OPEN_PERCENTILE = 75.0


class EyeWatch:
    """All state of one face's lids."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, float]] = deque(maxlen=_MOST)
        self._state: EyeState | None = None
        self._closed_at = 0.0
        self._blinks = 0

    def update(self, timestamp: float, openness: float | None) -> Eyes:
        """``timestamp`` in seconds, rising; ``openness`` as in ``FaceMetrics``. Without it nothing is known of the lids."""
        if openness is None:
            self._state = None
            return Eyes(None, None, self._blinks)
        self._seen.append((timestamp, openness))
        while timestamp - self._seen[0][0] > 2 * w.OPEN_LEVEL_SECONDS:
            self._seen.popleft()
        if len(self._seen) >= _FEWEST:
            self._judge(timestamp, openness)
        return Eyes(openness, self._state, self._blinks)

    def _judge(self, timestamp: float, openness: float) -> None:
        values = np.array([value for _, value in self._seen])
        level = max(float(np.percentile(values, _OPEN_PERCENTILE)), 1e-6)
        closed = float(np.clip(values.min() / level, *w.CLOSED_PRIOR))
        threshold = closed + w.CLOSED_SHARE * (1.0 - closed)
        relative = openness / level
        if self._state is EyeState.CLOSED:
            if relative > threshold + w.CLOSED_LEAVE:
                self._open(timestamp)
        elif relative < threshold:
            self._closed_at = timestamp
            self._state = EyeState.CLOSED
        else:
            self._state = EyeState.OPEN

    def _open(self, timestamp: float) -> None:
        shortest, longest = w.BLINK_SECONDS
        self._blinks += shortest <= timestamp - self._closed_at <= longest
        self._state = EyeState.OPEN
