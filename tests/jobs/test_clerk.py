"""The clerk does what is due, once, and nothing that goes wrong costs a job."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.conversation.keeping import Job
from bot.jobs.clearing import CLEAR, EVERY, make_clearing
from bot.jobs.clerk import FIRST_RETRY, LONGEST_RETRY, Again, Clerk
from bot.storage.store import Store, open_store
from tests.storage.clock import DAY, Clock
from tests.storage.conftest import DAYS


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def store(tmp_path: Path, clock: Clock) -> AsyncIterator[Store]:
    async with open_store(f"sqlite:///{tmp_path / 'db'}", DAYS, clock) as opened:
        yield opened


class Doer:
    """Does as it is told, and notes what it was given."""

    def __init__(self, *ends: Again | Exception | None) -> None:
        self._ends = list(ends)
        self.jobs: list[str] = []

    async def __call__(self, job: Job) -> Again | None:
        self.jobs.append(job.key)
        end = self._ends.pop(0) if self._ends else None
        if isinstance(end, Exception):
            raise end
        return end


async def test_a_job_is_done_once(store: Store, clock: Clock) -> None:
    doer = Doer()
    clerk = Clerk(store.schedule, {"look": doer}, clock)
    await store.schedule.put(Job("look", "a", clock() + 10))
    assert await clerk.step() == 0
    clock.passes(10)
    assert await clerk.step() == 1
    clock.passes(DAY)
    assert await clerk.step() == 0
    assert doer.jobs == ["a"]


async def test_a_job_comes_again_when_it_asks_for_it(store: Store, clock: Clock) -> None:
    doer = Doer(Again(clock() + 60))
    clerk = Clerk(store.schedule, {"look": doer}, clock)
    await store.schedule.put(Job("look", "a", clock()))
    await clerk.step()
    clock.passes(59)
    assert await clerk.step() == 0
    clock.passes(1)
    assert await clerk.step() == 1


async def test_a_bug_costs_a_job_a_wait_that_grows_to_an_hour(
    store: Store, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    doer = Doer(*[ValueError("secret words")] * 12)
    clerk = Clerk(store.schedule, {"look": doer}, clock)
    await store.schedule.put(Job("look", "a", clock()))
    waits = []
    for _ in range(12):
        assert await clerk.step() == 1
        due = await store.schedule.next_due(["look"])
        assert due is not None
        waits.append(due - clock())
        clock.passes(waits[-1])
    assert waits[:3] == [FIRST_RETRY, 2 * FIRST_RETRY, 4 * FIRST_RETRY]
    assert waits[-1] == LONGEST_RETRY
    assert await clerk.step() == 1
    assert "incident" in caplog.text


async def test_stopped_in_the_middle_the_job_is_free_at_once(store: Store, clock: Clock) -> None:
    begun = asyncio.Event()

    async def stuck(job: Job) -> None:
        begun.set()
        await asyncio.Event().wait()

    await store.schedule.put(Job("look", "a", clock()))
    running = asyncio.create_task(Clerk(store.schedule, {"look": stuck}, clock).run())
    await begun.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert [each.job.key for each in await store.schedule.claim(["look"], clock(), 9.0)] == ["a"]


async def test_work_that_takes_long_keeps_its_lease(store: Store, clock: Clock) -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def slow(job: Job) -> None:
        begun.set()
        await may_end.wait()

    await store.schedule.put(Job("look", "a", clock()))
    step = asyncio.create_task(Clerk(store.schedule, {"look": slow}, clock, lease=0.15).step())
    await begun.wait()
    clock.passes(100.0)  # far past the lease, as another process sees it
    until = clock() + 0.01
    while True:  # the lease is renewed within its third
        due = await store.schedule.next_due(["look"])
        assert due is not None
        if due > until:
            break
        await asyncio.sleep(0.01)
    assert await store.schedule.claim(["look"], clock(), 9.0) == ()
    may_end.set()
    assert await step == 1


async def test_what_is_poked_is_done_without_a_wait(store: Store, clock: Clock) -> None:
    done = asyncio.Event()

    async def note(job: Job) -> None:
        done.set()

    clerk = Clerk(store.schedule, {"look": note}, clock)
    running = asyncio.create_task(clerk.run())
    await asyncio.sleep(0)
    await store.schedule.put(Job("look", "a", clock()))
    clerk.poke()
    await asyncio.wait_for(done.wait(), 10)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_clearing_is_done_daily_and_a_missed_day_is_made_up_once(
    store: Store, clock: Clock
) -> None:
    clerk = Clerk(store.schedule, {CLEAR: make_clearing(store.archive, clock)}, clock)
    await store.schedule.add(Job(CLEAR, "all", clock()))
    assert await clerk.step() == 1
    clock.passes(10 * EVERY)
    await store.schedule.add(Job(CLEAR, "all", clock()))  # as each start does
    assert await clerk.step() == 1
    assert await clerk.step() == 0
