"""The practice page in a browser, its worker played by the test: every state, both languages, keyboard, keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from api_builders import UNKNOWN_ID, RunningApi, access_settings, api_settings, running_api
from browser_pages import INJECTION, agree, aside, check_state, chromium, drop, heading, visit, write_gray_clip
from interview_analysis.domain.analysis import Claim, Progress, Stage
from interview_analysis.domain.api_key import new_api_key
from interview_analysis.domain.feedback import FeedbackSource
from interview_analysis.domain.scoring.results import Reason, Score
from store_builders import build_feedback, build_result, build_timeline

pytestmark = pytest.mark.slow

_ROWS = 300
_STOP_AT_ONCE = """() => new MutationObserver((_, observer) => {
  const stop = document.querySelector("#stop");
  if (stop) { observer.disconnect(); setTimeout(() => stop.click(), 500); }
}).observe(document.body, { childList: true, subtree: true })"""
"""By the page itself: the way from the test takes more than three seconds on a busy machine."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApi]:
    with running_api(api_settings(tmp_path_factory.mktemp("page"))) as running:
        yield running


@pytest.fixture
def page(browser: Browser, service: RunningApi) -> Iterator[Page]:
    with visit(browser, str(service.http.base_url)) as opened:
        yield opened


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "answer.webm"
    path.write_bytes(b"\x1aE\xdf\xa3 not looked at by a worker that is played")
    return path


def show(page: Page, analysis_id: str) -> None:
    page.evaluate("id => { location.hash = `#/analysis/${id}`; }", analysis_id)


def completed(service: RunningApi) -> str:
    """A result whose feedback is a language model's and hostile."""
    words = replace(
        build_feedback(INJECTION),
        strengths=(INJECTION,),
        improvement_suggestions=(INJECTION,),
        source=FeedbackSource.OPENAI,
        llm_model=INJECTION,
    )
    return aside(lambda: service.completed(user=INJECTION, frames=build_timeline(_ROWS), feedback=words))


def test_a_dropped_file_is_followed_to_its_result(page: Page, service: RunningApi, video: Path) -> None:
    agree(page)
    page.locator("#user").fill(INJECTION)
    page.locator("#question").select_option("own")
    page.locator("#own").fill(INJECTION)
    drop(page, video, f"{INJECTION.replace('/', '∕')}.webm")
    heading(page, "분석하는 중")
    expect(page.locator(".stage-name")).to_have_text("순서를 기다리는 중")
    analysis_id = page.url.rpartition("/")[2]
    claim = aside(lambda: service.with_services(lambda s: s.analyses.claim_next("worker", 600.0)))
    assert claim is not None
    assert (claim[0].id, claim[0].request.consent, claim[0].request.question_text) == (analysis_id, True, INJECTION)
    aside(lambda: service.heartbeat(claim[1], Stage.ANALYSE_FRAMES, 62.5))
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "63")
    expect(page.locator(".stage-name")).to_have_text("얼굴과 시선을 분석하는 중")
    check_state(page)
    aside(lambda: service.finish(claim[1]))
    heading(page, "분석 결과")
    expect(page.locator(".result-head")).to_contain_text(f"이름 또는 ID: {INJECTION}")
    expect(page.locator(".result-head .lead")).to_have_text(INJECTION)
    expect(page.locator(".result-head")).to_contain_text("onerror")
    expect(page).to_have_title("면접 연습")
    assert page.locator("main img, main script").count() == 0


def test_the_result_says_what_it_can_and_what_it_cannot_tell(page: Page, service: RunningApi) -> None:
    show(page, completed(service))
    heading(page, "분석 결과")
    expect(page.locator("#card-overall")).to_contain_text("판단할 수 없음")
    expect(page.locator("#card-overall")).to_contain_text("일부 항목을 측정할 수 없어 합계를 내지 않았습니다.")
    expect(page.locator("#card-expression .big")).to_have_text("45.2 / 60")
    expect(page.get_by_text("영상이 없어 시간줄만")).to_be_visible()
    expect(page.locator(".prose").first).to_have_text(INJECTION)
    expect(page.get_by_text("언어 모델(")).to_contain_text(INJECTION)
    assert page.locator("main img, main script").count() == 0
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
    check_state(page)
    page.locator("#language").select_option("en")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#card-overall")).to_contain_text("Cannot tell")
    expect(page.locator("#card-overall")).to_contain_text("A part is missing, so no total was formed.")
    expect(page.locator("#card-expression .grade")).to_have_text("good")
    expect(page.get_by_text("This feedback was written in Korean.")).to_be_visible()
    page.reload()
    heading(page, "Result")


