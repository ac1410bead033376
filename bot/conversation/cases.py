"""Cases: what the bot hands over to people, and what it needs for that from stores and wires."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.conversation.keeping import Courier
from bot.model.check import Report
from bot.model.document import Document
from bot.model.language import Language

SERVICE = "cases"
SUBJECT = 60  # characters of the first words, where no topic names the matter


class Reach(StrEnum):
    """Whose cases come to a helpers' chat."""

    OWN = "own"  # of the people in that very chat
    ALL = "all"  # of everybody whose own chat has no helpers


@dataclass(frozen=True, slots=True)
class Desk:
    """A chat or forum of helpers; `language` is that of what is said there unasked."""

    chat: str
    reach: Reach
    language: Language


@dataclass(frozen=True, slots=True)
class Facts:
    """What goes along with the person's own words: structured, so for readers of any language."""

    trail: tuple[str, ...] = ()  # topics shown; "?" before those asked back about
    slots: tuple[tuple[str, str], ...] = ()
    domain: str = ""
    hosted: tuple[tuple[str, str], ...] = ()
    report: Report | None = None  # the last of that domain


@dataclass(frozen=True, slots=True)
class Case:
    """One person's matter, in the hands of people. Number 0: not opened yet."""

    person: str
    chat: str  # where it was asked, and where answers go
    desk: str
    language: Language  # the person's
    text: str
    facts: Facts = Facts()
    thread: str = ""
    message: str = ""  # the person's own, under which answers go in a group
    number: int = 0
    topic: str = ""  # the forum topic of the helpers that is this case's own
    card: str = ""  # the message at the helpers' that tells of it
    assignee: str = ""
    opened_at: float = 0.0
    first_answer_at: float | None = None
    closed_at: float | None = None
    waiting_since: float | None = None  # the person's first word that nobody has answered

    @property
    def is_open(self) -> bool:
        """Whether somebody may still answer."""
        return self.closed_at is None

    @property
    def is_private(self) -> bool:
        """Whether it was asked in a private chat: that has its person's key."""
        return self.chat == self.person


class Way(StrEnum):
    """Whom a letter is for."""

    PERSON = "person"
    HELPERS = "helpers"
    NOBODY = "nobody"  # a note, seen where it was written


class Kind(StrEnum):
    """What a letter holds."""

    TEXT = "text"
    COPY = "copy"  # a message of any other kind, handed on as it is
    TOPIC = "topic"  # an answer of the knowledge, by its id
    CARD = "card"  # tells helpers of a new case
    EVENT = "event"  # a phrase of ours, by its key


