"""CAA (RFC 8659): which authorities may issue certificates for the domain?"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.formats.caa import (
    CRITICAL,
    ISSUE_TAGS,
    KNOWN_TAGS,
    is_report_address,
    parse_issuer,
)
from bot.formats.errors import FormatError
from bot.model.finding import Kind, Severity
from bot.network.answer import CaaRecord
from bot.network.clean import clean
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.probes.names import shown
from bot.probes.probe import Look, Probe, Statement, attempt, gap, is_there, join, no_domain

NOT_A_DOMAIN = Kind("caa.not-a-domain", Severity.NOTICE)
MISSING = Kind("caa.missing", Severity.NOTICE, frozenset({"domain"}), "RFC 8659 section 3")
MALFORMED = Kind(
    "caa.malformed", Severity.WARNING, frozenset({"name", "record"}), "RFC 8659 section 4.2"
)
CRITICAL_UNKNOWN = Kind(
    "caa.critical-unknown",
    Severity.WARNING,
    frozenset({"name", "tag"}),
    "RFC 8659 section 4.1",
)
UNKNOWN_TAG = Kind(
    "caa.unknown-tag", Severity.NOTICE, frozenset({"name", "tag"}), "RFC 8659 section 4.1"
)
BAD_IODEF = Kind(
    "caa.bad-iodef", Severity.NOTICE, frozenset({"name", "value"}), "RFC 8659 section 4.4"
)
NOBODY = Kind("caa.nobody", Severity.NOTICE, frozenset({"name"}), "RFC 8659 section 4.2")
NO_ISSUE = Kind("caa.no-issue", Severity.NOTICE, frozenset({"name"}), "RFC 8659 section 4.2")
NO_MAIL_CERTIFICATES = Kind(
    "caa.no-mail-certificates", Severity.OK, frozenset({"name"}), "RFC 9495 section 3"
)
SOUND = Kind("caa.sound", Severity.OK, frozenset({"name", "issuers"}), "RFC 8659 section 4.2")

_MOST_LABELS = 8  # names of more levels do not occur, but somebody could make us ask for them


@dataclass(frozen=True, slots=True)
class Level:
    """One name of the climb: its records, and those that are none by their bytes."""

    name: str
    records: tuple[CaaRecord, ...] = ()
    damaged: tuple[str, ...] = ()
    error: NetworkError | None = None


@dataclass(frozen=True, slots=True)
class CaaFacts:
    """The climb from the domain up to its top-level domain."""

    look: Look
    levels: tuple[Level, ...]
    exists: bool = True


def climb(name: str) -> Iterator[str]:
    """The name and all above it but the root (section 3)."""
    labels = name.split(".")[-_MOST_LABELS:]
    if len(labels) < name.count(".") + 1:
        yield name
    for start in range(len(labels)):
        yield ".".join(labels[start:])


async def gather(network: Network, look: Look) -> CaaFacts:
    """All levels at once: the climb costs one round trip."""
    names = tuple(climb(look.name))
    levels = await asyncio.gather(*(_level(network, name) for name in names))
    answer = await attempt(network.dns.caa(look.name))
    return CaaFacts(look, tuple(levels), is_there(answer))


async def _level(network: Network, name: str) -> Level:
    # One question: the second answer comes from the cache, and shows what the first left out.
    records = await attempt(network.dns.caa(name))
    raw = await attempt(network.dns.query(name, "CAA"))
    if isinstance(records, NetworkError):
        return Level(name, error=records)
    if isinstance(raw, NetworkError):
        return Level(name, error=raw)
    damaged = tuple(text for text in raw.records if text.startswith("\\#"))
    return Level(name, records.records, damaged)


def judge(facts: CaaFacts) -> Iterator[Statement]:
    """From the nearest records upwards to who may issue."""
    subject = facts.look.shown
    if nothing := no_domain(facts.look, NOT_A_DOMAIN, exists=facts.exists):
        yield nothing
        return
    for level in facts.levels:
        if level.error is not None:
            yield gap(shown(level.name), level.error)
            return
        if level.records or level.damaged:
            yield from _relevant(subject, level)
            return
    yield MISSING(subject, domain=facts.look.name)


def _relevant(subject: str, level: Level) -> Iterator[Statement]:
    name = shown(level.name)
    for text in level.damaged[:1]:
        yield MALFORMED(subject, name=name, record=clean(text, 100))
    for record in level.records:
        tag = record.tag.lower()
        if tag not in KNOWN_TAGS:
            kind = CRITICAL_UNKNOWN if _is_critical_unknown(record) else UNKNOWN_TAG
            yield kind(subject, name=name, tag=record.tag or "–")
        elif tag == "iodef" and not is_report_address(record.value):
            yield BAD_IODEF(subject, name=name, value=record.value or "–")
    broken = [record for record in level.records if _is_broken(record)]
    for record in broken[:1]:
        text = f'{record.flags} {record.tag} "{record.value}"'
        yield MALFORMED(subject, name=name, record=text)
    # Whom the records name does not count where nobody may heed them.
    is_barred = any(_is_critical_unknown(record) for record in level.records)
    if not broken and not level.damaged and not is_barred:
        yield from _issuers(subject, name, level.records)


def _is_critical_unknown(record: CaaRecord) -> bool:
    return record.tag.lower() not in KNOWN_TAGS and bool(record.flags & CRITICAL)


def _is_broken(record: CaaRecord) -> bool:
    if record.tag.lower() not in ISSUE_TAGS:
        return False
    try:
        parse_issuer(record.value)
    except FormatError:
        return True
    return False


def _issuers(subject: str, name: str, records: Sequence[CaaRecord]) -> Iterator[Statement]:
    by_tag: dict[str, list[str]] = {}
    for record in records:
        tag = record.tag.lower()
        if tag in ISSUE_TAGS:
            by_tag.setdefault(tag, []).append(parse_issuer(record.value).domain)
    allowed = [domain for domain in by_tag.get("issue", ()) if domain]
    if allowed:
        yield SOUND(subject, name=name, issuers=join(dict.fromkeys(allowed)))
    elif "issue" in by_tag:
        yield NOBODY(subject, name=name)
    else:
        yield NO_ISSUE(subject, name=name)
    if "issuemail" in by_tag and not any(by_tag["issuemail"]):
        yield NO_MAIL_CERTIFICATES(subject, name=name)


PROBE = Probe(
    "caa",
    gather,
    judge,
    kinds=(
        NOT_A_DOMAIN,
        MISSING,
        MALFORMED,
        CRITICAL_UNKNOWN,
        UNKNOWN_TAG,
        BAD_IODEF,
        NOBODY,
        NO_ISSUE,
        NO_MAIL_CERTIFICATES,
        SOUND,
    ),
    seconds=15.0,
)
