"""The report over HTTP: what stands in it, in both languages and forms, and hostile words that stay words."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import httpx
import pypdfium2
import pypdfium2.raw as pdfium_c
import pytest

from api_builders import RunningApi
from interview_analysis.domain.analysis import AnalysisStatus, VideoReference
from media_builders import make_clip
from report_builders import HOSTILE, HOSTILE_KEY, Parsed, build_interview, hostile_feedback, needs_pango, scored
from store_builders import START, build_analysis, build_feedback, build_result

TIMELINE = build_interview()
RESULT = scored(TIMELINE)
_ALLOWED = {"img": {"src", "alt", "class"}, "meta": {"charset", "http-equiv", "content", "name"}}


@pytest.fixture(scope="module")
def path(api: RunningApi) -> str:
    return f"/analysis/{api.completed(result=RESULT, frames=TIMELINE, feedback=build_feedback())}"


@pytest.fixture(scope="module")
def hostile(api: RunningApi) -> str:
    """Every text that somebody else can choose."""
    known = build_analysis(900_001, user=HOSTILE)
    request = replace(known.request, video=VideoReference("practice", HOSTILE_KEY), question_text=HOSTILE, session_id=HOSTILE)

    async def store(services):  # type: ignore[no-untyped-def]
        await services.analyses.add(replace(known, request=request, expires_at=None, created_at=START.replace(year=2001)))
        _, claim = await services.analyses.claim_next("worker", 600.0)
        await services.frames.save(known.id, claim.attempt, TIMELINE)
        await services.feedback.save(known.id, hostile_feedback())
        await services.analyses.finish(claim, RESULT)

    api.with_services(store)
    return f"/analysis/{known.id}"


def are_fonts_embedded(content: bytes) -> bool:
    """Of every piece of text on every page."""
    pieces = [piece for page in pypdfium2.PdfDocument(content) for piece in page.get_objects([pdfium_c.FPDF_PAGEOBJ_TEXT])]
    fonts = [pdfium_c.FPDFTextObj_GetFont(piece.raw) for piece in pieces]
    return bool(fonts) and all(pdfium_c.FPDFFont_GetIsEmbedded(font) == 1 for font in fonts)


def pdf_text(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == "application/pdf"
    document = pypdfium2.PdfDocument(answer.content)
    return "\n".join(page.get_textpage().get_text_range() for page in document).replace("\r", "")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "ko",
            ["면접 연습 분석 보고서", "매우 안정적", "표정 점수(60점 만점) + 0.4 × 시선 점수", "좋았던 순간", "방법과 한계"],
        ),
        ("en", ["Interview practice report", "very steady", "Expression (of 60) + 0.4 × attention", "Strongest", "Korean"]),
    ],
)
def test_the_page_says_everything_in_either_language(api: RunningApi, path: str, language: str, words: list[str]) -> None:
    page = Parsed(api.http.get(f"{path}/report", params={"language": language}).text)
    assert [word for word in words if word not in page.text] == []
    assert ("html", {"lang": language}) in page.elements
    for score in (RESULT.scores.overall, RESULT.scores.expression.score, RESULT.scores.eye.score):
        assert f"{score.value:.1f}" in page.text
    pictures = [attributes["src"] or "" for name, attributes in page.elements if name == "img"]
    assert [source[:26] for source in pictures] == ["data:image/svg+xml;base64,"] * 3


def test_nothing_in_the_page_runs_or_is_fetched(api: RunningApi, path: str) -> None:
    answer = api.http.get(f"{path}/report")
    page = Parsed(answer.text)
    assert not page.names & {"script", "iframe", "object", "embed", "link", "form", "a"}
    assert all(not name.startswith("on") for _, attributes in page.elements for name in attributes)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "script-src" not in policy
    assert "cache-control" in answer.headers


def test_hostile_words_stay_words_in_the_page(api: RunningApi, hostile: str, path: str) -> None:
    page, plain = (Parsed(api.http.get(f"{one}/report").text) for one in (hostile, path))
    assert page.text.count(HOSTILE) >= 8
    assert "<svg onload=alert(3)>.webm" in page.text
    assert page.names == plain.names
    assert all(set(attributes) <= _ALLOWED[name] for name, attributes in page.elements if name in _ALLOWED)


@pytest.mark.parametrize(
    ("path", "accept", "media_type", "holds_words"),
    [
        ("", "*/*", "application/json", True),
        ("/llm-comment", "*/*", "application/json", True),
        ("/frames", "text/csv", "text/csv; charset=utf-8", False),
        ("/frames", "application/vnd.apache.parquet", "application/vnd.apache.parquet", False),
        ("/timeline", "*/*", "application/json", False),
    ],
    ids=["result", "feedback", "csv", "parquet", "timeline"],
)
def test_hostile_words_are_never_served_as_a_page(
    api: RunningApi, hostile: str, path: str, accept: str, media_type: str, holds_words: bool
) -> None:
    answer = api.http.get(f"{hostile}{path}", headers={"Accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "script-src" not in answer.headers["content-security-policy"]
    assert (json.dumps(HOSTILE, ensure_ascii=False)[1:-1].encode() in answer.content) is holds_words


def test_hostile_words_stay_words_in_the_export(api: RunningApi, hostile: str) -> None:
    answer = api.http.get("/users/export", params={"user_id": HOSTILE})
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        known = hostile.removeprefix("/analysis/")
        assert {name.rpartition("/")[0] for name in archive.namelist()} == {"", f"analyses/{known}"}
        assert json.loads(archive.read(f"analyses/{known}/analysis.json"))["user_id"] == HOSTILE
        assert HOSTILE in json.loads(archive.read(f"analyses/{known}/feedback.json"))["overall_feedback"]
        assert HOSTILE in archive.read("README.txt").decode()


@needs_pango
def test_hostile_words_stay_words_in_the_pdf(api: RunningApi, hostile: str) -> None:
    answer = api.http.get(f"{hostile}/report.pdf", params={"language": "ko"}, timeout=90)
    assert are_fonts_embedded(answer.content)
    assert pdfium_c.FPDFDoc_GetJavaScriptActionCount(pypdfium2.PdfDocument(answer.content).raw) == 0
    text = pdf_text(answer).replace("\n", "").replace(" ", "")
    assert HOSTILE.replace(" ", "") in text
    assert "<svgonload=alert(3)>.webm" in text
    assert "면접연습분석보고서" in text
    assert answer.headers["content-disposition"].endswith('.pdf"')


def test_moments_have_pictures_on_request_while_the_video_is_there(api: RunningApi, path: str, tmp_path: Path) -> None:
    asked = {"thumbnails": "true", "language": "en"}
    without = api.http.get(f"{path}/report", params=asked).text
    assert "Without pictures: the video cannot be read." in without
    assert "data:image/jpeg" not in without
    video = api.http.get(path).json()["video"]
    stored = api.settings.paths.buckets / video["s3_bucket"] / video["s3_key"]
    stored.parent.mkdir(parents=True, exist_ok=True)
    make_clip(tmp_path / "a.webm", seconds=60, fps=2)
    stored.write_bytes((tmp_path / "a.webm").read_bytes())
    with_pictures = api.http.get(f"{path}/report", params=asked).text
    assert with_pictures.count("data:image/jpeg;base64,/9j/") == with_pictures.count("points</span><br>") > 1
    assert not list((api.settings.paths.data_dir / "sending").iterdir())
    assert "data:image/jpeg" not in api.http.get(f"{path}/report").text, "off by default"


def test_what_cannot_be_told_is_said_with_its_reason(api: RunningApi) -> None:
    known = f"/analysis/{api.completed(result=build_result())}"
    page = Parsed(api.http.get(f"{known}/report", params={"language": "en"}).text)
    assert page.text.count("Cannot tell") >= 3
    assert "A part is missing, so no total was formed." in page.text
    assert "There is no feedback." in page.text
    assert "Scored by version 1 of the formulas" in page.text, "formulas of today do not explain older scores"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (AnalysisStatus.PROCESSING, "not_finished"),
        (AnalysisStatus.FAILED, "video_unreadable"),
        (AnalysisStatus.CANCELLED, "analysis_cancelled"),
    ],
)
@pytest.mark.parametrize("form", ["report", "report.pdf"])
def test_without_a_result_there_is_no_report(api: RunningApi, status: AnalysisStatus, code: str, form: str) -> None:
    answer = api.http.get(f"/analysis/{api.in_state(status)}/{form}")
    assert (answer.status_code, answer.json()["code"]) == (409, code)
