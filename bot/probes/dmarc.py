"""DMARC (RFC 9989): what is asked for mail that only pretends to come from the domain?"""

import asyncio
from collections.abc import Iterator

from bot.formats.dmarc import (
    DmarcRecord,
    Policy,
    is_dmarc,
    parse_dmarc,
    resembles_dmarc,
)
from bot.model.finding import Finding, Kind, Severity
from bot.model.trouble import Gap, Trouble
from bot.network.answer import Answer, Status
from bot.network.clean import clean
from bot.network.network import Network
from bot.probes.dmarc_record import KINDS, LONGEST_SHOWN, DmarcFacts, judge_record, proposed
from bot.probes.dmarc_reports import ask
from bot.probes.dmarc_walk import Level, climb, inherited, texts
from bot.probes.names import shown
from bot.probes.plan import is_mailless
from bot.probes.probe import Look, Probe, Statement, attempt, gap

NOT_A_DOMAIN = Kind("dmarc.not-a-domain", Severity.NOTICE)
# Without a policy anybody can put the domain into From:, whatever SPF says of the envelope.
MISSING = Kind("dmarc.missing", Severity.ERROR, frozenset({"domain"}), "RFC 9989 section 4.10.1")
# Where no mail of the domain's own can suffer, nothing has to be watched first.
MISSING_PARKED = Kind(
    "dmarc.missing-parked", Severity.ERROR, frozenset({"domain"}), "RFC 9989 section 4.10.1"
)
WRONG_PLACE = Kind(
    "dmarc.wrong-place", Severity.ERROR, frozenset({"domain", "record"}), "RFC 9989 section 4.5"
)
BAD_VERSION = Kind(
    "dmarc.bad-version", Severity.ERROR, frozenset({"domain", "record"}), "RFC 9989 section 4.7"
)
MENDED = Kind("dmarc.mended", Severity.NOTICE, frozenset({"record"}), "RFC 9989 section 4.7")
SEVERAL = Kind(
    "dmarc.several", Severity.ERROR, frozenset({"domain", "count"}), "RFC 9989 section 4.10"
)
INHERITED_TESTING = Kind(
    "dmarc.inherited-testing",
    Severity.WARNING,
    frozenset({"parent", "policy", "applied"}),
    "RFC 9989 section 4.7",
)
INHERITED = Kind(
    "dmarc.inherited", Severity.OK, frozenset({"parent", "policy"}), "RFC 9989 section 4.10.1"
)
INHERITED_NONE = Kind(
    "dmarc.inherited-none",
    Severity.WARNING,
    frozenset({"parent", "domain"}),
    "RFC 9989 section 4.10.1",
)


async def gather(network: Network, look: Look) -> DmarcFacts:
    """The whole walk in one round trip, and in a second one the agreement of foreign addressees."""
    if look.is_address:
        return DmarcFacts(look, True, (Level(look.name),))
    itself, levels, has_no_mail = await asyncio.gather(
        attempt(network.dns.txt(look.name)),
        climb(network, look.name),
        is_mailless(network, look.name),
    )
    is_gone = isinstance(itself, Answer) and itself.status is Status.NO_NAME and not itself.aliases
    own = levels[0].records
    addressees = await ask(network, look.name, parse_dmarc(own[0])) if len(own) == 1 else ()
    return DmarcFacts(look, not is_gone, levels, texts(itself), addressees, has_no_mail)


def judge(facts: DmarcFacts) -> Iterator[Statement]:
    """From the records to what receivers do with forged mail."""
    subject, own = facts.look.shown, facts.levels[0]
    if facts.look.is_address:
        yield NOT_A_DOMAIN(subject)
    elif own.error:
        yield gap(f"_dmarc.{subject}", own.error)
    elif not facts.exists:
        yield Gap(subject, Trouble.NO_NAME)
    elif len(own.records) > 1:
        yield SEVERAL(subject, domain=own.name, count=len(own.records))
    elif own.records:
        yield from judge_record(facts, parse_dmarc(own.records[0]))
    else:
        yield from _without_own(facts)


def _without_own(facts: DmarcFacts) -> Iterator[Statement]:
    """No record at the domain itself: that of its organization, or of its suffix, may apply."""
    subject, domain = facts.look.shown, facts.look.name
    near = next((text for text in facts.levels[0].texts if resembles_dmarc(text)), "")
    if near:
        yield BAD_VERSION(subject, domain=domain, record=clean(near, LONGEST_SHOWN))
        if mended := _mended(near):
            yield MENDED(subject, record=mended)
        return
    source = inherited(facts.levels)
    if isinstance(source, Gap):
        # A policy above must not be stated past a level that could not be read.
        yield source
    elif source is not None:
        yield _inherited(subject, domain, shown(source.name), parse_dmarc(source.records[0]))
    elif misplaced := next((text for text in facts.itself if is_dmarc(text)), ""):
        yield WRONG_PLACE(subject, domain=domain, record=clean(misplaced, LONGEST_SHOWN))
    else:
        yield (MISSING_PARKED if facts.is_mailless else MISSING)(subject, domain=domain)


def _mended(near: str) -> str | None:
    """What was meant, where only the version is wrong and a policy follows it."""
    _, _, rest = near.strip(" \t\"'\\").partition(";")
    record = parse_dmarc(f"v=DMARC1;{rest}")
    return proposed(record.text) if record.p is not None and not record.bad else None


def _inherited(subject: str, domain: str, parent: str, record: DmarcRecord) -> Finding:
    policy = record.for_subdomains() or Policy.NONE
    applied = record.applied(policy)
    if policy is Policy.NONE:
        return INHERITED_NONE(subject, parent=parent, domain=domain)
    if applied is not policy:
        return INHERITED_TESTING(subject, parent=parent, policy=policy.value, applied=applied.value)
    return INHERITED(subject, parent=parent, policy=policy.value)


PROBE = Probe(
    "dmarc",
    gather,
    judge,
    kinds=(
        NOT_A_DOMAIN,
        MISSING,
        MISSING_PARKED,
        WRONG_PLACE,
        BAD_VERSION,
        MENDED,
        SEVERAL,
        INHERITED,
        INHERITED_NONE,
        INHERITED_TESTING,
        *KINDS,
    ),
    seconds=15.0,
)
