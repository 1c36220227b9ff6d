"""The pages of ``docs/examples`` are what the rules write from the numbers beside them."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from conftest import ROOT
from feedback_figures import shared, unknown_figures
from interview_analysis.demo.example_clips import CLIPS, ExampleClip
from interview_analysis.demo.examples import read_result, render, write_feedback
from interview_analysis.domain.feedback import Language

FOLDER = ROOT / "docs" / "examples"
MOST_SHARED = 0.4


@pytest.mark.parametrize("clip", CLIPS, ids=lambda clip: clip.name)
async def test_a_page_is_up_to_date(clip: ExampleClip) -> None:
    page = (FOLDER / f"{clip.name}.md").read_text(encoding="utf-8")
    assert page == await render(clip, read_result(FOLDER / f"{clip.name}.json"))


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("clip", CLIPS, ids=lambda clip: clip.name)
async def test_no_page_contradicts_its_numbers(clip: ExampleClip, language: Language) -> None:
    result = read_result(FOLDER / f"{clip.name}.json")
    assert unknown_figures(await write_feedback(result, language), result.scores) == []


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(("first", "second"), list(combinations([clip.name for clip in CLIPS], 2)))
async def test_two_pages_share_few_sentences(first: str, second: str, language: Language) -> None:
    one, other = [await write_feedback(read_result(FOLDER / f"{name}.json"), language) for name in (first, second)]
    assert shared(one, other) < MOST_SHARED


def test_every_page_is_named_in_the_list() -> None:
    assert set(re.findall(r"\]\((.+?)\.md\)", (FOLDER / "README.md").read_text())) == {clip.name for clip in CLIPS}
