"""Faces for tests: the demo's, loaded once a process."""

from __future__ import annotations

from functools import lru_cache

from conftest import LANDMARKER, PORTRAIT
from interview_analysis.demo.synthetic_face import SyntheticFace, load_synthetic_face


@lru_cache(maxsize=1)
def synthetic_face() -> SyntheticFace:
    """For tests marked ``models``."""
    return load_synthetic_face(PORTRAIT, LANDMARKER)
