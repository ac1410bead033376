"""Several waits at once: one failure hides no other result, and time ends them all."""

import asyncio

import pytest

from bot.model.trouble import Trouble
from bot.network.deadline import Deadline
from bot.network.errors import NetworkError
from bot.network.side_by_side import side_by_side


async def give(value: str, seconds: float = 0.0) -> str:
    await asyncio.sleep(seconds)
    return value


async def fail(error: Exception) -> str:
    raise error


async def test_a_failure_stands_in_its_place() -> None:
    trouble = NetworkError(Trouble.REFUSED)
    assert await side_by_side([give("a"), fail(trouble), give("b")], Deadline()) == [
        "a",
        trouble,
        "b",
    ]


async def test_what_has_not_ended_in_time_is_a_timeout() -> None:
    one, other = await side_by_side([give("a"), give("b", 60)], Deadline().within(0.05))
    assert one == "a"
    assert other.trouble is Trouble.TIMEOUT


async def test_a_bug_of_ours_ends_the_others() -> None:
    with pytest.raises(ZeroDivisionError):
        await side_by_side([give("a", 60), fail(ZeroDivisionError())], Deadline())


async def test_nothing_is_waited_for_longer_than_the_earliest_deadline() -> None:
    deadline = Deadline().within(0.02).within(60)
    assert deadline.remaining <= 0.02
    with pytest.raises(NetworkError) as caught:
        async with deadline.bounding():
            await asyncio.sleep(60)
    assert caught.value.trouble is Trouble.TIMEOUT
    assert Deadline().limit is None
    assert Deadline().within(-1).remaining == 0.0
