"""How much may be asked for: token buckets for people, chats, targets, and for all together."""

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from time import monotonic

MOST_KEYS = 10_000  # remembered in one set of buckets; who is forgotten begins with a full one
_HARDLY = 1e-9  # of a token: what rounding may lose


@dataclass(frozen=True, slots=True)
class Rate:
    """So many in so many seconds: all at once, if need be, and then evenly."""

    count: int
    seconds: float

    @property
    def pause(self) -> float:
        """Seconds from one to the next."""
        return self.seconds / self.count


class Limit(StrEnum):
    """What a limit counts."""

    PERSON = "person"  # checks that one person asks for
    CHAT = "chat"  # checks in one chat, whoever asks
    TARGET = "target"  # checks of one domain or address, whoever asks
    TOTAL = "total"  # checks of everybody
    MESSAGES = "messages"  # what one person writes and presses


@dataclass(frozen=True, slots=True)
class Refusal:
    """Which limit was reached, and the seconds until it lets the next one through."""

    limit: Limit
    rate: Rate
    wait: float
    is_news: bool = True  # False: this person has just been told


@dataclass(frozen=True, slots=True)
class Rates:
    """What is allowed; None where nothing is limited."""

    person: Rate | None = Rate(6, 60)
    chat: Rate | None = Rate(15, 60)
    target: Rate | None = Rate(10, 60)
    total: Rate | None = Rate(120, 60)
    messages: Rate | None = Rate(30, 60)


USUAL = Rates()


class Buckets:
    """A token bucket for each key: full at first, one token taken at a time, evenly refilled."""

    def __init__(self, rate: Rate, *, most: int = MOST_KEYS) -> None:
        self.rate = rate
        self._most = most
        self._kept: OrderedDict[str, tuple[float, float]] = OrderedDict()  # tokens, and when

    def wait(self, key: str, now: float, count: int = 1) -> float:
        """Seconds until there are so many tokens, or all that there can be; 0 when there are."""
        lacking = min(count, self.rate.count) - self._tokens(key, now)
        return lacking * self.rate.pause if lacking > _HARDLY else 0.0

    def take(self, key: str, now: float, count: int = 1) -> None:
        """Take tokens."""
        self._kept[key] = (self._tokens(key, now) - count, now)
        self._kept.move_to_end(key)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def _tokens(self, key: str, now: float) -> float:
        if key not in self._kept:
            return float(self.rate.count)
        tokens, since = self._kept[key]
        return min(self.rate.count, tokens + (now - since) / self.rate.pause)


class Limits:
    """Lets through or refuses. Whoever has no key, as in a terminal, is not limited."""

    def __init__(self, rates: Rates, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._buckets = {
            limit: Buckets(rate)
            for limit in Limit
            if (rate := getattr(rates, limit.value)) is not None
        }
        self._is_told: set[str] = set()  # people who know that they write too much

    def check(self, person: str, chat: str, *targets: str) -> Refusal | None:
        """A check of each target: a token for each from every bucket, or none and the wait."""
        if not person and not chat:
            return None
        keys = [(Limit.PERSON, person), (Limit.CHAT, chat), (Limit.TOTAL, "all")]
        each = [(Limit.TARGET, target) for target in targets]
        return self._take([key for key in keys * len(targets) + each if key[1]])

    def message(self, person: str) -> Refusal | None:
        """One message or button. A refusal is news once, until something is let through again."""
        refusal = self._take([(Limit.MESSAGES, person)]) if person else None
        if refusal is None:
            self._is_told.discard(person)
            return None
        is_news = person not in self._is_told
        if len(self._is_told) >= MOST_KEYS:
            self._is_told.clear()
        self._is_told.add(person)
        return replace(refusal, is_news=is_news)

    def _take(self, keys: Iterable[tuple[Limit, str]]) -> Refusal | None:
        now = self._clock()
        wanted = Counter(pair for pair in keys if pair[0] in self._buckets)
        waits = {
            (limit, key): self._buckets[limit].wait(key, now, count)
            for (limit, key), count in wanted.items()
        }
        longest = max(waits, key=lambda pair: waits[pair], default=None)
        if longest is not None and waits[longest]:
            limit = longest[0]
            return Refusal(limit, self._buckets[limit].rate, waits[longest])
        for (limit, key), count in wanted.items():
            self._buckets[limit].take(key, now, count)
        return None
