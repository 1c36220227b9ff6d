"""``analyze``, ``bench`` and ``demo`` as a person types them, on the clip whose events are scripted."""

from __future__ import annotations

import csv
import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import pyarrow.parquet
import pytest

from interview_analysis.demo.clip import PAUSES, SCRIPT
from interview_analysis.domain.timeline import COLUMNS
from interview_analysis.vision.limits import DecodeLimits
from interview_analysis.vision.probe import measure
from server_builders import BUCKET, environment, put_video
from synthetic_face import write_demo_clip, write_still_clip

pytestmark = [pytest.mark.models, pytest.mark.slow]

EXIT_INPUT, EXIT_MISSING = 2, 3
_SECONDS = 300.0


class Commands:
    """Runs commands in a data folder of their own."""

    def __init__(self, folder: Path, models: Path) -> None:
        self.folder = folder
        self.models = models

    def run(self, *words: str | Path, **settings: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "interview_analysis", *map(str, words)]
        variables = environment(self.folder / "data", self.models, **settings)
        return subprocess.run(
            command, cwd=self.folder, env=variables, capture_output=True, text=True, timeout=_SECONDS, check=False
        )


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_demo_clip(tmp_path_factory.mktemp("clip"))


@pytest.fixture
def commands(tmp_path: Path, models_dir: Path) -> Commands:
    return Commands(tmp_path, models_dir)


@pytest.fixture(scope="module")
def analysed(clip: Path, models_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The clip's result, with its frames in both forms beside it."""
    commands = Commands(tmp_path_factory.mktemp("analysed"), models_dir)
    files = ("--frames", "frames.csv", "--report", "report.pdf")
    done = commands.run("analyze", clip, "--json", *files, "--spoken-language", "ko")
    assert done.returncode == 0, done.stderr
    with (commands.folder / "frames.csv").open() as file:
        rows = list(csv.reader(file))
    return {**json.loads(done.stdout), "rows": rows, "report": commands.folder / "report.pdf"}


def test_the_scripted_blinks_are_counted(analysed: dict[str, Any]) -> None:
    assert analysed["status"] == "completed"
    assert analysed["eye_tracking"]["blink_count"] == pytest.approx(len(SCRIPT.blinks), abs=1)


def test_the_report_is_written(analysed: dict[str, Any]) -> None:
    assert analysed["report"].read_bytes().startswith(b"%PDF-")


def test_the_scripted_turns_are_measured(analysed: dict[str, Any]) -> None:
    scripted = [key.angles.yaw for key in SCRIPT.head]
    measured = analysed["head_pose"]["highest"]["yaw"] - analysed["head_pose"]["lowest"]["yaw"]
    assert measured == pytest.approx(max(scripted) - min(scripted), abs=6.0)


def test_the_scripted_glances_are_observed(analysed: dict[str, Any]) -> None:
    """The eyes go right alone at 15.0–16.5 s; the head takes them left at 6–8.8 s."""
    away = [(seen["direction"], seen["start"]) for seen in analysed["observations"] if seen["kind"] == "looked_away"]
    assert ("left", pytest.approx(6.3, abs=0.4)) in away
    assert ("right", pytest.approx(15.1, abs=0.4)) in away


def test_the_scripted_pauses_are_heard(analysed: dict[str, Any]) -> None:
    inner = PAUSES[1:-1]
    heard = analysed["voice_analysis"]["pauses"]
    assert [pause["start"] for pause in heard] == pytest.approx([pause.start for pause in inner], abs=0.2)
    assert analysed["voice_analysis"]["response_latency"] == pytest.approx(PAUSES[0].end, abs=0.2)


def test_pace_and_pitch_of_the_scripted_voice_are_measured(analysed: dict[str, Any]) -> None:
    """Syllables of 0.19 s, at 205 Hz falling by a fifth in each stretch."""
    heard = analysed["voice_analysis"]
    assert heard["syllables_per_minute"] == pytest.approx(60 / 0.19, rel=0.1)
    assert (heard["pace"], heard["pace_language"]) == ("preferred", "ko")
    assert heard["pitch_median_hz"] == pytest.approx(185, rel=0.1)
    assert heard["pitch_range_semitones"] > 2


def test_frames_are_written_one_a_row(analysed: dict[str, Any]) -> None:
    header, *rows = analysed["rows"]
    assert header == [name for name in COLUMNS if name != "anxiety"]
    assert len(rows) == analysed["video"]["analysed_frames"] == pytest.approx(300, abs=2)


def test_readable_result_with_words_and_parquet_frames(commands: Commands, clip: Path) -> None:
    done = commands.run("analyze", clip, "--language", "en", "--frames", "frames.parquet")
    assert done.returncode == 0, done.stderr
    for word in (
        "completed",
        "overall",
        "composure",
        "per minute",
        "looked_away",
        "syllables a minute",
        "pitch median",
        "You blinked ",
    ):
        assert word in done.stdout
    names = pyarrow.parquet.read_table(commands.folder / "frames.parquet").column_names
    assert names == [name for name in COLUMNS if name != "anxiety"]


def test_a_video_in_the_local_bucket_by_its_address_and_annotated(commands: Commands, clip: Path) -> None:
    """The annotated video has every frame of it, and its sound."""
    short = commands.folder / "short.webm"
    cut = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-i", clip, "-t", "3", "-c", "copy", short]
    subprocess.run(cut, check=True)
    put_video(commands.folder / "data", short, "a/b.webm")
    done = commands.run("analyze", f"s3://{BUCKET}/a/b.webm", "--json", "--overlay", "o.webm")
    assert json.loads(done.stdout)["video"]["s3_key"] == "a/b.webm"
    source, painted = (measure(path, DecodeLimits()) for path in (short, commands.folder / "o.webm"))
    assert (painted.codec, painted.has_audio, painted.width) == ("vp8", source.has_audio, source.width)
    assert source.has_audio
    assert painted.packets == source.packets > 60
    assert painted.duration == pytest.approx(source.duration, abs=0.05)


@pytest.mark.parametrize(
    ("source", "code"),
    [("text.webm", "video_unreadable"), ("absent.webm", "video_not_found"), ("s3://bucket/absent.webm", "video_not_found")],
)
def test_what_cannot_be_analysed_ends_with_2_and_its_code(commands: Commands, source: str, code: str) -> None:
    (commands.folder / "text.webm").write_text("not a video")
    done = commands.run("analyze", source, "--json")
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["status"], answer["error"]["code"]) == (EXIT_INPUT, "failed", code)
    assert answer["error"]["message"]


