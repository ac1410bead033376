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


@dataclass(frozen=True, slots=True)
class Spoke:
    """Words of the question that spoke for a topic, and how much."""

    words: str
    weight: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a question was understood as it was."""

    match: Match
    candidates: tuple[Candidate, ...]  # best first; the score is the share among all classes
    confidence: float  # that the best topic is right
    among: float  # that one of the best three is
    spoke: tuple[Spoke, ...]  # for the best topic
    area: float = 0.0  # that the best topic is of the right area
    threshold: float = 0.0  # of confidence, from which on is answered
    phrasings: tuple[str, ...] = ()  # the best topic's ways of asking that are most like it
    second: tuple[Candidate, ...] = ()  # the encoder's own best topics, if it was asked

    @property
    def margin(self) -> float:
        """How far the best topic's share is ahead of the next."""
        first, second = (*self.candidates[:2], *_NOBODY)[:2]
        return first.score - second.score


_NOBODY = (Candidate("", 0.0), Candidate("", 0.0))


class Matcher(Protocol):
    """Understands questions. The seam: another engine may stand here."""

    def match(self, question: Question) -> Match:
        """What the question means. Never raises, whatever the text."""
