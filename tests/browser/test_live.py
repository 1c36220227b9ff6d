"""The live page with a camera that plays a made face: numbers come, follow a turn, and two faces are told apart."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser_pages import aside, check_state, chromium, visit
from live_builders import turning_camera, two_faces_camera
from server_builders import Server

pytestmark = [pytest.mark.slow, pytest.mark.models]

_FIRST_FACE_SECONDS = 3.0
"""From the click that starts the camera to a face that is drawn and has numbers, the models loaded."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Iterator[str]:
    server = Server(tmp_path_factory.mktemp("server"), models_dir, JOB_SUPERVISE="false")
    with asyncio.Runner() as runner:
        aside(lambda: runner.run(server.start()))
        yield str(server.http.base_url)
        aside(lambda: runner.run(server.close()))


def open_live(page: Page) -> None:
    """As a visitor who reads it before starting: the page has the models loaded meanwhile, by a connection of its own."""
    with page.expect_event("websocket") as warming:
        page.get_by_role("link", name="카메라 실시간 분석 열기").click()
    if not warming.value.is_closed():
        warming.value.wait_for_event("close")


def until_seen(page: Page) -> None:
    """Until a face is drawn and has numbers."""
    expect(page.locator('[data-face="1"] .shares')).to_contain_text(re.compile(r"미소\s*([5-9]\d|100)\s*%"))
    expect(page.locator('[data-face="1"] [data-fact="live_head"] dd')).to_have_text(re.compile(r"\d+°"))
    assert page.evaluate(_DRAWN) > 200


@pytest.mark.punctual
def test_a_face_is_measured_within_three_seconds(address: str, tmp_path: Path) -> None:
    with chromium(turning_camera(tmp_path / "turn.mjpeg")) as browser, visit(browser, address, camera=True) as page:
        open_live(page)
        began = time.monotonic()
        page.locator("#start").click()
        until_seen(page)
        assert time.monotonic() - began < _FIRST_FACE_SECONDS


def test_a_face_is_measured_and_followed_through_a_turn(address: str, tmp_path: Path) -> None:
    with chromium(turning_camera(tmp_path / "turn.mjpeg")) as browser, visit(browser, address, camera=True) as page:
        open_live(page)
        page.locator("#start").click()
        until_seen(page)
        head = page.locator('[data-face="1"] [data-fact="live_head"] dd')
        expect(head).to_have_text(re.compile(r"왼쪽 (1[2-9]|2\d)°"))
        expect(head).to_have_text(re.compile(r"오른쪽 (1[2-9]|2\d)°"))
        expect(page.locator('[data-face="1"] [data-fact="live_eyes"] dd')).to_have_text("뜸")
        expect(page.locator("#speed")).to_have_text(re.compile(r"초당 [1-9]\d*\.\d장 분석"))
        page.locator("#stop").click()
        expect(page.locator("#faces")).to_be_empty()
        check_state(page)


def test_two_faces_have_numbers_of_their_own(address: str, tmp_path: Path) -> None:
    with chromium(two_faces_camera(tmp_path / "two.mjpeg")) as browser, visit(browser, address, camera=True) as page:
        page.get_by_role("link", name="카메라 실시간 분석 열기").click()
        page.locator("#start").click()
        expect(page.locator("[data-face]")).to_have_count(2)
        expect(page.locator("[data-face] .shares")).to_have_count(2)


_DRAWN = """() => {
    const canvas = document.querySelector(".overlay");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return data.filter((value, i) => i % 4 === 3 && value > 0).length;
}"""
