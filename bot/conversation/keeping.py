"""What the conversation needs kept, done later, and said unasked: ports of stores and clerks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.conversation.groups.group import GroupSettings
from bot.model.document import Document
from bot.model.language import Language


class Groups(Protocol):
    """Keeps what is set for a group."""

    async def load(self, chat: str) -> GroupSettings:
        """The group's settings; those of a group just joined where nothing is set."""

    async def save(self, chat: str, settings: GroupSettings) -> None:
        """Keep them."""

    async def joined(self, chat: str, title: str) -> None:
        """The bot was added, or the group has a new name."""

    async def left(self, chat: str) -> None:
        """The bot was removed; the settings stay for the day it is added again."""

    async def moved(self, chat: str, to: str) -> None:
        """A group became a supergroup: all that is kept under its old key goes on under the new."""

    async def members(self) -> tuple[str, ...]:
        """The groups that the bot is in."""

    async def title(self, chat: str) -> str:
        """What a group is called; "" where that is not known."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something to be done at a time, kept until it is done. `kind` and `key` name it."""

    kind: str
    key: str
    due_at: float  # seconds since 1970
    payload: str = ""  # for the one who does it, best a value in JSON
    chat: str = ""  # goes with the chat and is erased with it
    person: str = ""  # is erased with the person


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job that is ours until the lease ends."""

    job: Job
    number: int
    attempts: int  # this one included
    token: str


class Schedule(Protocol):
    """Jobs for later, that survive a restart and are done by one process only."""

    async def put(self, job: Job) -> None:
        """Plan it, in the place of one of the same kind and key."""

    async def add(self, job: Job) -> bool:
        """Plan it unless one of the same kind and key is planned; whether it was added."""

    async def claim(
        self, kinds: Sequence[str], now: float, lease: float, most: int = 10
    ) -> tuple[Claimed, ...]:
        """Take what is due, longest due first. Who does not finish in time loses it again."""

    async def done(self, claimed: Claimed) -> None:
        """It needs no more doing. Nothing happens when the lease was lost or it was put anew."""

    async def postpone(self, claimed: Claimed, due_at: float) -> None:
        """Not now: give it out again then."""

    async def renew(self, claimed: Claimed, until: float) -> None:
        """It takes longer: keep it ours until then."""

    async def cancel(self, kind: str, key: str) -> bool:
        """Strike it out; whether it was planned."""

    async def next_due(self, kinds: Sequence[str]) -> float | None:
        """When there is something to claim next."""


@dataclass(frozen=True, slots=True)
class Replied:
    """A question that got answers, as far as it takes to edit them; not what was asked."""

    person: str
    update: str  # Incoming.id of the question
    digest: str  # of its text
    answers: tuple[str, ...]  # our messages, in order


class Replies(Protocol):
    """Keeps which messages of ours answer which question."""

    async def note(self, chat: str, message: str, replied: Replied, now: float) -> None:
        """In the place of what was known of this question."""

    async def find(self, chat: str, message: str) -> Replied | None:
        """What answered the question in this message."""


class Inbox(Protocol):
    """Keeps what was taken over from outside and is not dealt with yet."""

    async def keep(self, updates: Mapping[int, str]) -> None:
        """Keep them; returns when they are safe."""

    async def drop(self, number: int) -> None:
        """It is dealt with."""

    async def left(self) -> Mapping[int, str]:
        """What a killed process had not dealt with, in order."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A kind of thing that is kept; `days` until it goes by itself, None: until it is erased."""

    kind: str
    days: int | None
    is_personal: bool


@dataclass(frozen=True, slots=True)
class Erased:
    """How many of a kind of thing were erased."""

    kind: str
    count: int


class Archive(Protocol):
    """Everything that is kept, seen from the person whom it is about."""

    def holdings(self) -> tuple[Holding, ...]:
        """What is kept, and how long."""

    async def erase(self, person: str) -> tuple[Erased, ...]:
        """Erase all that is kept of a person; what there was."""

    async def clear(self, now: float) -> tuple[Erased, ...]:
        """Delete what has been kept long enough; what there was."""


class NobodyThereError(Exception):
    """Nothing can be said in a chat any more: the bot was blocked or removed."""


class Menus(Protocol):
    """Shows the commands of one chat, where a front-end has menus."""

    async def offer(
        self,
        chat: str,
        commands: Mapping[Language, Sequence[tuple[str, str]]],
        *,
        for_administrators: bool = False,
    ) -> None:
        """Names with what they are for, in every language; none: what all such chats are offered.

        NobodyThereError where the bot was removed.
        """


class Courier(Protocol):
    """Says something that nobody has just asked for; keeps the front-end's limits."""

    async def deliver(self, chat: str, document: Document, thread: str = "") -> None:
        """Returns when it has arrived. NobodyThereError when it never can."""
