"""Timestamps of a video stream's packets, and what they say about the recording."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interview_analysis.errors import VideoError

_LOW_FRAME_RATE = 11.9
"""Frames per second below which blinks cannot be counted: 12, less the rounding of times to milliseconds."""

_MAX_REORDER_SECONDS = 5.0
"""Packets may lie this far out of order (B-frames); a timestamp further off its successors is damaged."""
_MAX_PACKETS_PER_SECOND = 1000
_MIN_STEP_SECONDS = 0.002
"""Closer packets are one picture: an invisible reference frame and the frame that shows it."""
_GAP_SECONDS = 0.5
_GAP_STEPS = 5.0
"""A gap is a step of at least half a second and five usual steps."""
_VARIABLE_SPREAD = 0.5
"""Rates vary when the middle 90 % of the steps spread over more than half a usual step."""
_LONE_FRAME_SECONDS = 1 / 30


def is_gap(step: float, usual: float) -> bool:
    """Whether ``step`` seconds from frame to frame are a gap where ``usual`` is the rule."""
    return step >= max(_GAP_SECONDS, _GAP_STEPS * usual)


@dataclass(frozen=True, slots=True)
class PacketTimes:
    """Rising presentation times (N,) in seconds from the container's start, N ≥ 1."""

    times: NDArray[np.float64]
    packets: int
    damaged: bool

    @property
    def start(self) -> float:
        return float(self.times[0])

    @property
    def end(self) -> float:
        """End of the last frame, which lasts as long as the usual step."""
        return float(self.times[-1]) + self.step

    @property
    def step(self) -> float:
        """Usual seconds from frame to frame. Durations written in packets are often wrong, so they are not used."""
        return float(np.median(self._steps)) if len(self.times) > 1 else _LONE_FRAME_SECONDS

    @property
    def frame_rate(self) -> float:
        """Frames per second while the recording ran, gaps left out."""
        running = self._steps[~self._gaps]
        return len(running) / float(running.sum()) if len(running) else 1 / self.step

    def warnings(self) -> tuple[str, ...]:
        """Stable words of ``VideoSummary`` that the times alone justify."""
        found = {
            "corrupt_data": self.damaged,
            "gap": bool(self._gaps.any()),
            "variable_frame_rate": self._varies(),
            "low_frame_rate": self.frame_rate < _LOW_FRAME_RATE,
        }
        return tuple(word for word, holds in found.items() if holds)

    @property
    def _steps(self) -> NDArray[np.float64]:
        return np.diff(self.times)

    @property
    def _gaps(self) -> NDArray[np.bool_]:
        usual = self.step
        return np.array([is_gap(step, usual) for step in self._steps.tolist()], dtype=np.bool_)

    def _varies(self) -> bool:
        if len(self.times) < 3:
            return False
        low, high = np.percentile(self._steps, (5, 95))
        return bool(high - low > _VARIABLE_SPREAD * self.step)


def collect_times(stamps: Iterable[float], max_seconds: float) -> PacketTimes:
    """Packet times in file order (NaN = without) → sorted, without repeats and damaged ones.

    Raises ``VideoError``: ``video_unreadable`` without any packet, ``video_too_long`` beyond ``max_seconds`` or with more
    packets than such a video can hold.
    """
    raw = array("d")
    for stamp in stamps:
        raw.append(stamp)
        if len(raw) > max_seconds * _MAX_PACKETS_PER_SECOND:
            raise VideoError("more packets than a video of the allowed length holds", code="video_too_long")
    stored = np.frombuffer(raw, dtype=np.float64)
    known = stored[np.isfinite(stored)]
    if not len(known):
        raise VideoError("the video stream holds no picture")
    sound = known[_in_order(known)]
    times = np.sort(sound)
    distinct = times[np.concatenate([[True], np.diff(times) >= _MIN_STEP_SECONDS])]
    result = PacketTimes(distinct, packets=len(stored), damaged=len(sound) < len(known))
    if result.end > max_seconds:
        raise VideoError(f"{result.end:.1f} s of video, {max_seconds:.1f} s are allowed", code="video_too_long")
    return result


def _in_order(times: NDArray[np.float64]) -> NDArray[np.bool_]:
    """False for times far above any later one: one damaged timestamp must not stretch the video to hours."""
    lowest_after = np.minimum.accumulate(times[::-1])[::-1]
    return np.asarray(times <= lowest_after + _MAX_REORDER_SECONDS, dtype=np.bool_)
