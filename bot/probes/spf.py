"""SPF (RFC 7208): does the domain say who may send for it, and does it say so readably?"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from bot.formats.errors import FormatError
from bot.formats.spf import is_spf, parse_spf
from bot.model.finding import Finding, Kind, Severity
from bot.model.trouble import Gap, Trouble
from bot.network.answer import Answer, MxRecord, Status, TxtRecord
from bot.network.clean import clean
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.probes import spf_record, spf_result, spf_tree
from bot.probes.plan import is_null_mx
from bot.probes.probe import Look, Probe, Statement, attempt
from bot.probes.spf_branches import Survey
from bot.probes.spf_check_host import check_host
from bot.probes.spf_mended import mend, merge
from bot.probes.spf_questions import LOOKUP_MAX
from bot.probes.spf_record import (
    GLUED,
    LONGEST_SHOWN,
    SOUND,
    SYNTAX,
    as_typed,
    find_glued,
    judge_terms,
    with_blanks,
)
from bot.probes.spf_survey import survey
from bot.probes.spf_trail import SpfResult

NOT_A_DOMAIN = Kind("spf.not-a-domain", Severity.NOTICE)
MISSING = Kind("spf.missing", Severity.WARNING, frozenset({"proposal"}), "RFC 7208 section 3")
MISSING_PARKED = Kind("spf.missing-parked", Severity.WARNING, reference="RFC 7208 section 10.1.2")
SEVERAL = Kind("spf.several", Severity.ERROR, frozenset({"count"}), "RFC 7208 section 4.5")
MERGED = Kind("spf.merged", Severity.NOTICE, frozenset({"record"}), "RFC 7208 section 3.2")
BAD_VERSION = Kind("spf.bad-version", Severity.ERROR, frozenset({"record"}), "RFC 7208 section 4.5")
MENDED = Kind("spf.mended", Severity.NOTICE, frozenset({"record"}), "RFC 7208 section 4.5")


@dataclass(frozen=True, slots=True)
class SpfFacts:
    """The TXT records that are, or were meant to be, SPF."""

    look: Look
    exists: bool = True
    records: tuple[str, ...] = ()
    near: tuple[str, ...] = ()  # begin like one, and are none
    is_parked: bool = False  # the domain takes no mail, so it hardly sends any
    mx: Answer[MxRecord] | NetworkError | None = None
    strings: tuple[str, ...] = ()  # of the one record: its character strings
    merged: str = ""  # of several records: the one that could stand in their place
    survey: Survey | None = None  # of the one record, or the merged: everything that it leads to
    result: SpfResult | None = None  # of the address that a person asked about


async def gather(network: Network, look: Look) -> SpfFacts:
    """The TXT records, and beside them whether the domain takes mail at all."""
    if look.is_address:
        return SpfFacts(look)
    if look.client:
        return SpfFacts(look, result=await check_host(network.dns, look.client, look.name))
    texts, mx, seen = await asyncio.gather(
        attempt(network.dns.txt(look.name)),
        attempt(network.dns.mx(look.name)),
        survey(network.dns, look.name),
    )
    if isinstance(texts, NetworkError):
        raise texts
    if texts.status is Status.NO_NAME and not texts.aliases:
        return SpfFacts(look, exists=False)
    found = [record for record in texts.records if is_spf(record.text)]
    is_one = len(found) == 1
    merged = merge(tuple(record.text for record in found)) if len(found) > 1 else None
    if merged:
        seen = await survey(network.dns, look.name, merged)
    return SpfFacts(
        look,
        records=tuple(record.text for record in found),
        near=tuple(record.text for record in texts.records if _is_near(record.text)),
        is_parked=_takes_no_mail(mx),
        mx=mx,
        strings=_strings(found[0]) if is_one else (),
        merged=merged or "",
        survey=seen if is_one or merged else None,
    )


def _strings(record: TxtRecord) -> tuple[str, ...]:
    return tuple(string.decode("latin-1") for string in record.strings)


def _is_near(text: str) -> bool:
    start = text.strip(" \t\"'").lower().replace(" ", "")
    return not is_spf(text) and start.startswith(("v=spf", "spf1"))


def _takes_no_mail(mx: Answer[MxRecord] | NetworkError) -> bool:
    return isinstance(mx, Answer) and is_null_mx(mx)


def judge(facts: SpfFacts) -> Iterator[Statement]:
    """From the records to what receivers make of them."""
    subject = facts.look.shown
    if facts.look.is_address:
        yield NOT_A_DOMAIN(subject)
        return
    if not facts.exists:
        yield Gap(subject, Trouble.NO_NAME)
        return
    if facts.result is not None:
        yield from spf_result.judge_result(subject, facts.look.client, facts.result)
        return
    match facts.records:
        case ():
            yield from _missing(facts)
        case (text,):
            yield from _whole(facts, text)
        case several:
            # Receivers must answer permerror, as though there were no SPF at all.
            yield SEVERAL(subject, count=len(several))
            yield from _merged(subject, facts)


def _merged(subject: str, facts: SpfFacts) -> Iterator[Finding]:
    """The one record, if it works: where it costs too much, written as networks."""
    seen = facts.survey
    if not facts.merged or seen is None or seen.problems:
        return
    if seen.lookups <= LOOKUP_MAX:
        yield MERGED(subject, record=facts.merged)
    else:
        yield from spf_tree.flattened(subject, seen)


def _missing(facts: SpfFacts) -> Iterator[Statement]:
    subject = facts.look.shown
    if facts.near:
        yield BAD_VERSION(subject, record=clean(facts.near[0], LONGEST_SHOWN))
        if mended := mend(facts.near[0]):
            yield MENDED(subject, record=mended)
    elif facts.is_parked:
        yield MISSING_PARKED(subject)
    else:
        yield MISSING(subject, proposal=f"v=spf1 {_senders(facts)} ~all")


def _senders(facts: SpfFacts) -> str:
    """Who most likely sends: the provider that takes the mail, else the servers that do."""
    if not isinstance(facts.mx, Answer):
        return "mx"
    if not facts.mx.records:
        return "a"
    known = facts.look.reference.providers
    found = [known.of_mx(record.exchange) for record in facts.mx.records]
    # A pattern with a star stands for many names, of which nobody knows the right one.
    names = [next((name for name in each.spf if "*" not in name), "") for each in found if each]
    return " ".join(f"include:{name}" for name in dict.fromkeys(filter(None, names))) or "mx"


def _whole(facts: SpfFacts, text: str) -> Iterator[Statement]:
    """The one record: its own letters first, then all that it leads to."""
    subject = facts.look.shown
    if glued := find_glued(facts.strings):
        # Whatever else is wrong with it comes from this.
        yield GLUED(subject, part=clean(glued, 100), proposal=with_blanks(facts.strings))
        return
    try:
        record = parse_spf(text)
    except FormatError as error:
        part = error.text
        if error.reason == "bad-character":
            part = as_typed(text, error.at)
        yield SYNTAX[error.reason](subject, part=clean(part, 100), at=error.at + 1)
        return
    deep = list(spf_tree.judge_tree(subject, facts.survey)) if facts.survey else []
    is_broken = any(isinstance(one, Finding) and one.severity is Severity.ERROR for one in deep)
    for finding in judge_terms(subject, text, record):
        if finding.code != SOUND.code or not is_broken:
            yield finding
    yield from deep


PROBE = Probe(
    "spf",
    gather,
    judge,
    kinds=(
        NOT_A_DOMAIN,
        MISSING,
        MISSING_PARKED,
        SEVERAL,
        MERGED,
        BAD_VERSION,
        MENDED,
        *spf_record.KINDS,
        *spf_tree.KINDS,
        *spf_result.KINDS,
    ),
    seconds=15.0,
)
