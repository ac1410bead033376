"""What is kept of questions: masked texts for curators, votes, and counts without persons."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.model.language import Language

SERVICE = "learning"


class Fate(StrEnum):
    """What a question got."""

    ANSWERED = "answered"
    CLARIFIED = "clarified"  # asked back about
    UNKNOWN = "unknown"
    OUTSIDE = "outside"  # plainly not about mail


class Count(StrEnum):
    """What is counted by the day, beside the fates."""

    CHOSEN = "chosen"  # the question back led to an answer
    HANDED = "handed"  # passed on to people
    USEFUL = "useful"  # 👍
    USELESS = "useless"  # 👎


@dataclass(frozen=True, slots=True)
class Asked:
    """One question; `text` is masked, "" where it may not be kept."""

    update: str  # names it, also when it is given again
    person: str
    chat: str
    is_private: bool
    language: Language
    text: str
    fate: Fate
    topic: str = ""  # answered, or nearest


@dataclass(frozen=True, slots=True)
class Open:
    """A question that waits for a curator."""

    number: int
    text: str
    topic: str
    language: Language


@dataclass(frozen=True, slots=True)
class Draft:
    """A change of the knowledge that a curator wants: further ways of asking, or a new topic."""

    topic: str
    language: Language
    asked: tuple[str, ...]
    answer: tuple[str, ...] = ()  # of a new topic: what people answered
    number: int = 0

    @property
    def is_new(self) -> bool:
        """Whether it begins a topic."""
        return bool(self.answer)


@dataclass(frozen=True, slots=True)
class Tally:
    """How often something was, on a day (ISO), about a topic."""

    day: str
    what: str
    topic: str
    count: int


class Questions(Protocol):
    """Keeps questions for a curator, votes, and counts."""

    async def add(self, asked: Asked, day: str, now: float) -> int:
        """Keep and count it; its number, the same when it comes again."""

    async def mark(self, number: int, count: Count | None, day: str) -> None:
        """It was not answered well: a curator should see it. Counted once for each reason."""

    async def choose(self, number: int, topic: str, day: str) -> None:
        """The question back led to this topic."""

    async def vote(self, number: int, person: str, is_up: bool, day: str, now: float) -> bool:
        """One vote for each person, the last one counts; False when the question is gone."""

    async def open(self, chat: str | None, most: int) -> tuple[Open, ...]:
        """What waits for a curator, newest first; of one chat, or of all."""

    async def settle(
        self, numbers: tuple[int, ...], draft: Draft | None, by: str, now: float, where: str = ""
    ) -> int:
        """They wait no more; with a draft that is to come of them, whose number is returned.

        `where` is the group in which its people decided that.
        """

    async def drafts(self, where: str | None = None) -> tuple[Draft, ...]:
        """What waits to be taken over into the knowledge; what one group decided, or everything."""

    async def drop_drafts(self, numbers: tuple[int, ...]) -> None:
        """They are in the knowledge, or not wanted."""

    async def tallies(self, since: str, chat: str | None) -> tuple[Tally, ...]:
        """Counts from this day on; of one chat, or of all."""
