"""DMARC (RFC 9989): what is asked for mail that only pretends to come from the domain?"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.formats.dmarc import (
    DmarcRecord,
    Policy,
    is_dmarc,
    parse_dmarc,
    resembles_dmarc,
    rewrite,
)
from bot.model.finding import Finding, Kind, Severity
from bot.model.trouble import Gap, Trouble
from bot.network.answer import Answer, Status, TxtRecord
from bot.network.clean import clean
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.probes.names import shown
from bot.probes.probe import Look, Probe, Statement, attempt, gap

NOT_A_DOMAIN = Kind("dmarc.not-a-domain", Severity.NOTICE)
# Without a policy anybody can put the domain into From:, whatever SPF says of the envelope.
MISSING = Kind("dmarc.missing", Severity.ERROR, frozenset({"domain"}), "RFC 9989 section 4.10.1")
WRONG_PLACE = Kind(
    "dmarc.wrong-place", Severity.ERROR, frozenset({"domain", "record"}), "RFC 9989 section 4.5"
)
BAD_VERSION = Kind(
    "dmarc.bad-version", Severity.ERROR, frozenset({"domain", "record"}), "RFC 9989 section 4.7"
)
SEVERAL = Kind(
    "dmarc.several", Severity.ERROR, frozenset({"domain", "count"}), "RFC 9989 section 4.10"
)
NO_POLICY = Kind(
    "dmarc.no-policy", Severity.ERROR, frozenset({"proposal"}), "RFC 9989 section 4.10.1"
)
BAD_POLICY = Kind(
    "dmarc.bad-policy",
    Severity.ERROR,
    frozenset({"tag", "value", "proposal"}),
    "RFC 9989 section 4.10.1",
)
REPEATED_TAG = Kind(
    "dmarc.repeated-tag", Severity.ERROR, frozenset({"tag"}), "RFC 6376 section 3.2"
)
BAD_TAG = Kind("dmarc.bad-tag", Severity.WARNING, frozenset({"part"}), "RFC 9989 section 4.8")
BAD_ADDRESS = Kind(
    "dmarc.bad-address", Severity.WARNING, frozenset({"tag", "value"}), "RFC 9989 section 4.8"
)
NONE = Kind("dmarc.none", Severity.WARNING, frozenset({"proposal"}), "RFC 9989 section 4.7")
QUARANTINE = Kind("dmarc.quarantine", Severity.OK, frozenset({"record"}), "RFC 9989 section 4.7")
REJECT = Kind("dmarc.reject", Severity.OK, frozenset({"record"}), "RFC 9989 section 4.7")
TESTING = Kind(
    "dmarc.testing", Severity.WARNING, frozenset({"policy", "proposal"}), "RFC 9989 section 4.7"
)
SUBDOMAINS_OPEN = Kind(
    "dmarc.subdomains-open", Severity.WARNING, frozenset({"proposal"}), "RFC 9989 section 4.7"
)
NO_REPORTS = Kind(
    "dmarc.no-reports", Severity.NOTICE, frozenset({"proposal"}), "RFC 9989 section 4.7"
)
PERCENT = Kind("dmarc.percent", Severity.NOTICE, frozenset({"value", "proposal"}), "RFC 9989")
INHERITED = Kind(
    "dmarc.inherited", Severity.OK, frozenset({"parent", "policy"}), "RFC 9989 section 4.10.1"
)
INHERITED_NONE = Kind(
    "dmarc.inherited-none",
    Severity.WARNING,
    frozenset({"parent", "domain"}),
    "RFC 9989 section 4.10.1",
)

_LONGEST_SHOWN = 500
_MOST_LABELS = 7  # of a parent that is asked (RFC 9989 section 4.10)


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


@dataclass(frozen=True, slots=True)
class DmarcFacts:
    """The walk from the domain up to its top-level domain, longest name first."""

    look: Look
    exists: bool
    levels: tuple[Level, ...]
    itself: tuple[str, ...] = ()  # TXT records of the domain, where DMARC does not belong


def walk(name: str) -> Iterator[str]:
    """The names of the tree walk: at most eight, the last one a single label."""
    labels = name.split(".")
    yield name
    for count in range(min(len(labels) - 1, _MOST_LABELS), 0, -1):
        yield ".".join(labels[-count:])


async def gather(network: Network, look: Look) -> DmarcFacts:
    """All levels at once: they cost one round trip, and no more questions than receivers ask."""
    if look.is_address:
        return DmarcFacts(look, True, (Level(look.name),))
    names = tuple(walk(look.name))
    itself, *answers = await asyncio.gather(
        attempt(network.dns.txt(look.name)),
        *(attempt(network.dns.txt(f"_dmarc.{name}")) for name in names),
    )
    exists = not isinstance(itself, Answer) or itself.status is not Status.NO_NAME
    return DmarcFacts(
        look,
        exists or bool(isinstance(itself, Answer) and itself.aliases),
        tuple(_level(name, answer) for name, answer in zip(names, answers, strict=True)),
        _texts(itself),
    )


def _level(name: str, answer: Answer[TxtRecord] | NetworkError) -> Level:
    return Level(name, _texts(answer), answer if isinstance(answer, NetworkError) else None)


def _texts(answer: Answer[TxtRecord] | NetworkError) -> tuple[str, ...]:
    return tuple(record.text for record in answer.records) if isinstance(answer, Answer) else ()


def judge(facts: DmarcFacts) -> Iterator[Statement]:
    """From the records to what receivers do with forged mail."""
    subject, own = facts.look.shown, facts.levels[0]
    if facts.look.is_address:
        yield NOT_A_DOMAIN(subject)
    elif own.error:
        yield gap(f"_dmarc.{subject}", own.error)
    elif not facts.exists:
        yield Gap(subject, Trouble.NO_ADDRESS)
    elif len(own.records) > 1:
        yield SEVERAL(subject, domain=own.name, count=len(own.records))
    elif own.records:
        yield from _own(facts, parse_dmarc(own.records[0]))
    else:
        yield from _without_own(facts)


def _without_own(facts: DmarcFacts) -> Iterator[Statement]:
    """No record at the domain itself: that of its organization, or of its suffix, may apply."""
    subject, domain = facts.look.shown, facts.look.name
    near = next((text for text in facts.levels[0].texts if resembles_dmarc(text)), "")
    if near:
        yield BAD_VERSION(subject, domain=domain, record=clean(near, _LONGEST_SHOWN))
        return
    source = inherited(facts.levels)
    if isinstance(source, Gap):
        # A policy above must not be stated past a level that could not be read.
        yield source
    elif source is not None:
        record = parse_dmarc(source.records[0])
        policy = record.for_subdomains() or Policy.NONE
        if policy is Policy.NONE:
            yield INHERITED_NONE(subject, parent=shown(source.name), domain=domain)
        else:
            yield INHERITED(subject, parent=shown(source.name), policy=policy.value)
    elif misplaced := next((text for text in facts.itself if is_dmarc(text)), ""):
        yield WRONG_PLACE(subject, domain=domain, record=clean(misplaced, _LONGEST_SHOWN))
    else:
        yield MISSING(subject, domain=domain)


def inherited(levels: Sequence[Level]) -> Level | Gap | None:
    """The parent whose record applies (RFC 9989 sections 4.10.1 and 4.10.2)."""
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


def _own(facts: DmarcFacts, record: DmarcRecord) -> Iterator[Statement]:
    subject, domain = facts.look.shown, facts.look.name
    yield from _bad_tags(subject, record)
    if record.p is None and not any(tag.name == "p" for tag in record.bad):
        yield NO_POLICY(subject, proposal=_with_policy(record.text))
    elif record.has_valid_policies:
        yield from _strength(subject, record, domain)
    if not record.rua and not any(tag.name == "rua" for tag in record.bad):
        yield NO_REPORTS(subject, proposal=_proposal(record.text, rua=f"mailto:dmarc@{domain}"))
    if record.removed.get("pct", "100") != "100":
        value = clean(record.removed["pct"], 10)
        yield PERCENT(subject, value=value or "–", proposal=_proposal(record.text, pct=None))


def _bad_tags(subject: str, record: DmarcRecord) -> Iterator[Finding]:
    for tag in record.bad:
        name, value = clean(tag.name, 30) or "–", clean(tag.value, 100) or "–"
        if tag.is_repeated:
            yield REPEATED_TAG(subject, tag=name)
        elif tag.name in ("p", "sp", "np"):
            change = {tag.name: Policy.QUARANTINE.value}
            proposal = _proposal(record.text, **change)
            yield BAD_POLICY(subject, tag=name, value=value, proposal=proposal)
        elif tag.name in ("rua", "ruf"):
            yield BAD_ADDRESS(subject, tag=name, value=value)
        else:
            part = f"{tag.name}={tag.value}" if tag.value else tag.name
            yield BAD_TAG(subject, part=clean(part, 100) or "–")


def _strength(subject: str, record: DmarcRecord, domain: str) -> Iterator[Finding]:
    if record.p is None or record.p is Policy.NONE:
        changes = {"p": Policy.QUARANTINE.value}
        if not record.rua:
            changes["rua"] = f"mailto:dmarc@{domain}"
        yield NONE(subject, proposal=_proposal(record.text, **changes))
        return
    kind = REJECT if record.p is Policy.REJECT else QUARANTINE
    yield kind(subject, record=clean(record.text, _LONGEST_SHOWN))
    if record.t == "y":
        yield TESTING(subject, policy=record.p.value, proposal=_proposal(record.text, t=None))
    if record.for_subdomains() is Policy.NONE:
        yield SUBDOMAINS_OPEN(subject, proposal=_proposal(record.text, sp=None))


def _proposal(text: str, **changes: str | None) -> str:
    return clean(rewrite(text, **changes), _LONGEST_SHOWN)


def _with_policy(text: str) -> str:
    """The record with `p` right after the version, where older receivers want it."""
    version, _, rest = _proposal(text).partition("; ")
    return "; ".join(filter(None, (version, f"p={Policy.QUARANTINE.value}", rest)))


PROBE = Probe(
    "dmarc",
    gather,
    judge,
    kinds=(
        NOT_A_DOMAIN,
        MISSING,
        WRONG_PLACE,
        BAD_VERSION,
        SEVERAL,
        NO_POLICY,
        BAD_POLICY,
        REPEATED_TAG,
        BAD_TAG,
        BAD_ADDRESS,
        NONE,
        QUARANTINE,
        REJECT,
        TESTING,
        SUBDOMAINS_OPEN,
        NO_REPORTS,
        PERCENT,
        INHERITED,
        INHERITED_NONE,
    ),
    seconds=15.0,
)
