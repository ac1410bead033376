"""Cases: what the bot hands over to people, who they are, and what both sides say."""

from dataclasses import dataclass
from enum import StrEnum

from bot.model.check import Report
from bot.model.language import Language

SERVICE = "cases"
SUBJECT = 60  # characters of the first words, where no topic names the matter


class Reach(StrEnum):
    """Whose cases come to a helpers' chat."""

    OWN = "own"  # of the people in that very chat, so not everybody there is a helper
    GROUPS = "groups"  # of the groups that point theirs here
    ALL = "all"  # of everybody whose own chat has no helpers


@dataclass(frozen=True, slots=True)
class Desk:
    """A chat or forum of helpers; `language` is that of what is said there unasked."""

    chat: str
    reach: Reach
    language: Language
    is_open: bool = True  # False: no new ones; those that are there are worked on


@dataclass(frozen=True, slots=True)
class Offer:
    """Helpers who would take a group's cases, as an administrator of theirs says."""

    desk: str
    author: str


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
class Trace:
    """What stands of a case at the helpers', by the numbers of messages; no word of anybody's."""

    number: int
    topic: str
    texts: tuple[str, ...]
    copies: tuple[str, ...]
    is_open: bool


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


def subject(case: Case, title: str) -> str:
    """What a case is about, in a line: a topic's title, or the first words."""
    words = title or " ".join(case.text.split())
    return words if len(words) <= SUBJECT else words[: SUBJECT - 1].rstrip() + "…"
