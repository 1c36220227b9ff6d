"""How many faces: none counted twice, none lost, and real pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from face_builders import Person, scene
from interview_analysis.domain.face import Box
from interview_analysis.vision.face_count import FaceFinder, count_faces
from interview_analysis.vision.face_mesh import shrink

TRACKED = Box(0.1, 0.1, 0.2, 0.3)
SAME = Box(0.12, 0.15, 0.18, 0.2)
OTHER = Box(0.6, 0.1, 0.2, 0.3)


@pytest.mark.parametrize(
    ("tracked", "found", "expected"),
    [
        (None, [], 0),
        (None, [OTHER], 1),
        (TRACKED, [], 1),
        (TRACKED, [SAME], 1),
        (TRACKED, [SAME, SAME], 1),
        (TRACKED, [SAME, OTHER], 2),
        (TRACKED, [OTHER], 2),
        (TRACKED, [SAME, OTHER, Box(0.8, 0.5, 0.1, 0.1)], 3),
    ],
)
def test_count(tracked: Box | None, found: Sequence[Box], expected: int) -> None:
    assert count_faces(tracked, found) == expected


@pytest.mark.models
@pytest.mark.parametrize(
    "people", [[], [Person(0, 1.0)], [Person(0, 0.7), Person(450, 0.7)], [Person(0, 0.85), Person(540, 0.65)]]
)
def test_finds_everybody(models_dir: Path, people: list[Person]) -> None:
    finder = FaceFinder(models_dir / "face_landmarker.task")
    found = finder.find(shrink(scene(people)))
    finder.close()
    middles = sorted((box.x + box.width / 2) * 960 for box in found)
    assert middles == pytest.approx([person.x + 320 * person.size for person in people], abs=40)
