"""Tables with faults: what is kept, what is named, what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from interview_analysis.errors import InputError
from interview_analysis.training.screen_gaze_table import read_screen_gaze
from screen_gaze_builders import COLUMNS, gaze_rows, write_table


def test_a_whole_table_has_no_warnings(tmp_path: Path) -> None:
    table = read_screen_gaze(write_table(tmp_path / "t.csv", gaze_rows(sessions=4)))
    assert (len(table), table.known.sum(), table.warnings) == (36, 36, ())
    assert np.bincount(table.session).tolist() == [9, 9, 9, 9]


@pytest.mark.parametrize(
    ("column", "text"), [("head_tz", "nan"), ("screen_x", ""), ("gaze_left_x", "left"), ("head_roll", "inf")]
)
def test_a_row_without_a_number_is_named_and_gets_no_answer(tmp_path: Path, column: str, text: str) -> None:
    rows = gaze_rows(sessions=4)
    rows[6][column] = text
    table = read_screen_gaze(write_table(tmp_path / "t.csv", rows))
    assert (len(table), table.known.sum()) == (36, 35)
    assert f"t.csv line 8: no number in {column}" in table.warnings[0]


def test_an_absurd_row_is_named_and_kept(tmp_path: Path) -> None:
    rows = gaze_rows(sessions=4)
    rows[3]["head_tx"] = "-1e7"
    table = read_screen_gaze(write_table(tmp_path / "t.csv", rows))
    assert table.known.all()
    assert len(table.warnings) == 1
    assert "t.csv line 5: absurd head_tx -1e+07" in table.warnings[0]


def test_missing_columns_are_named(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(",".join(name for name in COLUMNS if name not in ("head_tz", "screen_y")) + "\n")
    with pytest.raises(InputError, match=r"t.csv lacks the columns head_tz, screen_y"):
        read_screen_gaze(path)


def test_too_few_sessions_cannot_be_left_out(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="at least 3 sessions"):
        read_screen_gaze(write_table(tmp_path / "t.csv", gaze_rows(sessions=2)))


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00\x01", None])
def test_what_is_no_table_is_refused_by_name(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "t.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=r"t\.csv"):
        read_screen_gaze(path)


@pytest.mark.data
def test_the_recorded_outlier_is_found_and_nothing_else(data_dir: Path) -> None:
    table = read_screen_gaze(data_dir / "gaze_regression" / "focusapp_gaze_headpose_to_screen.csv")
    assert (len(table), len(np.unique(table.session)), int(table.known.sum())) == (233, 35, 233)
    assert [warning.split(":")[0].split()[-1] for warning in table.warnings] == ["153"]
