"""The shape of a probe: what it sees (gather, no opinion) and what that means (judge, no I/O)."""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Generic, TypeVar

from bot.knowledge.reference import Reference
from bot.model.check import Target, TargetKind
from bot.model.finding import Finding, Kind
from bot.model.trouble import Gap, Trouble
from bot.network.answer import Answer, Status
from bot.network.asked import Asked
from bot.network.errors import NetworkError
from bot.network.network import Network

Facts = TypeVar("Facts")
Value = TypeVar("Value")
Statement = Finding | Gap

# What one probe may take. The slowest honest server makes strangers wait 20 s for its greeting.
LONGEST = 27.0
MOST_JOINED = 20  # values in one parameter: whoever publishes more is not writing for people


@dataclass(frozen=True, slots=True)
class Look:
    """What a probe is to look at, and whether a person asked for this very probe."""

    target: Target
    is_asked: bool = False
    client: str = ""  # the IP address whose right to send is asked about
    record: str = ""  # the type of record asked for
    reference: Reference = field(default_factory=Reference, compare=False, repr=False)

    @property
    def name(self) -> str:
        """The name for the wire, or the address as text."""
        return self.target.name

    @property
    def shown(self) -> str:
        """The name for people."""
        return self.target.shown

    @property
    def is_address(self) -> bool:
        """Whether the target is an IP address."""
        return self.target.kind is TargetKind.ADDRESS


@dataclass(frozen=True, slots=True)
class Probe(Generic[Facts]):
    """One way of looking. `kinds` are all the findings that `judge` can make."""

    name: str
    gather: Callable[[Network, Look], Awaitable[Facts]]
    judge: Callable[[Facts], Iterator[Statement]]
    kinds: tuple[Kind, ...]
    seconds: float = LONGEST


def attempt(asked: Awaitable[Value]) -> Awaitable[Value | NetworkError]:
    """The answer, or what kept us from it: so that one failure does not hide the other answers."""
    return asked.or_error() if isinstance(asked, Asked) else _attempt(asked)


async def _attempt(asked: Awaitable[Value]) -> Value | NetworkError:
    try:
        return await asked
    except NetworkError as error:
        return error


def is_there(answer: Answer[Any] | NetworkError) -> bool:
    """Whether there is such a name; what was not seen is not denied."""
    return not isinstance(answer, Answer) or answer.status is not Status.NO_NAME


def no_domain(look: Look, not_a_domain: Kind, *, exists: bool) -> Statement | None:
    """What is said in the place of a judgement where the target is no domain, or none at all."""
    if look.is_address:
        return not_a_domain(look.shown)
    return None if exists else Gap(look.shown, Trouble.NO_NAME)


def gap(subject: str, error: NetworkError) -> Gap:
    """What could not be seen about `subject`."""
    return Gap(subject, error.trouble, error.detail)


def join(items: Iterable[object]) -> str:
    """Several values in one parameter; a dash where there are none, which every language reads."""
    texts = [str(item) for item in islice(items, MOST_JOINED + 1)]
    if len(texts) > MOST_JOINED:
        texts[-1] = "…"
    return ", ".join(texts) or "–"
