"""The bot that runs for good: its store, the offices that use it, and what is done by the clock."""

from functools import cached_property
from pathlib import Path
from time import time
from zoneinfo import ZoneInfo

from bot.conversation.cases.case import SERVICE as CASES
from bot.conversation.cases.desks_office import DeskOffice
from bot.conversation.cases.helper_office import HelperOffice
from bot.conversation.cases.intake import CaseIntake, Posted
from bot.conversation.cases.people import PeopleOffice
from bot.conversation.cases.ports import Wire
from bot.conversation.cases.ready import ReadyOffice
from bot.conversation.commands import commands_for
from bot.conversation.curating.drafts import DraftsOffice
from bot.conversation.curating.learning import LearningOffice
from bot.conversation.curating.office import CuratingOffice
from bot.conversation.curating.questions import SERVICE as LEARNING
from bot.conversation.curating.reloading import SERVICE as OPERATING
from bot.conversation.curating.reloading import ReloadOffice
from bot.conversation.curating.stats import StatsOffice
from bot.conversation.drive import Desk
from bot.conversation.errand import Offices
from bot.conversation.groups.listening import SERVICE as GROUPS
from bot.conversation.groups.listening import ListeningOffice
from bot.conversation.groups.office import GroupOffice
from bot.conversation.groups.values import Offered, switchable
from bot.conversation.helping import HelpOffice
from bot.conversation.keeping import Job
from bot.conversation.menus import ALL as EVERY_MENU
from bot.conversation.menus import menu_job
from bot.conversation.mind import Mind
from bot.conversation.outages.office import OutageOffice
from bot.conversation.outages.outage import SERVICE as OUTAGES
from bot.conversation.outages.radar import Radar
from bot.conversation.ports import Incoming
from bot.conversation.privacy import SERVICE as ARCHIVE
from bot.conversation.privacy import PrivacyOffice
from bot.conversation.session import Session
from bot.conversation.step import Turn
from bot.conversation.watching.watch import SERVICE as WATCHING
from bot.conversation.watching.watch import WatchOffice
from bot.duties import Duties
from bot.jobs.cases import CaseCarrier
from bot.jobs.clearing import CLEAR
from bot.jobs.clerk import Clerk
from bot.jobs.following import PAUSE
from bot.jobs.outages import BEAT
from bot.storage.store import Store


