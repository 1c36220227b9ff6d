"""What is asked for together goes together, everybody gets their own answer, and one who leaves hurts nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from interview_analysis.adapters.relational.gathering import Gathering


class Slow:
    """Answers with the square, when told to; ``rounds`` are the questions of each round."""

    def __init__(self) -> None:
        self.rounds: list[list[int]] = []
        self.go = asyncio.Event()

    async def squares(self, numbers: Sequence[int]) -> list[int]:
        self.rounds.append(list(numbers))
        await self.go.wait()
        if 13 in numbers:
            raise ValueError("13")
        return [number * number for number in numbers]


async def ask_all(gathering: Gathering[int, int], numbers: Sequence[int]) -> list[asyncio.Task[int]]:
    tasks = [asyncio.create_task(gathering.ask(number)) for number in numbers]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return tasks


async def test_one_question_waits_for_nobody_and_the_next_go_together() -> None:
    slow = Slow()
    gathering: Gathering[int, int] = Gathering(slow.squares, most=3)
    first = await ask_all(gathering, [2])
    others = await ask_all(gathering, [3, 4, 5, 6])
    assert slow.rounds == [[2]]
    slow.go.set()
    assert await asyncio.gather(*first, *others) == [4, 9, 16, 25, 36]
    assert slow.rounds == [[2], [3, 4, 5], [6]]
    assert await gathering.ask(7) == 49


async def test_an_error_is_told_to_everybody_of_its_round_alone() -> None:
    slow = Slow()
    gathering: Gathering[int, int] = Gathering(slow.squares, most=2)
    tasks = [*await ask_all(gathering, [1]), *await ask_all(gathering, [13, 2, 3])]
    slow.go.set()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert [isinstance(answer, ValueError) for answer in found] == [False, True, True, False]


async def test_who_leaves_is_not_asked_for_and_others_go_on() -> None:
    slow = Slow()
    gathering: Gathering[int, int] = Gathering(slow.squares, most=8)
    (first,) = await ask_all(gathering, [1])
    left, stayed = await ask_all(gathering, [2, 3])
    first.cancel()
    left.cancel()
    slow.go.set()
    assert await stayed == 9
    with pytest.raises(asyncio.CancelledError):
        await left
    assert slow.rounds == [[1], [3]]


async def test_with_a_pause_those_that_come_one_after_the_other_go_together() -> None:
    slow = Slow()
    slow.go.set()
    gathering: Gathering[int, int] = Gathering(slow.squares, most=8, pause=0.02)
    first = await ask_all(gathering, [2])
    others = await ask_all(gathering, [3])
    assert await asyncio.gather(*first, *others) == [4, 9]
    assert slow.rounds == [[2, 3]]
