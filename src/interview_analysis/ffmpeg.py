"""The only launcher of ffmpeg: the binary that ships with imageio-ffmpeg, on local files, without a shell, within limits.

A child never outlives its parent: it writes into a pipe whose only reader is the parent, so its next write fails once the
parent is gone, and its processor time is limited for the case that it never writes again.
"""

from __future__ import annotations

import os
import re
import resource
import select
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fcntl import F_SETPIPE_SZ, fcntl
from pathlib import Path
from typing import IO, NamedTuple, cast

import imageio_ffmpeg

from interview_analysis.errors import DependencyUnavailable, VideoError

CONTAINERS = {
    "matroska,webm": "matroska",
    "mov,mp4,m4a,3gp,3g2,mj2": "mp4",
    "avi": "avi",
    "mpegts": "mpegts",
    "mpeg": "mpeg",
    "flv": "flv",
    "ogg": "ogg",
    "asf": "asf",
    "wav": "wav",
    "mp3": "mp3",
    "flac": "flac",
    "aac": "aac",
}
"""Demuxers that may open a file, with the name shown to people. Playlists (hls, concat, dash) are left out on purpose: they
would make ffmpeg read other files of this machine."""

SPEECH_RATE = 16_000
"""Hertz; what networks for speech are trained on."""
SPEECH_ARGUMENTS = (
    "-map", "0:a:0", "-af", f"aresample={SPEECH_RATE}:ochl=mono:rematrix_maxval=1:async=1:first_pts=0"
)  # fmt: skip
"""The first sound stream as mono: channels are averaged; silence stands where sound begins late or has gaps, so that a
sample's index is its time in the video."""

SIDE_PIPE = "@side"
"""Stands in an argument for the address of a second pipe out of ffmpeg, see ``FfmpegProcess.side``."""

