"""SPF (RFC 7208): does the domain say who may send for it, and does it say so readably?"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from bot.formats.errors import FormatError
from bot.formats.spf import MechanismKind, Qualifier, SpfRecord, is_spf, parse_spf
from bot.model.finding import Kind, Severity
from bot.model.trouble import Gap, Trouble
from bot.network.answer import Answer, MxRecord, Status
from bot.network.clean import clean
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.probes.plan import is_null_mx
from bot.probes.probe import Look, Probe, Statement, attempt

NOT_A_DOMAIN = Kind("spf.not-a-domain", Severity.NOTICE)
MISSING = Kind("spf.missing", Severity.WARNING, reference="RFC 7208 section 3")
MISSING_PARKED = Kind("spf.missing-parked", Severity.WARNING, reference="RFC 7208 section 10.1.2")
SEVERAL = Kind("spf.several", Severity.ERROR, frozenset({"count"}), "RFC 7208 section 4.5")
MERGED = Kind("spf.merged", Severity.NOTICE, frozenset({"record"}), "RFC 7208 section 3.2")
BAD_VERSION = Kind("spf.bad-version", Severity.ERROR, frozenset({"record"}), "RFC 7208 section 4.5")
# What and where: each fault that the grammar knows is a kind of its own.
SYNTAX = {
    reason: Kind(
        f"spf.syntax-{reason}", Severity.ERROR, frozenset({"part", "at"}), f"RFC 7208 section {at}"
    )
    for reason, at in (
        ("bad-character", "4.6"),
        ("unknown-mechanism", "4.6.1"),
        ("missing-argument", "12"),
        ("unexpected-argument", "12"),
        ("bad-domain", "7.1"),
        ("bad-macro", "7.1"),
        ("bad-ip4", "5.6"),
        ("bad-ip6", "5.6"),
        ("bad-prefix-length", "5.6"),
        ("repeated-modifier", "6"),
    )
}
EVERYBODY = Kind(
    "spf.everybody", Severity.ERROR, frozenset({"part", "proposal"}), "RFC 7208 section 5.1"
)
NEUTRAL = Kind("spf.neutral", Severity.WARNING, frozenset({"proposal"}), "RFC 7208 section 8.2")
NO_END = Kind("spf.no-end", Severity.WARNING, frozenset({"proposal"}), "RFC 7208 section 4.7")
NOBODY = Kind("spf.nobody", Severity.OK, reference="RFC 7208 section 10.1.2")
SOUND = Kind("spf.sound", Severity.OK, frozenset({"record"}), "RFC 7208")

_LONGEST_SHOWN = 500
_LONGEST_PROPOSAL = 2000


@dataclass(frozen=True, slots=True)
class SpfFacts:
    """The TXT records that are, or were meant to be, SPF."""

    look: Look
    exists: bool = True
    records: tuple[str, ...] = ()
    near: tuple[str, ...] = ()  # begin like one, and are none
    is_parked: bool = False  # the domain takes no mail, so it hardly sends any


async def gather(network: Network, look: Look) -> SpfFacts:
    """The TXT records, and beside them whether the domain takes mail at all."""
    if look.is_address:
        return SpfFacts(look)
    texts, mx = await asyncio.gather(network.dns.txt(look.name), attempt(network.dns.mx(look.name)))
    if texts.status is Status.NO_NAME and not texts.aliases:
        return SpfFacts(look, exists=False)
    found = [record.text for record in texts.records]
    return SpfFacts(
        look,
        records=tuple(text for text in found if is_spf(text)),
        near=tuple(text for text in found if _is_near(text)),
        is_parked=_takes_no_mail(mx),
    )


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
        yield Gap(subject, Trouble.NO_ADDRESS)
        return
    match facts.records:
        case ():
            yield from _missing(facts)
        case (text,):
            yield from _one(subject, text)
        case several:
            # Receivers must answer permerror, as though there were no SPF at all.
            yield SEVERAL(subject, count=len(several))
            merged = _merge(several)
            if merged:
                yield MERGED(subject, record=merged)


def _missing(facts: SpfFacts) -> Iterator[Statement]:
    subject = facts.look.shown
    if facts.near:
        yield BAD_VERSION(subject, record=clean(facts.near[0], _LONGEST_SHOWN))
    elif facts.is_parked:
        yield MISSING_PARKED(subject)
    else:
        yield MISSING(subject)


def _one(subject: str, text: str) -> Iterator[Statement]:
    try:
        record = parse_spf(text)
    except FormatError as error:
        yield SYNTAX[error.reason](subject, part=clean(error.text, 100), at=error.at + 1)
        return
    end = record.all
    if end is None:
        if record.redirect is None:
            yield NO_END(subject, proposal=_short(f"{text.rstrip()} ~all"))
        else:
            yield SOUND(subject, record=clean(text, _LONGEST_SHOWN))
        return
    match end.qualifier or Qualifier.PASS:
        case Qualifier.PASS:
            yield EVERYBODY(subject, part=clean(end.text, 20), proposal=_with_end(record, "~all"))
        case Qualifier.NEUTRAL:
            yield NEUTRAL(subject, proposal=_with_end(record, "~all"))
        case _ if record.mechanisms == (end,) and end.qualifier is Qualifier.FAIL:
            yield NOBODY(subject)
        case _:
            yield SOUND(subject, record=clean(text, _LONGEST_SHOWN))


def _with_end(record: SpfRecord, end: str) -> str:
    terms = [end if term is record.all else term.text for term in record.terms]
    return _short(" ".join(("v=spf1", *terms)))


def _short(record: str) -> str:
    return clean(record, _LONGEST_PROPOSAL)


def _merge(texts: tuple[str, ...]) -> str | None:
    """One record with the terms of all, where they can be read and do not contradict."""
    try:
        records = [parse_spf(text) for text in texts]
    except FormatError:
        return None
    if any(record.redirect or record.exp for record in records):
        return None
    terms = dict.fromkeys(
        mechanism.text
        for record in records
        for mechanism in record.mechanisms
        if mechanism.kind is not MechanismKind.ALL
    )
    ends = {record.all.qualifier for record in records if record.all}
    return _short(" ".join(("v=spf1", *terms, "-all" if ends == {Qualifier.FAIL} else "~all")))


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
        *SYNTAX.values(),
        EVERYBODY,
        NEUTRAL,
        NO_END,
        NOBODY,
        SOUND,
    ),
    seconds=15.0,
)
