"""The pasted head of a message: its way, and what servers wrote of it (RFC 5322, RFC 8601)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise

LONGEST = 20_000  # characters that are read
MOST_HOPS = 50
_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]{1,60}):(?:\s+|$)(.*)")
_BY = re.compile(r"(?:^|\s)by\s+([A-Za-z0-9][A-Za-z0-9.-]{0,252})")
_AUTHORITY = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9.-]{0,252})\s*(?:\d+\s*)?;")
_RESULT = re.compile(r"(?:^|[;\s])(spf|dkim|dmarc)\s*=\s*([a-z]{2,12})\b", re.IGNORECASE)
_SCORE = re.compile(r"score=(-?\d{1,4}(?:\.\d{1,3})?).{0,40}?required=(\d{1,4}(?:\.\d{1,3})?)")


@dataclass(frozen=True, slots=True)
class Hop:
    """A server that took the message over, and when, by its own clock."""

    host: str
    time: datetime | None


@dataclass(frozen=True, slots=True)
class Wait:
    """The longest stop: the message stood at `at` until `until` took it."""

    at: str
    until: str
    time: timedelta


@dataclass(frozen=True, slots=True)
class Headers:
    """What the lines say, the first server first; nothing of it is more than what they claim."""

    hops: tuple[Hop, ...] = ()
    authority: str = ""  # who wrote the results: the first name in Authentication-Results
    results: Mapping[str, str] = field(default_factory=dict)  # "spf": "fail"
    score: float | None = None  # of the spam filter
    required: float | None = None  # from so many points on it is spam

    @property
    def longest(self) -> Wait | None:
        """The longest stop between two servers that both gave a time."""
        timed = [hop for hop in self.hops if hop.time]
        waits = [
            Wait(one.host, other.host, other.time - one.time)
            for one, other in pairwise(timed)
            if one.time and other.time
        ]
        return max(waits, key=lambda wait: wait.time, default=None)


def parse_headers(text: str) -> Headers | None:
    """The head of a message; None where the text is none."""
    hops: list[Hop] = []
    authority, results = "", dict[str, str]()
    score = required = None
    for name, value in _fields(text[:LONGEST]):
        if name == "received" and len(hops) < MOST_HOPS and (hop := _hop(value)):
            hops.append(hop)
        elif name == "authentication-results" and not results:  # the topmost was written last
            found = _AUTHORITY.match(value)
            authority, results = found[1] if found else "", _results(value)
        elif name == "x-spam-status" and (points := _SCORE.search(value)):
            score, required = float(points[1]), float(points[2])
    if len(hops) < 2 and not results and score is None:
        return None
    return Headers(tuple(reversed(hops)), authority, results, score, required)


def _fields(text: str) -> Iterator[tuple[str, str]]:
    """Name and value of each line, with what runs over into the next lines."""
    name, value = "", ""
    for line in text.splitlines():
        found = None if line[:1].isspace() else _FIELD.fullmatch(line.rstrip())
        if found is None:  # also where the blanks before it were lost on the way
            value = f"{value} {line.strip()}"
            continue
        if name:
            yield name, value
        name, value = found[1].lower(), found[2]
    if name:
        yield name, value


def _hop(value: str) -> Hop | None:
    found = _BY.search(value)
    if found is None:
        return None
    try:
        time = parsedate_to_datetime(value.rpartition(";")[2].strip())
    except (ValueError, TypeError, OverflowError, IndexError):
        return Hop(found[1], None)
    return Hop(found[1], time if time.tzinfo else time.replace(tzinfo=UTC))


def _results(value: str) -> dict[str, str]:
    """What each check came to; of several signatures one that holds is enough (RFC 6376)."""
    results: dict[str, str] = {}
    for method, result in _RESULT.findall(value):
        name, said = method.lower(), result.lower()
        if results.get(name) != "pass":
            results[name] = said if said == "pass" else results.get(name, said)
    return results
