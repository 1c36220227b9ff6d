"""One request, repeated where that is safe, and its answer read."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import TypeVar

from interview_analysis.client.errors import NoAnswer, ServiceError
from interview_analysis.client.models import Json
from interview_analysis.client.steps import Answer, Operation, Pause, Request

T = TypeVar("T")
_PAUSES = (0.5, 1.0, 2.0)
"""Seconds before each repeat, where the service names none."""
LONGEST_PAUSE = 60.0
"""Who is told to wait longer is told so."""
_TOO_OFTEN, _SERVER_FAULT = 429, 500
_PERHAPS_LATER = (502, 503, 504)


def send(request: Request) -> Operation[Answer]:
    """The successful answer. Raises ``ServiceError``, ``NoAnswer``."""
    for pause in _PAUSES:
        try:
            return accept((yield request))
        except NoAnswer as error:
            if refuses(error) or (error.sent and not request.repeatable):
                raise
            yield Pause(pause)
        except ServiceError as error:
            if not _may_repeat(request, error) or pause_after(error, pause) > LONGEST_PAUSE:
                raise
            yield Pause(pause_after(error, pause))
    return accept((yield request))


def accept(answer: Answer) -> Answer:
    """Raises ``ServiceError`` for a problem document, ``NoAnswer`` for another refusal, such as a proxy's."""
    if answer.succeeded:
        return answer
    try:
        problem = json.loads(answer.content)
        code, detail, message = str(problem["code"]), str(problem["detail"]), str(problem["message"])
    except (ValueError, KeyError, TypeError):
        raise NoAnswer(
            f"{answer.request.method} {answer.request.path} was answered {answer.status}", status=answer.status
        ) from None
    raise ServiceError(detail, code=code, status=answer.status, message=message, retry_after=retry_after(answer))


def refuses(error: NoAnswer | ServiceError) -> bool:
    """Whether the answer will be the same next time: anything but silence, too many requests and faults of servers."""
    return error.status is not None and error.status < _SERVER_FAULT and error.status != _TOO_OFTEN


def pause_after(error: NoAnswer | ServiceError, usual: float) -> float:
    """Seconds: as many as the service asks for, ``usual`` at least."""
    named = error.retry_after if isinstance(error, ServiceError) else None
    return usual if named is None else max(usual, named)


def retry_after(answer: Answer) -> float | None:
    """Seconds that ``Retry-After`` names; ``None`` for its other form, a date, which the service does not use."""
    try:
        seconds = float(answer.headers.get("retry-after", ""))
    except ValueError:
        return None
    return max(seconds, 0.0) if math.isfinite(seconds) else None


def read(answer: Answer, parse: Callable[[Json], T]) -> T:
    """The document as a model. Raises ``NoAnswer`` where it is none."""
    try:
        return parse(json.loads(answer.content))
    except (ValueError, KeyError, TypeError) as error:
        found = f"{type(error).__name__}: {error}"
        raise NoAnswer(f"{answer.request.method} {answer.request.path}: not this service's answer ({found})") from None


def _may_repeat(request: Request, error: ServiceError) -> bool:
    return error.status == _TOO_OFTEN or (request.repeatable and error.status in _PERHAPS_LATER)
