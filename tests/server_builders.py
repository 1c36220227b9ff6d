"""The real server and worker commands as processes of their own, in a data folder of their own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import httpx
import psutil

from jobs_builders import eventually, processes

BUCKET = "practice"
_START_SECONDS = 60.0
_LOOK_SECONDS = 0.1


def environment(data: Path, models: Path, **more: str) -> dict[str, str]:
    """Everything embedded below ``data``; nothing of the caller's settings but where programs are found, and how
    threads wait. Workers do not stand back: the tests beside them never leave a core free."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "PYTHONPATH", "OMP_WAIT_POLICY") if name in os.environ}
    folders = {"DATA_DIR": str(data), "MODELS_DIR": str(models), "LOGS_DIR": str(data / "logs")}
    return {**kept, **folders, "JOB_WORKERS": "1", "JOB_NICENESS": "0", "LOG_LEVEL": "WARNING", **more}


def put_video(data: Path, clip: Path, key: str) -> None:
    """Into the local bucket, as an upload would."""
    target = data / "buckets" / BUCKET / key
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(clip.read_bytes())


def temporary_files(data: Path) -> list[Path]:
    """What the workers have left behind, folders included."""
    return list((data / "work").glob("*")) if (data / "work").exists() else []


def processes_of(data: Path) -> list[psutil.Process]:
    """Living processes that serve this data folder: by environment, or, ffmpeg, by the file that it reads."""
    return [p for p in psutil.process_iter() if _data_dir(p) == str(data)] + processes(data / "work")


def _data_dir(process: psutil.Process) -> str | None:
    try:
        return None if process.status() == psutil.STATUS_ZOMBIE else process.environ().get("DATA_DIR")
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return None


class Server:
    """``interview-analysis serve`` on a free port."""

    program: ClassVar[Sequence[str]] = ("-m", "interview_analysis", "serve")

    def __init__(self, data: Path, models: Path, **settings: str) -> None:
        self._data = data
        self._environment = environment(data, models, **settings)
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", timeout=30.0)

    async def start(self, *options: str) -> None:
        """Until it is healthy."""
        command = [sys.executable, *self.program, "--port", str(self.port), *options]
        self.process = subprocess.Popen(command, env=self._environment, cwd=self._data)  # noqa: ASYNC220 - does not wait
        await eventually(self._is_live, _START_SECONDS)

    async def _is_live(self) -> bool:
        try:
            return (await self.http.get("/health/live")).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """``kill -9``: no chance to tidy up."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """SIGTERM, and an orderly end: uvicorn raises the signal again once it has shut down."""
        assert self.process is not None
        self.process.terminate()
        assert self.process.wait(timeout=60.0) in (0, -signal.SIGTERM)

    async def analyze(self, key: str) -> str:
        """Submit a video of the local bucket; returns the id of its analysis."""
        answer = await self.http.post("/analyze", json={"s3_bucket": BUCKET, "s3_key": key})
        assert answer.status_code == httpx.codes.ACCEPTED, answer.text
        return str(answer.json()["analysis_id"])

    async def read(self, analysis_id: str) -> dict[str, Any]:
        """``GET /analysis/{id}``."""
        answer = await self.http.get(f"/analysis/{analysis_id}")
        assert answer.status_code == httpx.codes.OK, answer.text
        return dict(answer.json())

    async def until(self, analysis_id: str, *statuses: str, seconds: float = 120.0) -> dict[str, Any]:
        """The analysis once it has one of these statuses."""

        async def reached() -> bool:
            return (await self.read(analysis_id))["status"] in statuses

        await eventually(reached, seconds, _LOOK_SECONDS)
        return await self.read(analysis_id)

    async def until_in_frames(self, analysis_id: str) -> None:
        """Until a worker is in the middle of the frames of this analysis."""

        async def in_the_middle() -> bool:
            state = await self.read(analysis_id)
            assert state["status"] in ("queued", "processing"), state
            return bool(state["progress"]["stage"] == "analyse_frames" and state["progress"]["percent"] > 8)

        await eventually(in_the_middle, 90.0, _LOOK_SECONDS)

    async def close(self) -> None:
        """End it, whatever state it is in."""
        await self.http.aclose()
        if self.process is not None and self.process.poll() is None:
            self.kill()


@contextmanager
def worker_process(data: Path, models: Path, *options: str, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """``interview-analysis worker`` with a pipe as standard input."""
    command = [sys.executable, "-m", "interview_analysis", "worker", *options]
    env = environment(data, models, **settings)
    with subprocess.Popen(command, env=env, cwd=data, stdin=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


def free_port() -> int:
    """Free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
