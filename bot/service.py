"""The bot that runs for good: its store, the offices that use it, and what is done by the clock."""

from functools import cached_property
from time import time

from bot.conversation.drive import Desk
from bot.conversation.errand import Offices
from bot.conversation.keeping import Courier, Job
from bot.conversation.privacy import SERVICE as ARCHIVE
from bot.conversation.privacy import PrivacyOffice
from bot.jobs.clearing import CLEAR, make_clearing
from bot.jobs.clerk import Clerk, Doer
from bot.storage.store import Store


class Service:
    """Everything that `listonosz telegram` has and a chat in a terminal has not."""

    names = frozenset({ARCHIVE})

    def __init__(self, store: Store) -> None:
        self.store = store
        self._clerk: Clerk | None = None

    @cached_property
    def offices(self) -> Offices:
        """Who does the errands of the talk."""
        return {**PrivacyOffice(self.store.archive).offices}

    def poke(self) -> None:
        """Something is planned for now."""
        if self._clerk is not None:
            self._clerk.poke()

    async def run(self, desk: Desk, courier: Courier) -> None:
        """Do what is due until cancelled; what is to be said unasked goes by the courier."""
        self._clerk = Clerk(self.store.schedule, self._doers(desk, courier))
        # Kept from before, it stays due when it was: a day without the bot is made up once.
        await self.store.schedule.add(Job(CLEAR, "all", time()))
        await self._clerk.run()

    def _doers(self, desk: Desk, courier: Courier) -> dict[str, Doer]:
        return {CLEAR: make_clearing(self.store.archive)}
