"""A desk with people behind it: a real store, a clock that stands, and a wire that writes down."""

import itertools
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from html import unescape
from pathlib import Path

from bot.conversation.cases.case import SERVICE, Reach
from bot.conversation.cases.case import Desk as Table
from bot.conversation.cases.desks_office import DeskOffice
from bot.conversation.cases.helper_office import HelperOffice
from bot.conversation.cases.intake import CaseIntake, Posted
from bot.conversation.cases.people import PeopleOffice
from bot.conversation.cases.ports import RefusedError, TopicGoneError
from bot.conversation.cases.ready import ReadyOffice
from bot.conversation.drive import Desk
from bot.conversation.groups.group import Standing
from bot.conversation.keeping import NobodyThereError
from bot.conversation.ports import Incoming
from bot.conversation.privacy import PrivacyOffice
from bot.faq.match import Ambiguous, Matched
from bot.jobs.cases import CaseCarrier
from bot.jobs.cases_wiping import CaseWiper
from bot.jobs.clerk import Clerk
from bot.model.document import Document
from bot.model.language import Language
from bot.render.telegram_html import render_pages
from bot.storage.store import Store, open_store
from tests.conversation.people import ScriptedChecks, ScriptedMatcher, WrittenOutlet, make_mind
from tests.storage.clock import Clock
from tests.storage.conftest import DAYS

ANNA, BASIA, CELINA = "tg:5", "tg:8", "tg:9"  # who asks; who helps
FORUM, PLAIN, OFFICE = "tg:-100", "tg:-101", "tg:-200"
HOUR = 3600.0
MATCHES = {
    "imap czy pop3": Matched("imap-or-pop3", 0.9),
    "imap or pop3": Matched("imap-or-pop3", 0.9),
    "hasło": Ambiguous(("imap-or-pop3", "cannot-send"), ("a",)),
}


@dataclass(frozen=True)
class Sent:
    """One message as it stands now."""

    chat: str
    thread: str
    under: str
    text: str
    document: Document | None = None


@dataclass
class ScriptedWire:
    """Fulfils cases.Wire."""

    sent: dict[str, Sent] = field(default_factory=dict)
    topics: dict[str, str] = field(default_factory=dict)  # by number: the name
    forums: set[str] = field(default_factory=lambda: {FORUM})
    members: set[tuple[str, str]] = field(
        default_factory=lambda: {(chat, who) for chat in (FORUM, PLAIN) for who in (BASIA, CELINA)}
    )
    administrators: set[tuple[str, str]] = field(default_factory=lambda: {(OFFICE, BASIA)})
    gone: set[str] = field(default_factory=set)
    refuses: bool = False
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(500))

    def _put(self, sent: Sent) -> str:
        if sent.chat in self.gone:
            raise NobodyThereError(sent.chat)
        if sent.thread and sent.chat in self.forums and sent.thread not in self.topics:
            raise TopicGoneError(sent.chat)
        number = str(next(self._numbers))
        self.sent[number] = sent
        return number

    async def deliver(self, chat: str, document: Document, thread: str = "") -> None:
        await self.post(chat, document, thread)

    async def post(self, chat: str, document: Document, thread: str = "", under: str = "") -> str:
        text = words(document)
        return self._put(Sent(chat, thread, under, text, document))

    async def copy(
        self, chat: str, message: str, to: str, thread: str = "", under: str = ""
    ) -> str:
        if self.refuses:
            raise RefusedError("message to copy not found")
        return self._put(Sent(to, thread, under, f"[{chat} {message}]"))

    async def change(self, chat: str, messages: str, document: Document) -> None:
        text = words(document)
        self.sent[messages] = replace(self.sent[messages], text=text)

    async def change_caption(self, chat: str, messages: str, text: str) -> None:
        self.sent[messages] = replace(self.sent[messages], text=text)

    async def open_topic(self, chat: str, name: str) -> str:
        if chat not in self.forums:
            return ""
        number = str(next(self._numbers))
        self.topics[number] = name
        return number

    async def name_topic(self, chat: str, topic: str, name: str) -> None:
        self.topics[topic] = name

    async def remove(self, chat: str, messages: str) -> bool:
        for each in messages.split(","):
            del self.sent[each]
        return True

    async def is_administrator(self, chat: str, person: str) -> bool:
        return (chat, person) in self.administrators

    async def is_member(self, chat: str, person: str) -> bool:
        return (chat, person) in self.members | self.administrators

    def at(self, chat: str) -> list[Sent]:
        """What was sent to a chat, as it stands."""
        return [each for each in self.sent.values() if each.chat == chat]

    def last(self, chat: str) -> str:
        """The number of the newest message there."""
        return [number for number, each in self.sent.items() if each.chat == chat][-1]


