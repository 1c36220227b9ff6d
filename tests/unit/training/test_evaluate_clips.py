"""Blinks and presence against labels, on timelines made to measure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from interview_analysis.domain.episode import Episode
from interview_analysis.domain.timeline import FrameTimeline
from interview_analysis.errors import InputError
from interview_analysis.training.clip_truth import BlinkTruth, read_blinks
from interview_analysis.training.evaluate_clips import edge_errors, evaluate_blink, evaluate_presence, match_blinks
from timeline_builders import during, make_timeline

STEP = 1 / 30
BLINKS = ((5.0, 5.2), (12.0, 12.2), (20.0, 20.2))


def label_blinks(folder: Path, name: str, spans: Sequence[tuple[float, float]], column: str = "closed") -> Path:
    rows = [f"{time},{int(any(a <= time < b for a, b in spans))}" for time in (i * STEP for i in range(900))]
    (folder / f"{name}.blink.csv").write_text("\n".join([f"pts_s,{column}", *rows]))
    return folder / f"{name}.webm"


def blinking(spans: Sequence[tuple[float, float]]) -> FrameTimeline:
    return make_timeline(30, openness=during(spans, 0.05, 0.30))


def test_labels_become_closures(tmp_path: Path) -> None:
    truth = read_blinks(label_blinks(tmp_path, "clip", BLINKS))
    assert [round(span.start, 1) for span in truth.closures] == [5.0, 12.0, 20.0]
    assert [span.seconds for span in truth.closures] == pytest.approx([0.2] * 3, abs=2 * STEP)
    assert truth.step == pytest.approx(STEP)


def test_the_shifted_column_goes_first(tmp_path: Path) -> None:
    (tmp_path / "clip.blink.csv").write_text("pts_s,closed,closed_shifted\n0,1,0\n0.1,0,1\n0.2,0,0\n")
    assert [span.start for span in read_blinks(tmp_path / "clip.webm").closures] == [0.1]


@pytest.mark.parametrize("text", [None, "", "pts_s,closed\n", "time,closed\n0,1\n", "pts_s,closed\n0,yes\n"])
def test_labels_that_cannot_be_read_are_refused(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "clip.blink.csv").write_text(text)
    with pytest.raises(InputError):
        read_blinks(tmp_path / "clip.webm")


@pytest.mark.parametrize(
    ("found", "hits"),
    [
        ([(5.0, 5.2)], 1),
        ([(5.26, 5.4)], 1),
        ([(5.3, 5.4)], 0),
        ([(4.9, 5.0), (5.1, 5.2)], 1),
        ([(5.0, 5.2), (9.0, 9.2)], 1),
        ([], 0),
    ],
)
def test_a_blink_is_matched_once_and_within_two_frames(found: Sequence[tuple[float, float]], hits: int) -> None:
    truth = BlinkTruth((Episode(5.0, 5.2),), STEP)
    assert match_blinks([Episode(*span) for span in found], truth) == (hits, len(found), 1)


def test_blink_figures_by_hand(tmp_path: Path) -> None:
    clips = [label_blinks(tmp_path, name, BLINKS) for name in ("all", "one")]
    measured = {"all": blinking(BLINKS), "one": blinking(BLINKS[:1])}
    result = evaluate_blink(clips, lambda clip: measured[clip.stem])
    values = {name: figure.value for name, figure in result.metrics.items()}
    assert values == pytest.approx({"precision": 1.0, "recall": 4 / 6, "f1": 0.8, "count_error": 1.0})
    assert result.n == 6
    assert result.coverage == pytest.approx(1.0)


def test_without_any_blink_there_is_no_figure_but_the_count(tmp_path: Path) -> None:
    result = evaluate_blink([label_blinks(tmp_path, "still", ())], lambda clip: blinking(()))
    assert result.metrics["count_error"].value == 0
    assert str(result.metrics["f1"].value) == "nan"


@pytest.mark.parametrize(
    ("present", "errors"),
    [
        ((0.0, 10.0), [0.0]),
        ((0.0, 10.2), [0.2]),
        ((9.0, 30.0), [30.0]),
        ((0.0, 30.0), []),
    ],
    ids=["exact", "late", "coming never seen", "no edge"],
)
def test_edges_are_compared_with_their_own_kind(present: tuple[float, float], errors: list[float]) -> None:
    timeline = make_timeline(30, face=during([(0.0, 10.0)], 1.0, 0.0))
    assert edge_errors(timeline, [Episode(*present)]) == pytest.approx(errors, abs=1e-6)


def test_presence_reads_labels_from_another_folder(tmp_path: Path) -> None:
    (tmp_path / "clip.presence.csv").write_text("start,end\n0,10.1\n20,30\n")
    timeline = make_timeline(30, face=during([(0.0, 10.0), (20.0, 30.0)], 1.0, 0.0))
    result = evaluate_presence([Path("elsewhere/clip.webm")], lambda clip: timeline, tmp_path)
    assert result.n == 2
    assert result.metrics["edge_error_s"].value == pytest.approx(0.05, abs=1e-6)
