"""Searches for settings in this process: equal ones share a run, and a result is kept a while."""

import asyncio
from collections import OrderedDict
from dataclasses import replace
from time import monotonic

from bot.conversation.ports import SettingsProgress
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
        self._seconds_kept = kept
        self._kept: OrderedDict[SettingsRequest, tuple[float, SettingsReport]] = OrderedDict()
        self._runs: dict[SettingsRequest, _Run] = {}

    async def find(self, request: SettingsRequest, progress: SettingsProgress) -> SettingsReport:
        """The report, from a search that may have begun for somebody else.

        Cancelling takes this caller out; the search itself stops with its last one.
        """
        kept = None if request.fresh else self._still_good(request)
        if kept is not None:
            await progress.found(kept)
            return kept
        run = self._runs.get(request)
        if run is None:
            run = self._runs[request] = _Run()
            run.task = asyncio.create_task(self._work(run, request))
        run.followers += 1
        try:
            return await run.follow(progress)
        finally:
            run.followers -= 1
            if not run.followers:
                await self._stop(run, request)

    async def close(self) -> None:
        """Stop everything that is under way."""
        for request, run in list(self._runs.items()):
            await self._stop(run, request)

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
            self._forget(run, request)
            run.end()

    async def _stop(self, run: "_Run", request: SettingsRequest) -> None:
        # Out of the table first: whoever comes now begins anew.
        self._forget(run, request)
        if run.task is not None and not run.task.done():
            run.task.cancel()
            await asyncio.gather(run.task, return_exceptions=True)

    def _forget(self, run: "_Run", request: SettingsRequest) -> None:
        if self._runs.get(request) is run:
            del self._runs[request]

    def _keep(self, request: SettingsRequest, report: SettingsReport) -> None:
        # What could not be seen is worth another try at once.
        if any(found.proof.gaps for found in (*report.incoming, *report.outgoing)):
            return
        key = replace(request, fresh=False)
        self._kept[key] = (monotonic(), report)
        self._kept.move_to_end(key)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)

    def _still_good(self, request: SettingsRequest) -> SettingsReport | None:
        if request not in self._kept:
            return None
        since, report = self._kept[request]
        if monotonic() - since > self._seconds_kept:
            del self._kept[request]
            return None
        return report


class _Run:
    """One search and all who follow it: each hears the newest state, at that one's own pace."""

    def __init__(self) -> None:
        self.task: asyncio.Task[SettingsReport] | None = None
        self.followers = 0
        self._newest: SettingsReport | None = None
        self._has_ended = False
        self._news = asyncio.Event()

    async def tell(self, report: SettingsReport) -> None:
        """This is known by now."""
        self._newest = report
        self._announce()

    def end(self) -> None:
        """Nothing more will come."""
        self._has_ended = True
        self._announce()

    def _announce(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

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
