"""What a video file turned out to hold, measured and not read off its headers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoProbe:
    """Measured before decoding, from the packets. ``width`` and ``height`` in pixels after rotation."""

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
