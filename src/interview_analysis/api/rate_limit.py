"""How often one caller may come: a moving window in the memory of this process.

Written here because the storage of the package ``limits`` keeps an entry for every address that ever came, and looks
through all of them every 10 ms in a thread (84 ms of standstill with 100,000 addresses).
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import NamedTuple

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from interview_analysis.api.access import client_site, is_public
from interview_analysis.api.errors import problem_response

_SECONDS = {"second": 1, "minute": 60, "hour": 3600}
_MOST_CALLERS = 20_000
_MOST_REQUESTS = 500_000
"""Remembered in one window, about 30 MB together with the callers. Beyond it those are forgotten who were silent longest."""
_COSTLY = ("/analyze", "/uploads")


class Rate(NamedTuple):
    """At most ``amount`` requests in any ``seconds``."""

    amount: int
    seconds: int

    @classmethod
    def parse(cls, text: str) -> Rate:
        """From the form of the settings, ``60/minute``."""
        amount, _, unit = text.partition("/")
        return cls(int(amount), _SECONDS[unit])


class Allowance(NamedTuple):
    """``remaining`` requests now, one more in ``reset`` seconds."""

    allowed: bool
    remaining: int
    reset: float


class MovingWindow:
    """Counts the requests of each caller within the last seconds; refused ones do not count."""

    def __init__(
        self,
        rate: Rate,
        *,
        most_callers: int = _MOST_CALLERS,
        most_requests: int = _MOST_REQUESTS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rate = rate
        self._most_callers, self._most_requests = most_callers, most_requests
        self._clock = clock
        self._times: OrderedDict[str, deque[float]] = OrderedDict()
        self._held = 0

    def take(self, caller: str) -> Allowance:
        """Ask for one request."""
        now = self._clock()
        begin = now - self._rate.seconds
        times = self._times.setdefault(caller, deque())
        self._times.move_to_end(caller)
        while times and times[0] <= begin:
            times.popleft()
            self._held -= 1
        allowed = len(times) < self._rate.amount
        if allowed:
            times.append(now)
            self._held += 1
            self._forget(begin)
        return Allowance(allowed, self._rate.amount - len(times), times[0] - begin)

    def _forget(self, begin: float) -> None:
        """Drop callers whose last request has left the window, and whatever is too much; never the one that asks."""
        while len(self._times) > 1:
            caller, times = next(iter(self._times.items()))
            too_much = len(self._times) > self._most_callers or self._held > self._most_requests
            if not too_much and times and times[-1] > begin:
                return
            self._held -= len(times)
            del self._times[caller]


class Policy(NamedTuple):
    """``name`` stands in the headers; ``paths`` of POST requests, empty for every request."""

    name: str
    rate: Rate
    window: MovingWindow
    paths: tuple[str, ...]

    def counts(self, scope: Scope) -> bool:
        return not self.paths or (scope.get("method") == "POST" and scope["path"].rstrip("/") in self.paths)


class RateLimits:
    """Answers 429 to who comes too often, and tells everybody where they stand
    (draft-ietf-httpapi-ratelimit-headers-10)."""

    def __init__(self, app: ASGIApp, general: str | None, costly: str | None) -> None:
        self._app = app
        wanted = (("requests", general, ()), ("analyses", costly, _COSTLY))
        rates = [(name, Rate.parse(text), paths) for name, text, paths in wanted if text is not None]
        self._policies = [Policy(name, rate, MovingWindow(rate), paths) for name, rate, paths in rates]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or is_public(scope["path"]):
            await self._app(scope, receive, send)
            return
        caller = scope.get("state", {}).get("owner") or client_site(scope)
        states: list[str] = []
        policies = [policy for policy in self._policies if policy.counts(scope)]
        for policy in policies:
            allowance = policy.window.take(caller)
            states.append(f'"{policy.name}";r={allowance.remaining};t={math.ceil(allowance.reset)}')
            if not allowance.allowed:
                await _refuse(policy, allowance, scope, receive, _telling(policies, states, send))
                return
        await self._app(scope, receive, _telling(policies, states, send))


async def _refuse(policy: Policy, allowance: Allowance, scope: Scope, receive: Receive, send: Send) -> None:
    detail = f"more than {policy.rate.amount} {policy.name} in {policy.rate.seconds} s"
    response = problem_response(429, "rate_limited", HTTPConnection(scope), detail=detail)
    response.headers["Retry-After"] = str(max(1, math.ceil(allowance.reset)))
    await response(scope, receive, send)


def _telling(policies: list[Policy], states: list[str], send: Send) -> Send:
    async def with_headers(part: Message) -> None:
        if part["type"].endswith("http.response.start"):
            headers = MutableHeaders(scope=part)
            headers["RateLimit-Policy"] = ", ".join(f'"{p.name}";q={p.rate.amount};w={p.rate.seconds}' for p in policies)
            headers["RateLimit"] = ", ".join(states)
        await send(part)

    return with_headers
