"""docs/openapi.json is what a service without settings answers: who generates a client from it generates the right one."""

from __future__ import annotations

import runpy

from api_builders import RunningApi
from conftest import ROOT

DOCS = ROOT / "docs"


def test_the_checked_in_document_is_the_services(api: RunningApi) -> None:
    render = runpy.run_path(str(DOCS / "openapi_document.py"))["render"]
    told = render(api.http.get("/openapi.json").json())
    again = "out of date: python docs/openapi_document.py > docs/openapi.json"
    assert (DOCS / "openapi.json").read_text() == told, again
