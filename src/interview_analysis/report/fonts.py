"""The font of reports: Noto Sans KR (SIL Open Font License), from the package pylopdf-fonts-ko."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pylopdf_fonts_ko

FAMILY: Final = "Noto Sans KR"


def font_file() -> Path:
    """OpenType, regular: Latin and all 11 172 syllables of Hangul."""
    return Path(pylopdf_fonts_ko.sans_path())
