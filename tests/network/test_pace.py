"""Bursts of questions are let out a few at a time, and slow answers hold nobody up."""

import asyncio
from time import monotonic

import pytest

from bot.model.trouble import Trouble
from bot.network.errors import NetworkError
from bot.network.pace import Pace
from bot.network.resolver import Resolver
from bot.network.settings import Times
from tests.doubles.dns import Fault, dns_server


async def test_no_more_are_let_out_at_once_than_there_are_places() -> None:
    pace = Pace(3, moment=60)
    inside = most = 0

    async def ask() -> None:
        nonlocal inside, most
        async with pace.place():
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(ask() for _ in range(20)))
    assert most == 3


async def test_who_waits_long_gives_the_place_back() -> None:
    pace = Pace(1, moment=0.01)
    stuck = asyncio.Event()

    async def wait() -> None:
        async with pace.place():
            await stuck.wait()

    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        group.create_task(wait())
        await asyncio.sleep(0)
        for _ in range(3):
            async with pace.place():
                pass
        stuck.set()


async def test_a_place_is_given_back_only_once() -> None:
    pace = Pace(1, moment=0.05)
    async with pace.place():
        await asyncio.sleep(0.1)  # given back by the clock, and at the end not again
    async with pace.place():
        other = asyncio.create_task(pace.place().__aenter__())
        await asyncio.sleep(0)
        assert not other.done()
        other.cancel()
        await asyncio.gather(other, return_exceptions=True)


async def test_whoever_stops_waiting_leaves_no_place_behind() -> None:
    pace = Pace(1, moment=60)
    async with pace.place():
        waiting = asyncio.create_task(pace.place().__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    async with asyncio.timeout(5), pace.place():
        pass


async def test_names_that_nobody_answers_hold_up_no_others() -> None:
    async with dns_server("good.pl. A 127.0.0.1") as server:
        resolver = Resolver([server.address], times=Times(dns_try=60, dns_total=60))
        for number in range(400):
            server.misbehave(f"dead{number}.pl", Fault.SILENCE)
        dead = [asyncio.create_task(resolver.a(f"dead{number}.pl")) for number in range(400)]
        await asyncio.sleep(0)
        async with asyncio.timeout(20):
            answer = await resolver.a("good.pl")
        assert [str(address) for address in answer.records] == ["127.0.0.1"]
        for task in dead:
            task.cancel()
        await asyncio.gather(*dead, return_exceptions=True)
        await resolver.close()


async def test_what_never_went_out_is_our_own_trouble_and_not_a_silent_server() -> None:
    async with dns_server("good.pl. A 127.0.0.1") as server:
        resolver = Resolver([server.address], times=Times(dns_try=60, dns_total=60))
        places = resolver._core._pace._places
        while not places.locked():
            await places.acquire()
        with pytest.raises(NetworkError) as caught:
            await resolver.view(deadline=monotonic() + 0.1).a("good.pl")
        assert caught.value.trouble is Trouble.BUSY
        places.release()
        assert (await resolver.a("good.pl")).records
        assert not resolver.is_crowded
        await resolver.close()
