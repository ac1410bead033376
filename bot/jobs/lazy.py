"""The looking wing, opened at the first look: whoever only asks does not wait for it."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.conversation.ports import Progress, SettingsProgress
    from bot.jobs.inprocess import CheckRunner
    from bot.jobs.settings import SettingsFinder
    from bot.knowledge.reference import Reference
    from bot.model.check import CheckRequest, Report
    from bot.model.settings import SettingsReport, SettingsRequest
    from bot.network.network import Network


class LazyWing:
    """Fulfils conversation.ports.Checks and MailboxSettings, over one network."""

    def __init__(
        self,
        make: "Callable[[], Network]",
        reference: "Callable[[], Reference]",
        stack: AsyncExitStack,
        ispdb_url: str = "",
    ) -> None:
        self._make = make
        self._reference = reference
        self._stack = stack
        self._ispdb_url = ispdb_url
        self._opened: Network | None = None
        self._checks: CheckRunner | None = None
        self._settings: SettingsFinder | None = None

    async def run(self, request: "CheckRequest", progress: "Progress") -> "Report":
        """Fulfils ports.Checks."""
        if self._checks is None:
            from bot.jobs.inprocess import CheckRunner

            self._checks = CheckRunner(self._network(), reference=self._reference())
            self._stack.push_async_callback(self._checks.close)
        return await self._checks.run(request, progress)

    async def find(
        self, request: "SettingsRequest", progress: "SettingsProgress"
    ) -> "SettingsReport":
        """Fulfils ports.MailboxSettings."""
        if self._settings is None:
            from bot.jobs.settings import SettingsFinder

            self._settings = SettingsFinder(
                self._network(), self._reference(), ispdb_url=self._ispdb_url
            )
            self._stack.push_async_callback(self._settings.close)
        return await self._settings.find(request, progress)

    def renew(self) -> None:
        """The reference is another now."""
        for wing in (self._checks, self._settings):
            if wing is not None:
                wing.renew(self._reference())

    def look_at_itself(self) -> None:
        """For whoever runs for long: see at once whether our own network blocks port 25."""
        task = asyncio.create_task(self._network().port_25_blocked())

        async def stop() -> None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        self._stack.push_async_callback(stop)

    def _network(self) -> "Network":
        # Before whoever uses it, and so closed after them.
        if self._opened is None:
            self._opened = self._make()
            self._stack.push_async_callback(self._opened.close)
        return self._opened
