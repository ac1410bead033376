"""BIMI: may a logo stand beside the domain's mail? The picture itself is never fetched."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.formats.bimi import BimiRecord, is_bimi, parse_bimi
from bot.formats.dmarc import Policy, parse_dmarc
from bot.formats.errors import FormatError
from bot.formats.suffix import organizational_domain
from bot.model.finding import Finding, Kind, Severity
from bot.model.trouble import Gap
from bot.network.answer import Answer, Status, TxtRecord
from bot.network.clean import clean
from bot.network.network import Network
from bot.probes.dmarc_walk import Level, climb, inherited, organization
from bot.probes.names import shown
from bot.probes.one_record import LONGEST_SHOWN, Rules, judge_one
from bot.probes.probe import Look, Probe, Statement, attempt, gap, is_there, no_domain

# By the titles of its sections: their numbers change from draft to draft.
_DRAFT = "draft-brand-indicators-for-message-identification"
_RECORD = f"{_DRAFT}, Assertion Record Definition"
_DISCOVERY = f"{_DRAFT}, Assertion Record Discovery"
_REQUIREMENTS = f"{_DRAFT}, Authentication Requirements"


def _remark(what: str, *params: str) -> Kind:
    """A logo is an ornament: what is wrong with it takes nothing from anybody's mail."""
    return Kind(f"bimi.{what}", Severity.NOTICE, frozenset(params), _RECORD)


NOT_A_DOMAIN = Kind("bimi.not-a-domain", Severity.NOTICE)
MISSING = Kind("bimi.missing", Severity.OK, reference=_DISCOVERY)
DECLINED = Kind("bimi.declined", Severity.OK, reference=_RECORD)
SEVERAL = _remark("several", "domain", "count")
BAD_VERSION = _remark("bad-version", "domain", "record")
NO_LOCATION = _remark("no-location", "record")
BAD_ADDRESS = _remark("bad-address", "address")
BAD_PART = _remark("bad-part", "part", "record")
NO_AUTHORITY = _remark("no-authority", "location")
NOT_ENFORCED = Kind("bimi.not-enforced", Severity.NOTICE, reference=_REQUIREMENTS)
SOUND = Kind("bimi.sound", Severity.OK, frozenset({"location", "authority"}), _RECORD)

_NEARLY = re.compile(r"\s*v\s*=\s*BIMI", re.IGNORECASE)
_RULES = Rules(is_bimi, _NEARLY, SEVERAL, BAD_VERSION)


@dataclass(frozen=True, slots=True)
class BimiFacts:
    """The records at default._bimi, and the DMARC policy that receivers ask for first."""

    look: Look
    answer: Answer[TxtRecord]
    levels: tuple[Level, ...]  # of DMARC's tree walk, the domain's own first
    exists: bool = True
    owner: str = ""  # the organizational domain, where its record counts and not the domain's own


async def gather(network: Network, look: Look) -> BimiFacts:
    """The record beside what the `dmarc` probe asks anyway."""
    if look.is_address:
        return BimiFacts(look, Answer(look.name, Status.NO_DATA), ())
    answer, levels, mx = await asyncio.gather(
        network.dns.txt(f"default._bimi.{look.name}"),
        climb(network, look.name),
        attempt(network.dns.mx(look.name)),
    )
    exists = is_there(mx)
    found = organization(levels)
    owner = found if isinstance(found, str) else organizational_domain(look.name)
    if owner == look.name or _has_record(answer):
        return BimiFacts(look, answer, levels, exists)
    above = await network.dns.txt(f"default._bimi.{owner}")
    return BimiFacts(look, above, levels, exists, owner)


def _has_record(answer: Answer[TxtRecord]) -> bool:
    return any(is_bimi(text.text) or _NEARLY.match(text.text) for text in answer.records)


def judge(facts: BimiFacts) -> Iterator[Statement]:
    """From the record to whether receivers may show the logo."""
    subject, domain = facts.look.shown, facts.look.name
    if nothing := no_domain(facts.look, NOT_A_DOMAIN, exists=facts.exists):
        yield nothing
        return
    yield from judge_one(
        _RULES,
        subject,
        facts.owner or domain,
        facts.answer.records,
        lambda text: _record(facts, text),
        lambda: MISSING(subject),
    )


def _record(facts: BimiFacts, text: str) -> Iterator[Statement]:
    subject = facts.look.shown
    try:
        record = parse_bimi(text)
    except FormatError as error:
        yield _broken(subject, text, error)
        return
    if record.is_declined:
        yield DECLINED(subject)
        return
    if not record.location:
        # An authority alone: its certificate holds the picture, but few receivers read it so.
        yield NO_LOCATION(subject, record=clean(text, LONGEST_SHOWN))
    enforced = _is_enforced(facts.levels)
    if isinstance(enforced, Gap):
        yield enforced
    elif not enforced:
        yield NOT_ENFORCED(subject)
    yield from _shown(subject, record, is_enforced=enforced is True)


def _shown(subject: str, record: BimiRecord, *, is_enforced: bool) -> Iterator[Finding]:
    location = clean(record.location, LONGEST_SHOWN)
    if record.location and not record.authority:
        yield NO_AUTHORITY(subject, location=location)
    elif record.location and is_enforced:
        authority = clean(record.authority or "", LONGEST_SHOWN)
        yield SOUND(subject, location=location, authority=authority)


def _broken(subject: str, text: str, error: FormatError) -> Finding:
    part, record = clean(error.text, LONGEST_SHOWN) or "–", clean(text, LONGEST_SHOWN)
    match error.reason:
        case "missing-location":
            return NO_LOCATION(subject, record=record)
        case "bad-uri" | "not-https":
            return BAD_ADDRESS(subject, address=part)
    return BAD_PART(subject, part=part, record=record)


def _is_enforced(levels: tuple[Level, ...]) -> bool | Gap:
    """Quarantine or reject for the domain and for its organization, also for subdomains."""
    own = levels[0]
    if own.error is not None:
        return gap(f"_dmarc.{shown(own.name)}", own.error)
    if len(own.records) > 1:
        return False
    owner = organization(levels)
    top = next((level for level in levels if level.name == owner and level.records), None)
    if own.records:
        return all(_is_strong(level) for level in (own, top or own))
    above = inherited(levels)
    if isinstance(above, Gap):
        return above
    return above is not None and all(_is_strong(level) for level in (above, top or above))


def _is_strong(level: Level) -> bool:
    """Whether no part of the mail is let off."""
    record = parse_dmarc(level.records[0])
    is_whole = record.removed.get("pct", "100") == "100" and record.t != "y"
    return is_whole and not {record.effective, record.for_subdomains()} & {None, Policy.NONE}


PROBE = Probe(
    "bimi",
    gather,
    judge,
    kinds=(
        NOT_A_DOMAIN,
        MISSING,
        DECLINED,
        SEVERAL,
        BAD_VERSION,
        NO_LOCATION,
        BAD_ADDRESS,
        BAD_PART,
        NO_AUTHORITY,
        NOT_ENFORCED,
        SOUND,
    ),
    seconds=15.0,
)
