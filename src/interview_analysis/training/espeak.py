"""Speech of known text, rate and pitch, made by the program espeak-ng."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from interview_analysis.errors import ModelUnavailable

PROGRAM = "espeak-ng"
_SECONDS = 30.0


class Manner(NamedTuple):
    """How it is spoken. ``voice``: language, or language+variant; ``rate``: nominal words a minute; ``pitch``: 0–99."""

    voice: str
    rate: int = 175
    pitch: int = 50


def speak(text: str, manner: Manner, path: Path) -> Path:
    """``text`` as a WAV file, mono, 16 bits. Raises ``ModelUnavailable`` where the program is missing or refuses."""
    program = shutil.which(PROGRAM)
    if program is None:
        raise ModelUnavailable(f"{PROGRAM} is not installed (Debian: apt-get install {PROGRAM})")
    options = ["-v", manner.voice, "-s", str(manner.rate), "-p", str(manner.pitch), "-w", str(path)]
    done = subprocess.run([program, *options, "--", text], capture_output=True, timeout=_SECONDS, check=False)
    if done.returncode != 0:
        raise ModelUnavailable(f"{PROGRAM}: {done.stderr.decode(errors='replace').strip()[:200]}")
    return path
