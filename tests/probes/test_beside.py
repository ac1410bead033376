"""What is asked beside something slower: never waited for long, and never left behind."""

import asyncio

import pytest

from bot.probes import beside as module
from bot.probes.beside import beside, soon


async def never() -> str:
    await asyncio.Event().wait()
    return "never"


async def at_once() -> str:
    return "an answer"


async def test_what_is_unfinished_at_the_end_is_given_up() -> None:
    async with asyncio.timeout(5):
        async with beside(never()) as task:
            await asyncio.sleep(0)
    assert task.cancelled()


async def test_what_has_come_is_taken() -> None:
    async with beside(at_once()) as task:
        assert await soon(task, "nothing") == "an answer"


async def test_what_does_not_come_is_not_waited_for_beyond_our_patience(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.01)
    async with asyncio.timeout(5), beside(never()) as task:
        assert await soon(task, "nothing") == "nothing"


async def test_a_failure_beside_is_told_to_whoever_asks() -> None:
    async def fails() -> str:
        raise LookupError("gone")

    with pytest.raises(LookupError, match="gone"):
        async with beside(fails()) as task:
            await soon(task, "nothing")
