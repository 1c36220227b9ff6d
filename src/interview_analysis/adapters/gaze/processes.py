"""``GazeMeter`` in processes of its own, picture by picture: started by the first ones, ended when none has come for long.

Any process takes any picture. Waiting pictures go in the order in which they came, whoever sent them.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence

from interview_analysis.adapters.child.pipe import ChildGone, ChildPipe, start_child
from interview_analysis.adapters.child.wire import Kind, Message
from interview_analysis.adapters.gaze.answers import TOGETHER, read_measured
from interview_analysis.domain.screen_gaze import Measured
from interview_analysis.errors import DependencyUnavailable, InterviewAnalysisError

UNAVAILABLE = "gaze_unavailable"
_OPEN_SECONDS = 60.0
"""Models are loaded meanwhile, on a machine that may be busy."""
_PICTURE_SECONDS = 10.0
_LINGER_SECONDS = 300.0
_PAUSE_SECONDS = 5.0
"""A process that could not begin is not tried again at once."""
_DEPTH = 2 * TOGETHER
"""Pictures in one pipe: the next ones lie there when the process has answered, however busy the event loop is."""
_MOST_WAITING = 256
"""Pictures that wait for a process: a second of two cores. More come from a client that does not wait for answers."""
_TRIES = 3


class GazeProcesses:
    """``GazeMeter``."""

    def __init__(self, command: tuple[str, ...], processes: int, linger: float = _LINGER_SECONDS) -> None:
        """``command`` runs ``answers.answer_pictures`` on its standard streams."""
        self._children = [_Child(command) for _ in range(processes)]
        self._free = asyncio.Semaphore(_DEPTH * processes)
        self._waiting = 0
        self._linger = linger
        self._end: asyncio.TimerHandle | None = None

    async def measure(self, picture: bytes) -> Measured:
        """See ``GazeMeter``."""
        if self._waiting >= _MOST_WAITING:
            raise DependencyUnavailable(f"{self._waiting} pictures are waiting", code=UNAVAILABLE)
        self._waiting += 1
        try:
            await self._free.acquire()
        finally:
            self._waiting -= 1
        asking = asyncio.create_task(self._ask(picture))
        asking.add_done_callback(self._settled)
        return read_measured(await asyncio.shield(asking))

    async def measure_all(self, pictures: Sequence[bytes]) -> list[Measured]:
        """See ``GazeMeter``. No more at a time than there are processes: others have their turn between."""
        measured: dict[int, Measured] = {}
        numbered = iter(enumerate(pictures))

        async def take_turns() -> None:
            for number, picture in numbered:
                measured[number] = await self.measure(picture)

        turns = [asyncio.create_task(take_turns()) for _ in self._children]
        try:
            await asyncio.gather(*turns)
        finally:
            for turn in turns:
                turn.cancel()
        return [measured[number] for number in range(len(pictures))]

    async def close(self) -> None:
        """See ``GazeMeter``."""
        if self._end is not None:
            self._end.cancel()
        await asyncio.gather(*(child.close() for child in self._children))

    async def _ask(self, picture: bytes) -> bytes:
        """Again elsewhere where a process ended before it came to this picture; alone where it may have been this one."""
        kind = Kind.PICTURE
        for left in reversed(range(_TRIES)):
            try:
                return await min(self._children, key=_Child.load).ask(kind, picture)
            except ChildGone as gone:
                if (gone.had_begun and kind is Kind.SUSPECT) or not left:
                    raise
                if gone.had_begun:
                    kind = Kind.SUSPECT
        raise AssertionError("unreachable")

    def _settled(self, asking: asyncio.Task[bytes]) -> None:
        """A place is free when the process is, not when its caller has gone away."""
        self._free.release()
        if not asking.cancelled():
            asking.exception()
        if self._end is not None:
            self._end.cancel()
        self._end = asyncio.get_running_loop().call_later(self._linger, self._retire)

    def _retire(self) -> None:
        for child in self._children:
            child.retire()


class _Child:
    """One process, started when it is asked."""

    def __init__(self, command: tuple[str, ...]) -> None:
        self._command = command
        self._numbers = itertools.count(1)
        self._starting = asyncio.Lock()
        self._pipe: ChildPipe | None = None
        self._asked = 0
        self._is_closed = False
        self._fault: tuple[float, InterviewAnalysisError] | None = None

    def load(self) -> tuple[int, bool]:
        """For the choice of the next: whoever is idle, running ones first."""
        return self._asked, self._pipe is None or self._pipe.is_over

    async def ask(self, kind: Kind, picture: bytes) -> bytes:
        """Raises ``InputError``, ``ModelUnavailable``, ``DependencyUnavailable``."""
        self._asked += 1
        try:
            pipe = await self._running()
            return await pipe.ask(Message(kind, next(self._numbers), picture), _PICTURE_SECONDS)
        finally:
            self._asked -= 1

    def retire(self) -> None:
        if self._pipe is not None and self._asked == 0:
            self._pipe.end()

    async def close(self) -> None:
        """For good: what waits is not tried again."""
        self._is_closed = True
        if self._pipe is not None:
            await self._pipe.close()

    async def _running(self) -> ChildPipe:
        async with self._starting:
            if self._pipe is None or self._pipe.is_over:
                self._refuse_in_pause()
                self._pipe = await start_child(self._command, UNAVAILABLE, TOGETHER)
                await self._begin(self._pipe)
            return self._pipe

    def _refuse_in_pause(self) -> None:
        if self._is_closed:
            raise DependencyUnavailable("the meter is closed", code=UNAVAILABLE)
        if self._fault is not None and asyncio.get_running_loop().time() < self._fault[0]:
            raise type(self._fault[1])(self._fault[1].detail, code=self._fault[1].code)

    async def _begin(self, pipe: ChildPipe) -> None:
        """Models are loaded now. Where that fails it is not tried again at once."""
        try:
            await pipe.ask(Message(Kind.OPEN, 0), _OPEN_SECONDS)
        except InterviewAnalysisError as error:
            pipe.end()
            gone = isinstance(error, ChildGone)
            fault = DependencyUnavailable(error.detail, code=error.code) if gone else error
            self._fault = asyncio.get_running_loop().time() + _PAUSE_SECONDS, fault
            raise fault from (error if gone else None)
        if self._is_closed:
            await pipe.close()
