"""The practice page as files: what may be kept, what it may load, and words for everything that the service can answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib.resources import files

import pytest

from api_builders import RunningApi
from interview_analysis.domain.analysis import Stage
from interview_analysis.domain.emotion import Emotion
from interview_analysis.domain.pose import Direction
from interview_analysis.domain.scoring.results import ObservationKind, Reason
from interview_analysis.messages import MESSAGES

STATIC = {entry.name: entry.read_text() for entry in (files("interview_analysis.api") / "static").iterdir()}
TEXTS = "".join(text for name, text in STATIC.items() if name.startswith("texts"))


def assets(api: RunningApi) -> list[str]:
    return re.findall(r'(?:src|href)="(/page/[^"]+)"', api.http.get("/").text)


def test_the_page_is_asked_for_again_and_its_files_are_kept_for_ever(api: RunningApi) -> None:
    page = api.http.get("/")
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-cache")
    known = api.http.get("/", headers={"If-None-Match": page.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")
    assert len(assets(api)) == 3
    for path in assets(api):
        file = api.http.get(path)
        assert (file.status_code, file.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")


def test_it_runs_nothing_inline_and_nothing_from_elsewhere(api: RunningApi) -> None:
    page = api.http.get("/")
    policy = dict(part.split(" ", 1) for part in page.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert "camera=(self), microphone=(self)" in page.headers["permissions-policy"]
    assert re.findall(r"<script[^>]*>[^<]+</script>|<style| style=| on\w+=", page.text) == []
    outside = {name: re.findall(r"https?://[^\s\"']+", text) for name, text in STATIC.items()}
    assert {url for urls in outside.values() for url in urls} == {"http://www.w3.org/2000/svg"}


@pytest.mark.parametrize("name", ["nothing.js", "page.html", "..%2Fapp.py", "%2e%2e%2fapp.py"])
def test_there_are_no_other_files(api: RunningApi, name: str) -> None:
    folder = assets(api)[0].rpartition("/")[0]
    assert api.http.get(f"{folder}/{name}").status_code == 404


def test_files_of_another_version_are_not_served_as_this_one(api: RunningApi) -> None:
    assert api.http.get("/page/0123456789abcdef/app.js").status_code == 404


def test_the_page_knows_limits_terms_and_words(api: RunningApi) -> None:
    told = api.http.get("/page/service.json").json()
    video = api.settings.video
    assert (told["max_bytes"], told["max_seconds"]) == (video.max_bytes, video.max_video_seconds)
    assert (told["key_needed"], told["retention_days"], told["profile_days"]) == (False, 30, 365)
    for language in ("ko", "en"):
        assert set(told["words"][language]["errors"]) == set(MESSAGES)
        assert set(told["words"][language]["reasons"]) == set(Reason)
    assert len(told["words"]["ko"]["grades"]) == len(told["words"]["en"]["grades"]) == 8


@pytest.mark.parametrize(
    ("prefix", "values"),
    [("stage", Stage), ("kind", ObservationKind), ("emotion", Emotion), ("direction", Direction)],
    ids=["stages", "observations", "emotions", "directions"],
)
def test_whatever_the_service_names_has_a_text(prefix: str, values: Iterable[str]) -> None:
    assert [value for value in values if f"  {prefix}_{value}: [" not in TEXTS] == []


def test_every_text_that_is_used_is_there_and_every_text_is_used() -> None:
    """Keys that are put together at run time are known by their first part."""
    code = "".join(text for name, text in STATIC.items() if name.endswith(".js") and not name.startswith("texts"))
    defined = re.findall(r"^  (\w+): \[", TEXTS, re.MULTILINE)
    assert len(defined) == len(set(defined))
    assert set(re.findall(r'\bt\("(\w+)"', code)) <= set(defined)
    families = tuple(re.findall(r'word\("(\w+)"', code) + re.findall(r"`(\w+_)\$\{", code))
    suffixes = tuple(re.findall(r"\}(_\w+)`", code))
    plain = [key for key in defined if not key.startswith(families) and not key.endswith(suffixes)]
    assert [key for key in plain if f'"{key}"' not in code] == []


def test_no_text_is_ever_parsed_as_markup() -> None:
    parsers = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\b|new Function|srcdoc")
    assert [name for name, text in STATIC.items() if parsers.search(text)] == []
