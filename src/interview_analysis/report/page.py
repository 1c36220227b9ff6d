"""A finished analysis as one self-contained HTML page: no script, nothing from elsewhere, every foreign text escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from interview_analysis.domain.analysis import Analysis, AnalysisResult
from interview_analysis.domain.feedback import Feedback, Language
from interview_analysis.domain.moments import Moments, find_moments
from interview_analysis.domain.timeline import FrameTimeline
from interview_analysis.report.charts import expression_chart, gaze_chart, timeline_chart
from interview_analysis.report.figures import (
    about,
    beside,
    clock,
    describe,
    moment_time,
    number,
    observation_rows,
    score_cards,
    standing,
)
from interview_analysis.report.texts import Texts, texts_in

_MOST_OBSERVATIONS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a report is made of. ``pictures``: JPEG by the time that ``moment_times`` names; ``None`` = not asked for."""

    analysis: Analysis
    result: AnalysisResult
    language: Language
    feedback: Feedback | None = None
    timeline: FrameTimeline | None = None
    pictures: Mapping[float, bytes] | None = None


def moment_times(timeline: FrameTimeline, result: AnalysisResult) -> list[float]:
    """Seconds at which pictures of the moments are taken."""
    moments = find_moments(timeline, result.scores)
    return [moment_time(moment) for moment in (*moments.strongest, *moments.weakest)]


def render_html(report: Report) -> str:
    """Blocking, some tenths of a second. The page forbids by its own policy whatever it does not need."""
    texts = texts_in(report.language)
    result = report.result
    style = _style()
    return (
        _templates()
        .get_template("report.html")
        .render(
            t=texts,
            language=report.language.value,
            style=Markup(style),  # noqa: S704 - our own file
            policy=content_policy(),
            analysis=report.analysis,
            result=result,
            facts=about(report.analysis, result, texts),
            cards=score_cards(result.scores, texts),
            beside=beside(result, texts),
            charts=_charts(report, texts),
            moments=_moments(report, texts),
            observations=observation_rows(result.scores.observations[:_MOST_OBSERVATIONS], texts),
            unlisted=max(0, len(result.scores.observations) - _MOST_OBSERVATIONS),
            feedback=report.feedback,
            standing=standing(result, texts),
            pictures_missing=report.pictures is not None and not report.pictures,
        )
    )


def content_policy() -> str:
    """The page's Content-Security-Policy: its own style, pictures inside it, nothing else."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("interview_analysis.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@lru_cache(maxsize=1)
def _style() -> str:
    return (files("interview_analysis.report") / "templates" / "report.css").read_text(encoding="utf-8")


def _charts(report: Report, texts: Texts) -> dict[str, str | None]:
    """Data addresses by name, ``None`` where nothing can be drawn."""
    timeline, scores = report.timeline, report.result.scores
    if timeline is not None and not len(timeline):
        timeline = None
    drawn = {
        "expression": expression_chart(scores, texts),
        "timeline": None if timeline is None else timeline_chart(timeline, scores, texts),
        "gaze": None if timeline is None else gaze_chart(timeline, scores, texts),
    }
    return {name: None if svg is None else _address("image/svg+xml", svg) for name, svg in drawn.items()}


def _moments(report: Report, texts: Texts) -> dict[str, list[dict[str, str | None]]]:
    timeline = report.timeline
    found = Moments((), ()) if timeline is None else find_moments(timeline, report.result.scores)
    pictures = report.pictures or {}
    told: dict[str, list[dict[str, str | None]]] = {}
    for name, moments in (("strongest", found.strongest), ("weakest", found.weakest)):
        told[name] = [
            {
                "span": f"{clock(moment.span.start)}–{clock(moment.span.end)}",
                "value": texts.fill("moment_value", value=number(moment.value, 0)),
                "parts": describe(moment, texts),
                "at": clock(moment_time(moment)),
                "picture": None if (jpeg := pictures.get(moment_time(moment))) is None else _address("image/jpeg", jpeg),
            }
            for moment in moments
        ]
    return told


def _address(media_type: str, content: bytes) -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"
