"""A child process's end: one thread that takes what comes in order, until its standard input ends."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from typing import BinaryIO

from interview_analysis.adapters.child.wire import HEAD, Kind, Message
from interview_analysis.errors import InterviewAnalysisError

_log = logging.getLogger(__name__)

Answer = Callable[[Message], bytes | None]
"""Gives the body of the answer, or ``None`` where none is expected."""


def serve_standard_streams(answer: Answer, unavailable: str) -> None:
    """``serve`` the process that has started this one. Answers have the first standard output for themselves: native code
    prints into the log."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(sys.stdin.buffer, answers, answer, unavailable)


def serve(source: BinaryIO, answers: BinaryIO, answer: Answer, unavailable: str) -> None:
    """Answer the messages of ``pipe.ChildPipe``. An ``InterviewAnalysisError`` goes back as it is, anything else under the
    code ``unavailable``."""
    while len(head := source.read(HEAD.size)) == HEAD.size:
        kind, conversation, size, timestamp = HEAD.unpack(head)
        reply = _reply(Message(Kind(kind), conversation, source.read(size), timestamp), answer, unavailable)
        if reply is not None:
            answers.write(reply.packed())
            answers.flush()


def _reply(message: Message, answer: Answer, unavailable: str) -> Message | None:
    try:
        body = answer(message)
    except InterviewAnalysisError as error:
        return Message(Kind.FAULT, message.conversation, f"{error.code}\n{error.detail}".encode())
    except Exception:
        _log.exception("a picture could not be analysed")
        return Message(Kind.FAULT, message.conversation, f"{unavailable}\nsee the log".encode())
    return None if body is None else Message(Kind.DONE, message.conversation, body)