class Service:
    """Everything that `listonosz telegram` has and a chat in a terminal has not."""

    names = frozenset({ARCHIVE, WATCHING, GROUPS, CASES, LEARNING, OPERATING, OUTAGES})

    def __init__(
        self,
        store: Store,
        *,
        watch_every: float,
        watch_most: int,
        unasked_every: float = 21_600,
        remind_every: float = 14_400,
        outage_people: int = 4,
        outage_window: float = 3600,
        operators: frozenset[str] = frozenset(),
        timezone: str = "Europe/Warsaw",
        knowledge: Path | None = None,
    ) -> None:
        self._remind_every = remind_every
        self._outage_people = outage_people
        self._outage_window = outage_window
        self._operators = operators
        self._timezone = timezone
        self._knowledge = knowledge
        self._wire: Wire | None = None
        self._intake: CaseIntake | None = None
        self._carrier: CaseCarrier | None = None
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
            **PrivacyOffice(self.store.archive, self._wipe).offices,
            **watching.offices,
            **GroupOffice(self.store.groups, self._switchable, self._plan_menu).offices,
            **ListeningOffice(self.store.schedule, time, self._unasked_every).offices,
            **self._case_offices,
            **self.learning.offices,
            **self._outage_office.offices,
            **HelpOffice(self._is_desk, self._operators).offices,
            **StatsOffice(
                self.store.questions,
                self.store.cases,
                self._operators,
                time,
                ZoneInfo(self._timezone),
            ).offices,
            **ReloadOffice(self.store.schedule, self._operators, self.poke, time).offices,
            **CuratingOffice(self.store.questions, self._operators, time).offices,
            **DraftsOffice(self.store.questions, self.store.cases, self._operators, time).offices,
        }

    @cached_property
    def learning(self) -> LearningOffice:
        """Notes what is asked and what comes of it."""
        return LearningOffice(self.store.questions, time, ZoneInfo(self._timezone))

    @cached_property
    def radar(self) -> Radar:
        """Counts who asks about which trouble, and tells of outages."""
        return Radar(
            self.store.outages,
            self.store.cases,
            self.poke,
            time,
            ZoneInfo(self._timezone),
            window=self._outage_window,
            least=self._outage_people,
        )

    async def note(
        self, before: Session, incoming: Incoming, asked: Turn, done: Turn, mind: Mind
    ) -> Turn:
        """Every turn, when its errands are done: it is learnt from, and outages come first."""
        done = await self.learning.note(before, incoming, asked, done, mind)
        return await self.radar.note(before, incoming, asked, done, mind)

    @property
    def _outage_office(self) -> OutageOffice:
        return OutageOffice(
            self.store.outages,
            self.store.cases,
            self.wire,
            self.poke,
            time,
            operators=self._operators,
            zone=ZoneInfo(self._timezone),
        )

    @property
    def _case_offices(self) -> Offices:
        cases, remind = self.store.cases, self._remind_every
        people = PeopleOffice(cases, self.poke, time, remind=remind)
        outside = (cases, self.wire, self.poke, time)
        helpers = HelperOffice(*outside, remind=remind)
        ready = ReadyOffice(*outside, remind=remind)
        desks = DeskOffice(
            cases, self.store.groups, self.wire, time, self._operators, self._plan_menu
        )
        return {**people.offices, **helpers.offices, **ready.offices, **desks.offices}

    def wire(self) -> Wire:
        """The way out; there is one as soon as anybody can write to the bot."""
        assert self._wire is not None
        return self._wire

    async def take(self, posted: Posted) -> bool:
        """Whether a message belongs to a case; then it is on its way to its other side."""
        return self._intake is not None and await self._intake.take(posted)

    async def _is_desk(self, chat: str) -> bool:
        return await self.store.cases.desk(chat) is not None

    def _switchable(self) -> Offered:
        return switchable(tuple(each.name for each in commands_for(False, self.names)))

    async def _wipe(self, person: str) -> None:
        """What was put into other people's chats goes from there too."""
        await self.store.traces.plan(person, time())
        self.poke()

    async def _plan_menu(self, chat: str) -> None:
        await self.store.schedule.put(menu_job(chat, time()))
        self.poke()

    def poke(self) -> None:
        """Something is planned for now."""
        if self._clerk is not None:
            self._clerk.poke()

    def connect(self, desk: Desk, wire: Wire) -> None:
        """Before anything is taken in: this is the way out."""
        self._wire = wire
        store, remind = self.store, self._remind_every
        self._carrier = CaseCarrier(
            store.cases,
            store.groups,
            store.schedule,
            wire,
            lambda: desk.mind,
            remind=remind,
            poke=self.poke,
        )
        self._intake = CaseIntake(
            store.cases,
            store.groups,
            wire,
            lambda: desk.mind,
            self.poke,
            time,
            remind=remind,
            settled=self._carrier.settled,
        )

    async def run(self, desk: Desk, courier: Wire) -> None:
        """Do what is due until cancelled; what is to be said unasked goes by the courier."""
        self.connect(desk, courier)
        duties = Duties(
            self.store,
            desk,
            courier,
            self.poke,
            self._watch_every,
            self._outage_people,
            self._outage_window,
            self._operators,
            ZoneInfo(self._timezone),
            self._knowledge,
        )
        carried = self._carrier.doers if self._carrier else {}
        self._clerk = Clerk(
            self.store.schedule,
            {**duties.doers, **carried},
            rounds={"following the knowledge": (PAUSE, duties.follower.step)},
        )
        # Kept from before, it stays due when it was: a day without the bot is made up once.
        await self.store.schedule.add(Job(CLEAR, "all", time()))
        await self.store.schedule.add(Job(BEAT, "all", time()))
        await self.store.schedule.put(menu_job(EVERY_MENU, time()))
        await self._clerk.run()
