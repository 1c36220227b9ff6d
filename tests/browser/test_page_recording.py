"""Camera to result, through the real server, worker and models."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser_pages import agree, aside, check_state, chromium, heading, visit, write_camera_file, write_gray_clip
from server_builders import Server
from synthetic_face import write_still_clip

pytestmark = [pytest.mark.slow, pytest.mark.models]

_LONG_ENOUGH = re.compile(r"0:(0[4-9]|[1-5]\d)")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Iterator[str]:
    """A server with everything, for the tests of this file."""
    server = Server(tmp_path_factory.mktemp("server"), models_dir)
    with asyncio.Runner() as runner:
        aside(lambda: runner.run(server.start()))
        yield str(server.http.base_url)
        aside(lambda: runner.run(server.close()))


def test_recorded_analysed_and_deleted(address: str, tmp_path: Path) -> None:
    camera = write_camera_file(write_still_clip(tmp_path / "still.webm", 2.0), tmp_path / "camera.mjpeg")
    with chromium(camera) as browser, visit(browser, address, camera=True) as page:
        agree(page)
        page.locator("#annotated").check()
        page.locator("#record").click()
        page.locator("#start").click()
        expect(page.locator(".question")).to_contain_text("자기소개를 해 주세요.")
        expect(page.get_by_role("timer")).to_have_text(_LONG_ENOUGH)
        page.locator("#stop").click()
        page.locator("#analyse").click()
        heading(page, "분석 결과")
        expect(page.locator("#card-expression .big")).to_contain_text("/ 60")
        _jump_into_the_recording(page)
        check_state(page)
        page.reload()
        _jump_into_the_recording(page)
        page.locator("#show-overlay").click()
        _plays(page, "/overlay")
        with page.expect_download() as started:
            page.locator("#overlay").click()
        assert Path(started.value.path()).read_bytes()[:4] == b"\x1aE\xdf\xa3"
        check_state(page)
        page.locator("#erase").click()
        page.locator("#erase-confirm").click()
        heading(page, "모두 삭제했습니다")
        expect(page.locator(".facts div", has_text="올린 영상")).to_contain_text("삭제됨")


def _jump_into_the_recording(page: Page) -> None:
    """A recorder's file says no duration; the player must find its moments all the same."""
    page.get_by_role("slider", name="시간줄").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => Math.abs(document.querySelector('#player').currentTime - 2) < 0.2")


def _plays(page: Page, ending: str) -> None:
    """From the service, at the moment where the other video was."""
    page.wait_for_function(
        "ending => { const { src, currentTime, readyState } = document.querySelector('#player');"
        " return src.endsWith(ending) && readyState >= 2 && Math.abs(currentTime - 2) < 0.2; }",
        arg=ending,
    )


def test_a_video_without_a_face_and_one_that_is_none(address: str, tmp_path: Path) -> None:
    broken = tmp_path / "broken.webm"
    broken.write_bytes(b"no video at all" * 100)
    with chromium() as browser, visit(browser, address) as page:
        agree(page)
        page.locator("#file").set_input_files(write_gray_clip(tmp_path / "gray.webm"))
        heading(page, "분석 결과")
        expect(page.get_by_role("heading", name="영상에서 얼굴을 찾지 못했습니다")).to_be_visible()
        for score in ("overall", "expression", "attention", "voice"):
            expect(page.locator(f"#card-{score} .cannot")).to_have_text("판단할 수 없음")
        page.locator(".brand").click()
        page.locator("#file").set_input_files(broken)
        heading(page, "분석하지 못했습니다")
        expect(page.get_by_text("영상을 읽을 수 없습니다.")).to_be_visible()
