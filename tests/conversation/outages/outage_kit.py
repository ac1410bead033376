"""A bot with a radar: a real store, a clock that stands, people, helpers, and servers that fail."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from bot.conversation.cases.case import Desk as Table
from bot.conversation.cases.case import Reach
from bot.conversation.drive import Desk
from bot.conversation.groups.group import GroupSettings, Standing
from bot.conversation.keeping import Job
from bot.conversation.outages.burst import HOUR
from bot.conversation.outages.course import LOOK_EVERY
from bot.conversation.outages.office import OutageOffice
from bot.conversation.outages.outage import SERVICE, Outage, State
from bot.conversation.outages.radar import Radar
from bot.conversation.ports import Incoming, Progress
from bot.faq.match import Ambiguous, Matched
from bot.jobs.clerk import Clerk
from bot.jobs.outages import BEAT, OutageWatch
from bot.jobs.outages_told import OutageTeller, Readers
from bot.model.check import CheckRequest, Inconclusive, Judged, Outcome, Report
from bot.model.document import Document
from bot.model.finding import Finding, Severity
from bot.model.language import Language
from bot.model.trouble import Gap, Trouble
from bot.storage.outages_tables import COUNTS
from bot.storage.store import Store, open_store
from tests.conversation.cases.cases_kit import ScriptedWire, Sent, buttons, said, words
from tests.conversation.people import ScriptedMatcher, WrittenOutlet, make_mind
from tests.storage.clock import Clock
from tests.storage.conftest import DAYS

__all__ = ["buttons", "said", "words"]

ZONE = ZoneInfo("Europe/Warsaw")
MORNING = datetime(2027, 1, 19, 9, 40, tzinfo=ZONE).timestamp()
BASIA, CELINA, OLA = "tg:8", "tg:9", "tg:20"  # help at the desk; OLA runs the bot
HELPERS, OFFICE = "tg:-101", "tg:-200"
CANNOT_SEND, CANNOT_READ, NO_LOGIN = "onet nie wysyła", "onet nie odbiera", "onet hasło"
MATCHES = {
    CANNOT_SEND: Matched("cannot-send", 0.9),
    "onet cannot send": Matched("cannot-send", 0.9),
    "nie wysyła z anna@onet.pl": Matched("cannot-send", 0.9),
    "nie wysyła z anna@firma.example": Matched("cannot-send", 0.9),
    "firma.pl nie wysyła": Matched("cannot-send", 0.9),
    "wp nie wysyła": Matched("cannot-send", 0.9),
    **{f"zmyslona{n}.pl nie wysyła": Matched("cannot-send", 0.9) for n in range(5)},
    CANNOT_READ: Matched("cannot-receive", 0.9),
    NO_LOGIN: Matched("password-rejected", 0.9),
    "onet awaria": Matched("provider-outage", 0.9),
    "onet imap czy pop3": Matched("imap-or-pop3", 0.9),
    "onet co jest": Ambiguous(("cannot-send", "imap-or-pop3"), {}),
    "onet nie działa": Ambiguous(("cannot-send", "cannot-receive", "password-rejected"), {}),
    "onet dziwne": Ambiguous(("folders-not-visible", "imap-or-pop3"), {}),
    "onet nie można wysyłać": Ambiguous(("smtp-auth-disabled", "cannot-send"), {}),
    "nie można wysyłać": Matched("cannot-send", 0.9),
    "/outage onet nie wysyła": Matched("cannot-send", 0.9),
}


@dataclass
class Servers:
    """Fulfils ports.Checks. Everything answers but what is said to be down."""

    silent: set[str] = field(default_factory=set)  # hosts that swallow all calls
    broken: set[str] = field(default_factory=set)  # whose TLS fails
    is_offline: bool = False  # it is our own network
    requests: list[CheckRequest] = field(default_factory=list)

    async def run(self, request: CheckRequest, progress: Progress) -> Report:
        self.requests.append(request)
        probes = request.probes or ("mx", "smtp", "imap", "submission")
        outcomes = tuple(self._outcome(probe, request.target.name) for probe in probes)
        return Report(request.target, outcomes, 0.1)

    def _outcome(self, probe: str, host: str) -> Outcome:
        about = f"{host}:993"
        if self.is_offline or host in self.silent:
            return Inconclusive(probe, (Gap(about, Trouble.TIMEOUT),))
        if host in self.broken:
            failed = Finding(f"{probe}.tls-failed", Severity.ERROR, about, {"detail": "alert 80"})
            return Judged(probe, (failed,))
        return Judged(probe, (Finding(f"{probe}.answers", Severity.OK, about),))


class Wire(ScriptedWire):
    """A wire whose cards keep their buttons as they are now."""

    async def change(self, chat: str, messages: str, document: Document) -> None:
        now = Sent(chat, "", "", words(document), document)
        self.sent[messages] = now
        self.changes += 1

    changes = 0


class Town:
    """People who ask, helpers at their desk, and the clerk that works when a test says so."""

    def __init__(self, store: Store, clock: Clock, least: int) -> None:
        self.store, self.clock = store, clock
        self.servers = Servers()
        self.wire = Wire(members={(HELPERS, BASIA), (HELPERS, CELINA)})
        self.matcher = ScriptedMatcher(MATCHES)
        self.mind = make_mind(self.matcher, services=frozenset({SERVICE}))
        operators = frozenset({OLA})
        outside = (store.outages, store.cases)
        office = OutageOffice(
            *outside, lambda: self.wire, self._poke, clock, operators=operators, zone=ZONE
        )
        radar = Radar(*outside, self._poke, clock, ZONE, window=HOUR, least=least)
        self.desk = Desk(
            self.mind, self.servers, store.sessions, offices=office.offices, note=radar.note
        )
        readers = Readers(store.cases, store.sessions, operators, lambda: self.mind.knowledge)
        watch = OutageWatch(
            store.outages,
            self.servers,
            readers,
            lambda: self.mind,
            self._poke,
            zone=ZONE,
            window=HOUR,
            least=least,
            clock=clock,
            choose=lambda those, most: those[:most],
        )
        teller = OutageTeller(
            store.outages, self.wire, readers, lambda: self.mind.knowledge, zone=ZONE, clock=clock
        )
        self._doers = {**watch.doers, **teller.doers}
        self.clerk = Clerk(store.schedule, self._doers, clock)
        self._updates = itertools.count(1)

    def _poke(self) -> None:
        """Work is done when a test says so."""

    def time(self) -> str:
        """The clock on the wall, at the next look."""
        seen = datetime.fromtimestamp(self.clock() + LOOK_EVERY, ZONE)
        return f"{seen:%H:%M}"

    async def works(self) -> None:
        """All that is due now."""
        await self.clerk.step()

    async def passes(self, seconds: float) -> None:
        """Time goes by, and what falls due is done when it does."""
        until = self.clock() + seconds
        while self.clock() < until:
            due = await self.store.schedule.next_due(list(self._doers))
            self.clock.now = min(until, max(due or until, self.clock() + 1))
            await self.works()

    async def lived(self, days: int = 14) -> None:
        """The bot has been there for days in which nobody asked about trouble."""
        this = int(self.clock() // HOUR)
        row = {"scope_chat": "", "place": "", "symptom": "", "people": 0}
        rows = [{**row, "hour": hour} for hour in range(this - days * 24, this)]
        if rows:
            async with self.store.database.write() as connection:
                await connection.execute(insert(COUNTS), rows)

    async def says(
        self, person: str, text: str = "", chat: str = "", action: str = "", **more: object
    ) -> WrittenOutlet:
        """Somebody writes to the bot or presses a button; what they then see."""
        chat = chat or person
        is_private = chat == person
        incoming = Incoming(
            person if is_private else f"{chat}:{person}",
            text,
            action,
            is_private=is_private,
            person=person,
            chat=chat,
            id=f"tg:{next(self._updates)}",
            group=None if is_private else await self.store.groups.load(chat),
            standing=None if is_private else Standing(),
        )
        outlet = WrittenOutlet()
        await self.desk.handle(replace(incoming, **more), outlet)  # type: ignore[arg-type]
        return outlet

    async def ask(self, text: str, *numbers: int, chat: str = "", every: float = 60.0) -> None:
        """People ask one after another, a minute apart."""
        for number in numbers:
            await self.says(f"tg:{number}", text, chat)
            self.clock.passes(every)

    async def press(self, person: str, label: str, chat: str = HELPERS) -> str:
        """Press a button of the card; what is said to that."""
        (sent,) = [each for each in self.wire.sent.values() if each.chat == chat and each.document]
        return await self.press_in(person, label, chat, sent.document)

    async def press_in(self, person: str, label: str, chat: str, document: Document | None) -> str:
        assert document is not None
        (action,) = [
            choice.action for row in document.choices for choice in row if label in choice.label
        ]
        told = said(await self.says(person, chat=chat, action=action))
        await self.works()
        return told

    async def outage(self, scope: str = "", place: str = "onet") -> Outage:
        found = await self.store.outages.last_at(scope, place)
        assert found is not None
        return found

    async def state(self, scope: str = "", place: str = "onet") -> State:
        return (await self.outage(scope, place)).state

    def card(self, chat: str = HELPERS) -> str:
        """The newest message there, as it stands."""
        return self.wire.sent[self.wire.last(chat)].text


@asynccontextmanager
async def town(
    tmp_path: Path, *, desk: str = HELPERS, reach: Reach = Reach.ALL, least: int = 4, days: int = 14
) -> AsyncIterator[Town]:
    """A bot that has been there for a while, with helpers who speak Polish."""
    clock = Clock(MORNING)
    async with open_store(f"sqlite:///{tmp_path / 'outages.db'}", DAYS, clock) as store:
        if desk:
            await store.cases.set_desk(Table(desk, reach, Language.PL))
        await store.schedule.add(Job(BEAT, "all", clock()))
        found = Town(store, clock, least)
        await found.lived(days)
        yield found


def in_own_group(domain: str) -> GroupSettings:
    """A group whose administrators said whose desk it is."""
    return GroupSettings(domain=domain)
