"""Numbers in files: summed over processes, kept over their deaths, never counted twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest

from interview_analysis.observability.values import LIVE, ValueFolder

COUNTING = """
import sys
from pathlib import Path
from interview_analysis.observability.values import LIVE, ValueFolder
with ValueFolder(Path(sys.argv[1])).open() as file:
    for _ in range(1000):
        file.add("events", 1)
    file.add(LIVE + "in_flight", 1)
    print("counted", flush=True)
    sys.stdin.read()
"""


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.values"))


def counting_process(folder: Path) -> subprocess.Popen[str]:
    """Has counted when this returns; ends with its standard input."""
    command = [sys.executable, "-c", COUNTING, str(folder)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "counted\n"
    return process


def test_nothing_counted_is_nothing(tmp_path: Path) -> None:
    assert ValueFolder(tmp_path / "not there").totals() == {}


def test_processes_are_summed_and_the_dead_keep_their_counts(tmp_path: Path) -> None:
    folder = ValueFolder(tmp_path)
    ended, killed = counting_process(tmp_path), counting_process(tmp_path)
    assert folder.totals() == {"events": 2000.0, f"{LIVE}in_flight": 2.0}
    ended.communicate("")
    assert folder.totals() == {"events": 2000.0, f"{LIVE}in_flight": 1.0}
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert folder.totals() == {"events": 2000.0}
    folder.fold()
    assert folder.totals() == {"events": 2000.0}
    assert files(tmp_path) == ["ended.values"]


def test_a_living_process_is_not_folded(tmp_path: Path) -> None:
    with ValueFolder(tmp_path).open() as file:
        file.add("events", 1)
        ValueFolder(tmp_path).fold()
        file.add("events", 1)
        assert ValueFolder(tmp_path).totals() == {"events": 2.0}


def test_many_starts_leave_one_file(tmp_path: Path) -> None:
    for _ in range(5):
        with ValueFolder(tmp_path).open() as file:
            file.add("events", 1)
    assert files(tmp_path) == ["ended.values"]
    assert ValueFolder(tmp_path).totals() == {"events": 5.0}


def test_threads_share_a_file(tmp_path: Path) -> None:
    with ValueFolder(tmp_path).open() as file:

        def count() -> None:
            for i in range(700):
                file.add(f"n{i % 7}", 1)

        threads = [threading.Thread(target=count) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert ValueFolder(tmp_path).totals() == {f"n{i}": 400.0 for i in range(7)}


@pytest.mark.parametrize("name", ["", "a", "12345678", '["일", "b\\"c"]', "x" * 5000])
def test_any_name_comes_back(tmp_path: Path, name: str) -> None:
    with ValueFolder(tmp_path).open() as file:
        file.add("before", 1)
        file.add(name or "empty", 0.1)
        file.add(name or "empty", 0.2)
        file.add("after", 2)
        assert ValueFolder(tmp_path).totals() == {"before": 1.0, name or "empty": pytest.approx(0.3), "after": 2.0}


@pytest.mark.parametrize("kept", [0, 5, 20, 30, 39])
def test_a_torn_file_loses_its_torn_end_alone(tmp_path: Path, kept: int) -> None:
    with ValueFolder(tmp_path).open() as file:
        file.add("first", 1)
        file.add("second", 1)
        (path,) = tmp_path.glob("*.values")
        whole = path.read_bytes()
    (tmp_path / "ended.values").unlink()
    (tmp_path / "torn.values").write_bytes(whole[:kept])
    assert ValueFolder(tmp_path).totals() == ({"first": 1.0} if kept >= 20 else {})


def test_folding_beside_readers_loses_and_doubles_nothing(tmp_path: Path) -> None:
    stop, wrong = threading.Event(), list[float]()
    with ExitStack() as stack:
        stack.enter_context(ValueFolder(tmp_path).open()).add("events", 1)

        def read() -> None:
            last = 1.0
            while not stop.is_set():
                now = ValueFolder(tmp_path).totals()["events"]
                if now < last or now > 51:
                    wrong.append(now)
                last = now

        reader = threading.Thread(target=read)
        reader.start()
        for _ in range(50):
            with ValueFolder(tmp_path).open() as file:
                file.add("events", 1)
        stop.set()
        reader.join()
        assert not wrong
        assert ValueFolder(tmp_path).totals() == {"events": 51.0}


@pytest.mark.skipif(os.geteuid() == 0 and not Path("/dev/full").exists(), reason="no full device")
def test_a_full_disk_is_an_error_and_no_crash() -> None:
    from interview_analysis.observability.values import ValueFile

    descriptor = os.open("/dev/full", os.O_WRONLY)
    file = ValueFile(descriptor)
    with pytest.raises(OSError, match="No space left"):
        file.add("events", 1)
    file.close()
