"""One run for all who want the same at once, and what came of it, kept a while."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any, Generic, TypeVar

Request = TypeVar("Request", bound=Hashable)
Result = TypeVar("Result")
AnyRun = TypeVar("AnyRun", bound="Run[Any]")


class Run(Generic[Result]):
    """Work under way, and how many follow it. A subclass keeps the news and tells it."""

    def __init__(self) -> None:
        self.task: asyncio.Task[Result] | None = None
        self.followers = 0
        self._has_ended = False
        self._news = asyncio.Event()

    def end(self) -> None:
        """Nothing more will come."""
        self._has_ended = True
        self._announce()

    def _announce(self) -> None:
        # Each piece of news has an event of its own: slow followers miss none.
        news, self._news = self._news, asyncio.Event()
        news.set()


class Runs(Generic[Request, AnyRun]):
    """What is under way, by what was asked for; a run stops with its last follower."""

    def __init__(self) -> None:
        self._runs: dict[Request, AnyRun] = {}

    @asynccontextmanager
    async def joined(self, request: Request, begin: Callable[[], AnyRun]) -> AsyncIterator[AnyRun]:
        """Follow the run for `request`, which may have begun for somebody else."""
        run = self._runs.get(request)
        if run is None:
            run = self._runs[request] = begin()
        run.followers += 1
        try:
            yield run
        finally:
            run.followers -= 1
            if not run.followers:
                await self._stop(request, run)

    def forget(self, request: Request, run: AnyRun) -> None:
        """Whoever comes now begins anew."""
        if self._runs.get(request) is run:
            del self._runs[request]

    async def close(self) -> None:
        """Stop everything that is under way."""
        for request, run in list(self._runs.items()):
            await self._stop(request, run)

    async def _stop(self, request: Request, run: AnyRun) -> None:
        # Out of the table first: whoever comes now begins anew.
        self.forget(request, run)
        if run.task is not None and not run.task.done():
            run.task.cancel()
            await asyncio.gather(run.task, return_exceptions=True)


class Results(Generic[Request, Result]):
    """Results that are given again for some seconds; the oldest go first."""

    def __init__(self, seconds: float, most: int) -> None:
        self._seconds = seconds
        self._most = most
        self._kept: OrderedDict[Request, tuple[float, Result]] = OrderedDict()

    def keep(self, request: Request, result: Result) -> None:
        """Keep it from now on."""
        self._kept[request] = (monotonic(), result)
        self._kept.move_to_end(request)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def clear(self) -> None:
        """What was found is not to be given again."""
        self._kept.clear()

    def get(self, request: Request) -> tuple[Result, float] | None:
        """What is still good, and how many seconds ago it came."""
        if request not in self._kept:
            return None
        since, result = self._kept[request]
        passed = monotonic() - since
        if passed > self._seconds:
            del self._kept[request]
            return None
        return result, passed
