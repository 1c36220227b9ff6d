"""One log for all entrances: console (stderr) and ``logs/app_YYYY_MM_DD.log``, with the analysis id bound where there is one.

Gaze recalibrations go to ``logs/recalib_log.jsonl``, one JSON object a line.
"""

from __future__ import annotations

import logging
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import structlog
from structlog.typing import Processor

from interview_analysis.settings import LogFormat

RECALIBRATION_LOGGER = "interview_analysis.recalibration"
_STDERR = 2
_TIME = "%Y-%m-%dT%H:%M:%S.%fZ"


class _DailyFile(logging.Handler):
    """Appends to the file of the record's day; several processes may share it (one write a line, opened for append)."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._day = ""
        self._file: TextIO | None = None

    def emit(self, record: logging.LogRecord) -> None:
        try:
            day = datetime.fromtimestamp(record.created, UTC).strftime("%Y_%m_%d")
            if self._file is None or day != self._day:
                self.close()
                self._folder.mkdir(parents=True, exist_ok=True)
                self._file, self._day = (self._folder / f"app_{day}.log").open("a", encoding="utf-8"), day
            self._file.write(self.format(record) + "\n")
            self._file.flush()
        except OSError:
            self.handleError(record)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _line(_logger: object, _name: str, event: structlog.typing.EventDict) -> str:
    """time - module - level - message, then the bound values."""
    known = ("timestamp", "logger", "level", "event", "exception")
    bound = " ".join(f"{key}={value}" for key, value in event.items() if key not in known)
    line = f"{event['timestamp']} - {event.get('logger', '')} - {event['level'].upper()} - {event['event']}"
    return "\n".join(filter(None, [f"{line} {bound}".rstrip(), event.get("exception", "")]))


def divert_native_output(folder: Path) -> None:
    """Send what native libraries print to file descriptor 2 to ``native_YYYY_MM_DD.log``; Python's stderr stays where it was.

    MediaPipe and its inference runtime print a dozen lines a video, which no setting of theirs turns off. Call once a process,
    before logging is configured.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sys.stderr.flush()
    sys.stderr = os.fdopen(os.dup(_STDERR), "w", buffering=1, encoding="utf-8", errors="backslashreplace")
    name = f"native_{datetime.now(UTC):%Y_%m_%d}.log"
    native = os.open(folder / name, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.dup2(native, _STDERR)
    os.close(native)


def _drop_duplicates(_logger: object, _name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """uvicorn says each message a second time, with colours."""
    event.pop("color_message", None)
    return event


def configure_logging(level: str, form: LogFormat, folder: Path) -> None:
    """Set up the root logger once per process; library loggers pass through the same handlers."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        _drop_duplicates,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt=_TIME, utc=True),
        structlog.processors.format_exc_info,
    ]
    render: Processor = structlog.processors.JSONRenderer(ensure_ascii=False) if form is LogFormat.JSON else _line
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render]
    )
    root = logging.getLogger()
    root.handlers.clear()
    for handler in (logging.StreamHandler(sys.stderr), _DailyFile(folder)):
        handler.setFormatter(formatter)
        root.addHandler(handler)
    root.setLevel(level.upper())
    for chatty in ("httpx", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    _configure_recalibrations(folder)


def _configure_recalibrations(folder: Path) -> None:
    logger = logging.getLogger(RECALIBRATION_LOGGER)
    logger.handlers.clear()
    folder.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(folder / "recalib_log.jsonl", encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
