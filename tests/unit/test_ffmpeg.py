"""The launcher: local files only, whatever their name, within limits, and no process left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from interview_analysis.errors import DependencyUnavailable, VideoError
from interview_analysis.ffmpeg import ProcessLimits, input_arguments, launch, problems, run
from media_builders import LIMITS, make_clip
from processes import is_gone, wait_until

ENDLESS = ["-f", "lavfi", "-i", "testsrc=size=320x240:rate=30", "-f", "rawvideo", "pipe:1"]
REAL_TIME = ["-re", *ENDLESS]


def packets(path: Path) -> list[str]:
    done = run([*input_arguments(path), "-c", "copy", "-f", "framecrc", "pipe:1"], LIMITS)
    return [line for line in done.output.decode().splitlines() if not line.startswith("#")]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("clip") / "clip.webm", seconds=0.5)


@pytest.mark.parametrize("name", ["-y", "a b'c\";$(x).webm", "쉼표, 100%d.webm", "concat:a|b", "http:", "pipe:0", "x\ny.webm"])
def test_any_file_name_is_only_a_name(clip: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(clip.read_bytes())
    assert len(packets(Path(name))) == 15


@pytest.mark.parametrize(
    "text",
    [
        "ffconcat version 1.0\nfile 'other.webm'\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nother.webm\n#EXT-X-ENDLIST\n",
    ],
    ids=["concat", "hls"],
)
def test_a_playlist_does_not_open_other_files(clip: Path, tmp_path: Path, text: str) -> None:
    (tmp_path / "other.webm").write_bytes(clip.read_bytes())
    playlist = tmp_path / "list.webm"
    playlist.write_text(text)
    done = run([*input_arguments(playlist), "-c", "copy", "-f", "framecrc", "pipe:1"], LIMITS)
    assert done.status != 0
    assert b"0," not in done.output


def test_output_is_bounded() -> None:
    with pytest.raises(VideoError) as caught:
        run(ENDLESS, LIMITS, max_output=1_000_000)
    assert caught.value.code == "video_too_large"


def test_waiting_is_bounded() -> None:
    never = ["-re", "-f", "lavfi", "-i", "testsrc=rate=0.01", "-f", "rawvideo", "pipe:1"]
    with launch(never, ProcessLimits(seconds=0.4)) as process:
        two_frames = memoryview(bytearray(2 * 320 * 240 * 3))
        with pytest.raises(VideoError) as caught:
            process.stdout.read_into(two_frames)
    assert caught.value.code == "video_too_long"


@pytest.mark.slow
def test_a_slow_reader_costs_ffmpeg_nothing() -> None:
    some = ["-f", "lavfi", "-i", "testsrc=size=640x480:rate=30:duration=2", "-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"]
    total = 0
    with launch(some, ProcessLimits(seconds=4.0)) as process:
        wait_until(lambda: "State:\tS" in Path(f"/proc/{process.pid}/status").read_text())
        end = time.monotonic() + 4.1
        wait_until(lambda: time.monotonic() > end)
        while chunk := process.stdout.read_some():
            total += len(chunk)
    assert total == 60 * 640 * 480 * 3


def test_processor_time_is_bounded() -> None:
    endless = ["-f", "lavfi", "-i", "testsrc=size=640x480", "-f", "null", "-"]
    with launch(endless, ProcessLimits(seconds=0.5, threads=1)) as process:
        wait_until(lambda: is_gone(process.pid))
        with pytest.raises(VideoError) as caught:
            process.finish()
    assert caught.value.code == "video_too_long"


def test_memory_is_bounded() -> None:
    huge = ["-f", "lavfi", "-i", "color=size=16000x9000", "-frames:v", "1", "-f", "rawvideo", "pipe:1"]
    done = run(huge, ProcessLimits(seconds=20.0, data_bytes=100 * 1024 * 1024), max_output=10**9)
    assert done.status != 0
    assert any("Cannot allocate memory" in line for line in problems(done.log))


def test_what_ffmpeg_says_is_bounded() -> None:
    loud = ["-f", "lavfi", "-i", "testsrc=size=32x32:duration=60", "-vf", "showinfo", "-f", "null", "-"]
    log = run(loud, LIMITS).log
    assert len(log) < 70_000
    assert "Input #0, lavfi" in log
    assert "n:1499" in log


def test_leaving_the_context_ends_the_process() -> None:
    with launch(REAL_TIME, LIMITS) as process:
        assert process.stdout.read_some()
    assert is_gone(process.pid)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_an_end_from_outside_is_not_the_end_of_the_file(number: signal.Signals) -> None:
    with launch(REAL_TIME, LIMITS) as process:
        process.stdout.read_some()
        os.kill(process.pid, number)
        while process.stdout.read_some():
            pass
        with pytest.raises(DependencyUnavailable):
            process.finish()


def test_it_does_not_survive_its_killed_parent() -> None:
    code = f"""if True:
        from interview_analysis.ffmpeg import ProcessLimits, launch
        with launch({REAL_TIME!r}, ProcessLimits(seconds=60.0)) as process:
            while process.stdout.read_some():
                print(process.pid, flush=True)
    """
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
    wait_until(lambda: is_gone(child))


def test_it_sees_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with launch(REAL_TIME, LIMITS) as process:
        assert Path(f"/proc/{process.pid}/environ").read_bytes() == b""


def test_a_missing_binary_is_a_missing_dependency(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", "/nonexistent/ffmpeg")
    with pytest.raises(DependencyUnavailable):
        run(["-version"], LIMITS)


def test_it_takes_what_is_fed_to_it() -> None:
    double = ["-f", "s16le", "-ar", "8000", "-ac", "1", "-i", "pipe:0", "-af", "volume=2", "-f", "s16le", "pipe:1"]
    with launch(double, LIMITS, feed=True) as process:
        assert process.stdin is not None
        process.stdin.write(b"\x10\x00" * 100)
        process.finish()
        assert process.stdout.read_some() == b"\x20\x00" * 100
