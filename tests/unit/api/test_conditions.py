"""Range headers, good and bad."""

from __future__ import annotations

import pytest

from interview_analysis.api.conditions import holds, wanted_part

SIZE = 1000


@pytest.mark.parametrize(
    ("wanted", "part"),
    [
        ("bytes=0-9", (0, 10)),
        ("bytes=0-0", (0, 1)),
        ("bytes=990-", (990, 1000)),
        ("bytes=-10", (990, 1000)),
        ("bytes=-5000", (0, 1000)),
        ("bytes=0-5000", (0, 1000)),
        ("Bytes = 1 - 2", (1, 3)),
        ("", None),
        ("bytes=", None),
        ("bytes=-", None),
        ("bytes=9-1", None),
        ("bytes=0-1,5-9", None),
        ("lines=0-9", None),
        ("bytes=a-b", None),
        ("bytes=" + "9" * 40 + "-", None),
    ],
)
def test_one_range_is_understood_and_the_rest_ignored(wanted: str, part: tuple[int, int] | None) -> None:
    assert wanted_part(wanted, SIZE) == part


@pytest.mark.parametrize(("wanted", "size"), [("bytes=1000-", 1000), ("bytes=5-6", 5), ("bytes=-0", 10), ("bytes=0-", 0)])
def test_what_begins_behind_the_end_cannot_be_had(wanted: str, size: int) -> None:
    with pytest.raises(ValueError, match="behind"):
        wanted_part(wanted, size)


@pytest.mark.parametrize(
    ("known", "held"),
    [('"a"', True), ('W/"a"', True), ('"b", "a"', True), ("*", True), ('"b"', False), ("", False)],
)
def test_a_tag_is_found_among_those_that_are_known(known: str, held: bool) -> None:
    assert holds(known, '"a"') is held
