"""Conversations side by side; within one everything in order, but for checks, which go beside."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.conversation.surviving import new_incident

log = logging.getLogger(__name__)

MOST_AT_ONCE = 400  # jobs under way, of all conversations
MOST_OF_ONE = 20  # of one conversation, so that nobody takes all the room
MOST_BESIDE = 3  # checks that one conversation has running; more wait, and the talk goes on


@dataclass(eq=False, slots=True)
class Job:
    """One update to be handled: the talk, in order, and what it leaves to be done beside it."""

    talk: Callable[[], Awaitable[Callable[[], Awaitable[None]] | None]]
    settle: Callable[[bool], None]  # told at the end whether the person got anything
    key: object = None  # what it may be cancelled by
    task: asyncio.Task[None] | None = None
    has_talked: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(eq=False, slots=True)
class _Lane:
    waiting: deque[Job] = field(default_factory=deque)
    running: set[Job] = field(default_factory=set)
    worker: asyncio.Task[None] | None = None
    beside: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_BESIDE))


class Lanes:
    """One lane for each conversation that has something to do."""

    def __init__(self, most: int = MOST_AT_ONCE) -> None:
        self._lanes: dict[str, _Lane] = {}
        self._room = asyncio.Semaphore(most)

    def put(self, conversation: str, job: Job) -> None:
        """Have it done after what this conversation has waiting; returns at once."""
        lane = self._lanes.setdefault(conversation, _Lane())
        lane.waiting.append(job)
        if lane.worker is None:
            lane.worker = asyncio.create_task(self._work(conversation, lane))

    async def cancel(self, conversation: str, key: object) -> None:
        """Stop what runs under this key, the caller's own job apart; returns when it has ended."""
        lane = self._lanes.get(conversation, _Lane())
        own = asyncio.current_task()
        tasks = [job.task for job in lane.running if job.key == key and job.task not in (None, own)]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def drop(self, conversation: str) -> None:
        """Nobody is there any more: what waits is done with, what runs is stopped."""
        lane = self._lanes.get(conversation)
        if lane is None:
            return
        while lane.waiting:
            lane.waiting.popleft().settle(True)
        for job in lane.running:
            if job.task is not None and job.task is not asyncio.current_task():
                job.task.cancel()

    async def stop(self, grace: float, last_words: float) -> None:
        """End: checks are stopped at once, talk may go on for `grace`, then all is stopped."""
        for job in self._running():
            if job.has_talked.is_set() and job.task is not None:
                job.task.cancel()
        if workers := [lane.worker for lane in self._lanes.values() if lane.worker]:
            await asyncio.wait(workers, timeout=grace)
        for lane in self._lanes.values():
            if lane.worker is not None:
                lane.worker.cancel()
        tasks = [job.task for job in self._running() if job.task is not None]
        for task in tasks:
            if not task.cancelling():  # a second time would cut its last words short
                task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=last_words)

    def _running(self) -> list[Job]:
        return [job for lane in self._lanes.values() for job in lane.running]

    async def _work(self, conversation: str, lane: _Lane) -> None:
        """Take what waits, one after another, until nothing does; a new message starts it again."""
        while lane.waiting:
            while len(lane.running) >= MOST_OF_ONE:
                await self._one_ends(lane)
            await self._room.acquire()
            if not lane.waiting:  # dropped meanwhile
                self._room.release()
                break
            job = lane.waiting.popleft()
            lane.running.add(job)
            job.task = asyncio.create_task(self._run(job, lane, conversation))
            await job.has_talked.wait()
        lane.worker = None
        self._tidy(conversation, lane)

    async def _one_ends(self, lane: _Lane) -> None:
        tasks = [job.task for job in lane.running if job.task is not None]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)

    async def _run(self, job: Job, lane: _Lane, conversation: str) -> None:
        is_done = False
        try:
            beside = await job.talk()
            job.has_talked.set()
            if beside is not None:
                async with lane.beside:
                    await beside()
            is_done = True
        except asyncio.CancelledError:
            # Cancelled by us alone, and nobody awaits this task for its result.
            log.debug("an update was interrupted")
        except Exception:
            # The desk tells people of its own failures; this one is of the front-end.
            log.exception("incident %s: an update was not handled", new_incident())
        finally:
            job.has_talked.set()
            lane.running.discard(job)
            self._room.release()
            job.settle(is_done)
            self._tidy(conversation, lane)

    def _tidy(self, conversation: str, lane: _Lane) -> None:
        if not lane.waiting and not lane.running and lane.worker is None:
            self._lanes.pop(conversation, None)
