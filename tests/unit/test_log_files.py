"""The log on disk: one record a line whatever it holds, bounded in size and age, shared by processes."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import structlog

from interview_analysis.log import configure_logging
from interview_analysis.log_files import DailyFile, LogBounds, remove_old_logs
from interview_analysis.settings.work import LogFormat

FORGED = "2026-01-27T00:00:00.000000Z - interview_analysis.api - INFO - all keys were deleted"
HOSTILE = [
    f"a\n{FORGED}",
    f"a\r{FORGED}",
    f"a\u2028{FORGED}",
    f"a\x85{FORGED}",
    "a\x1b[2Jb",
    "a\x00b",
    "\u202egnp.exe",
    "half \udc80",
    "a b=c",
]
PROCESS = """
import logging, sys
from pathlib import Path
from interview_analysis.log_files import DailyFile, LogBounds
handler = DailyFile(Path(sys.argv[1]), LogBounds())
handler.setFormatter(logging.Formatter("%(message)s"))
logger = logging.getLogger()
logger.addHandler(handler)
for number in range(300):
    logger.warning("%s", sys.argv[2] * 20_000)
"""


@pytest.fixture
def configure(tmp_path: Path) -> Iterator[Callable[[LogFormat], None]]:
    """Logging as the program sets it up, taken down again."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def set_up(form: LogFormat) -> None:
        configure_logging("INFO", form, tmp_path, LogBounds())

    yield set_up
    for handler in set(root.handlers) - set(handlers):
        handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(folder: Path) -> list[str]:
    (path,) = folder.glob("app_*.log")
    return path.read_text().splitlines()


def daily(folder: Path, bounds: LogBounds) -> logging.Logger:
    logger = logging.Logger("test")
    handler = DailyFile(folder, bounds)
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger.addHandler(handler)
    return logger


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_stays_in_its_line(tmp_path: Path, configure: Callable[[LogFormat], None], value: str) -> None:
    configure(LogFormat.TEXT)
    with structlog.contextvars.bound_contextvars(analysis_id=value):
        logging.getLogger("x").info("file %s", value, extra={"file": value})
    (line,) = lines(tmp_path)
    assert not {"\n", "\r", "\x1b", "\x00", "\x85", "\u2028", "\u202e"} & set(line)
    assert line.split(" - ")[1:3] == ["x", "INFO"]


def test_a_value_cannot_pass_for_another_pair(tmp_path: Path, configure: Callable[[LogFormat], None]) -> None:
    configure(LogFormat.TEXT)
    logging.getLogger("x").info("m", extra={"user": 'me status=200 "'})
    assert lines(tmp_path)[0].endswith('m user="me status=200 \\""')


def test_no_line_of_a_traceback_passes_for_a_record(tmp_path: Path, configure: Callable[[LogFormat], None]) -> None:
    configure(LogFormat.TEXT)
    logging.getLogger("x").error("it broke", exc_info=ValueError(f"bad\n{FORGED}"))
    first, *others = lines(tmp_path)
    assert " - x - ERROR - it broke" in first
    assert FORGED in others[-1]
    assert all(line.startswith("    ") for line in others)


@pytest.mark.parametrize("value", HOSTILE)
def test_json_lines_stay_whole_too(tmp_path: Path, configure: Callable[[LogFormat], None], value: str) -> None:
    configure(LogFormat.JSON)
    logging.getLogger("x").info("file", extra={"file": value})
    (path,) = tmp_path.glob("app_*.log")
    (line,) = path.read_text().split("\n")[:-1]
    assert json.loads(line)["file"].startswith(value[0])


def test_the_file_ends_at_its_size_and_says_so_once(tmp_path: Path) -> None:
    logger = daily(tmp_path, LogBounds(max_mib=1))
    for _ in range(1200):
        logger.warning("x" * 1000)
    written = lines(tmp_path)
    assert sum(map(len, written)) <= 1024 * 1024 + 200
    assert ["LOG_MAX_MIB" in line for line in written[-2:]] == [False, True]


def test_another_day_begins_anew_and_removes_what_is_old(tmp_path: Path) -> None:
    today = datetime.now(UTC)
    old, kept = today.date() - timedelta(days=31), today.date() - timedelta(days=30)
    for day in (old, kept):
        for kind in ("app", "native"):
            (tmp_path / f"{kind}_{day:%Y_%m_%d}.log").write_text("x")
    for name in ("recalib_log.jsonl", "app_0000_99_99.log", "app_2020_01_01.log.bak"):
        (tmp_path / name).write_text("x")
    daily(tmp_path, LogBounds(keep_days=30)).warning("now")
    left = {path.name for path in tmp_path.iterdir()}
    assert f"app_{old:%Y_%m_%d}.log" not in left
    assert f"native_{old:%Y_%m_%d}.log" not in left
    assert {f"app_{kept:%Y_%m_%d}.log", f"app_{today:%Y_%m_%d}.log", "recalib_log.jsonl", "app_2020_01_01.log.bak"} <= left


def test_a_log_that_cannot_be_removed_stays(tmp_path: Path) -> None:
    (tmp_path / "app_2020_01_01.log").mkdir()
    remove_old_logs(tmp_path, date(2026, 1, 1), 30)
    assert (tmp_path / "app_2020_01_01.log").is_dir()


def test_processes_do_not_write_into_each_others_lines(tmp_path: Path) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", PROCESS, str(tmp_path), letter]) for letter in "ab"]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    written = lines(tmp_path)
    assert len(written) == 600
    assert set(written) == {"a" * 20_000, "b" * 20_000}
