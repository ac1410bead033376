"""Checks begin only as fast as the process keeps up, and none waits for ever."""

import asyncio
import time

from bot.jobs.door import Door


async def passes(door: Door) -> bool:
    """Whether somebody gets in within a moment."""
    entering = asyncio.create_task(door.enter())
    await asyncio.wait({entering}, timeout=0.2)
    is_in = entering.done()
    entering.cancel()
    await asyncio.gather(entering, return_exceptions=True)
    return is_in


async def test_where_there_is_no_crowd_everybody_gets_in() -> None:
    door = Door(lambda: False)
    async with asyncio.timeout(20):
        await asyncio.gather(*(door.enter() for _ in range(20)))


async def test_while_questions_queue_nobody_gets_in() -> None:
    crowd = [1]
    door = Door(lambda: bool(crowd), patience=60)
    assert not await passes(door)
    crowd.clear()
    assert await passes(door)


async def test_nobody_waits_for_ever() -> None:
    door = Door(lambda: True, patience=0.01)
    async with asyncio.timeout(20):
        await door.enter()


async def test_a_loop_that_lags_behind_lets_nobody_in() -> None:
    door = Door(lambda: False, patience=60, late=0.001)
    entering = asyncio.create_task(door.enter())
    for _ in range(5):
        await asyncio.sleep(0)
        time.sleep(0.02)  # noqa: ASYNC251 - the work that keeps the loop busy
        await asyncio.sleep(0)
    was_in = entering.done()
    await asyncio.wait({entering}, timeout=10)
    assert not was_in
    assert entering.done()


async def test_who_gives_up_leaves_the_door_to_the_next() -> None:
    crowd = [1]
    door = Door(lambda: bool(crowd), patience=60)
    first = asyncio.create_task(door.enter())
    await asyncio.sleep(0.01)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    crowd.clear()
    assert await passes(door)
