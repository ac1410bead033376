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


class Asker:
    """Enters a pace, and knows whether it has been called."""

    def __init__(self, pace: Pace) -> None:
        self.called = asyncio.Event()
        self.place = pace.enter(self._called)

    @property
    def is_called(self) -> bool:
        return self.called.is_set()

    def _called(self) -> None:
        self.called.set()


def called(askers: list[Asker]) -> int:
    return sum(asker.is_called for asker in askers)


async def test_no_more_are_let_out_at_once_than_there_are_places() -> None:
    pace = Pace(3, 3, moment=60)
    askers = [Asker(pace) for _ in range(20)]
    assert called(askers) == 3
    assert pace.is_crowded
    for out, asker in enumerate(askers):
        assert called(askers) == min(20, 3 + out)
        pace.leave(asker.place)
    assert not pace.is_crowded
    pace.close()


async def test_who_waits_long_gives_the_place_back() -> None:
    pace = Pace(1, 1, moment=0.01)
    askers = [Asker(pace) for _ in range(4)]
    async with asyncio.timeout(5):
        for asker in askers:
            await asker.called.wait()
    pace.close()


async def test_a_place_is_given_back_only_once() -> None:
    pace = Pace(1, 1, moment=0.01)
    first, second = Asker(pace), Asker(pace)
    async with asyncio.timeout(5):
        await second.called.wait()  # the first place has been given back by the clock
    third = Asker(pace)
    pace.leave(first.place)  # and at the end not again
    assert not third.is_called
    pace.leave(second.place)
    pace.leave(second.place)
    fourth = Asker(pace)
    assert third.is_called
    assert not fourth.is_called
    pace.close()


async def test_whoever_stops_waiting_leaves_no_place_behind() -> None:
    pace = Pace(1, 1, moment=60)
    first, gone, last = Asker(pace), Asker(pace), Asker(pace)
    pace.leave(gone.place)
    assert not last.is_called
    pace.leave(first.place)
    assert last.is_called
    assert not gone.is_called
    assert not pace.is_crowded
    pace.close()


async def test_more_are_let_out_while_answers_come_and_fewer_after_a_loss() -> None:
    pace = Pace(4, 6, moment=60)
    for _ in range(10):
        pace.widen()
    askers = [Asker(pace) for _ in range(10)]
    assert called(askers) == 6
    pace.narrow()
    for asker in askers[:2]:
        pace.leave(asker.place)
    assert called(askers) == 6  # six were out, four may be
    pace.leave(askers[2].place)
    assert called(askers) == 7
    pace.close()


async def test_names_that_nobody_answers_hold_up_no_others() -> None:
    async with dns_server("good.pl. A 127.0.0.1") as server:
        resolver = Resolver([server.address], times=Times(dns_try=60, dns_total=60))
        for number in range(400):
            server.misbehave(f"dead{number}.pl", Fault.SILENCE)
        dead = [resolver.a(f"dead{number}.pl") for number in range(400)]
        async with asyncio.timeout(20):
            answer = await resolver.a("good.pl")
        assert [str(address) for address in answer.records] == ["127.0.0.1"]
        for asked in dead:
            asked.cancel()
        await resolver.close()


async def test_what_never_went_out_is_our_own_trouble_and_not_a_silent_server() -> None:
    async with dns_server("good.pl. A 127.0.0.1") as server:
        resolver = Resolver([server.address], times=Times(dns_try=60, dns_total=60))
        pace = resolver._tower._pace = Pace(1, 1, moment=60)
        held = Asker(pace)
        with pytest.raises(NetworkError) as caught:
            await resolver.view(deadline=monotonic() + 0.1).a("good.pl")
        assert caught.value.trouble is Trouble.BUSY
        pace.leave(held.place)
        assert (await resolver.a("good.pl")).records
        assert not resolver.is_crowded
        await resolver.close()
