"""Who does by the clock what is due: each kind of job with its doer."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.conversation.cases.ports import Wire
from bot.conversation.curating.reloading import RELOAD
from bot.conversation.drive import Desk
from bot.conversation.groups.listening import UNASKED, lapse
from bot.jobs.cases_wiping import CaseWiper
from bot.jobs.clearing import CLEAR, make_clearing
from bot.jobs.clerk import Doer
from bot.jobs.following import Follower, tell_operators
from bot.jobs.menus import MenuKeeper
from bot.jobs.outages import OutageWatch
from bot.jobs.outages_told import OutageTeller, Readers
from bot.jobs.reloading import Reloader
from bot.jobs.watching import Herald, Watchman
from bot.knowledge import Knowledge
from bot.storage.store import Store
from bot.storage.watches import LOOK, NOTICE


@dataclass(frozen=True, slots=True)
class Duties:
    """Makes the doers, of what the operator has set and of the way out to people."""

    store: Store
    desk: Desk
    wire: Wire
    poke: Callable[[], None]
    watch_every: float
    outage_people: int
    outage_window: float
    operators: frozenset[str]
    zone: ZoneInfo
    folder: Path | None  # of another knowledge

    @property
    def doers(self) -> dict[str, Doer]:
        """By the kind of the job; letters of cases have a carrier of their own."""
        store, desk = self.store, self.desk
        watchman = Watchman(store.watches, desk.checks, self.poke, self.watch_every)
        return {
            CLEAR: make_clearing(store.archive),
            LOOK: watchman.look,
            NOTICE: Herald(store.watches, self.wire, self._knowledge).tell,
            UNASKED: lapse,
            RELOAD: Reloader(
                self.folder, self.wire, self._knowledge, desk.renew, store.editions
            ).do,
            **CaseWiper(store.cases, self.wire, lambda: desk.mind).doers,
            **MenuKeeper(
                self.wire,
                store.cases,
                store.groups,
                store.schedule,
                lambda: desk.mind,
                self.operators,
            ).doers,
            **self._of_outages,
        }

    @property
    def follower(self) -> Follower:
        """Takes over what another process has read."""
        tell = tell_operators(self.wire, self.operators, self._knowledge)
        return Follower(self.store.editions, self.folder, self._knowledge, self.desk.renew, tell)

    @property
    def _of_outages(self) -> dict[str, Doer]:
        outages, desk = self.store.outages, self.desk
        readers = Readers(self.store.cases, self.store.sessions, self.operators, self._knowledge)
        watch = OutageWatch(
            outages,
            desk.checks,
            readers,
            lambda: desk.mind,
            self.poke,
            zone=self.zone,
            window=self.outage_window,
            least=self.outage_people,
        )
        teller = OutageTeller(outages, self.wire, readers, self._knowledge, zone=self.zone)
        return {**watch.doers, **teller.doers}

    def _knowledge(self) -> Knowledge:
        return self.desk.mind.knowledge
