"""The report as PDF: the same page, set by WeasyPrint with its font embedded.

It runs in a process of its own, HTML in and PDF out: setting holds the interpreter for seconds, and only a process can be
stopped. WeasyPrint needs the system library Pango; where that is missing the page still works.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import resource
import sys
from typing import IO, Any, Final

from interview_analysis.errors import DependencyRefused, DependencyUnavailable
from interview_analysis.report.fonts import FAMILY, font_file

PDF_SECONDS: Final = 60.0
"""A report takes about two; ten times as slow a machine is still served."""
_DATA_BYTES: Final = 2 * 1024**3
_WITHOUT_PANGO: Final = 3
_FONT_ADDRESS: Final = "report:font"


class PdfPress:
    """Sets one report at a time: several would only slow each other down."""

    def __init__(self, seconds: float = PDF_SECONDS) -> None:
        self._seconds = seconds
        self._turn = asyncio.Semaphore(1)

    async def set(self, html: str) -> bytes:
        """The PDF of a page of ``render_html``. Cancelling ends the process.

        Raises ``DependencyRefused`` (``pdf_unavailable``) without Pango, ``DependencyUnavailable`` (``pdf_timed_out``,
        ``pdf_failed``).
        """
        async with self._turn:
            status, pdf, log = await self._run(html)
        if status == _WITHOUT_PANGO:
            raise DependencyRefused("WeasyPrint needs the system library Pango", code="pdf_unavailable")
        if status != 0:
            told = log.decode(errors="replace").strip().rpartition("\n")[2]
            raise DependencyUnavailable(f"the PDF could not be made: {told}", code="pdf_failed")
        return pdf

    async def _run(self, html: str) -> tuple[int, bytes, bytes]:
        pipe = asyncio.subprocess.PIPE
        command = (sys.executable, "-m", __name__, str(math.ceil(self._seconds)))
        process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=pipe)
        try:
            async with asyncio.timeout(self._seconds):
                pdf, log = await process.communicate(html.encode())
        except TimeoutError:
            raise DependencyUnavailable("the PDF took too long", code="pdf_timed_out") from None
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            status = await process.wait()
        return status, pdf, log


def set_page(html: str) -> bytes:
    """Blocking. Only what stands in the page is read, and the font. Raises ``OSError`` without Pango."""
    from weasyprint import CSS, HTML  # noqa: PLC0415 - fails where the system library is missing
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415

    class PageFetcher(URLFetcher):  # type: ignore[misc]
        """Pictures inside the page and the one font; neither files nor addresses."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url == _FONT_ADDRESS:
                return URLFetcherResponse(url, font_file().read_bytes(), {"Content-Type": "font/otf"})
            return super().fetch(url, headers)

    fetcher, fonts = PageFetcher(allowed_protocols=("data",)), FontConfiguration()
    face = CSS(
        string=f'@font-face {{ font-family: "{FAMILY}"; src: url("{_FONT_ADDRESS}"); }}', font_config=fonts, url_fetcher=fetcher
    )
    document = HTML(string=html, url_fetcher=fetcher)
    return bytes(document.write_pdf(stylesheets=[face], font_config=fonts, pdf_tags=True))


def main(seconds: int, source: IO[bytes], target: IO[bytes]) -> int:
    """HTML from ``source``, PDF to ``target``, within processor time and memory; the exit status."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_DATA, (_DATA_BYTES, _DATA_BYTES))
    html = source.read().decode()
    try:
        target.write(set_page(html))
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return _WITHOUT_PANGO
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer))
