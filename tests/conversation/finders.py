"""A finder of settings that does as told: for the desk and the front-ends."""

import asyncio
from dataclasses import dataclass, field, replace

from bot.conversation.ports import SettingsProgress
from bot.model.settings import SettingsReport, SettingsRequest
from tests.render.mailboxes import GOOD, GROWING


@dataclass
class ScriptedSettings:
    """Tells what it knows by the way, waits for `gate`, and ends with this report."""

    report: SettingsReport = GOOD
    by_the_way: tuple[SettingsReport, ...] = (GROWING,)
    gate: asyncio.Event | None = None
    trouble: Exception | None = None
    requests: list[SettingsRequest] = field(default_factory=list)
    is_waiting: asyncio.Event = field(default_factory=asyncio.Event)
    is_cancelled: bool = False

    async def find(self, request: SettingsRequest, progress: SettingsProgress) -> SettingsReport:
        self.requests.append(request)
        try:
            for report in self.by_the_way:
                await progress.found(replace(report, target=request.target))
            self.is_waiting.set()
            if self.gate:
                await self.gate.wait()
        except asyncio.CancelledError:
            self.is_cancelled = True
            raise
        if self.trouble:
            raise self.trouble
        return replace(self.report, target=request.target)
