"""Jobs for later: done once, by one process, and never lost."""

import asyncio

from bot.conversation.keeping import Job
from bot.storage.store import Store, open_store
from tests.storage.clock import Clock
from tests.storage.conftest import DAYS

LEASE = 60.0


def job(key: str = "firma.pl", due_at: float = 0.0, payload: str = "") -> Job:
    return Job("look", key, due_at, payload)


async def claim(store: Store, now: float, most: int = 10) -> list[str]:
    return [each.job.key for each in await store.schedule.claim(["look"], now, LEASE, most)]


async def test_what_is_due_is_given_out_longest_due_first(store: Store, clock: Clock) -> None:
    for key, due_at in (("a", 30.0), ("b", 10.0), ("c", 20.0), ("d", 90.0)):
        await store.schedule.put(job(key, clock() + due_at))
    assert await claim(store, clock()) == []
    assert await claim(store, clock() + 30, most=2) == ["b", "c"]
    assert await claim(store, clock() + 30) == ["a"]


async def test_a_job_of_another_kind_is_left_to_others(store: Store, clock: Clock) -> None:
    await store.schedule.put(Job("remind", "case 5", clock()))
    assert await claim(store, clock()) == []


async def test_what_is_done_does_not_come_again(store: Store, clock: Clock) -> None:
    await store.schedule.put(job(due_at=clock()))
    (claimed,) = await store.schedule.claim(["look"], clock(), LEASE)
    assert claimed.attempts == 1
    await store.schedule.done(claimed)
    clock.passes(10 * LEASE)
    assert await claim(store, clock()) == []


async def test_what_a_killed_process_had_taken_comes_again(address: str, clock: Clock) -> None:
    async with open_store(address, DAYS, clock) as store:
        await store.schedule.put(job(due_at=clock(), payload="how"))
        await store.schedule.claim(["look"], clock(), LEASE)
    async with open_store(address, DAYS, clock) as store:
        assert await claim(store, clock() + LEASE - 1) == []
        (again,) = await store.schedule.claim(["look"], clock() + LEASE, LEASE)
        assert (again.attempts, again.job.payload) == (2, "how")


async def test_who_lost_the_lease_cannot_strike_out_what_another_does(
    store: Store, clock: Clock
) -> None:
    await store.schedule.put(job(due_at=clock()))
    (slow,) = await store.schedule.claim(["look"], clock(), LEASE)
    (other,) = await store.schedule.claim(["look"], clock() + LEASE, LEASE)
    await store.schedule.done(slow)
    await store.schedule.postpone(slow, 0.0)
    assert await claim(store, clock() + LEASE) == []
    await store.schedule.done(other)
    assert await claim(store, clock() + 9 * LEASE) == []


async def test_a_job_put_anew_while_it_is_done_is_done_once_more(
    store: Store, clock: Clock
) -> None:
    await store.schedule.put(job(due_at=clock()))
    (claimed,) = await store.schedule.claim(["look"], clock(), LEASE)
    await store.schedule.put(job(due_at=clock() + 5, payload="new"))
    await store.schedule.done(claimed)
    (again,) = await store.schedule.claim(["look"], clock() + 5, LEASE)
    assert (again.job.payload, again.attempts) == ("new", 1)


async def test_adding_does_not_touch_what_is_planned(store: Store, clock: Clock) -> None:
    assert await store.schedule.add(job(due_at=clock(), payload="first"))
    assert not await store.schedule.add(job(due_at=clock() + 99, payload="second"))
    (claimed,) = await store.schedule.claim(["look"], clock(), LEASE)
    assert claimed.job.payload == "first"


async def test_a_postponed_job_comes_at_its_new_time(store: Store, clock: Clock) -> None:
    await store.schedule.put(job(due_at=clock()))
    (claimed,) = await store.schedule.claim(["look"], clock(), LEASE)
    await store.schedule.postpone(claimed, clock() + 500)
    assert await store.schedule.next_due(["look"]) == clock() + 500
    assert await claim(store, clock() + 499) == []
    assert await claim(store, clock() + 500) == ["firma.pl"]


async def test_a_cancelled_job_is_gone(store: Store, clock: Clock) -> None:
    await store.schedule.put(job(due_at=clock()))
    assert await store.schedule.cancel("look", "firma.pl")
    assert not await store.schedule.cancel("look", "firma.pl")
    assert await store.schedule.next_due(["look"]) is None


async def test_the_next_time_counts_what_is_leased(store: Store, clock: Clock) -> None:
    await store.schedule.put(job("a", clock()))
    await store.schedule.put(job("b", clock() + 2 * LEASE))
    await store.schedule.claim(["look"], clock(), LEASE)
    assert await store.schedule.next_due(["look"]) == clock() + LEASE


async def test_two_processes_never_take_the_same(address: str, clock: Clock) -> None:
    async with open_store(address, DAYS) as one, open_store(address, DAYS) as other:
        for number in range(40):
            await one.schedule.put(job(str(number), clock()))
        rounds = await asyncio.gather(
            *(claim(each, clock(), most=3) for _ in range(10) for each in (one, other))
        )
        taken = [key for keys in rounds for key in keys]
        assert len(taken) == len(set(taken)) == 40
