"""One server a test file; analyses of other tests lie in it too, as they would."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from api_builders import RunningApi, api_settings, running_api


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApi]:
    with running_api(api_settings(tmp_path_factory.mktemp("api"))) as running:
        yield running
