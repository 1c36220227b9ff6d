"""Which format an Accept header asks for."""

from __future__ import annotations

import math

import numpy as np
import pytest

from interview_analysis.api.exports import CSV, JSON, NDJSON, PARQUET, choose_media_type, values_or_none


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("*/*", JSON),
        ("", None),
        (CSV, CSV),
        ("TEXT/CSV", CSV),
        (f"{CSV};q=0.4, {PARQUET};q=0.9", PARQUET),
        (f"{NDJSON}, {CSV}", NDJSON),
        ("text/*", CSV),
        ("image/png, */*;q=0.1", JSON),
        (f"{CSV};q=0", None),
        (f"{CSV};q=nonsense", None),
        (f"{CSV};q=nan", None),
        (";;,,;q=1", None),
    ],
)
def test_the_best_accepted_format(accept: str, chosen: str | None) -> None:
    assert choose_media_type(accept) == chosen


def test_numbers_keep_the_shortest_form_of_their_precision() -> None:
    assert values_or_none(np.array([0.1, math.nan, 3.0], dtype=np.float32)) == [0.1, None, 3.0]
