"""Live analysis in a process of its own, which is started by the first session and ends some time after the last."""

from __future__ import annotations

import asyncio
import itertools

import orjson

from interview_analysis.adapters.child.pipe import ChildPipe, start_child
from interview_analysis.adapters.child.wire import Kind, Message
from interview_analysis.domain.live import LiveOptions

UNAVAILABLE = "live_unavailable"
_OPEN_SECONDS = 60.0
"""Models are loaded meanwhile, on a machine that may be busy."""
_PICTURE_SECONDS = 10.0
_LINGER_SECONDS = 120.0
"""Longer than reading the page takes: the next camera need not wait for the models."""


class LiveProcess:
    """``LiveAnalyzer``. Sessions share one process, picture by picture in turn."""

    def __init__(self, command: tuple[str, ...], linger: float = _LINGER_SECONDS) -> None:
        """``command`` runs ``worker.answer_cameras`` on its standard streams."""
        self._command = command
        self._linger = linger
        self._numbers = itertools.count(1)
        self._starting = asyncio.Lock()
        self._pipe: ChildPipe | None = None
        self._sessions = 0
        self._end: asyncio.TimerHandle | None = None

    async def open(self, options: LiveOptions) -> ProcessSession:
        """See ``LiveAnalyzer``."""
        self._hold(1)
        try:
            pipe = await self._running()
        except BaseException:
            self.released()
            raise
        session = ProcessSession(pipe, next(self._numbers), self)
        try:
            await session.begin(options)
        except BaseException:
            await session.close()
            raise
        return session

    async def close(self) -> None:
        """See ``LiveAnalyzer``."""
        if self._end is not None:
            self._end.cancel()
        if self._pipe is not None:
            await self._pipe.close()

    def released(self) -> None:
        """A session is over."""
        self._hold(-1)

    def _hold(self, change: int) -> None:
        self._sessions += change
        if self._end is not None:
            self._end.cancel()
            self._end = None
        if self._sessions == 0:
            self._end = asyncio.get_running_loop().call_later(self._linger, self._retire)

    def _retire(self) -> None:
        if self._pipe is not None:
            self._pipe.end()

    async def _running(self) -> ChildPipe:
        async with self._starting:
            if self._pipe is None or self._pipe.is_over:
                self._pipe = await start_child(self._command, UNAVAILABLE)
            return self._pipe


class ProcessSession:
    """``LiveSession``."""

    def __init__(self, pipe: ChildPipe, number: int, owner: LiveProcess) -> None:
        self._pipe = pipe
        self._number = number
        self._owner = owner
        self._is_open = True
        self.models: dict[str, str | None] = {}

    async def begin(self, options: LiveOptions) -> None:
        """Raises ``ModelUnavailable``, ``DependencyUnavailable``."""
        body = orjson.dumps({"smoothing": options.smoothing, "landmarks": options.landmarks})
        self.models = orjson.loads(await self._pipe.ask(Message(Kind.OPEN, self._number, body), _OPEN_SECONDS))

    async def analyse(self, timestamp: float, picture: bytes) -> bytes:
        """See ``LiveSession``."""
        return await self._pipe.ask(Message(Kind.PICTURE, self._number, picture, timestamp), _PICTURE_SECONDS)

    async def close(self) -> None:
        """See ``LiveSession``."""
        if self._is_open:
            self._is_open = False
            self._pipe.tell(Message(Kind.CLOSE, self._number))
            self._owner.released()
