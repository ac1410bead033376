"""Outages: what is counted, suspected, seen and confirmed of them, and who keeps it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.conversation.outages.burst import Asker, Usual
from bot.model.finding import Finding
from bot.model.language import Language
from bot.model.trouble import Gap

SERVICE = "outages"
EVERYBODY = ""  # the scope of what holds for all people; else the chat of a desk, for its own


class Symptom(StrEnum):
    """What an outage does to people: the areas of the topics that tell of it."""

    RECEIVING = "cannot-receive"
    SENDING = "cannot-send"
    CONNECTING = "connection-fails"
    LOGGING_IN = "password-rejected"
    CERTIFICATE = "certificate"
    DELAYS = "delays"
    SLOW = "slow-sync"


class State(StrEnum):
    """What is thought of it."""

    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"  # somebody knows better
    PASSED = "passed"  # over before anybody confirmed it
    OVER = "over"


OPEN = frozenset({State.SUSPECTED, State.CONFIRMED})


class Health(StrEnum):
    """What a look showed."""

    FAILING = "failing"
    WELL = "well"
    UNTESTED = "untested"  # nothing could be seen, or our own network is not proved to be well


@dataclass(frozen=True, slots=True)
class Sight:
    """One server, as a look showed it. `finding` or `gap` says why it is not well."""

    probe: str
    host: str
    health: Health
    finding: Finding | None = None
    gap: Gap | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What the servers of a place did at a time."""

    at: float
    sights: tuple[Sight, ...] = ()

    @property
    def health(self) -> Health:
        """That of the whole: one server that fails is enough."""
        found = {sight.health for sight in self.sights}
        return next((each for each in Health if each in found), Health.UNTESTED)


@dataclass(frozen=True, slots=True)
class Course:
    """How it goes: stored as it is."""

    symptoms: tuple[Symptom, ...]
    since: float
    people: int = 0
    usual: float = 0.0  # people in the same time on other days
    is_declared: bool = False  # by somebody who helps, not found by counting
    look: Look | None = None
    well: int = 0  # looks in a row without a failure
    well_since: float = 0.0  # the first of them
    has_failed: bool = False  # whether a look ever saw it
    asked_at: float = 0.0  # when more people than usual asked last
    quiet: float = 0.0  # seconds of daytime since then
    reminded_at: float = 0.0  # when helpers were asked last whether it goes on


@dataclass(frozen=True, slots=True)
class Outage:
    """Trouble at one place: a provider as topics call it, or the domain of one that nobody knows.

    `version` guards against a second writer.
    """

    place: str
    course: Course
    scope: str = EVERYBODY
    state: State = State.SUSPECTED
    number: int = 0
    version: int = 0
    ended_at: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether it still is to be decided or goes on."""
        return self.state in OPEN

    @property
    def until(self) -> float:
        """When it was over: where looks saw it heal, that was before we were sure of it."""
        course = self.course
        ended = self.ended_at or 0.0
        return course.well_since if course.has_failed and course.well else ended


@dataclass(frozen=True, slots=True)
class Complaint:
    """One person asked about this symptom at this place. `desk`: whose own they are, if any's."""

    place: str
    symptom: Symptom
    person: str
    chat: str
    thread: str
    language: Language
    desk: str = EVERYBODY
    is_own: bool = False  # asked in a group that is the place's own

    @property
    def scopes(self) -> tuple[str, ...]:
        """Where it counts."""
        return tuple(dict.fromkeys((EVERYBODY, self.desk)))


@dataclass(frozen=True, slots=True)
class Spot:
    """What is weighed: one symptom at one place, for those whom a scope names."""

    scope: str
    place: str
    symptom: Symptom


@dataclass(frozen=True, slots=True)
class News:
    """What one chat is told when an outage is over; kept until it has been."""

    place: str
    name: str  # of the place, for the day on which its file is gone
    symptoms: tuple[Symptom, ...]
    since: float
    ended_at: float
    language: Language
    thread: str = ""
    to_helpers: bool = False
    number: int = 0  # of an outage that goes on: helpers are asked whether it still does


@dataclass(frozen=True, slots=True)
class Card:
    """The one message at the helpers' that tells of an outage; `shown` is a mark of its words."""

    chat: str
    messages: str
    shown: str


class Outages(Protocol):
    """Keeps the counts, and the outages with what they are told by."""

    async def note(self, complaint: Complaint, now: float, window: float, least: int) -> bool:
        """Count a person once in a window; whether there is something to be weighed now."""

    async def askers(self, spot: Spot, since: float) -> tuple[Asker, ...]:
        """Who was counted since then."""

    async def people(self, outage: Outage) -> int:
        """How many have asked about any of it since it began."""

    async def usual(self, spot: Spot, now: float) -> Usual:
        """What was counted before this hour, but in outages."""

    async def beat(self, now: float) -> None:
        """The bot is there in this hour: what is not counted did not happen."""

    async def tidy(self, now: float, window: float) -> None:
        """Forget who asked, unless an outage is open that they asked about, and old counts."""

    async def begin(self, outage: Outage, now: float, person: str = "") -> Outage | None:
        """Open it and plan the first look; None where one is open at its place."""

    async def load(self, number: int) -> Outage | None:
        """One."""

    async def open_at(self, scope: str, place: str) -> Outage | None:
        """The open one."""

    async def last_at(self, scope: str, place: str) -> Outage | None:
        """The newest, open or not."""

    async def open(self, scopes: Collection[str]) -> tuple[Outage, ...]:
        """All that are open, the oldest first."""

    async def change(
        self, outage: Outage, now: float, person: str = "", *, is_news: bool = True
    ) -> Outage | None:
        """Keep it as it is now; where it is news, its cards follow. None: another was faster."""

    async def end(
        self, outage: Outage, now: float, name: str, person: str, helpers: Mapping[str, Language]
    ) -> Outage | None:
        """The same, and plan that all who asked are told, and these chats of helpers."""

    async def remind(
        self, outage: Outage, now: float, name: str, helpers: Mapping[str, Language]
    ) -> Outage | None:
        """Keep it, and plan that these chats of helpers are asked whether it still goes on."""

    async def cards(self, number: int) -> tuple[Card, ...]:
        """Where its cards are."""

    async def reserve(self, number: int, chat: str, now: float) -> bool:
        """Whether the first card for a chat is ours to send."""

    async def keep_card(self, number: int, card: Card, now: float) -> None:
        """It was sent, or shows something else."""
