"""What one video may cost."""

from __future__ import annotations

from dataclasses import dataclass

from interview_analysis.ffmpeg import ProcessLimits

_BASE_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodeLimits:
    """``seconds_factor``: decoding may take this many times the video's duration plus 60 s of work by ffmpeg (per thread)."""

    max_seconds: float = 1800.0
    max_pixels: int = 4096 * 2304
    max_bytes: int = 1024**3
    seconds_factor: float = 4.0
    threads: int = 2

    def process(self, duration: float) -> ProcessLimits:
        """Limits of one ffmpeg run over ``duration`` seconds of video."""
        return ProcessLimits(seconds=_BASE_SECONDS + self.seconds_factor * duration, threads=self.threads)
