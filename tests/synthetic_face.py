"""Faces for tests: the demo's, loaded once a process."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from conftest import LANDMARKER, PORTRAIT
from interview_analysis.demo.clip import FRAME_RATE, make_demo_clip, write_clip
from interview_analysis.demo.script import Script
from interview_analysis.demo.synthetic_face import SyntheticFace, load_synthetic_face


@lru_cache(maxsize=1)
def synthetic_face() -> SyntheticFace:
    """For tests marked ``models``."""
    return load_synthetic_face(PORTRAIT, LANDMARKER)


def write_demo_clip(folder: Path) -> Path:
    """The demo's clip; what happens in it is in ``clip.SCRIPT`` and ``clip.PAUSES``."""
    clip = folder / "demo.webm"
    make_demo_clip(synthetic_face(), clip)
    return clip


def write_still_clip(target: Path, seconds: float) -> Path:
    """The portrait at rest, without sound."""
    write_clip(target, synthetic_face().frames(Script(duration=seconds), FRAME_RATE))
    return target
