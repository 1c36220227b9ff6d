"""``train screen-gaze``, ``evaluate screen-gaze`` and ``evaluate saliency`` through the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from screen_gaze_builders import gaze_rows, write_table
from server_builders import environment

pytestmark = pytest.mark.slow

_SECONDS = 300.0


def interview_analysis(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "interview_analysis", *words]
    return subprocess.run(
        command, env=environment(folder, folder), cwd=folder, capture_output=True, text=True, timeout=_SECONDS, check=False
    )


def test_a_model_is_trained_then_measured_on_another_table(tmp_path: Path) -> None:
    write_table(tmp_path / "mine.csv", gaze_rows(sessions=4))
    write_table(tmp_path / "other.csv", gaze_rows(sessions=4, seed=2))
    trained = interview_analysis(tmp_path, "train", "screen-gaze", "mine.csv", "--out", "run", "--regressor", "kernel_ridge")
    assert trained.returncode == 0, trained.stderr
    assert json.loads(trained.stdout)["regressor"] == "kernel_ridge"
    measured = interview_analysis(
        tmp_path, "evaluate", "screen-gaze", "other.csv", "--model", "run", "--json", "--plots", "plots"
    )
    assert measured.returncode == 0, measured.stderr
    result = json.loads(measured.stdout)
    assert (result["task"], result["n"], result["coverage"], result["warnings"]) == ("screen-gaze", 36, 1.0, [])
    assert {"error_px", "error_px_ridge", "error_px_mean", "error_deg"} <= result["metrics"].keys()
    assert (tmp_path / "plots" / "screen-gaze-points.png").exists()


def test_wrong_columns_end_with_the_file_and_the_columns(tmp_path: Path) -> None:
    (tmp_path / "wrong.csv").write_text("session_id,screen_x\na,1\n")
    done = interview_analysis(tmp_path, "evaluate", "screen-gaze", "wrong.csv")
    assert done.returncode == 2
    assert "wrong.csv lacks the columns gaze_left_x" in done.stderr


@pytest.mark.data
def test_the_benchmarks_figures_come_out_of_the_command(tmp_path: Path, data_dir: Path) -> None:
    folder = data_dir / "saliency_mit_demo"
    done = interview_analysis(tmp_path, "evaluate", "saliency", str(folder), "--json", "--plots", "plots")
    assert done.returncode == 0, done.stderr
    metrics = json.loads(done.stdout)["metrics"]
    assert {"auc_judd", "nss", "cc", "sim", "kl"} <= metrics.keys()
    assert metrics["kl_Judd_i210"]["value"] == pytest.approx(
        json.loads((folder / "expected.json").read_text())["Judd_i210"]["KL"], abs=1e-6
    )
    assert (tmp_path / "plots" / "saliency-nss.png").exists()
