"""Prompts: each version's text is held; whoever changes a word, or a constant in it, raises the version.

A new version's files: ``PYTHONPATH=src python tests/unit/adapters/feedback/test_prompts.py``
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from interview_analysis.adapters.feedback.formula_figures import shown
from interview_analysis.adapters.feedback.prompts import load_prompts
from interview_analysis.domain.feedback import Language

HELD = Path(__file__).parent / "prompts"


def rendered(language: Language) -> str:
    texts = asdict(load_prompts(language))
    return "\n".join(f"== {name}\n{text}" for name, text in texts.items())


def held(language: Language) -> Path:
    return HELD / f"v{load_prompts(language).version}_{language}.txt"


@pytest.mark.parametrize("language", list(Language))
def test_a_version_never_changes(language: Language) -> None:
    assert rendered(language) == held(language).read_text(encoding="utf-8")


@pytest.mark.parametrize("language", list(Language))
def test_every_constant_is_filled_in(language: Language) -> None:
    prompts = load_prompts(language)
    assert "{" not in prompts.instructions + prompts.schema + prompts.correction
    for name in ("expression_points", "blink_high", "smile_goal", "hundred_fair", "latency_goal"):
        assert shown()[name] in prompts.instructions


if __name__ == "__main__":
    for one in Language:
        held(one).write_text(rendered(one), encoding="utf-8")
