"""A domain's own DMARC record judged by its letters (RFC 9989 section 4.7)."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.formats.dmarc import (
    BadTag,
    DmarcRecord,
    Policy,
    rewrite,
)
from bot.formats.suffix import is_public_suffix
from bot.model.finding import Finding, Kind, Severity
from bot.network.clean import clean
from bot.probes.dmarc_reports import UNAUTHORIZED, Addressee, judge_reports
from bot.probes.dmarc_walk import Level, organization
from bot.probes.names import shown
from bot.probes.probe import Look, Statement, join

NONE_PARKED = Kind(
    "dmarc.none-parked", Severity.WARNING, frozenset({"proposal"}), "RFC 9989 section 4.7"
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
_ENFORCED = frozenset({"record", "organization"})
QUARANTINE = Kind("dmarc.quarantine", Severity.OK, _ENFORCED, "RFC 9989 section 4.7")
REJECT = Kind("dmarc.reject", Severity.OK, _ENFORCED, "RFC 9989 section 4.7")
NEXT_REJECT = Kind(
    "dmarc.next-reject", Severity.NOTICE, frozenset({"proposal"}), "RFC 9989 section 5.1.6"
)
TESTING = Kind(
    "dmarc.testing",
    Severity.WARNING,
    frozenset({"policy", "applied", "proposal"}),
    "RFC 9989 section 4.7",
)
MISSING_NAMES_OPEN = Kind(
    "dmarc.missing-names-open",
    Severity.WARNING,
    frozenset({"proposal"}),
    "RFC 9989 section 4.7",
)
NO_SUFFIX = Kind(
    "dmarc.no-suffix", Severity.WARNING, frozenset({"proposal"}), "RFC 9989 section 4.7"
)
STRICT = Kind("dmarc.strict", Severity.NOTICE, frozenset({"tags"}), "RFC 9989 section 4.4")
UNKNOWN_TAG = Kind(
    "dmarc.unknown-tag", Severity.NOTICE, frozenset({"tag", "proposal"}), "RFC 9989 section 4.7"
)
SUBDOMAINS_OPEN = Kind(
    "dmarc.subdomains-open", Severity.WARNING, frozenset({"proposal"}), "RFC 9989 section 4.7"
)
NO_REPORTS = Kind(
    "dmarc.no-reports", Severity.NOTICE, frozenset({"proposal"}), "RFC 9989 section 4.7"
)
PERCENT = Kind(
    "dmarc.percent", Severity.NOTICE, frozenset({"value", "proposal"}), "RFC 9989 appendix A.6"
)
KINDS = (
    NONE_PARKED,
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
    NEXT_REJECT,
    MISSING_NAMES_OPEN,
    NO_SUFFIX,
    STRICT,
    UNKNOWN_TAG,
    UNAUTHORIZED,
)

LONGEST_SHOWN = 500
_LONGEST_PROPOSAL = 2000  # cut short it would be no record


@dataclass(frozen=True, slots=True)
class DmarcFacts:
    """The walk from the domain up to its top-level domain, longest name first."""

    look: Look
    exists: bool
    levels: tuple[Level, ...]
    itself: tuple[str, ...] = ()  # TXT records of the domain, where DMARC does not belong
    addressees: tuple[Addressee, ...] = ()  # foreign domains that reports are to go to
    is_mailless: bool = False


def judge_record(facts: DmarcFacts, record: DmarcRecord) -> Iterator[Statement]:
    """The record of the domain itself, from its faults to what is worth knowing."""
    subject, domain = facts.look.shown, facts.look.name
    yield from _bad_tags(subject, record)
    if record.p is None and not any(tag.name == "p" for tag in record.bad):
        yield NO_POLICY(subject, proposal=_with_policy(record.text))
    elif record.has_valid_policies:
        yield from _strength(facts, record)
    if record.psd == "y" and not is_public_suffix(domain):
        yield NO_SUFFIX(subject, proposal=proposed(record.text, psd=None))
    yield from judge_reports(subject, domain, record, facts.levels, facts.addressees)
    has_rua = record.rua or any(tag.name == "rua" for tag in record.bad)
    if not has_rua and not facts.is_mailless:  # it has no mailbox for them
        yield NO_REPORTS(subject, proposal=proposed(record.text, rua=f"mailto:dmarc@{domain}"))
    yield from _remarks(subject, record)


def _remarks(subject: str, record: DmarcRecord) -> Iterator[Finding]:
    """What is worth knowing of a record that works."""
    if record.removed.get("pct", "100") != "100":
        value = clean(record.removed["pct"], 10)
        yield PERCENT(subject, value=value or "–", proposal=proposed(record.text, pct=None))
    if tags := [tag for tag in ("adkim", "aspf") if getattr(record, tag) == "s"]:
        yield STRICT(subject, tags=join(f"{tag}=s" for tag in tags))
    for name in record.others:
        yield UNKNOWN_TAG(
            subject, tag=clean(name, 30), proposal=proposed(record.text, **{name: None})
        )


def _bad_tags(subject: str, record: DmarcRecord) -> Iterator[Finding]:
    for tag in (*record.bad, *_not_mail(record)):
        name, value = clean(tag.name, 30) or "–", clean(tag.value, 100) or "–"
        if tag.is_repeated:
            yield REPEATED_TAG(subject, tag=name)
        elif tag.name in ("p", "sp", "np"):
            change = {tag.name: Policy.QUARANTINE.value}
            proposal = proposed(record.text, **change)
            yield BAD_POLICY(subject, tag=name, value=value, proposal=proposal)
        elif tag.name in ("rua", "ruf"):
            yield BAD_ADDRESS(subject, tag=name, value=value)
        else:
            part = f"{tag.name}={tag.value}" if tag.value else tag.name
            yield BAD_TAG(subject, part=clean(part, 100) or "–")


def _not_mail(record: DmarcRecord) -> Iterator[BadTag]:
    """Addresses of a kind that no reports can go to: mailto alone (RFC 9990)."""
    for name, uris in (("rua", record.rua), ("ruf", record.ruf)):
        for uri in uris or ():
            if not uri.lower().startswith("mailto:"):
                yield BadTag(name, uri, 0)


def _strength(facts: DmarcFacts, record: DmarcRecord) -> Iterator[Finding]:
    subject, domain = facts.look.shown, facts.look.name
    if facts.is_mailless and record.p is Policy.NONE:
        yield NONE_PARKED(subject, proposal=proposed(record.text, p=Policy.REJECT.value, sp=None))
        return
    if record.p is None or record.p is Policy.NONE:
        changes = {"p": Policy.QUARANTINE.value}
        if not record.rua:
            changes["rua"] = f"mailto:dmarc@{domain}"
        yield NONE(subject, proposal=proposed(record.text, **changes))
        return
    kind = REJECT if record.p is Policy.REJECT else QUARANTINE
    found = organization(facts.levels)
    owner = shown(found) if isinstance(found, str) else subject
    yield kind(subject, record=clean(record.text, LONGEST_SHOWN), organization=owner)
    if record.t == "y":
        applied = record.applied(record.p)
        proposal = proposed(record.text, t=None)
        yield TESTING(subject, policy=record.p.value, applied=applied.value, proposal=proposal)
    if record.for_subdomains() is Policy.NONE:
        yield SUBDOMAINS_OPEN(subject, proposal=proposed(record.text, sp=None))
    elif record.for_missing_names() is Policy.NONE:
        yield MISSING_NAMES_OPEN(subject, proposal=proposed(record.text, np=None))
    if record.p is Policy.QUARANTINE and record.t != "y":
        yield NEXT_REJECT(subject, proposal=proposed(record.text, p=Policy.REJECT.value))


def proposed(text: str, **changes: str | None) -> str:
    """The record with these changes, as a proposal shows it."""
    return clean(rewrite(text, **changes), _LONGEST_PROPOSAL)


def _with_policy(text: str) -> str:
    """The record with `p` right after the version, where older receivers want it."""
    version, _, rest = proposed(text).partition("; ")
    return "; ".join(filter(None, (version, f"p={Policy.QUARANTINE.value}", rest)))
