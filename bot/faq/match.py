"""What a person asks, and what it was understood to be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.model.language import Language


@dataclass(frozen=True, slots=True)
class Question:
    """A person's words, and what is known about them already (program, provider, …)."""

    text: str
    slots: Mapping[str, str] = field(default_factory=dict)
    asked: tuple[tuple[str, ...], ...] = ()  # keys of questions back that were put already


@dataclass(frozen=True, slots=True)
class Candidate:
    """A topic that it might be, and how likely."""

    topic: str
    score: float


@dataclass(frozen=True, slots=True)
class Matched:
    """It is this topic."""

    topic: str
    score: float
    runner_up: Candidate | None = None


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """It could be one of these, best first: ask. `ask` is the question in both languages.

    Where a `slot` is asked for (which provider?), `values` are its choices, each with the topic
    that it means.
    """

    options: tuple[str, ...]
    ask: Mapping[Language, str]
    score: float = 0.0  # that one of the options is right
    slot: str = ""
    values: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """What makes it the same question again."""
        return (self.slot,) if self.slot else tuple(sorted(self.options))


@dataclass(frozen=True, slots=True)
class Unmatched:
    """We do not know. `nearest` are humble suggestions, best first; perhaps there are none.

    `outside` names the group of lexicon/outside.yaml where it belongs, or is "".
    """

    nearest: tuple[str, ...] = ()
    outside: str = ""
    score: float = 0.0


Match = Matched | Ambiguous | Unmatched


class Matcher(Protocol):
    """Understands questions. The seam: another engine may stand here."""

    def match(self, question: Question) -> Match:
        """What the question means. Never raises, whatever the text."""
