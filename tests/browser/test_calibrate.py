"""The calibration page: every state, and a drawn person whose gaze is known, who calibrates and is then measured."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

from api_builders import access_settings, api_settings, running_api
from browser_eyes import Eyes
from browser_pages import DESKTOP, PHONE, aside, check_state, chromium, heading, visit
from interview_analysis.domain.api_key import new_api_key
from interview_analysis.domain.screen_gaze import GazeProblem, Measured
from server_builders import Server

pytestmark = pytest.mark.slow


class Nobody:
    """``GazeMeter`` that finds no face in any picture."""

    async def measure(self, picture: bytes) -> Measured:
        return GazeProblem.NO_FACE

    async def measure_all(self, pictures: Sequence[bytes]) -> list[Measured]:
        return [GazeProblem.NO_FACE for _ in pictures]

    async def close(self) -> None:
        """Nothing is open."""


def without_faces(app: FastAPI) -> None:
    app.state.open_gaze_meter = lambda _: Nobody()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def empty_room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service whose cameras see nobody."""
    with running_api(api_settings(tmp_path_factory.mktemp("nobody")), without_faces) as running:
        yield str(running.http.base_url)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Iterator[str]:
    server = Server(tmp_path_factory.mktemp("server"), models_dir, JOB_SUPERVISE="false", GAZE_PROCESSES="1")
    runner = asyncio.Runner()  # no `with`: the browser of this file outlives it, and its loop is this thread's
    aside(lambda: runner.run(server.start()))
    yield str(server.http.base_url)
    aside(lambda: runner.run(server.close()))
    aside(runner.close)


def open_camera(page: Page) -> None:
    page.locator("#gaze-consent").check()
    page.locator("#open-camera").click()


def test_consent_comes_first_and_phones_are_told_why_not(browser: Browser, empty_room: str) -> None:
    with visit(browser, empty_room) as page:
        page.get_by_role("link", name="화면 시선 보정").click()
        heading(page, "화면 시선 보정")
        page.locator("#open-camera").click()
        expect(page.locator("#gaze-consent-error")).to_have_text("카메라를 켜기 전에 동의가 필요합니다.")
        expect(page.locator("#gaze-consent")).to_be_focused()
        check_state(page)
        page.set_viewport_size(PHONE)
        expect(page.get_by_role("heading", name="더 큰 화면이 필요합니다")).to_be_visible()
        expect(page.locator("#open-camera")).to_have_count(0)
        check_state(page)
        page.set_viewport_size(DESKTOP)
        open_camera(page)
        expect(page.get_by_role("alert").first).to_contain_text("카메라 사용이 허용되지 않았습니다.")
        check_state(page)
        page.locator("#retry").click()
        expect(page.locator("#gaze-consent")).to_be_checked()


def test_nobody_before_the_camera_cannot_start(browser: Browser, empty_room: str) -> None:
    with visit(browser, empty_room, path="/calibrate", camera=True) as page:
        open_camera(page)
        expect(page.locator("#face")).to_contain_text("얼굴이 보이지 않습니다.")
        expect(page.locator("#calibrate")).to_be_disabled()
        check_state(page)
        page.route("**/gaze/calibration/face", lambda route: route.abort())
        expect(page.get_by_role("alert").first).to_contain_text("서버에 연결할 수 없습니다.")


def test_a_key_is_asked_for(browser: Browser, tmp_path: Path) -> None:
    key, entry = new_api_key("web-app")
    with (
        running_api(api_settings(tmp_path, access=access_settings(api_keys=str(entry))), without_faces) as keyed,
        visit(browser, str(keyed.http.base_url), path="/calibrate", camera=True, language="en-US") as page,
    ):
        page.locator("#key").fill(key)
        page.keyboard.press("Enter")
        open_camera(page)
        expect(page.locator("#face")).to_contain_text("No face can be seen.")


@pytest.mark.models
def test_a_known_gaze_is_calibrated_and_then_found_within_the_stated_error(browser: Browser, address: str) -> None:
    people: list[Eyes] = []
    with visit(browser, address, path="/calibrate", prepare=lambda page: people.append(Eyes(page))) as page:
        eyes = people[0]
        eyes.take_the_clock()
        open_camera(page)
        page.locator("#calibrate").wait_for()
        eyes.until(page.locator("#calibrate").is_enabled)
        expect(page.locator("#face")).to_contain_text("얼굴과 눈이 보입니다.")
        expect(page.locator("#points")).to_have_value("9")
        page.locator("#inches").fill("15.6")
        page.locator("#calibrate").click()
        eyes.until_the_field_closes()
        heading(page, "보정 결과")
        stated, low, high = _figures(page, "#error")[:3]
        assert low < stated < high < DESKTOP["width"] / 4
        expect(page.locator("#error")).to_contain_text("시각도로 약")
        expect(page.locator(".target-map .aim")).to_have_count(9)

        page.locator("#try").click()
        assert eyes.until_the_field_closes() == pytest.approx(20.0, abs=3.0)
        apart, pictures = _figures(page, "#tried")[:2]
        assert pictures > 10
        assert 0 < apart < high

        page.locator("#drift").click()
        eyes.until_the_field_closes()
        expect(page.locator("#drifted")).to_contain_text("보정이 아직 맞습니다")
        eyes.give_the_clock_back()
        expect(page.get_by_text("숫자만 보관하며, 365일 뒤 지워집니다.")).to_be_visible()
        page.locator("#user").fill("user123")
        page.locator("#keep").click()
        expect(page.get_by_text("user123의 프로필로 보관했습니다.")).to_be_visible()
        check_state(page)
        page.locator("#erase-gaze").click()
        heading(page, "이 세션의 보정값과 시선점을 지웠습니다.")


def _figures(page: Page, place: str) -> list[float]:
    """Numbers in its text, the 95 of the interval left out."""
    text = re.sub(r"95\s%", "", page.locator(place).inner_text())
    return [float(number.replace(",", "")) for number in re.findall(r"\d[\d,]*(?:\.\d+)?", text)]
