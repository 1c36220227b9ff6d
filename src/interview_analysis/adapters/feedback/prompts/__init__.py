"""Prompts of ``interview_prompts.yaml``, filled with the constants of the formulas."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from interview_analysis.adapters.feedback.formula_figures import shown
from interview_analysis.domain.feedback import Language


@dataclass(frozen=True, slots=True)
class Prompts:
    """Of one language. ``instructions`` is the system's message; ``schema`` goes with a JSON Schema behind it where the service
    cannot be held to one; ``correction`` goes with the list of what was false."""

    version: str
    instructions: str
    schema: str
    correction: str


@cache
def load_prompts(language: Language) -> Prompts:
    """Raises ``KeyError`` where a prompt names a constant that there is not."""
    book = yaml.safe_load((files(__package__) / "interview_prompts.yaml").read_text(encoding="utf-8"))
    texts = {name: text.format(**shown()) for name, text in book[language.value].items()}
    return Prompts(version=str(book["version"]), **texts)
