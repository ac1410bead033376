"""Which of a name's texts is the record, where a standard allows one (RFC 8460, RFC 8461, BIMI)."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.model.finding import Kind
from bot.network.answer import TxtRecord
from bot.network.clean import clean
from bot.probes.probe import Statement

LONGEST_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Rules:
    """What makes a text the record, what only looks like one, and what is said of each."""

    is_record: Callable[[str], bool]
    nearly: re.Pattern[str]  # a version that is misspelt, or that nobody knows
    several: Kind
    bad_version: Kind


def judge_one(
    rules: Rules,
    subject: str,
    domain: str,
    texts: Sequence[TxtRecord],
    record: Callable[[str], Iterator[Statement]],
    missing: Callable[[], Statement],
) -> Iterator[Statement]:
    """Several count as none, and are told; one is judged; none is told as `missing`."""
    words = [text.text for text in texts]
    records = [text for text in words if rules.is_record(text)]
    near = next((text for text in words if rules.nearly.match(text)), "")
    if len(records) > 1:
        yield rules.several(subject, domain=domain, count=len(records))
    elif records:
        yield from record(records[0])
    elif near:
        yield rules.bad_version(subject, domain=domain, record=clean(near, LONGEST_SHOWN))
    else:
        yield missing()
