"""A server's end of a process of its own: the event loop never waits for a picture, and a crash in native code ends no more
than the questions that lie there. The process reads end-of-file when the server dies."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from asyncio.subprocess import PIPE, Process

from interview_analysis.adapters.child.wire import HEAD, Kind, Message
from interview_analysis.errors import DependencyUnavailable, InputError, InterviewAnalysisError, ModelUnavailable

_log = logging.getLogger(__name__)
_END_SECONDS = 3.0


class ChildGone(DependencyUnavailable):
    """The process has ended. ``had_begun``: it was at this question, or may have been, and that may be why; the others it
    never looked at."""

    def __init__(self, detail: str, *, code: str, had_begun: bool) -> None:
        super().__init__(detail, code=code)
        self.had_begun = had_begun


async def start_child(command: tuple[str, ...], unavailable: str, together: int = 1) -> ChildPipe:
    """``command`` runs ``loop.serve_standard_streams``; ``unavailable`` is the code of its absence, ``together`` as
    there. Raises ``DependencyUnavailable`` with that code."""
    try:
        process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, start_new_session=True)
    except OSError as error:
        raise DependencyUnavailable(f"no {command[-1]}: {error}", code=unavailable) from error
    return ChildPipe(process, command[-1], unavailable, together)


class ChildPipe:
    """One living process: questions of many conversations, each with at most one under way. They are answered in order."""

    def __init__(self, process: Process, name: str, unavailable: str, together: int) -> None:
        self._process = process
        self._stdin, self._stdout = _streams(process)
        self._name = name
        self._unavailable = unavailable
        self._together = together
        self._waiting: dict[int, tuple[Kind, asyncio.Future[bytes]]] = {}
        self._reading = asyncio.create_task(self._read(), name=name)
        self._is_known_why = False
        self.is_over = False

    async def ask(self, message: Message, patience: float) -> bytes:
        """Raises what the process answers, or ``ChildGone``. Where it is silent for ``patience`` seconds it is ended."""
        if self.is_over:
            raise self._gone(had_begun=False)
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting[message.conversation] = message.kind, answer
        self.tell(message)
        try:
            async with asyncio.timeout(patience):
                return await answer
        except TimeoutError:
            _log.error("the %s has not answered for %.0f s and is ended", self._name, patience)
            self._is_known_why = True
            self.end()
            raise self._gone(had_begun=True) from None

    def tell(self, message: Message) -> None:
        """Without an answer. What lies in the pipe is bounded by its users: each conversation waits for its answer."""
        if not self.is_over:
            self._stdin.write(message.packed())

    def end(self) -> None:
        """At once; nothing of it is worth keeping."""
        if not self.is_over:
            self.is_over = True
            self._kill()

    async def close(self) -> None:
        self._is_known_why = True
        self.end()
        await self._reading

    async def _read(self) -> None:
        try:
            while True:
                kind, conversation, size, _ = HEAD.unpack(await self._stdout.readexactly(HEAD.size))
                body = await self._stdout.readexactly(size)
                self._settle(Kind(kind), conversation, body)
        except asyncio.IncompleteReadError:
            self.is_over = True
        try:
            async with asyncio.timeout(_END_SECONDS):
                await self._process.wait()
        except TimeoutError:
            self._kill()
        self._stdin.close()
        begun = 0 if self._is_known_why else self._begun()
        for number, (_, answer) in enumerate(self._waiting.values()):
            if not answer.done():
                answer.set_exception(self._gone(had_begun=number < begun))
        self._waiting.clear()

    def _begun(self) -> int:
        """How many of those that wait the process may have been at: the first, and what may have been taken with it."""
        kinds = [kind for kind, _ in self._waiting.values()]
        alone = kinds.index(Kind.SUSPECT) if Kind.SUSPECT in kinds else len(kinds)
        return min(max(alone, 1), self._together)

    def _kill(self) -> None:
        """Once: a second time would reap the process before asyncio's own watcher does."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    def _settle(self, kind: Kind, conversation: int, body: bytes) -> None:
        _, answer = self._waiting.pop(conversation, (kind, None))
        if answer is None or answer.done():
            return
        if kind is Kind.DONE:
            answer.set_result(body)
        else:
            answer.set_exception(self._fault(body))

    def _gone(self, *, had_begun: bool) -> ChildGone:
        return ChildGone(f"the {self._name} has ended", code=self._unavailable, had_begun=had_begun)

    def _fault(self, body: bytes) -> InterviewAnalysisError:
        code, _, detail = body.decode().partition("\n")
        kinds = {"model_unavailable": ModelUnavailable, self._unavailable: DependencyUnavailable}
        return kinds.get(code, InputError)(detail, code=code)


def _streams(process: Process) -> tuple[asyncio.StreamWriter, asyncio.StreamReader]:
    if process.stdin is None or process.stdout is None:
        raise ValueError("the process has no pipes")
    return process.stdin, process.stdout