def test_the_timeline_is_moved_by_keys_pointer_and_table(page: Page, service: RunningApi) -> None:
    show(page, completed(service))
    slider = page.get_by_role("slider", name="시간줄")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuenow", "2.0")
    expect(page.locator("#readout")).to_contain_text("0:02.0")
    page.keyboard.press("Home")
    expect(slider).to_have_attribute("aria-valuenow", "0.0")
    slider.click()
    share = float(slider.get_attribute("aria-valuenow") or 0) / float(slider.get_attribute("aria-valuemax") or 0)
    assert share == pytest.approx(0.5, abs=0.02)
    page.get_by_role("button", name="0:12.4로 이동: 시선이 벗어남 (화면 왼쪽)").click()
    expect(slider).to_have_attribute("aria-valuenow", "12.4")


def test_everything_is_downloaded_and_deleted(page: Page, service: RunningApi) -> None:
    analysis_id = completed(service)
    show(page, analysis_id)
    with page.expect_download() as started:
        page.locator("#csv").click()
    assert started.value.suggested_filename == f"{analysis_id}.csv"
    assert Path(started.value.path()).read_text().count("\n") == _ROWS + 1
    with page.expect_download() as started:
        page.locator("#report").click()
    assert started.value.suggested_filename == f"{analysis_id}.html"
    assert "면접 연습 분석 보고서" in Path(started.value.path()).read_text()
    page.locator("#erase").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.locator("#erase").click()
    page.locator("#erase-confirm").click()
    heading(page, "모두 삭제했습니다")
    expect(page.locator(".facts")).to_contain_text("프레임별 측정값")
    assert service.http.get(f"/analysis/{analysis_id}").status_code == 404
    check_state(page)


def no_face() -> Score:
    return Score(value=None, maximum=100.0, coverage=0.0, reason=Reason.NO_FACE)


@pytest.mark.parametrize(
    ("made", "title", "text"),
    [
        ("unreadable", "분석하지 못했습니다", "영상을 읽을 수 없습니다."),
        ("lost", "분석하지 못했습니다", "분석이 여러 번 중단되어"),
        ("cancelled", "분석이 취소되었습니다", "새로 연습하기"),
        ("unknown", "이 분석은 없습니다", "삭제되었거나"),
        ("no_face", "분석 결과", "얼굴 전체가 화면 안에 보이나요?"),
    ],
    ids=["unreadable", "lost", "cancelled", "unknown", "no_face"],
)
def test_every_end_has_its_words(page: Page, service: RunningApi, made: str, title: str, text: str) -> None:
    makers = {
        "unreadable": service.failed,
        "lost": lambda: service.failed("worker_lost"),
        "cancelled": service.cancelled,
        "unknown": lambda: UNKNOWN_ID,
        "no_face": lambda: service.completed(result=build_result(overall=no_face())),
    }
    show(page, aside(makers[made]))
    heading(page, title)
    expect(page.locator("main")).to_contain_text(text)
    check_state(page)


def test_a_running_analysis_can_be_cancelled_and_outlives_a_lost_connection(page: Page, service: RunningApi) -> None:
    analysis_id, _ = aside(service.processing)
    page.route("**/events", lambda route: route.abort())
    show(page, analysis_id)
    expect(page.get_by_text("다시 연결하는 중입니다")).to_be_visible()
    page.unroute("**/events")
    expect(page.get_by_text("다시 연결하는 중입니다")).to_be_hidden()
    page.locator("#cancel-analysis").click()
    heading(page, "분석이 취소되었습니다")


def test_nothing_is_taken_without_consent_or_that_is_no_video(page: Page, video: Path) -> None:
    check_state(page)
    page.locator("#record").click()
    expect(page.locator("#consent-error")).to_have_text("녹화하거나 올리기 전에 동의가 필요합니다.")
    expect(page.locator("#consent")).to_be_focused()
    drop(page, video, "answer.webm")
    expect(page.locator("#consent-error")).not_to_be_empty()
    agree(page)
    drop(page, video, f"{INJECTION}.txt", "text/plain")
    expect(page.locator("#drop .field-error")).to_contain_text("영상 파일이 아닙니다: <img")
    check_state(page)
    page.reload()
    expect(page.locator("#consent")).to_be_checked()


