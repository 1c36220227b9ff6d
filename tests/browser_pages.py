"""The system's Chromium with a camera that shows a file, and what every state of the practice page must keep."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import imageio_ffmpeg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
INJECTION = "<img src=x onerror=\"document.title='gotcha'\"><script>document.title='gotcha'</script>"
PHONE = ViewportSize(width=360, height=740)
DESKTOP = ViewportSize(width=1280, height=900)
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
)
_PATIENCE_MS = 60_000
_T = TypeVar("_T")


@contextmanager
def chromium(camera: Path | None = None) -> Iterator[Browser]:
    """A browser whose camera plays ``camera`` (MJPEG), else a test picture. Skips where there is no Chromium, but not in CI."""
    if not CHROMIUM.exists() and not os.environ.get("CI"):
        pytest.skip(f"no {CHROMIUM}: apt-get install chromium")
    shown = [] if camera is None else [f"--use-file-for-fake-video-capture={camera}"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*_FLAGS, *shown])
        yield browser
        browser.close()


@contextmanager
def visit(
    browser: Browser,
    address: str,
    *,
    language: str = "ko-KR",
    path: str = "",
    camera: bool = False,
    prepare: Callable[[Page], None] = lambda _: None,
) -> Iterator[Page]:
    """A new visitor's page, after ``prepare``. At the end: no script has failed, and nothing was asked of another origin."""
    allowed = ["camera", "microphone"] if camera else []
    with browser.new_context(locale=language, permissions=allowed, viewport=DESKTOP, timezone_id="Asia/Seoul") as context:
        page = context.new_page()
        page.set_default_timeout(_PATIENCE_MS)
        expect.set_options(timeout=_PATIENCE_MS)
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)
        page.on("request", lambda asked: None if asked.url.startswith((address, "blob:")) else faults.append(asked.url))
        prepare(page)
        page.goto(f"{address}{path}")
        yield page
        assert faults == []


def aside(work: Callable[[], _T]) -> _T:
    """Run ``work`` in another thread: this one's event loop is Playwright's as long as the browser is open."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


def heading(page: Page, text: str) -> Locator:
    """The view with this title; waits for it."""
    found = page.get_by_role("heading", level=1, name=text)
    found.wait_for()
    return found


def agree(page: Page) -> None:
    """Consent, as asked for before the first video."""
    page.locator("#consent").check()


def drop(page: Page, file: Path, name: str, media_type: str = "video/webm") -> None:
    """Let go of a file above the drop zone."""
    transfer = page.evaluate_handle(
        """([bytes, name, type]) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([new Uint8Array(bytes)], name, { type }));
            return transfer;
        }""",
        [list(file.read_bytes()), name, media_type],
    )
    page.locator("#drop").dispatch_event("drop", {"dataTransfer": transfer})


def check_state(page: Page) -> None:
    """What each state keeps, light and dark: axe finds nothing serious, and nothing is cut off on a phone."""
    for theme in ("light", "dark"):
        page.locator("#theme").select_option(theme)
        violations = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in violations if one["impact"] in ("serious", "critical")] == []
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.set_viewport_size(DESKTOP)


def write_camera_file(clip: Path, target: Path) -> Path:
    """The clip's picture as MJPEG, which Chromium's camera plays in a circle."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error", "-i", str(clip), "-t", "8", "-an"]
    subprocess.run([*command, "-vf", "scale=640:-2", "-c:v", "mjpeg", "-q:v", "5", str(target)], check=True)
    return target


def write_gray_clip(target: Path) -> Path:
    """Three seconds in which there is nothing to see."""
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(),
        "-y",
        "-loglevel",
        "error",
        "-f",
        "lavfi",
        "-i",
        "color=gray:s=320x240:r=15:d=3",
    ]
    subprocess.run([*command, "-c:v", "libvpx", str(target)], check=True)
    return target