def test_frames_in_an_unknown_form_are_refused(commands: Commands, clip: Path) -> None:
    done = commands.run("analyze", clip, "--frames", "frames.xls")
    assert (done.returncode, done.stdout) == (EXIT_INPUT, "")
    assert "frames.xls" in done.stderr


def test_without_models_it_ends_with_3(commands: Commands, clip: Path) -> None:
    done = commands.run("analyze", clip, "--json", MODELS_DIR=str(commands.folder))
    assert (done.returncode, json.loads(done.stdout)["error"]["code"]) == (EXIT_MISSING, "model_unavailable")


def test_bench_tells_where_the_time_goes(commands: Commands) -> None:
    clip = write_still_clip(commands.folder / "still.webm", seconds=2.0)
    done = commands.run("bench", clip, "--json", "--rates", "landmarks=12,expression=2")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert {"machine", "clip", "real_time_factor", "wall_s", "cpu_s", "peak_rss_mib", "stages", "naive_ratio"} <= set(report)
    frames = {stage["name"]: stage["frames"] for stage in report["stages"]}
    assert frames["decode"] == pytest.approx(24, abs=2)
    assert frames["expression"] == pytest.approx(4, abs=1)
    assert sum(stage["share"] for stage in report["stages"]) == pytest.approx(1.0, abs=0.01)
    assert report["real_time_factor"] * report["wall_s"] == pytest.approx(2.0, rel=0.05)


@pytest.mark.parametrize(
    "words", [("bench", "absent.webm"), ("bench", "--rates", "sleep=1"), ("bench", "--rates", "landmarks=x")], ids=" ".join
)
def test_bench_refuses_bad_usage(commands: Commands, words: tuple[str, ...]) -> None:
    done = commands.run(*words)
    assert (done.returncode, done.stdout) == (EXIT_INPUT, "")
    assert "Traceback" not in done.stderr


def test_demo_without_a_server_ends_with_3(commands: Commands) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    done = commands.run("demo", "--url", f"http://127.0.0.1:{port}", "--wait", "0.5")
    assert (done.returncode, done.stdout) == (EXIT_MISSING, "")
    assert str(port) in done.stderr
