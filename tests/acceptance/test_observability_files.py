"""Alert rules, dashboard and page name only metrics that ``/metrics`` shows, and the page names them all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from api_builders import RunningApi
from interview_analysis.bootstrap import Services

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "observability"
PAGE = ROOT / "docs" / "observability.md"
NAME = re.compile(r"interview_analysis_[a-z_]+")


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    found = json.loads((FOLDER / "grafana-dashboard.json").read_text())["panels"]
    assert isinstance(found, list)
    return found


def expressions() -> Iterator[str]:
    yield from (str(rule["expr"]) for rule in rules())
    yield from (str(target["expr"]) for panel in panels() for target in panel["targets"])


@pytest.fixture(scope="module")
def shown(api: RunningApi) -> dict[str, set[str]]:
    """Families, with the names of their samples."""
    api.http.get("/health/live")
    api.failed()
    api.completed()
    api.with_services(_one_picture)
    families = text_string_to_metric_families(api.http.get("/metrics").text)
    return {family.name: {sample.name for sample in family.samples} for family in families}


async def _one_picture(services: Services) -> None:
    services.recorder.picture_answered(0.02)


def test_rules_and_dashboard_use_metrics_that_are_there(shown: dict[str, set[str]]) -> None:
    there = set[str]().union(*shown.values())
    used = {name for expression in expressions() for name in NAME.findall(expression)}
    assert len(used) > 10
    assert used - there == set()


def test_the_page_names_every_metric(shown: dict[str, set[str]]) -> None:
    named = {name.removesuffix("_total") for name in NAME.findall(PAGE.read_text())}
    assert {name.removesuffix("_total") for name in shown} == named


def test_each_rule_says_how_bad_and_what(shown: dict[str, set[str]]) -> None:
    names = [rule["alert"] for rule in rules()]
    assert len(set(names)) == len(names) >= 5
    assert all(rule["labels"]["severity"] in ("warning", "critical") and rule["annotations"]["summary"] for rule in rules())
    assert all(expression.count("(") == expression.count(")") for expression in expressions())


def test_panels_do_not_overlap() -> None:
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels()]
    assert len(set(places)) == len(places)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: str(rule["alert"]))
def test_the_page_explains_every_alert(rule: dict[str, Any]) -> None:
    assert rule["alert"] in PAGE.read_text()
