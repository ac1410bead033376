"""Does what is due, one job after another or a few side by side, for as long as the bot runs."""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from time import time

from bot.conversation.keeping import Claimed, Job, Schedule

log = logging.getLogger(__name__)

LEASE = 30.0  # seconds after which a job of a killed process is given out again
MOST_AT_ONCE = 4
LONGEST_REST = 20.0  # seconds: another process may have planned something meanwhile
FIRST_RETRY, LONGEST_RETRY = 30.0, 3600.0


@dataclass(frozen=True, slots=True)
class Again:
    """Not done, or to be done once more: give it out again at this time."""

    due_at: float


# None: it is done. A doer may be called again for the same job, after the process was killed.
Doer = Callable[[Job], Awaitable[Again | None]]
# Something that every process does for itself, every few seconds; by what it is called.
Round = tuple[float, Callable[[], Awaitable[object]]]


class Clerk:
    """Has the jobs of these kinds done; several clerks, of several processes, share the work."""

    def __init__(
        self,
        schedule: Schedule,
        doers: Mapping[str, Doer],
        clock: Callable[[], float] = time,
        *,
        lease: float = LEASE,
        most: int = MOST_AT_ONCE,
        rounds: Mapping[str, Round] | None = None,
    ) -> None:
        self._schedule = schedule
        self._doers = doers
        self._clock = clock
        self._lease = lease
        self._most = most
        self._rounds = rounds or {}
        self._has_news = asyncio.Event()

    def poke(self) -> None:
        """Something new is planned: look at once."""
        self._has_news.set()

    async def run(self) -> None:
        """Work until cancelled; what was begun then is free again at once."""
        tasks: set[asyncio.Task[None]] = set()
        rounds = [asyncio.create_task(self._go(*each)) for each in self._rounds.items()]
        try:
            while True:
                self._has_news.clear()
                room = self._most - len(tasks)
                for claimed in await self._take(room):
                    task = asyncio.create_task(self._do(claimed))
                    tasks.add(task)
                    task.add_done_callback(lambda _: self.poke())
                await self._rest(is_full=len(tasks) >= self._most)
                tasks = {task for task in tasks if not task.done()}
        finally:
            for task in (*tasks, *rounds):
                task.cancel()
            await asyncio.gather(*tasks, *rounds, return_exceptions=True)

    async def _go(self, what: str, every: Round) -> None:
        seconds, do = every
        while True:
            with self._surviving(f"{what} failed"):
                await do()
            await asyncio.sleep(seconds)

    async def step(self) -> int:
        """Do all that is due now, to its end; how many jobs there were."""
        done = 0
        while claimed := await self._take(self._most):
            await asyncio.gather(*map(self._do, claimed))
            done += len(claimed)
        return done

    async def _take(self, room: int) -> tuple[Claimed, ...]:
        if room <= 0:
            return ()
        with self._surviving("no jobs could be fetched"):
            return await self._schedule.claim(list(self._doers), self._clock(), self._lease, room)
        return ()

    async def _rest(self, *, is_full: bool) -> None:
        wait = LONGEST_REST
        if not is_full:
            with self._surviving("the next job could not be looked up"):
                due = await self._schedule.next_due(list(self._doers))
                wait = min(wait, max(due - self._clock(), 0.0)) if due is not None else wait
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self._has_news.wait()

    async def _do(self, claimed: Claimed) -> None:
        """One job. Our own bugs cost it a wait, never the job."""
        pause = min(FIRST_RETRY * 2 ** (claimed.attempts - 1), LONGEST_RETRY)
        again: Again | None = Again(self._clock() + pause)
        try:
            async with self._renewing(claimed):
                with self._surviving(f"a job of kind {claimed.job.kind} failed"):
                    again = await self._doers[claimed.job.kind](claimed.job)
        except asyncio.CancelledError:
            await asyncio.shield(self._settle(claimed, Again(claimed.job.due_at)))
            raise
        await self._settle(claimed, again)

    async def _settle(self, claimed: Claimed, again: Again | None) -> None:
        with self._surviving("a job's end could not be noted"):
            if again is None:
                await self._schedule.done(claimed)
            else:
                await self._schedule.postpone(claimed, again.due_at)

    @contextlib.asynccontextmanager
    async def _renewing(self, claimed: Claimed) -> AsyncIterator[None]:
        """Keep the lease while the work goes on, however long a front-end makes it wait."""

        async def renew() -> None:
            while True:
                await asyncio.sleep(self._lease / 3)
                with self._surviving("a lease could not be renewed"):
                    await self._schedule.renew(claimed, self._clock() + self._lease)

        renewing = asyncio.create_task(renew())
        try:
            yield
        finally:
            renewing.cancel()

    @contextlib.contextmanager
    def _surviving(self, what: str) -> Iterator[None]:
        try:
            yield
        except Exception:
            log.exception("incident %s: %s", secrets.token_hex(4), what)
