"""A look of a moment before an answer, at what the person would have to be asked otherwise."""

import asyncio
import contextlib
import logging
from collections import OrderedDict

from bot.conversation.hosted import PROBE, identified, with_hosted
from bot.conversation.mind import Mind
from bot.conversation.ports import Checks, Progress
from bot.conversation.session import Session
from bot.conversation.settings.desk import SettingsDesk
from bot.conversation.step import Turn
from bot.model.check import CheckRequest, Target
from bot.model.settings import SettingsReport, SettingsRequest

MOMENT = 3.0  # seconds that it may take: what it does not tell by then, the person is asked
MOST_LOOKED = 200  # domains that nobody waits for again
log = logging.getLogger(__name__)


class Glance:
    """Looks whose mail a domain is, and which servers it has."""

    def __init__(self, checks: Checks, settings: SettingsDesk) -> None:
        self._checks = checks
        self._settings = settings
        self._looked: OrderedDict[str, None] = OrderedDict()

    def target(self, turn: Turn) -> Target | None:
        """What a look would make a better turn of; None where there is nothing to look at."""
        if turn.look_up is not None:
            return turn.look_up
        servers = turn.servers_of
        return servers if servers is not None and servers.name not in self._looked else None

    async def take(self, turn: Turn, session: Session, mind: Mind) -> Session:
        """The session that knows whose mail it is; found servers are kept by the desk."""
        known = [session]
        search = None
        if turn.servers_of is not None and turn.servers_of.name not in self._looked:
            self._remember(turn.servers_of.name)
            search = asyncio.create_task(self._settings.run(SettingsRequest(turn.servers_of)))
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(MOMENT):
                    if turn.look_up is not None:
                        known.append(with_hosted(session, turn.look_up.name, ""))
                        provider = await self._provider(turn.look_up, mind)
                        known.append(with_hosted(session, turn.look_up.name, provider))
                        if provider:  # whose servers are known without looking for them
                            return known[-1]
                    if search is not None:
                        await asyncio.wait([search])
                        self._note(search)
        finally:
            if search is not None:
                search.cancel()
                await asyncio.wait([search])
        return known[-1]

    async def _provider(self, target: Target, mind: Mind) -> str:
        report = await self._checks.run(CheckRequest(target, (PROBE,)), Progress())
        return identified(report, mind)

    def _remember(self, domain: str) -> None:
        """Nobody waits twice for the same: what was found is kept, what was not, is not there."""
        self._looked[domain] = None
        while len(self._looked) > MOST_LOOKED:
            self._looked.popitem(last=False)

    def _note(self, search: "asyncio.Task[SettingsReport]") -> None:
        """What fails in a glance is no trouble of the person's, but of ours."""
        if search.exception() is not None:
            log.warning("Looking for servers by the way failed", exc_info=search.exception())