@dataclass(frozen=True, slots=True)
class Letter:
    """Something said in a case, on its way or arrived.

    `chat` and `message` are where it was written; where nobody wrote it, `message` is only a name
    that makes it unique.
    """

    case: int
    way: Way
    kind: Kind
    chat: str
    message: str
    author: str = ""
    text: str = ""
    number: int = 0
    arrived: str = ""  # the ids of the messages that it became, with a comma between


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody seen at a desk, or asking there."""

    person: str
    name: str
    username: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """A closed case as a curator needs it: a question, and what people answered."""

    number: int
    language: Language
    question: str
    answers: tuple[str, ...]


class Cases(Protocol):
    """Keeps desks, drafts, cases and letters."""

    async def set_desk(self, desk: Desk) -> None:
        """Cases come here from now on."""

    async def drop_desk(self, chat: str) -> bool:
        """No longer; whether they did."""

    async def desk(self, chat: str) -> Desk | None:
        """What is set for this chat as a helpers' chat."""

    async def desk_for(self, chat: str) -> Desk | None:
        """Where cases of people in this chat go."""

    async def keep_draft(
        self, conversation: str, person: str, chat: str, text: str, now: float
    ) -> None:
        """A question that may be handed over, in the place of the last."""

    async def draft(self, conversation: str) -> str:
        """It; "" where there is none."""

    async def drop_draft(self, conversation: str) -> None:
        """It is not to be handed over."""

    async def opened_by(self, update: str) -> Case | None:
        """The case that this very update opened, or wrote more to."""

    async def open(
        self, case: Case, conversation: str, update: str, now: float, remind: float
    ) -> Case:
        """A new case of the draft, with its card on the way and the first reminder planned."""

    async def load(self, number: int) -> Case | None:
        """A case."""

    async def open_of(self, person: str, chat: str) -> Case | None:
        """The open case that this person has in this chat."""

    async def in_topic(self, desk: str, topic: str) -> Case | None:
        """The case whose forum topic this is."""

    async def by_message(self, chat: str, message: str) -> Case | None:
        """The case that one of our messages in this chat belongs to."""

    async def of_desk(self, desk: str) -> tuple[Case, ...]:
        """The open ones, the oldest first."""

    async def place(self, number: int, topic: str, card: str) -> None:
        """Where the helpers have it."""

    async def write(self, letter: Letter, now: float, remind: float) -> bool:
        """Send it on; False when it is known already. A person's word opens a closed case again."""

    async def close(self, number: int, letter: Letter, now: float) -> bool:
        """Close, and send the letter; False when it was closed."""

    async def reopen(self, number: int, now: float, remind: float) -> bool:
        """Open again; False when it was open."""

    async def assign(self, number: int, person: str) -> None:
        """Somebody's own from now on."""

    async def next_letter(self, number: int) -> Letter | None:
        """The first of a case that has not arrived."""

    async def arrived(self, letter: Letter, messages: str) -> None:
        """It became these messages; "-" where it never can arrive."""

    async def letter(self, chat: str, message: str) -> Letter | None:
        """The letter that was written with this message."""

    async def rewrite(self, letter: Letter, text: str, now: float) -> None:
        """Its author changed it: what arrived is to be changed too."""

    async def notes(self, number: int) -> tuple[Letter, ...]:
        """What helpers noted for each other."""

    async def answered(self, number: int) -> Answered | None:
        """What a curator may make a topic of; None where nobody answered in words."""

    async def meet(self, helper: Helper, chat: str, now: float) -> None:
        """Somebody with a name was seen in a chat."""

    async def named(self, person: str) -> Helper | None:
        """Somebody by their key."""

    async def called(self, username: str, chat: str) -> Helper | None:
        """Somebody of this chat by the name that one calls them by."""


class TopicGoneError(Exception):
    """The forum topic was deleted."""


class RefusedError(Exception):
    """This message cannot be sent, and never could."""


class Wire(Courier, Protocol):
    """A courier who also says which messages came of it, and knows a chat's people and topics."""

    async def post(self, chat: str, document: Document, thread: str = "", under: str = "") -> str:
        """Send; the ids of the messages with a comma between. TopicGoneError, NobodyThereError."""

    async def copy(
        self, chat: str, message: str, to: str, thread: str = "", under: str = ""
    ) -> str:
        """Send a message on as it is; the new one's id. RefusedError when it is gone."""

    async def change(self, chat: str, messages: str, document: Document) -> None:
        """Put this in the place of what was posted, as far as that still can be."""

    async def change_caption(self, chat: str, messages: str, text: str) -> None:
        """Change the words under what was copied."""

    async def open_topic(self, chat: str, name: str) -> str:
        """A new forum topic; "" where the chat is no forum, or we may not."""

    async def is_administrator(self, chat: str, person: str) -> bool:
        """Whether somebody is one now."""

    async def is_member(self, chat: str, person: str) -> bool:
        """Whether somebody is in a chat now."""


def subject(case: Case, title: str) -> str:
    """What a case is about, in a line: a topic's title, or the first words."""
    words = title or " ".join(case.text.split())
    return words if len(words) <= SUBJECT else words[: SUBJECT - 1].rstrip() + "…"