_PIPE_BYTES = 1024 * 1024
_LOG_BYTES = 32 * 1024
_RUN_BYTES = 16 * 1024 * 1024
_READ_BYTES = 64 * 1024
_INTERRUPTED = 255
_RECEIVED = re.compile(r"received signal (\d+)")
"""ffmpeg catches SIGINT, SIGTERM and SIGXCPU and stops early as if the file had ended there: status 255, and this line."""
_CRASHES = {signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL}
_PROBLEM = re.compile(r"^.*\[(?:error|fatal|panic)\] .*$", re.MULTILINE)
_AUDIO_STREAM = re.compile(r"^(?:\[info\])? +Stream #0:\d+.*?: Audio: ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ProcessLimits:
    """``seconds`` bounds both the processor time of ffmpeg (per thread) and the time spent waiting for its output; a slow
    reader costs nothing. ``data_bytes`` bounds its private memory (RLIMIT_DATA)."""

    seconds: float
    threads: int = 2
    data_bytes: int = 2 * 1024**3


class Completed(NamedTuple):
    """See ``Ended``."""

    status: int
    output: bytes
    log: str


def input_arguments(path: Path, *options: str) -> list[str]:
    """Arguments that open one local file, whatever its name, and nothing that it might point to."""
    return ["-protocol_whitelist", "file,pipe", "-format_whitelist", ",".join(CONTAINERS), *options, "-i", f"file:{path}"]


def problems(log: str) -> list[str]:
    """The lines of a log that report an error."""
    return [match.group(0) for match in _PROBLEM.finditer(log)]


def lists_audio(log: str) -> bool:
    """Whether the log lists an audio stream in the first input."""
    return _AUDIO_STREAM.search(log) is not None


class Ended(NamedTuple):
    """Exit status of ffmpeg, and the beginning and the end of what it said."""

    status: int
    log: str


class PipeReader:
    """Blocking reads from a pipe, charged for the time that they wait."""

    def __init__(self, file: IO[bytes], seconds: float) -> None:
        self._file = file
        self._left = seconds
        self._poll = select.poll()
        self._poll.register(file, select.POLLIN)
        self._lines: deque[bytes] = deque()
        self._partial = b""

    def read_into(self, view: memoryview) -> int:
        """Fill ``view``; fewer bytes only at the end. Raises ``VideoError`` (``video_too_long``) out of patience."""
        filled = 0
        while filled < len(view):
            self._wait()
            count = os.readv(self._file.fileno(), [view[filled:]])
            if not count:
                break
            filled += count
        return filled

    def read_line(self) -> str:
        """The next line without its line feed; empty at the end."""
        while not self._lines:
            chunk = self.read_some()
            if not chunk:
                line, self._partial = self._partial, b""
                return line.decode(errors="replace")
            *whole, self._partial = (self._partial + chunk).split(b"\n")
            self._lines.extend(whole)
        return self._lines.popleft().decode(errors="replace")

    def read_some(self) -> bytes:
        """Whatever is there, at least one byte; empty at the end."""
        self._wait()
        return os.read(self._file.fileno(), _READ_BYTES)

    def _wait(self) -> None:
        began = time.monotonic()
        ready = self._poll.poll(max(0.0, self._left) * 1000)
        self._left -= time.monotonic() - began
        if not ready:
            raise VideoError("ffmpeg took too long", code="video_too_long")


class FfmpegProcess:
    """A running ffmpeg. ``stdin`` is there where it was launched with ``feed``."""

    def __init__(self, process: subprocess.Popen[bytes], side: IO[bytes] | None, limits: ProcessLimits) -> None:
        self._process = process
        self._limits = limits
        self._log = _Log(cast(IO[bytes], process.stderr))
        self._side_file = side
        self.stdin = process.stdin
        self.stdout = PipeReader(cast(IO[bytes], process.stdout), limits.seconds)
        self._side = None if side is None else PipeReader(side, limits.seconds)

    @property
    def side(self) -> PipeReader:
        """The second pipe, where the arguments name ``SIDE_PIPE``."""
        if self._side is None:
            raise ValueError("the arguments ask for no side pipe")
        return self._side

    @property
    def pid(self) -> int:
        return self._process.pid

    def finish(self) -> Ended:
        """Wait for its end, all output having been read; exit status and log.

        Raises ``VideoError`` (``video_too_long``) out of processor time, ``DependencyUnavailable`` where somebody ended it.
        """
        if self.stdin is not None:
            self.stdin.close()
        try:
            status = self._process.wait(self._limits.seconds)
        except subprocess.TimeoutExpired:
            raise VideoError("ffmpeg does not end", code="video_too_long") from None
        log = self._log.text()
        ended_by = _ended_by(status, log)
        if ended_by == signal.SIGXCPU:
            raise VideoError("ffmpeg used too much processor time", code="video_too_long")
        if ended_by and ended_by not in _CRASHES:
            raise DependencyUnavailable(f"ffmpeg was ended from outside (signal {ended_by})")
        return Ended(status, log)

    def kill(self) -> None:
        """End it now; reads then meet the end of the pipe."""
        if self._process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        self.kill()
        self._process.wait()
        self._log.join()
        for file in (self._process.stdin, self._process.stdout, self._process.stderr, self._side_file):
            if file is not None:
                with suppress(BrokenPipeError):
                    file.close()


@contextmanager
def launch(arguments: Sequence[str], limits: ProcessLimits, *, feed: bool = False) -> Iterator[FfmpegProcess]:
    """Start ffmpeg with ``arguments``; it writes to ``pipe:1`` and is killed on leaving the context.

    ``feed`` opens its standard input for writing. Raises ``DependencyUnavailable`` where it cannot be started.
    """
    side_read, side_write = os.pipe() if any(SIDE_PIPE in argument for argument in arguments) else (None, None)
    try:
        process = _start(arguments, side_write, feed)
    except OSError as error:
        if side_read is not None:
            os.close(side_read)
        raise DependencyUnavailable(f"ffmpeg cannot be started: {error}") from error
    finally:
        if side_write is not None:
            os.close(side_write)
    running = FfmpegProcess(process, None if side_read is None else os.fdopen(side_read, "rb", buffering=0), limits)
    try:
        _restrict(process, limits)
        yield running
    finally:
        running.close()


def run(arguments: Sequence[str], limits: ProcessLimits, *, max_output: int = _RUN_BYTES) -> Completed:
    """Run to the end. Raises ``VideoError`` (``video_too_large``) where more than ``max_output`` bytes come out."""
    output = bytearray()
    with launch(arguments, limits) as process:
        while chunk := process.stdout.read_some():
            output += chunk
            if len(output) > max_output:
                raise VideoError("ffmpeg wrote more than expected", code="video_too_large")
        status, log = process.finish()
    return Completed(status, bytes(output), log)


def _start(arguments: Sequence[str], side: int | None, feed: bool) -> subprocess.Popen[bytes]:
    given = [argument.replace(SIDE_PIPE, f"pipe:{side}") for argument in arguments]
    process = subprocess.Popen(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", "-nostats", "-loglevel", "level+info", *given],
        stdin=subprocess.PIPE if feed else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        pass_fds=() if side is None else (side,),
        env={},
        process_group=0,  # a signal to the worker's group must not look like the end of the file
    )
    _widen(cast(IO[bytes], process.stdout).fileno())
    return process


def _ended_by(status: int, log: str) -> int:
    """The signal that ended it, 0 for none."""
    if status < 0:
        return -status
    received = _RECEIVED.search(log) if status == _INTERRUPTED else None
    return int(received[1]) if received else 0


def _widen(pipe: int) -> None:
    """Let ffmpeg work ahead of its reader; a user's quota of pipe memory may refuse it, which only costs speed."""
    with suppress(OSError):
        fcntl(pipe, F_SETPIPE_SZ, _PIPE_BYTES)


def _restrict(process: subprocess.Popen[bytes], limits: ProcessLimits) -> None:
    """Limits are set from here: code between fork and exec is unsafe in a program with threads."""
    cpu = max(1, round(limits.seconds * limits.threads))
    with suppress(ProcessLookupError):
        resource.prlimit(process.pid, resource.RLIMIT_CPU, (cpu, cpu + 5))
        resource.prlimit(process.pid, resource.RLIMIT_DATA, (limits.data_bytes, limits.data_bytes))


class _Log:
    """Drains stderr in a thread; keeps its first and its last bytes."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._head = b""
        self._tail = b""
        self._thread = threading.Thread(target=self._drain, name="ffmpeg-log", daemon=True)
        self._thread.start()

    def join(self) -> None:
        """Wait for the end of stderr."""
        self._thread.join()

    def text(self) -> str:
        """All that was kept; waits for the end of stderr."""
        self.join()
        return (self._head + self._tail).decode(errors="replace")

    def _drain(self) -> None:
        while chunk := self._file.read(_READ_BYTES):
            room = _LOG_BYTES - len(self._head)
            self._head += chunk[:room]
            self._tail = (self._tail + chunk[room:])[-_LOG_BYTES:]
