"""Split by person, cap and choice of classes, before any picture is opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aihub_builders import picture_name
from interview_analysis.training.aihub.config import AihubConfig
from interview_analysis.training.aihub.labels import Annotation, annotation_key
from interview_analysis.training.aihub.plan import SourcePlan, person_of, plan_source, side_of
from interview_analysis.training.aihub.sources import Member, Source

SOURCE = Source(Path("a.zip"), "a.zip")


def config(**changes: Any) -> AihubConfig:
    return AihubConfig(Path("data"), Path("out"), **changes)


def plan(names: list[str], annotations: dict[str, Annotation] | None = None, **changes: Any) -> SourcePlan:
    return plan_source(SOURCE, [Member(name, name) for name in names], annotations or {}, config(**changes))


def many(count: int) -> list[str]:
    return [picture_name(f"person{index // 4}", "기쁨", index) for index in range(count)]


def test_nobody_is_on_both_sides_and_the_share_is_kept() -> None:
    pictures = plan(many(4000), validation_share=0.2).pictures
    sides: dict[str, set[str]] = {}
    for picture in pictures:
        sides.setdefault(picture.person, set()).add(picture.side)
    assert all(len(found) == 1 for found in sides.values())
    assert sum(found == {"validation"} for found in sides.values()) / len(sides) == pytest.approx(0.2, abs=0.03)


def test_the_seed_alone_decides_the_side() -> None:
    people = [f"p{index}" for index in range(50)]
    sides = [side_of(person, config(validation_share=0.5)) for person in people]
    assert sides == [side_of(person, config(validation_share=0.5, classes=("sad",), per_zip=1)) for person in people]
    assert sides != [side_of(person, config(validation_share=0.5, seed=1)) for person in people]


def test_the_cap_draws_the_same_pictures_in_whatever_order_they_are_listed() -> None:
    names = many(100)
    one, other = plan(names, per_zip=10), plan(names[::-1], per_zip=10)
    assert one == other
    assert len(one.pictures) == 10
    assert one.dropped == {"over_cap": 90}
    assert [picture.member.name for picture in one.pictures] != sorted(names)[:10]
    assert len(plan(names, per_zip=0).pictures) == 100


def test_what_can_be_told_without_opening_a_picture() -> None:
    good, disputed, hurt = (picture_name("p", word) for word in ("기쁨", "당황", "상처"))
    annotations = {annotation_key(disputed): Annotation(None, disputed=True)}
    found = plan([good, disputed, hurt, "p_plain.jpg", "기쁨.jpg"], annotations)
    assert [(picture.label, picture.member.name) for picture in found.pictures] == [("happy", good)]
    assert found.dropped == {"disagreement": 1, "other_class": 1, "no_label": 1, "no_person": 1}
    assert found.total == 5


def test_an_annotation_goes_before_the_name() -> None:
    name = picture_name("p", "기쁨")
    (picture,) = plan([name], {annotation_key(name): Annotation("sad")}).pictures
    assert picture.label == "sad"


@pytest.mark.parametrize(
    ("pattern", "one", "other", "same"),
    [
        (r"^([^_]+)_", "x/abc_1.jpg", "y/abc_2.jpg", True),
        (r"^([^_]+)_", "abc_1.jpg", "abd_1.jpg", False),
        (r"id\d+", "a-id7-x.jpg", "b-id7-y.jpg", True),
    ],
)
def test_persons_by_pattern(pattern: str, one: str, other: str, same: bool) -> None:
    assert (person_of(one, pattern) == person_of(other, pattern)) is same


@pytest.mark.parametrize(
    "changes",
    [
        {"classes": ("joyful",)},
        {"classes": ()},
        {"validation_share": 0.0},
        {"per_zip": -1},
        {"min_side": 300},
        {"person_pattern": "("},
    ],
)
def test_options_out_of_range_are_named(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(changes))):
        config(**changes)
