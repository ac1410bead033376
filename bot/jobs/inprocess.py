"""Checks in this same process: equal requests share one run, and a fresh report is kept a while."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from bot.conversation.ports import Progress
from bot.jobs.door import Door
from bot.jobs.shared import Results, Run, Runs
from bot.knowledge.reference import Reference
from bot.model.check import CheckRequest, Crashed, Inconclusive, Outcome, Report
from bot.network.network import Network
from bot.probes.run import run_check

# Long enough for a second person in a group who asks the same, short enough for somebody who has
# just mended a record; `fresh` passes it by in any case.
KEPT = 30.0
MOST_KEPT = 256
MOST_AT_ONCE = 200  # most of them wait for somebody; the door sees to it that we keep up


class CheckRunner:
    """Fulfils conversation.ports.Checks. Close it before the network."""

    def __init__(
        self,
        network: Network,
        *,
        reference: Reference | None = None,
        most_at_once: int = MOST_AT_ONCE,
        kept: float = KEPT,
    ) -> None:
        self._network = network
        self._reference = reference
        self._places = asyncio.Semaphore(most_at_once)
        self._door = Door(lambda: network.is_crowded)
        self._under_way = 0
        self._kept: Results[CheckRequest, Report] = Results(kept, MOST_KEPT)
        self._runs: Runs[CheckRequest, _Run] = Runs()

    async def run(self, request: CheckRequest, progress: Progress) -> Report:
        """The report, from a run that may have begun for somebody else.

        Cancelling takes this caller out; the run itself stops with its last one.
        """
        kept = None if request.fresh else self._still_good(request)
        if kept is not None:
            await progress.started(request, [outcome.probe for outcome in kept.outcomes])
            for outcome in kept.outcomes:
                await progress.outcome(outcome)
            return kept
        async with self._runs.joined(request, lambda: self._begin(request)) as run:
            return await run.follow(progress)

    def renew(self, reference: Reference) -> None:
        """Go by this from now on; what is under way ends as it began."""
        self._reference = reference
        self._kept.clear()

    async def close(self) -> None:
        """Stop everything that is under way."""
        await self._runs.close()

    def _begin(self, request: CheckRequest) -> "_Run":
        run = _Run(request)
        run.task = asyncio.create_task(self._work(run))
        return run

    async def _work(self, run: "_Run") -> Report:
        try:
            async with self._places:
                report = await self._run(run)
            self._keep(run.request, report)
            return report
        finally:
            self._runs.forget(run.request, run)
            run.end()

    async def _run(self, run: "_Run") -> Report:
        self._under_way += 1
        try:
            if self._under_way > 1:
                await self._door.enter()
            return await run_check(self._network, run.request, run, self._reference)
        finally:
            self._under_way -= 1

    def _keep(self, request: CheckRequest, report: Report) -> None:
        # What could not be seen is worth another try at once.
        if any(isinstance(outcome, Inconclusive | Crashed) for outcome in report.outcomes):
            return
        self._kept.keep(replace(request, fresh=False), report)

    def _still_good(self, request: CheckRequest) -> Report | None:
        kept = self._kept.get(request)
        if kept is None:
            return None
        report, passed = kept
        return report.older(passed)


class _Run(Run[Report]):
    """One run and all who follow it; a listener of run_check."""

    def __init__(self, request: CheckRequest) -> None:
        super().__init__()
        self.request = request
        self._probes: tuple[str, ...] | None = None
        self._outcomes: list[Outcome] = []

    async def started(self, request: CheckRequest, probes: Sequence[str]) -> None:
        """These probes are under way."""
        self._probes = tuple(probes)
        self._announce()

    async def outcome(self, outcome: Outcome) -> None:
        """One probe has ended."""
        self._outcomes.append(outcome)
        self._announce()

    async def follow(self, progress: Progress) -> Report:
        """Tell one follower what has been and what comes, at that follower's own pace."""
        assert self.task is not None
        told, is_started = 0, False
        while True:
            news = self._news
            if not is_started and self._probes is not None:
                is_started = True
                await progress.started(self.request, self._probes)
            while told < len(self._outcomes):
                told += 1
                await progress.outcome(self._outcomes[told - 1])
            if self._has_ended and told == len(self._outcomes):
                return await asyncio.shield(self.task)
            await news.wait()