class Room:
    """The bot with its helpers; `language` is what all messages are heard as."""

    def __init__(
        self, store: Store, clock: Clock, operators: frozenset[str], services: frozenset[str]
    ) -> None:
        self.store, self.clock = store, clock
        self.wire = ScriptedWire()
        self.menus: list[str] = []  # chats whose menu is to be put right
        self.matcher = ScriptedMatcher(MATCHES)
        self.checks = ScriptedChecks()
        mind = make_mind(self.matcher, services=services)
        people = PeopleOffice(store.cases, self._poke, clock, remind=HOUR)
        outside = (store.cases, lambda: self.wire, self._poke, clock)
        helpers = HelperOffice(*outside, remind=HOUR)
        desks = DeskOffice(
            store.cases, store.groups, lambda: self.wire, clock, operators, self._plan_menu
        )
        ready = ReadyOffice(*outside, remind=HOUR)
        offices = {**people.offices, **helpers.offices, **ready.offices, **desks.offices}
        privacy = PrivacyOffice(store.archive, lambda person: store.traces.plan(person, clock()))
        offices |= privacy.offices
        self.desk = Desk(mind, self.checks, store.sessions, offices=offices)
        self.carrier = CaseCarrier(
            store.cases,
            store.groups,
            store.schedule,
            self.wire,
            lambda: mind,
            remind=HOUR,
            clock=clock,
        )
        self.intake = CaseIntake(
            store.cases,
            store.groups,
            self.wire,
            lambda: mind,
            self._poke,
            clock,
            remind=HOUR,
            settled=self.carrier.settled,
        )
        self._updates = itertools.count(1)

    async def _plan_menu(self, chat: str) -> None:
        self.menus.append(chat)

    def _poke(self) -> None:
        """Work is done when a test says so."""

    async def works(self) -> None:
        """All that is due now."""
        wiper = CaseWiper(self.store.cases, self.wire, lambda: self.desk.mind)
        doers = self.carrier.doers | wiper.doers
        await Clerk(self.store.schedule, doers, self.clock).step()

    async def says(
        self, person: str, text: str = "", chat: str = "", *, action: str = "", **more: str
    ) -> WrittenOutlet:
        """Somebody writes to the bot or presses a button; what they then see."""
        chat = chat or person
        conversation = person if chat == person else f"{chat}:{person}"
        incoming = Incoming(
            conversation,
            text,
            action,
            language_hint=Language.PL,
            is_private=chat == person,
            person=person,
            chat=chat,
            id=more.pop("id", "") or f"tg:{next(self._updates)}",
            name={ANNA: "Anna", BASIA: "Basia", CELINA: "Celina"}.get(person, ""),
            group=None if chat == person else await self.store.groups.load(chat),
            **more,
        )
        if chat != person:
            incoming = replace(
                incoming, standing=Standing(await self.wire.is_administrator(chat, person))
            )
        outlet = WrittenOutlet()
        await self.desk.handle(incoming, outlet)
        return outlet

    async def posts(
        self, person: str, chat: str, message: str, text: str = "", **more: object
    ) -> bool:
        """Somebody writes what may belong to a case; whether it did."""
        name = {ANNA: "Anna", BASIA: "Basia", CELINA: "Celina"}.get(person, "")
        posted = Posted(
            f"tg:{next(self._updates)}",
            chat,
            message,
            person,
            name,
            text=text,
            **more,  # type: ignore[arg-type]
        )
        return await self.intake.take(posted)

    async def asks(self, text: str = "nie wiem co to", person: str = ANNA, chat: str = "") -> None:
        """Somebody asks what is not known, and has it sent to people."""
        place = {"message": "77"} if chat else {}
        await self.says(person, text, chat, **place)
        await self.says(person, chat=chat, action="P|pl|ask", **place)
        await self.says(person, chat=chat, action="P|pl|send", **place)
        await self.works()


@asynccontextmanager
async def room(
    tmp_path: Path,
    desk: str = FORUM,
    reach: Reach = Reach.ALL,
    operators: tuple[str, ...] = (),
    services: tuple[str, ...] = (),
) -> AsyncIterator[Room]:
    """Helpers who speak English, in a chat that answers everybody."""
    clock = Clock()
    async with open_store(f"sqlite:///{tmp_path / 'cases.db'}", DAYS, clock) as store:
        if desk:
            await store.cases.set_desk(Table(desk, reach, Language.EN))
        yield Room(store, clock, frozenset(operators), frozenset({SERVICE, *services}))


def said(outlet: WrittenOutlet) -> str:
    """All that was shown, in words."""
    documents = [*outlet.said, *(document for document, _ in outlet.replaced)]
    return "\n".join([*map(words, documents), *outlet.toasts])


def words(document: Document) -> str:
    """A document as people read it."""
    html = "\n\n".join(page.html for page in render_pages(document))
    return unescape(re.sub("<[^>]*>", "", html)).replace("\xa0", " ")


def buttons(document: Document | None) -> list[str]:
    """The labels below."""
    assert document is not None
    return [choice.label for row in document.choices for choice in row]
