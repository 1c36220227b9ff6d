"""Daily log files that several processes write, that end at a size, and that go after some days; and lines that one value
cannot break in two."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

_DATED = re.compile(r"(?:app|native)_(\d{4})_(\d{2})_(\d{2})\.log")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, line ends of Unicode, marks that turn the direction of writing, halves of characters."""
_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_PLAIN = re.compile(r'[^\s="]+')
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class LogBounds:
    """``max_mib`` for the file of one day, ``None`` without a bound; the log's files older than ``keep_days`` are removed."""

    keep_days: int = 30
    max_mib: int | None = 256


class DailyFile(logging.Handler):
    """Appends to the file of the record's day (UTC); ``name`` has a place for it. Processes may share it: a record is one
    write to a file opened for append. Full, it says so once and drops the rest of the day."""

    def __init__(self, folder: Path, bounds: LogBounds, name: str = "app_{day}.log") -> None:
        super().__init__()
        self._folder = folder
        self._name = name
        self._bounds = bounds
        self._day: date | None = None
        self._file: int | None = None
        self._full = False

    def emit(self, record: logging.LogRecord) -> None:
        try:
            moment = datetime.fromtimestamp(record.created, UTC)
            if self._file is None or moment.date() != self._day:
                self._turn_to(moment.date())
            line = f"{self.format(record)}\n".encode(errors="backslashreplace")
            self._append(line, moment)
        except Exception:
            self.handleError(record)

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
        super().close()

    def _turn_to(self, day: date) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
        self._folder.mkdir(parents=True, exist_ok=True)
        remove_old_logs(self._folder, day, self._bounds.keep_days)
        path = self._folder / self._name.format(day=f"{day:%Y_%m_%d}")
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
        self._day, self._full = day, False

    def _append(self, line: bytes, moment: datetime) -> None:
        if self._file is None or self._full:
            return
        bound = self._bounds.max_mib
        if bound is not None and os.fstat(self._file).st_size + len(line) > bound * _MIB:
            self._full = True
            line = f"{moment:%Y-%m-%dT%H:%M:%S.%fZ} - {__name__} - WARNING - LOG_MAX_MIB is reached, no more today\n".encode()
        os.write(self._file, line)


def remove_old_logs(folder: Path, today: date, keep_days: int) -> None:
    """Remove dated logs of days more than ``keep_days`` before ``today``; what cannot be removed stays."""
    for path in folder.iterdir():
        dated = _DATED.fullmatch(path.name)
        with contextlib.suppress(ValueError, OSError):
            if dated and date(*map(int, dated.groups())) < today - timedelta(days=keep_days):
                path.unlink()


def escaped(text: str) -> str:
    """On one line, showing what would be invisible."""
    return _UNSAFE.sub(lambda found: _ESCAPES.get(found[0], f"\\u{ord(found[0]):04x}"), text)


def shown_value(value: object) -> str:
    """As the right side of ``key=value``: quoted where a space, quote or equals sign could look like the next pair."""
    text = escaped(str(value))
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def shown_traceback(text: str) -> str:
    """Lines of a traceback, set in: none of them can pass for a record of its own."""
    return "\n".join(f"    {escaped(line)}" for line in text.split("\n"))
