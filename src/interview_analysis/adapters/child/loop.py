"""A child process's end: one thread that takes what comes in order, until its standard input ends."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from io import BufferedReader
from typing import BinaryIO

from interview_analysis.adapters.child.wire import HEAD, Kind, Message
from interview_analysis.errors import InterviewAnalysisError

_log = logging.getLogger(__name__)
_CHUNK = 1 << 18

Answer = Callable[[Sequence[Message]], Sequence[bytes | None]]
"""Of messages that lie there together, in their order: the body of each one's answer, ``None`` where none is expected."""


def serve_standard_streams(answer: Answer, unavailable: str, together: int = 1) -> None:
    """``serve`` the process that has started this one. Answers have the first standard output for themselves: native code
    prints into the log."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(os.fdopen(0, "rb", closefd=False), answers, answer, unavailable, together)


def serve(source: BufferedReader, answers: BinaryIO, answer: Answer, unavailable: str, together: int = 1) -> None:
    """Answer the messages of ``pipe.ChildPipe``, up to ``together`` of those that wait at a time. An
    ``InterviewAnalysisError`` goes back as it is, anything else under the code ``unavailable``."""
    for messages in _arriving(source, together):
        answers.writelines(reply.packed() for reply in _replies(messages, answer, unavailable))
        answers.flush()


def _arriving(source: BufferedReader, most: int) -> Iterator[list[Message]]:
    """Whole messages that lie there; the first of them is waited for."""
    pending = bytearray()
    while True:
        messages: list[Message] = []
        while len(messages) < most and (message := _taken(pending)) is not None:
            if message.kind is Kind.SUSPECT:
                if messages:
                    yield messages
                yield [message]
                messages = []
            else:
                messages.append(message)
        if messages:
            yield messages
        elif chunk := source.read1(_CHUNK):
            pending += chunk
        else:
            return


def _taken(pending: bytearray) -> Message | None:
    if len(pending) < HEAD.size:
        return None
    kind, conversation, size, timestamp = HEAD.unpack_from(pending)
    end = HEAD.size + size
    if len(pending) < end:
        return None
    body = bytes(pending[HEAD.size : end])
    del pending[:end]
    return Message(Kind(kind), conversation, body, timestamp)


def _replies(messages: Sequence[Message], answer: Answer, unavailable: str) -> list[Message]:
    """Where one of several fails they are asked one by one: the others have nothing to do with it."""
    try:
        bodies = answer(messages)
    except Exception as error:
        if len(messages) > 1:
            return [reply for message in messages for reply in _replies([message], answer, unavailable)]
        return [Message(Kind.FAULT, messages[0].conversation, _told(error, unavailable).encode())]
    return [
        Message(Kind.DONE, message.conversation, body)
        for message, body in zip(messages, bodies, strict=True)
        if body is not None
    ]


def _told(error: Exception, unavailable: str) -> str:
    if isinstance(error, InterviewAnalysisError):
        return f"{error.code}\n{error.detail}"
    _log.error("a picture could not be analysed", exc_info=error)
    return f"{unavailable}\nsee the log"
