"""The bot that runs for good: its store, the offices that use it, and what is done by the clock."""

import contextlib
import ctypes
import gc
from functools import cached_property
from time import time

from bot.conversation.commands import commands_for
from bot.conversation.drive import Desk
from bot.conversation.errand import Offices
from bot.conversation.group_office import GroupOffice
from bot.conversation.group_rules import Offered, switchable
from bot.conversation.keeping import Courier, Job
from bot.conversation.listening import SERVICE as GROUPS
from bot.conversation.listening import UNASKED, ListeningOffice, lapse
from bot.conversation.privacy import SERVICE as ARCHIVE
from bot.conversation.privacy import PrivacyOffice
from bot.conversation.watching import SERVICE as WATCHING
from bot.conversation.watching import WatchOffice
from bot.jobs.clearing import CLEAR, make_clearing
from bot.jobs.clerk import Clerk, Doer
from bot.jobs.watching import Herald, Watchman
from bot.storage.store import Store
from bot.storage.watches import LOOK, NOTICE


class Service:
    """Everything that `listonosz telegram` has and a chat in a terminal has not."""

    names = frozenset({ARCHIVE, WATCHING, GROUPS})

    def __init__(
        self, store: Store, *, watch_every: float, watch_most: int, unasked_every: float = 21_600
    ) -> None:
        self._watch_every = watch_every
        self._watch_most = watch_most
        self._unasked_every = unasked_every
        self.store = store
        self._clerk: Clerk | None = None

    @cached_property
    def offices(self) -> Offices:
        """Who does the errands of the talk."""
        hours = self._watch_every / 3600
        watching = WatchOffice(
            self.store.watches, self.poke, time, hours=hours, most=self._watch_most
        )
        return {
            **PrivacyOffice(self.store.archive).offices,
            **watching.offices,
            **GroupOffice(self.store.groups, self._switchable).offices,
            **ListeningOffice(self.store.schedule, time, self._unasked_every).offices,
        }

    def _switchable(self) -> Offered:
        return switchable(tuple(each.name for each in commands_for(False, self.names)))

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
        watches = self.store.watches
        watchman = Watchman(watches, desk.checks, self.poke, self._watch_every)
        herald = Herald(watches, courier, lambda: desk.mind.knowledge)
        return {
            CLEAR: make_clearing(self.store.archive),
            LOOK: watchman.look,
            NOTICE: herald.tell,
            UNASKED: lapse,
        }


def give_memory_back() -> None:
    """Learning leaves a fifth of the heap empty; glibc returns it only when it is told to."""
    gc.collect()
    # Elsewhere there is no such call, and no such need.
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
