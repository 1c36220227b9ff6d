"""What a video file turned out to hold, measured and not read off its headers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoProbe:
    """Measured before decoding, from the packets. Seconds count from the container's start, where players show zero.

    width, height   stored pixels after rotation
    rotation        clockwise degrees that a player turns the stored picture by
    pixel_aspect    width over height of one pixel, after rotation
    start           time of the first frame
    duration        end of the last frame
    """

    container: str
    codec: str
    width: int
    height: int
    rotation: int
    duration: float
    packets: int
    frame_rate: float
    has_audio: bool
    bytes: int
    warnings: tuple[str, ...] = ()
    pixel_aspect: float = 1.0
    start: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoSummary:
    """The ``video`` part of a result: the probe plus what decoding showed.

    frame_rate      source frames per second of the recording, measured
    analysed_rate   analysed frames per second
    warnings        stable words: ``truncated``, ``corrupt_data``, ``variable_frame_rate``, ``resolution_changed``, ``gap``,
                    ``low_frame_rate``
    """

    container: str
    codec: str
    width: int
    height: int
    rotation: int
    duration: float
    frame_rate: float
    analysed_frames: int
    analysed_rate: float
    has_audio: bool
    bytes: int
    warnings: tuple[str, ...] = ()
