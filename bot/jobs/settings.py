"""Searches for settings in this process: equal ones share a run, and a result is kept a while."""

import asyncio
from dataclasses import replace

from bot.conversation.ports import SettingsProgress
from bot.jobs.shared import Results, Run, Runs
from bot.knowledge.reference import Reference
from bot.model.settings import SettingsReport, SettingsRequest
from bot.network.network import Network
from bot.probes.settings_search import find_settings

KEPT = 30.0
MOST_KEPT = 256
MOST_AT_ONCE = 10


class SettingsFinder:
    """Fulfils conversation.ports.MailboxSettings. Close it before the network."""

    def __init__(
        self,
        network: Network,
        reference: Reference,
        *,
        ispdb_url: str = "",
        most_at_once: int = MOST_AT_ONCE,
        kept: float = KEPT,
    ) -> None:
        self._network = network
        self._reference = reference
        self._ispdb_url = ispdb_url
        self._places = asyncio.Semaphore(most_at_once)
        self._kept: Results[SettingsRequest, SettingsReport] = Results(kept, MOST_KEPT)
        self._runs: Runs[SettingsRequest, _Run] = Runs()

    async def find(self, request: SettingsRequest, progress: SettingsProgress) -> SettingsReport:
        """The report, from a search that may have begun for somebody else.

        Cancelling takes this caller out; the search itself stops with its last one.
        """
        kept = None if request.fresh else self._kept.get(request)
        if kept is not None:
            report, _ = kept
            await progress.found(report)
            return report
        async with self._runs.joined(request, lambda: self._begin(request)) as run:
            return await run.follow(progress)

    def renew(self, reference: Reference) -> None:
        """Go by this from now on; what is under way ends as it began."""
        self._reference = reference
        self._kept.clear()

    async def close(self) -> None:
        """Stop everything that is under way."""
        await self._runs.close()

    def _begin(self, request: SettingsRequest) -> "_Run":
        run = _Run()
        run.task = asyncio.create_task(self._work(run, request))
        return run

    async def _work(self, run: "_Run", request: SettingsRequest) -> SettingsReport:
        try:
            async with self._places:
                report = await find_settings(
                    self._network,
                    request,
                    self._reference,
                    run.tell,
                    ispdb_url=self._ispdb_url,
                )
            self._keep(request, report)
            await run.tell(report)
            return report
        finally:
            self._runs.forget(request, run)
            run.end()

    def _keep(self, request: SettingsRequest, report: SettingsReport) -> None:
        # What could not be seen is worth another try at once.
        if any(found.proof.gaps for found in (*report.incoming, *report.outgoing)):
            return
        self._kept.keep(replace(request, fresh=False), report)


class _Run(Run[SettingsReport]):
    """One search and all who follow it: each hears the newest state, at that one's own pace."""

    def __init__(self) -> None:
        super().__init__()
        self._newest: SettingsReport | None = None

    async def tell(self, report: SettingsReport) -> None:
        """This is known by now."""
        self._newest = report
        self._announce()

    async def follow(self, progress: SettingsProgress) -> SettingsReport:
        """Tell one follower what comes."""
        assert self.task is not None
        told: SettingsReport | None = None
        while True:
            news = self._news
            newest = self._newest
            if newest is not None and newest is not told:
                told = newest
                await progress.found(newest)
                continue
            if self._has_ended:
                return await asyncio.shield(self.task)
            await news.wait()
