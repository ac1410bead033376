"""The tree walk of DMARC (RFC 9989 section 4.10): from a name up to its top-level domain."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.formats.dmarc import is_dmarc, parse_dmarc
from bot.model.trouble import Gap
from bot.network.answer import Answer, TxtRecord
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.probes.names import shown
from bot.probes.probe import attempt, gap

_MOST_LABELS = 7  # of a parent that is asked (section 4.10)


@dataclass(frozen=True, slots=True)
class Level:
    """One name of the tree walk, and the TXT records at its _dmarc."""

    name: str
    texts: tuple[str, ...] = ()
    error: NetworkError | None = None

    @property
    def records(self) -> tuple[str, ...]:
        """Those that are DMARC records; more than one count as none."""
        return tuple(text for text in self.texts if is_dmarc(text))


def walk(name: str) -> Iterator[str]:
    """The names of the tree walk: at most eight, the last one a single label."""
    labels = name.split(".")
    yield name
    for count in range(min(len(labels) - 1, _MOST_LABELS), 0, -1):
        yield ".".join(labels[-count:])


async def climb(network: Network, name: str) -> tuple[Level, ...]:
    """All levels at once: they cost one round trip, and no more questions than receivers ask."""
    names = tuple(walk(name))
    asked = (attempt(network.dns.txt(f"_dmarc.{each}")) for each in names)
    answers = await asyncio.gather(*asked)
    return tuple(_level(each, answer) for each, answer in zip(names, answers, strict=True))


def _level(name: str, answer: Answer[TxtRecord] | NetworkError) -> Level:
    if isinstance(answer, NetworkError):
        return Level(name, error=answer)
    return Level(name, texts(answer))


def texts(answer: Answer[TxtRecord] | NetworkError) -> tuple[str, ...]:
    """The TXT records of an answer, none where there was no answer."""
    return tuple(record.text for record in answer.records) if isinstance(answer, Answer) else ()


def inherited(levels: Sequence[Level]) -> Level | Gap | None:
    """The parent whose record applies (sections 4.10.1 and 4.10.2)."""
    found: list[Level] = []
    suffix: Level | None = None
    for level in levels[1:]:
        if level.error:
            return gap(f"_dmarc.{shown(level.name)}", level.error)
        if len(level.records) != 1:
            continue  # none, or several, which are all discarded
        psd = parse_dmarc(level.records[0]).psd
        if psd == "y":
            suffix = level
            break
        found.append(level)
        if psd == "n":
            break
    if suffix is not None:
        # The organizational domain lies one label below the suffix; without a record there, the
        # suffix speaks.
        below = suffix.name.count(".") + 1
        return next((level for level in found if level.name.count(".") == below), suffix)
    return found[-1] if found else None


def organization(levels: Sequence[Level]) -> str | NetworkError:
    """The organizational domain of the lowest level (section 4.10.2)."""
    best = levels[0].name
    for number, level in enumerate(levels):
        if level.error:
            return level.error
        if len(level.records) != 1:
            continue
        psd = parse_dmarc(level.records[0]).psd
        if psd == "n":
            return level.name
        if psd == "y" and number:
            below = level.name.count(".") + 1
            return next(each.name for each in levels if each.name.count(".") <= below)
        best = level.name
    return best
