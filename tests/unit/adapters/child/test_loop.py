"""A child process's end of the two pipes."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest

from interview_analysis.adapters.child.loop import serve
from interview_analysis.adapters.child.wire import HEAD, Kind, Message
from interview_analysis.errors import InputError


class Trickle(io.RawIOBase):
    """Gives its chunks one a read, as a pipe does."""

    def __init__(self, chunks: Sequence[bytes]) -> None:
        self._chunks = list(chunks)

    def readable(self) -> bool:
        return True

    def readinto(self, target: object) -> int:
        assert isinstance(target, memoryview)
        chunk = self._chunks.pop(0) if self._chunks else b""
        target[: len(chunk)] = chunk
        return len(chunk)


class Meter:
    """Answers with what it was asked, and remembers what came together."""

    def __init__(self) -> None:
        self.groups: list[list[bytes]] = []

    def answer(self, messages: Sequence[Message]) -> list[bytes | None]:
        bodies = [message.body for message in messages]
        self.groups.append(bodies)
        if b"large" in bodies:
            raise InputError("too large", code="picture_too_large")
        if b"wrong" in bodies:
            raise KeyError("wrong")
        return [None if body == b"told" else body.upper() for body in bodies]


def picture(number: int, body: bytes) -> bytes:
    return Message(Kind.PICTURE, number, body).packed()


def served(chunks: Sequence[bytes], together: int) -> tuple[list[list[bytes]], list[tuple[Kind, int, bytes]]]:
    """What came together, and kind, conversation and body of the answers."""
    meter, answers = Meter(), io.BytesIO()
    serve(io.BufferedReader(Trickle(chunks)), answers, meter.answer, "meter_unavailable", together)
    replies, left = [], answers.getvalue()
    while left:
        kind, conversation, size, _ = HEAD.unpack_from(left)
        replies.append((Kind(kind), conversation, left[HEAD.size : HEAD.size + size]))
        left = left[HEAD.size + size :]
    return meter.groups, replies


FIVE = [picture(number, bytes([97 + number])) for number in range(5)]
ANSWERS = [(Kind.DONE, number, bytes([65 + number])) for number in range(5)]
STREAM = b"".join(FIVE)


@pytest.mark.parametrize(
    ("chunks", "together", "groups"),
    [
        pytest.param(FIVE, 4, [1, 1, 1, 1, 1], id="nobody waits"),
        pytest.param([STREAM], 1, [1, 1, 1, 1, 1], id="one by one"),
        pytest.param([STREAM], 4, [4, 1], id="no more than wanted"),
        pytest.param([FIVE[0], b"".join(FIVE[1:3]) + FIVE[3][:5], FIVE[3][5:] + FIVE[4]], 4, [1, 2, 2], id="cut in a head"),
        pytest.param([STREAM[:-1], STREAM[-1:]], 8, [4, 1], id="cut in a body"),
        pytest.param([bytes([byte]) for byte in STREAM], 4, [1, 1, 1, 1, 1], id="byte by byte"),
    ],
)
def test_what_lies_there_is_taken_together_and_answered_in_order(chunks: list[bytes], together: int, groups: list[int]) -> None:
    taken, replies = served(chunks, together)
    assert [len(group) for group in taken] == groups
    assert replies == ANSWERS


def test_a_suspect_is_taken_alone() -> None:
    suspect = Message(Kind.SUSPECT, 2, b"c").packed()
    taken, replies = served([b"".join([*FIVE[:2], suspect, suspect, *FIVE[3:]])], 4)
    assert taken == [[b"a", b"b"], [b"c"], [b"c"], [b"d", b"e"]]
    assert replies == [*ANSWERS[:3], *ANSWERS[2:]]


def test_a_message_without_an_answer_has_none() -> None:
    assert served([picture(1, b"told") + picture(2, b"a")], 2)[1] == [(Kind.DONE, 2, b"A")]


@pytest.mark.parametrize(
    ("body", "fault"), [(b"large", b"picture_too_large\ntoo large"), (b"wrong", b"meter_unavailable\nsee the log")]
)
def test_one_that_fails_fails_alone(body: bytes, fault: bytes) -> None:
    taken, replies = served([picture(1, b"a") + picture(2, body) + picture(3, b"c")], 3)
    assert taken == [[b"a", body, b"c"], [b"a"], [body], [b"c"]]
    assert replies == [(Kind.DONE, 1, b"A"), (Kind.FAULT, 2, fault), (Kind.DONE, 3, b"C")]


def test_a_stream_that_ends_in_a_message_leaves_it() -> None:
    assert served([FIVE[0] + FIVE[1][:-1]], 4)[1] == ANSWERS[:1]
