"""Work folders tell the living from the dead."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from interview_analysis.adapters.jobs.folders import dead_workers, living_workers, own_folder, remove_folder
from interview_analysis.errors import Conflict

_HOLD = """
import sys
from pathlib import Path
from interview_analysis.adapters.jobs.folders import own_folder
with own_folder(Path(sys.argv[1]), sys.argv[2]) as folder:
    (folder / "video").write_bytes(b"1")
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def _other_process(root: Path, worker: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(root), worker], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def test_folder_of_a_running_worker_is_alive_and_refused_to_another(tmp_path: Path) -> None:
    with _other_process(tmp_path, "a"):
        assert (living_workers(tmp_path), dead_workers(tmp_path)) == (["a"], [])
        with pytest.raises(Conflict), own_folder(tmp_path, "a"):
            pass
        assert living_workers(tmp_path) == ["a"]


def test_killed_worker_leaves_a_dead_folder_that_can_be_removed(tmp_path: Path) -> None:
    with _other_process(tmp_path, "a") as process:
        process.kill()
        process.wait()
        assert (living_workers(tmp_path), dead_workers(tmp_path)) == ([], ["a"])
        assert (tmp_path / "a" / "video").exists()
        remove_folder(tmp_path, "a")
        assert dead_workers(tmp_path) == []


def test_ended_worker_leaves_nothing(tmp_path: Path) -> None:
    with _other_process(tmp_path, "a") as process:
        process.communicate()
        assert list(tmp_path.iterdir()) == []


def test_name_of_a_dead_worker_may_be_used_again(tmp_path: Path) -> None:
    with _other_process(tmp_path, "a") as process:
        process.kill()
        process.wait()
    with own_folder(tmp_path, "a"):
        assert living_workers(tmp_path) == ["a"]


def test_no_root_means_no_workers(tmp_path: Path) -> None:
    assert (living_workers(tmp_path / "none"), dead_workers(tmp_path / "none")) == ([], [])
