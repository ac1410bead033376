"""Looks at what is watched when it is time, and brings people the news."""

import asyncio
import logging
import random
from collections.abc import Callable
from datetime import UTC, datetime
from time import time

from bot.conversation.keeping import Courier, Job, NobodyThereError
from bot.conversation.ports import Checks, Progress
from bot.conversation.watching.compare import Change, ChangeKind, compare
from bot.conversation.watching.facts import read_snapshot
from bot.conversation.watching.watch import Notice, Watches
from bot.conversation.watching.words import notice, tellable
from bot.jobs.clerk import Again
from bot.knowledge import Knowledge
from bot.model.check import CheckRequest, Refused, Report, Target, TargetKind
from bot.storage.codec import CodecError, decode

log = logging.getLogger(__name__)

SOON = 900.0  # seconds to the second look, where the first showed something new
LATE = 600.0  # seconds after which a look counts as missed: the bot was away
MAKE_UP = 3600.0  # seconds over which missed looks are spread, so that they are no storm
SPREAD = 0.2  # of the interval: so that not everything is looked at in the same minute
ASKED = {"MX": ("", "MX"), "SPF": ("", "TXT"), "DMARC": ("_dmarc.", "TXT")}


class Watchman:
    """Takes one look at a target, and plans the next."""

    def __init__(
        self,
        watches: Watches,
        checks: Checks,
        poke: Callable[[], None],
        every: float,
        clock: Callable[[], float] = time,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._watches = watches
        self._checks = checks
        self._poke = poke
        self._every = every
        self._clock = clock
        self._chance = chance

    async def look(self, job: Job) -> Again | None:
        """One look. However long we were away, it is one, and the next is a full interval off."""
        now = self._clock()
        if now - job.due_at > LATE:
            return Again(now + self._chance() * min(MAKE_UP, self._every))
        watched = await self._watches.load(job.key)
        if watched is None:
            return None
        report, records = await self._see(watched.target)
        now = self._clock()
        if report.outcomes and all(isinstance(each, Refused) for each in report.outcomes):
            over = (Change(ChangeKind.REFUSED, watched.target.shown),)
            await self._watches.record(watched, watched.state, over, now)
            await self._watches.end(watched.target.name)
            self._poke()
            return None
        snapshot = read_snapshot(report, records)
        today = datetime.fromtimestamp(now, UTC).date()
        compared = compare(watched.state, snapshot, today)
        if not await self._watches.record(watched, compared.state, compared.changes, now):
            log.info("another process was faster with a watched target")
        elif compared.changes:
            self._poke()
        pause = min(SOON, self._every) if compared.is_unsure else self._every
        return Again(now + pause * (1 + SPREAD * (self._chance() - 0.5)))

    async def _see(self, target: Target) -> tuple[Report, dict[str, Report]]:
        names = list(ASKED) if target.kind is TargetKind.NAME else []
        requests = [CheckRequest(target, fresh=True), *(_record(target, name) for name in names)]
        report, *records = await asyncio.gather(*map(self._run, requests))
        return report, dict(zip(names, records, strict=True))

    async def _run(self, request: CheckRequest) -> Report:
        return await self._checks.run(request, Progress())


def _record(target: Target, name: str) -> CheckRequest:
    before, rdtype = ASKED[name]
    place = Target(TargetKind.NAME, f"{before}{target.name}", f"{before}{target.shown}")
    return CheckRequest(place, ("dns",), fresh=True, record=rdtype)


class Herald:
    """Brings one notice to one chat."""

    def __init__(
        self, watches: Watches, courier: Courier, knowledge: Callable[[], Knowledge]
    ) -> None:
        self._watches = watches
        self._courier = courier
        self._knowledge = knowledge

    async def tell(self, job: Job) -> Again | None:
        """Say it. Where nobody is any more, the watches of the chat end.

        What another version wrote down and this one cannot tell is left out.
        """
        knowledge = self._knowledge()
        try:
            news = decode(Notice, job.payload)
        except CodecError as error:
            log.warning("news of another version is not told: %s", error)
            return None
        changes = tellable(knowledge, news.changes)
        if not changes:
            log.warning("news of another version about %s is not told", news.target.name)
            return None
        target = news.target
        document = notice(knowledge, news.language, target.name, target.shown, changes)
        try:
            await self._courier.deliver(job.chat, document, news.thread)
        except NobodyThereError:
            await self._watches.drop_chat(job.chat)
        return None