def test_a_camera_that_is_not_allowed_is_explained(page: Page) -> None:
    agree(page)
    page.locator("#record").click()
    expect(page.get_by_role("alert").first).to_contain_text("카메라 사용이 허용되지 않았습니다.")
    check_state(page)


def test_a_recording_can_be_looked_at_and_taken_again(browser: Browser, service: RunningApi) -> None:
    with visit(browser, str(service.http.base_url), camera=True) as page:
        agree(page)
        page.locator("#record").click()
        page.locator("#start").wait_for()
        check_state(page)
        page.locator("#start").click()
        expect(page.locator(".count")).to_have_text("3")
        page.locator("#stop").wait_for()
        page.locator("#language").select_option("en")
        check_state(page)
        page.locator("#stop").click()
        heading(page, "Check your recording")
        check_state(page)
        page.locator("#retake").click()
        page.evaluate(_STOP_AT_ONCE)
        page.locator("#start").click()
        heading(page, "Check your recording")
        expect(page.get_by_text("Under 3 seconds is hardly enough")).to_be_visible()
        check_state(page)
        page.locator("#retake").click()
        for _ in range(2):
            heading(page, "Check camera and microphone")
            page.locator(".brand").click()
            heading(page, "Practise an interview answer")
            page.locator("#record").click()


def test_the_keyboard_alone_reaches_everything(page: Page) -> None:
    heading(page, "면접 답변을 연습해 보세요")
    page.locator("body").press("Tab")
    reached = []
    for _ in range(13):
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.tagName.toLowerCase()"))
        page.keyboard.press("Tab")
    expected = ["question", "user", "skip-expression", "annotated", "consent", "record", "choose", "summary"]
    assert [name for name in reached if name in expected] == expected


def test_a_key_is_asked_for_and_opens_all_of_it(browser: Browser, tmp_path: Path) -> None:
    key, entry = new_api_key("web-app")
    access = access_settings(api_keys=str(entry))
    with (
        running_api(api_settings(tmp_path, access=access)) as keyed,
        visit(browser, str(keyed.http.base_url), language="en-US") as page,
    ):
        heading(page, "An API key is needed")
        check_state(page)
        page.locator("#key").fill("wrong")
        page.keyboard.press("Enter")
        expect(page.locator("#key-error")).to_have_text("The API key is not valid.")
        page.locator("#key").fill(key)
        page.keyboard.press("Enter")
        heading(page, "Practise an interview answer")
        analysis_id, claim = aside(keyed.processing)
        show(page, analysis_id)
        heading(page, "Analysing")
        _report(keyed, claim)
        heading(page, "Result")
        assert key not in page.content()


def _report(keyed: RunningApi, claim: Claim) -> None:
    progress = Progress(Stage.SCORE, 90.0)
    aside(lambda: keyed.with_services(lambda services: services.analyses.heartbeat(claim, progress, 600.0)))
    aside(lambda: keyed.finish(claim))


def test_with_a_key_the_kept_video_is_loaded_when_asked_for(browser: Browser, tmp_path: Path) -> None:
    key, entry = new_api_key("web-app")
    with (
        running_api(api_settings(tmp_path, access=access_settings(api_keys=str(entry)))) as keyed,
        visit(browser, str(keyed.http.base_url)) as page,
    ):
        page.locator("#key").fill(key)
        page.keyboard.press("Enter")
        show(page, aside(lambda: _kept(keyed, key, tmp_path)))
        page.locator("#load-video").click()
        page.wait_for_function("() => document.querySelector('#player')?.readyState >= 2")
        assert page.locator("#player").get_attribute("src", timeout=1000).startswith("blob:")  # type: ignore[union-attr]


def _kept(keyed: RunningApi, key: str, folder: Path) -> str:
    """A finished analysis of a video that was uploaded with the key."""
    headers = {"X-API-Key": key}
    clip = write_gray_clip(folder / "gray.webm").read_bytes()
    place = keyed.http.post("/uploads", content=clip, headers={**headers, "Content-Type": "video/webm"}).json()
    body = {"s3_bucket": place["s3_bucket"], "s3_key": place["s3_key"]}
    analysis_id = str(keyed.http.post("/analyze", json=body, headers=headers).json()["analysis_id"])
    claim = keyed.with_services(lambda services: services.analyses.claim_next("worker", 600.0, analysis_id))
    assert claim is not None
    keyed.finish(claim[1])
    return analysis_id
