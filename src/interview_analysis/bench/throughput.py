"""How fast a service works off what was submitted, and whether an analysis costs more while others wait."""

from __future__ import annotations

import asyncio
import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from interview_analysis.bench.lean_client import LeanClient
from interview_analysis.errors import DependencyUnavailable

_LOOK_SECONDS = 0.5
_THIRDS = 3


@dataclass(frozen=True, slots=True)
class Throughput:
    """Wall seconds. ``seconds``: from the first start to the last end of ``completed`` analyses. ``early`` and ``late``: median
    of one analysis, over the first and the last third in the order of their starts: behind the early ones many wait, behind
    the late ones few."""

    completed: int
    failed: int
    seconds: float
    early: float
    late: float


async def measure_throughput(http: LeanClient, ids: Sequence[str]) -> Throughput:
    """Wait for all of them. Raises ``DependencyUnavailable`` where not one was completed, and what the client raises."""
    failed, spans = 0, list[tuple[float, float]]()
    for analysis_id in ids:
        document = await _ended(http, analysis_id)
        if document["status"] == "completed":
            spans.append((_seconds(document["started_at"]), _seconds(document["finished_at"])))
        else:
            failed += 1
    if not spans:
        raise DependencyUnavailable(f"of {failed} analyses not one was completed")
    each = [end - start for start, end in sorted(spans)]
    third = max(1, len(each) // _THIRDS)
    return Throughput(
        completed=len(spans),
        failed=failed,
        seconds=max(end for _, end in spans) - min(start for start, _ in spans),
        early=statistics.median(each[:third]),
        late=statistics.median(each[-third:]),
    )


async def _ended(http: LeanClient, analysis_id: str) -> dict[str, str]:
    while True:
        answer = await http.get(f"/analysis/{analysis_id}")
        if answer.status != HTTPStatus.OK:
            raise DependencyUnavailable(f"{analysis_id} was answered with {answer.status}")
        document: dict[str, str] = json.loads(answer.body)
        if document["status"] not in ("queued", "processing"):
            return document
        await asyncio.sleep(_LOOK_SECONDS)


def _seconds(time: str) -> float:
    return datetime.fromisoformat(time).timestamp()
