"""Results on stdout (one JSON object, or a readable table), messages on stderr."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

import orjson
from rich.console import Console
from rich.table import Table

stderr = Console(stderr=True)


def print_json(result: object) -> None:
    """One JSON object and a line feed. NaN becomes null; dataclasses, enums and numpy scalars are understood."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS
    sys.stdout.buffer.write(orjson.dumps(result, option=options) + b"\n")
    sys.stdout.buffer.flush()


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]], title: str | None = None) -> None:
    """A table on stdout."""
    table = Table(*columns, title=title)
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    Console().print(table)


def print_pairs(pairs: Mapping[str, object], title: str | None = None) -> None:
    """Two columns: name and value."""
    print_table(("", ""), list(pairs.items()), title)
