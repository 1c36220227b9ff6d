"""Setting a PDF: within its time, without what is not in the page, and what is said where it cannot be done."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from interview_analysis.errors import DependencyRefused, DependencyUnavailable
from interview_analysis.report.pdf import PdfPress
from report_builders import needs_pango

_PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


@needs_pango
async def test_files_of_this_machine_are_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.css"
    secret.write_text("body::before { content: 'leaked' }")
    plain = await PdfPress().set("<p>한글</p>")
    tried = await PdfPress().set(f'<link rel="stylesheet" href="file://{secret}"><img src="file://{secret}"><p>한글</p>')
    assert abs(len(tried) - len(plain)) < 2000
    assert b"leaked" not in tried


async def test_a_page_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(DependencyUnavailable) as caught:
        await PdfPress(seconds=0.05).set(f'<img src="{_PIXEL}">')
    assert (caught.value.code, caught.value.retryable) == ("pdf_timed_out", True)


async def test_without_the_system_library_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package of that name that fails as WeasyPrint does without Pango."""
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library libpango-1.0-0')")
    monkeypatch.setenv("PYTHONPATH", ":".join([str(tmp_path), *sys.path]))
    with pytest.raises(DependencyRefused) as caught:
        await PdfPress().set("<p>x</p>")
    assert (caught.value.code, caught.value.retryable) == ("pdf_unavailable", False)
