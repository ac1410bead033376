"""SPF (RFC 7208): does the domain say who may send for it, and does it say so readably?"""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from bot.formats.errors import FormatError
from bot.formats.spf import (
    Mechanism,
    MechanismKind,
    Modifier,
    Qualifier,
    SpfRecord,
    is_spf,
    parse_spf,
)
from bot.model.finding import Finding, Kind, Severity
from bot.model.trouble import Gap, Trouble
from bot.network.answer import Answer, MxRecord, Status, TxtRecord
from bot.network.clean import clean
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.probes import spf_result, spf_tree
from bot.probes.plan import is_null_mx
from bot.probes.probe import Look, Probe, Statement, attempt, join
from bot.probes.spf_check_host import check_host
from bot.probes.spf_survey import Survey, survey
from bot.probes.spf_trail import SpfResult

NOT_A_DOMAIN = Kind("spf.not-a-domain", Severity.NOTICE)
MISSING = Kind("spf.missing", Severity.WARNING, frozenset({"proposal"}), "RFC 7208 section 3")
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
AFTER_ALL = Kind(
    "spf.after-all", Severity.WARNING, frozenset({"terms", "proposal"}), "RFC 7208 section 5.1"
)
REDIRECT_IGNORED = Kind(
    "spf.redirect-ignored",
    Severity.WARNING,
    frozenset({"name", "part", "proposal"}),
    "RFC 7208 section 6.1",
)
GLUED = Kind("spf.glued", Severity.ERROR, frozenset({"part", "proposal"}), "RFC 7208 section 3.3")
LONG = Kind("spf.long", Severity.WARNING, frozenset({"count"}), "RFC 7208 section 3.4")

_LONGEST_SHOWN = 500
_LARGEST = 512  # octets of a DNS answer over plain UDP
# What a term begins with: two that meet without a blank were meant to be two.
_TERM_START = re.compile(
    r"[-+~?]?(?:(?:include|ip4|ip6|exists|a|mx|ptr):|(?:redirect|exp)=|all\Z)", re.I
)
_LONGEST_PROPOSAL = 2000


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
    survey: Survey | None = None  # of the one record: everything that it leads to
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
    return SpfFacts(
        look,
        records=tuple(record.text for record in found),
        near=tuple(record.text for record in texts.records if _is_near(record.text)),
        is_parked=_takes_no_mail(mx),
        mx=mx,
        strings=_strings(found[0]) if is_one else (),
        survey=seen if is_one else None,
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
        yield Gap(subject, Trouble.NO_ADDRESS)
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
    if glued := _glued(facts.strings):
        # Whatever else is wrong with it comes from this.
        yield GLUED(subject, part=clean(glued, 100), proposal=_spaced(facts.strings))
        return
    try:
        record = parse_spf(text)
    except FormatError as error:
        yield SYNTAX[error.reason](subject, part=clean(error.text, 100), at=error.at + 1)
        return
    deep = list(spf_tree.judge_tree(subject, facts.survey)) if facts.survey else []
    is_broken = any(isinstance(one, Finding) and one.severity is Severity.ERROR for one in deep)
    for finding in _own(subject, text, record):
        if finding.code != SOUND.code or not is_broken:
            yield finding
    yield from deep


def _glued(strings: tuple[str, ...]) -> str | None:
    """Where two strings meet in the middle of a term: they are joined without a blank."""
    for first, second in pairwise(strings):
        # After a sign or a colon the cut goes through one term, which is harmless.
        is_cut = first[-1:] not in ("", *" :=-+~?")
        if is_cut and _TERM_START.match(second.partition(" ")[0]):
            return first.rpartition(" ")[2] + second.partition(" ")[0]
    return None


def _spaced(strings: tuple[str, ...]) -> str:
    text = strings[0]
    for second in strings[1:]:
        is_term = text[-1:] not in tuple(":=-+~?") and _TERM_START.match(second.partition(" ")[0])
        text += (" " if is_term else "") + second
    return clean(re.sub(" +", " ", text), 2000)


def _own(subject: str, text: str, record: SpfRecord) -> Iterator[Finding]:
    yield from _end(subject, text, record)
    if record.all is not None:
        yield from _behind(subject, record, record.all)
    if len(text) > _LARGEST:
        yield LONG(subject, count=len(text))


def _behind(subject: str, record: SpfRecord, end: Mechanism) -> Iterator[Finding]:
    """What nobody reads because `all` has decided before."""
    late = [term for term in record.mechanisms if term.at > end.at and term.kind is not end.kind]
    if late:
        kept = [term.text for term in record.terms if term not in late and term is not end]
        moved = [clean(term.text, 100) for term in late]
        proposal = " ".join(("v=spf1", *_before(record, kept, moved), end.text))
        yield AFTER_ALL(subject, terms=join(moved), proposal=clean(proposal, _LONGEST_SHOWN))
    redirect = next((term for term in record.modifiers if term.name == "redirect"), None)
    if redirect is not None:
        kept = [term.text for term in record.terms if term is not redirect]
        yield REDIRECT_IGNORED(
            subject,
            name=clean(redirect.value.text, 100),
            part=end.text,
            proposal=clean(" ".join(("v=spf1", *kept)), _LONGEST_SHOWN),
        )


def _before(record: SpfRecord, kept: list[str], moved: list[str]) -> list[str]:
    """The kept mechanisms, then the moved ones, then the modifiers."""
    modifiers = [term.text for term in record.terms if isinstance(term, Modifier)]
    others = [text for text in kept if text not in modifiers]
    return [*others, *moved, *modifiers]


def _end(subject: str, text: str, record: SpfRecord) -> Iterator[Finding]:
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
        AFTER_ALL,
        REDIRECT_IGNORED,
        GLUED,
        LONG,
        *spf_tree.KINDS,
        *spf_result.KINDS,
    ),
    seconds=15.0,
)
