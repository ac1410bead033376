"""Tests of bot.network.shelf: asked once, kept for a while, shared by whoever waits."""

import asyncio
from time import monotonic

import pytest

from bot.model.trouble import Trouble
from bot.network.errors import NetworkError
from bot.network.shelf import Shelf


class Source:
    """Gives 1, 2, 3 … each time it is let go."""

    def __init__(self) -> None:
        self.fetched = 0
        self.cancelled = 0
        self.go = asyncio.Event()
        self.fails = False

    async def fetch(self) -> int:
        self.fetched += 1
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.fails:
            raise NetworkError(Trouble.SERVFAIL, "no luck")
        return self.fetched


def shelf(seconds: float = 60.0, most: int = 100) -> Shelf[str, int]:
    return Shelf(lambda _: seconds, most=most)


async def test_many_who_want_the_same_cause_one_fetch() -> None:
    source, kept = Source(), shelf()
    waiters = [asyncio.create_task(kept.get("a", source.fetch)) for _ in range(50)]
    await asyncio.sleep(0)
    source.go.set()
    assert {(await waiter).value for waiter in waiters} == {1}
    assert source.fetched == 1


async def test_what_is_kept_tells_its_age() -> None:
    source, kept = Source(), shelf()
    source.go.set()
    assert (await kept.get("a", source.fetch)).age == 0.0
    await asyncio.sleep(0.01)
    again = await kept.get("a", source.fetch)
    assert again.age >= 0.005
    assert source.fetched == 1


async def test_what_is_too_old_is_fetched_anew() -> None:
    source, kept = Source(), shelf(0.01)
    source.go.set()
    await kept.get("a", source.fetch)
    await asyncio.sleep(0.02)
    assert (await kept.get("a", source.fetch)).value == 2


async def test_a_fresh_answer_is_asked_for_once_by_all_who_want_it_fresh() -> None:
    source, kept = Source(), shelf()
    source.go.set()
    await kept.get("a", source.fetch)
    now = monotonic()
    assert (await kept.get("a", source.fetch, not_before=now)).value == 2
    assert (await kept.get("a", source.fetch, not_before=now)).value == 2


async def test_a_waiter_that_gives_up_leaves_the_fetch_to_the_others() -> None:
    source, kept = Source(), shelf()
    first = asyncio.create_task(kept.get("a", source.fetch))
    second = asyncio.create_task(kept.get("a", source.fetch))
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    source.go.set()
    assert (await second).value == 1
    assert source.cancelled == 0


async def test_a_fetch_that_nobody_waits_for_is_cancelled() -> None:
    source, kept = Source(), shelf()
    waiters = [asyncio.create_task(kept.get("a", source.fetch)) for _ in range(2)]
    await asyncio.sleep(0)
    for waiter in waiters:
        waiter.cancel()
    await asyncio.gather(*waiters, return_exceptions=True)
    await asyncio.sleep(0)
    assert source.cancelled == 1
    source.go.set()
    assert (await kept.get("a", source.fetch)).value == 2


async def test_a_failure_is_shared_and_kept_too() -> None:
    source, kept = Source(), shelf()
    source.fails = True
    waiters = [asyncio.create_task(kept.get("a", source.fetch)) for _ in range(3)]
    await asyncio.sleep(0)
    source.go.set()
    errors = await asyncio.gather(*waiters, return_exceptions=True)
    assert [str(error) for error in errors] == ["servfail: no luck"] * 3
    assert len(set(map(id, errors))) == 3  # each its own: traces must not pile up
    with pytest.raises(NetworkError, match="no luck"):
        await kept.get("a", source.fetch)
    assert source.fetched == 1


async def test_the_oldest_goes_when_the_shelf_is_full() -> None:
    source, kept = Source(), shelf(most=2)
    source.go.set()
    for key in "abc":
        await kept.get(key, source.fetch)
    assert kept.kept("a") is None
    assert kept.kept("c") is not None


async def test_closing_cancels_what_is_under_way() -> None:
    source, kept = Source(), shelf()
    waiter = asyncio.create_task(kept.get("a", source.fetch))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await kept.close()
    assert source.cancelled == 1
    with pytest.raises(asyncio.CancelledError):
        await waiter
