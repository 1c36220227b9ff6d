"""Until an analysis has ended: by its events, or by asking again and again where no events come through."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from interview_analysis.client.errors import NoAnswer, ServiceError
from interview_analysis.client.exchange import LONGEST_PAUSE, accept, pause_after, read, refuses, retry_after
from interview_analysis.client.models import State, state_of
from interview_analysis.client.operations import analysis_path
from interview_analysis.client.steps import EVENTS, Answer, Listen, NextLine, Operation, Pause, Request

_OUTAGE_SECONDS = 60.0
"""Without any answer, before a service that restarts counts as one that is gone."""
_PAUSE = 1.0
_BARREN_STREAMS = 2
"""Streams without one event before they are given up: a proxy holds them back."""
OnProgress = Callable[[State], None]


@dataclass(slots=True)
class _Watch:
    """What is known so far, and when something was last heard."""

    on_progress: OnProgress | None
    patience: float | None
    latest: State | None = None
    news_at: float = 0.0
    answer_at: float = 0.0

    def hear(self) -> None:
        """The service lives, be it without news."""
        self.answer_at = time.monotonic()

    def tell(self, state: State) -> None:
        self.hear()
        if self.latest is None or state != self.latest:
            self.latest, self.news_at = state, self.answer_at
            if self.on_progress is not None:
                self.on_progress(state)

    def check(self) -> None:
        """Raises ``NoAnswer`` where nothing has moved for the whole patience."""
        if self.patience is not None and time.monotonic() - self.news_at > self.patience:
            raise NoAnswer(f"no progress for {self.patience:g} s; the service's log may say why")

    def endure(self, error: NoAnswer | ServiceError) -> None:
        """Raises ``error`` where it is the request's fault, or nothing good has come for too long."""
        if refuses(error) or time.monotonic() - self.answer_at > _OUTAGE_SECONDS:
            raise error
        self.check()


def wait(analysis_id: str, on_progress: OnProgress | None, patience: float | None) -> Operation[State]:
    """The final state. ``on_progress`` is told every change; ``patience``: seconds without one, ``None`` for ever.

    Raises ``ServiceError``, ``NoAnswer``.
    """
    now = time.monotonic()
    watch, barren = _Watch(on_progress, patience, None, now, now), 0
    while watch.latest is None or not watch.latest.is_final:
        try:
            if barren < _BARREN_STREAMS:
                barren = 0 if (yield from _listen(analysis_id, watch)) else barren + 1
            else:
                yield from _poll(analysis_id, watch)
        except (NoAnswer, ServiceError) as error:
            watch.endure(error)
            yield Pause(min(pause_after(error, _PAUSE), LONGEST_PAUSE))
    return watch.latest


def _listen(analysis_id: str, watch: _Watch) -> Operation[bool]:
    """Follow one stream until it ends; whether it brought anything."""
    answer: Answer = yield Listen(analysis_path(analysis_id, "/events"))
    if not _is_stream(answer):
        return False
    heard = False
    while (line := (yield NextLine())) is not None:
        watch.hear()
        if line.startswith("data:"):
            heard = True
            watch.tell(_state(line.removeprefix("data:"), answer))
            if watch.latest is not None and watch.latest.is_final:
                return True
        watch.check()
    yield Pause(_PAUSE)
    return heard


def _is_stream(answer: Answer) -> bool:
    """False for what a proxy puts in its place. Raises ``ServiceError``."""
    try:
        return accept(answer).headers.get("content-type", "").startswith(EVENTS)
    except NoAnswer:
        return False


def _poll(analysis_id: str, watch: _Watch) -> Operation[None]:
    """Ask once, and pause as long as the service says."""
    answer = accept((yield Request("GET", analysis_path(analysis_id), repeatable=True)))
    watch.tell(read(answer, state_of))
    watch.check()
    if watch.latest is not None and not watch.latest.is_final:
        yield Pause(min(retry_after(answer) or _PAUSE, LONGEST_PAUSE))


def _state(data: str, answer: Answer) -> State:
    return read(Answer(answer.request, answer.status, answer.headers, data.encode()), state_of)
