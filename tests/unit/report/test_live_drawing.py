"""Where drawn pictures go, and what is drawn."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from interview_analysis.domain.face import Box
from interview_analysis.domain.live import Eyes, LiveFace
from interview_analysis.domain.pose import GazeAngles, GazeFix, HeadAngles
from interview_analysis.errors import InputError
from interview_analysis.report.live_drawing import draw_faces, open_sink

GREY = np.full((240, 320, 3), 90, np.uint8)
MIDDLE = Box(0.3, 0.3, 0.3, 0.4)
MESH = np.zeros((478, 3), np.float32)


def face(*, known: bool, box: Box = MIDDLE) -> LiveFace:
    head, gaze = HeadAngles(5.0, 30.0, 0.0), GazeFix(GazeAngles(0.0, 20.0), 2.0)
    return LiveFace(
        1, box, MESH, Eyes(), head if known else None, gaze if known else None, np.eye(7)[0] if known else None, None
    )


def test_what_is_known_is_drawn_and_the_picture_itself_is_left_alone() -> None:
    plain, whole = (draw_faces(GREY, [face(known=known)]) for known in (False, True))
    changed = [int((picture != GREY).any(axis=2).sum()) for picture in (plain, whole)]
    assert 0 < changed[0] < changed[1]
    assert (GREY == 90).all()


@pytest.mark.parametrize("box", [Box(-0.5, -0.5, 0.6, 0.7), Box(0.9, 0.9, 0.5, 0.5), Box(0.5, 0.5, 0.001, 0.001)])
def test_faces_across_the_border_and_tiny_ones_do_no_harm(box: Box) -> None:
    assert draw_faces(GREY, [face(known=True, box=box)]).shape == GREY.shape


@pytest.mark.parametrize("name", ["a.webm", "a.mp4", "a.avi"])
def test_a_video_has_every_picture_at_its_rate(tmp_path: Path, name: str) -> None:
    with open_sink(tmp_path / name, 15.0) as sink:
        assert all(sink(draw_faces(GREY, [])) for _ in range(12))
    video = cv2.VideoCapture(str(tmp_path / name))
    assert video.get(cv2.CAP_PROP_FPS) == pytest.approx(15.0)
    assert sum(video.read()[0] for _ in range(20)) == 12


@pytest.mark.parametrize(
    ("out", "words"),
    [
        (None, "no screen"),
        ("a.gif", "wanted is"),
        ("nowhere/a.png", "cannot be written"),
        ("nowhere/a.webm", "cannot be written"),
    ],
)
def test_where_nothing_can_go_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: str | None, words: str) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    target = None if out is None else tmp_path / out
    with pytest.raises(InputError, match=words), open_sink(target, 15.0) as sink:
        sink(GREY)
