"""One log for all entrances: console (stderr) and ``logs/app_YYYY_MM_DD.log``, with the analysis id bound where there is one.

Gaze recalibrations go to ``logs/recalib_log.jsonl``, who did what to ``logs/audit_YYYY_MM_DD.jsonl``, one JSON object a line.
"""

from __future__ import annotations

import logging
import os
import sys
from datetime import UTC, datetime
from logging.handlers import QueueHandler, QueueListener
from pathlib import Path
from queue import SimpleQueue

import structlog
from structlog.typing import Processor

from interview_analysis.log_files import DailyFile, LogBounds, escaped, shown_traceback, shown_value
from interview_analysis.settings import Settings
from interview_analysis.settings.work import LogFormat

RECALIBRATION_LOGGER = "interview_analysis.recalibration"
AUDIT_LOGGER = "interview_analysis.audit"
_STDERR = 2
_WHOLE = LogBounds(max_mib=None)
"""An audit that drops lines is none."""
_TELLING = ("aiosqlite", "boto3", "botocore", "s3transfer", "urllib3", "pymongo", "httpcore", "httpcore2", "openai")
"""At DEBUG these write statements with their values, and requests with their signatures."""
_TIME = "%Y-%m-%dT%H:%M:%S.%fZ"


class _Behind(QueueHandler):
    """Lets a thread of its own write, begun with the first record: a busy disk holds a write for a tenth of a second, in which
    the loop must answer others. Closing writes what is left; so does the end of the program."""

    def __init__(self, writer: logging.Handler) -> None:
        super().__init__(SimpleQueue())
        self._writer = writer
        self._listener: QueueListener | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if self._listener is None:
            self._listener = QueueListener(self.queue, self._writer)
            self._listener.start()
        super().emit(record)

    def close(self) -> None:
        if self._listener is not None:
            self._listener.stop()
            self._listener = None
        self._writer.close()
        super().close()


def _line(_logger: object, _name: str, event: structlog.typing.EventDict) -> str:
    """time - module - level - message, then the bound values."""
    known = ("timestamp", "logger", "level", "event", "exception")
    bound = " ".join(f"{key}={shown_value(value)}" for key, value in event.items() if key not in known)
    line = f"{event['timestamp']} - {event.get('logger', '')} - {event['level'].upper()} - {escaped(str(event['event']))}"
    exception = event.get("exception", "")
    return f"{line} {bound}".rstrip() + (f"\n{shown_traceback(exception)}" if exception else "")


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


def log_bounds(settings: Settings) -> LogBounds:
    """By ``LOG_KEEP_DAYS`` and ``LOG_MAX_MIB``."""
    return LogBounds(settings.observability.log_keep_days, settings.observability.log_max_mib)


def configure_logging(level: str, form: LogFormat, folder: Path, bounds: LogBounds) -> None:
    """Set up the root logger once per process; library loggers pass through the same handlers.

    uvicorn's access log is off: it shows paths as callers send them; ``interview_analysis.access`` has one line a request.
    """
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
    for handler in (logging.StreamHandler(sys.stderr), DailyFile(folder, bounds)):
        handler.setFormatter(formatter)
        root.addHandler(handler)
    root.setLevel(level.upper())
    for chatty in ("httpx", "httpcore", "httpx2", "httpcore2", "openai", "faster_whisper", "alembic", "uvicorn.access"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    for telling in _TELLING:
        logging.getLogger(telling).setLevel(max(logging.INFO, root.level))
    folder.mkdir(parents=True, exist_ok=True)
    _configure_lines(RECALIBRATION_LOGGER, logging.FileHandler(folder / "recalib_log.jsonl", encoding="utf-8", delay=True))
    _configure_lines(AUDIT_LOGGER, _Behind(DailyFile(folder, _WHOLE, "audit_{day}.jsonl")))


def _configure_lines(name: str, handler: logging.Handler) -> None:
    """A logger whose messages are whole lines of a file of its own."""
    logger = logging.getLogger(name)
    for earlier in logger.handlers[:]:
        logger.removeHandler(earlier)
        earlier.close()
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
