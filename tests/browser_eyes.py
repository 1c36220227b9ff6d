"""A drawn person before the page: their camera shows eyes that rest on what the page shows them."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Callable
from functools import lru_cache

from playwright.sync_api import Page

from browser_pages import DESKTOP
from interview_analysis.domain.screen_gaze import Screen, ScreenPoint
from onlooker_builders import Onlooker
from synthetic_face import synthetic_face

SCREEN = Screen(DESKTOP["width"], DESKTOP["height"], 340.0)
_STEP_MS = 400
_MOST_STEPS = 300
_VARIANTS = 4
"""Drawn pictures of a look at one point, which take turns."""
_CAMERA = """(() => {
    const camera = new MediaStreamTrackGenerator({ kind: "video" });
    const writer = camera.writable.getWriter();
    let pictures = 0;
    let viewer = null;
    const { get, set } = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, "srcObject");
    Object.defineProperty(HTMLMediaElement.prototype, "srcObject", {
        get,
        set(stream) { set.call(this, stream); viewer = stream && this; },
    });
    navigator.mediaDevices.getUserMedia = async () => new MediaStream([camera.clone()]);
    window.showCamera = async (jpeg) => {
        const bytes = Uint8Array.from(atob(jpeg), (letter) => letter.charCodeAt(0));
        const picture = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
        const seen = new Promise((resolve) => (viewer ? viewer.requestVideoFrameCallback(resolve) : resolve()));
        await writer.write(new VideoFrame(picture, { timestamp: 40_000 * ++pictures }));
        await seen;
    };
})()"""
_TARGET = """() => {
    const box = document.querySelector("#target:not([hidden])")?.getBoundingClientRect();
    return box ? [box.x + box.width / 2, box.y + box.height / 2] : null;
}"""


class Eyes:
    """The page's clock stands still but for the steps: in each the person looks at the target that they see."""

    def __init__(self, page: Page) -> None:
        """Before the page is opened."""
        self._page = page
        onlooker = Onlooker(synthetic_face(), SCREEN)
        self._drawn = lru_cache(maxsize=256)(lambda point, _: base64.b64encode(onlooker.jpeg(point)).decode())
        self._steps = itertools.count()
        self._point = ScreenPoint(SCREEN.width / 2, SCREEN.height / 2)
        page.add_init_script(_CAMERA)
        page.clock.install(time=0)

    def take_the_clock(self) -> None:
        self._page.clock.pause_at(3_600_000)

    def give_the_clock_back(self) -> None:
        self._page.clock.resume()

    def until(self, reached: Callable[[], bool]) -> float:
        """Look on until it is so; how many seconds of the page that took."""
        for step in range(_MOST_STEPS):
            if reached():
                return step * _STEP_MS / 1000
            self._step()
        raise AssertionError(f"not after {_MOST_STEPS * _STEP_MS / 1000:.0f} s of the page's time")

    def until_the_field_closes(self) -> float:
        """As ``until``, from the moment that it is open."""
        self._page.locator("#target").wait_for()
        return self.until(lambda: self._page.locator("#field").count() == 0)

    def _step(self) -> None:
        target = self._page.evaluate(_TARGET)
        if target is not None:
            self._point = ScreenPoint(*target)
        self._page.evaluate("jpeg => showCamera(jpeg)", self._drawn(self._point, next(self._steps) % _VARIANTS))
        self._page.clock.run_for(_STEP_MS)
