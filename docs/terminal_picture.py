"""Terminal output (with colours) on standard input → an SVG picture on standard output.

FORCE_COLOR=1 COLUMNS=100 interview-analysis analyze CLIP --language en | python docs/terminal_picture.py > docs/result.svg
"""

from __future__ import annotations

import io
import re
import sys

from rich.console import Console
from rich.text import Text

_WEB_FONT = re.compile(r"\s*@font-face \{[^}]*\}")
"""Rich names a font on somebody's server; the viewer's own monospace font does."""


def main() -> None:
    """Read everything, draw it, write it."""
    console = Console(record=True, width=100, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(sys.stdin.read()))
    sys.stdout.write(_WEB_FONT.sub("", console.export_svg(title="interview-analysis")))


if __name__ == "__main__":
    main()
