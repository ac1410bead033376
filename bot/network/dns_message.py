"""What a DNS message (RFC 1035) answers to a question: bytes in, no sockets.

The AD bit is set in the question, which asks for the verdict of a validating resolver without the
signatures themselves (RFC 6840 section 5.7): answers stay small enough not to be cut.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum

import dns.exception
import dns.flags
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rdtypes.ANY.CNAME
import dns.rdtypes.nsbase

from bot.network.answer import Status
from bot.network.dns_parts import Entry, MalformedError, Message
from bot.network.question import Question, to_text

_LONGEST_CHAIN = 16
_FOR_EVER = 2**31 - 1
_LEAST_SOA = 22  # bytes of its data
# Extended DNS errors that mean "validation failed" (RFC 8914 section 4, and the registry's later
# "signature expired before valid").
_VALIDATION_FAILED = frozenset({6, 7, 8, 9, 10, 11, 12, 25})


class Verdict(IntEnum):
    """What a reply amounts to, besides an answer."""

    ANSWER = 0
    SERVFAIL = 1
    BOGUS = 2
    REFUSED = 3
    NO_EDNS = 4  # the server does not know EDNS: ask again without


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply, read. Records are only those that answer the question, after its aliases."""

    verdict: Verdict
    status: Status = Status.NO_DATA
    records: tuple[dns.rdata.Rdata, ...] = ()
    aliases: tuple[str, ...] = ()
    ttl: int = 0
    authenticated: bool = False
    detail: str = ""
    way: tuple[str, ...] = ()  # how it came, where that took more than one datagram each way


def read_reply(wire: bytes, question: Question) -> Reply:
    """Read a reply to `question`; MalformedError for anything else."""
    try:
        return _judge(Message(wire, question), question)
    except (dns.exception.DNSException, struct.error, IndexError) as error:
        raise MalformedError(str(error) or type(error).__name__) from error


@dataclass(frozen=True, slots=True)
class Referral:
    """Where a parent's server sends for a zone (RFC 1034 section 4.3.2 step 3b)."""

    servers: tuple[str, ...]
    glue: frozenset[str]  # those of them whose addresses came along


def read_referral(wire: bytes, question: Question) -> Referral | None:
    """The delegation in a reply whose records are those of the zone above; None for none."""
    try:
        message = Message(wire, question)
        if message.flags & dns.flags.AA or message.answer:
            return None
        found = [
            message.data(entry)
            for entry in message.authority
            if entry.rdtype == dns.rdatatype.NS and message.name(entry) == question.name
        ]
        addresses = (dns.rdatatype.A, dns.rdatatype.AAAA)
        with_address = [entry for entry in message.additional if entry.rdtype in addresses]
        glue = {to_text(message.name(entry)) for entry in with_address}
    except (dns.exception.DNSException, struct.error, IndexError) as error:
        raise MalformedError(str(error) or type(error).__name__) from error
    # NS has the one name that all records of its shape have.
    names = [each.target for each in found if isinstance(each, dns.rdtypes.nsbase.NSBase)]
    return Referral(tuple(sorted(map(to_text, names))), frozenset(glue)) if names else None


def _judge(message: Message, question: Question) -> Reply:
    code = message.rcode
    if code in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        return _answer(message, question, code == dns.rcode.NXDOMAIN)
    errors = message.extended_errors()
    words = [dns.rcode.to_text(dns.rcode.Rcode.make(code)), *(f"EDE {error}" for error in errors)]
    detail = ", ".join(words)
    if code == dns.rcode.REFUSED:
        return Reply(Verdict.REFUSED, detail=detail)
    if code == dns.rcode.BADVERS or (
        code in (dns.rcode.FORMERR, dns.rcode.NOTIMP) and message.opt is None
    ):
        return Reply(Verdict.NO_EDNS, detail=detail)
    if _VALIDATION_FAILED.intersection(errors):
        return Reply(Verdict.BOGUS, detail=detail)
    return Reply(Verdict.SERVFAIL, detail=detail)


def _answer(message: Message, question: Question, no_name: bool) -> Reply:
    aliases, entries, ttl = _follow(message, question)
    status = Status.FOUND
    if not entries:
        status = Status.NO_NAME if no_name else Status.NO_DATA
        ttl = min(ttl, _negative_ttl(message))
    return Reply(
        Verdict.ANSWER,
        status,
        _ordered([message.data(entry) for entry in entries]),
        aliases,
        ttl,
        bool(message.flags & dns.flags.AD),
    )


def _ordered(records: list[dns.rdata.Rdata]) -> tuple[dns.rdata.Rdata, ...]:
    """Each once, in canonical order (RFC 4034 section 6.3): servers shuffle, reports should not."""
    if len(records) < 2:
        return tuple(records)
    return tuple(sorted(set(records), key=lambda record: record.to_digestable()))


def _follow(message: Message, question: Question) -> tuple[tuple[str, ...], list[Entry], int]:
    """Walk the CNAME chain inside the answer section; a loop ends it."""
    if all(map(message.is_of_question, message.answer)):
        return (), message.answer, min((entry.ttl for entry in message.answer), default=_FOR_EVER)
    sets: dict[tuple[dns.name.Name, int], list[Entry]] = {}
    for entry in message.answer:
        if entry.rdclass == dns.rdataclass.IN:
            sets.setdefault((message.name(entry), entry.rdtype), []).append(entry)
    name, aliases, ttl = question.name, list[str](), _FOR_EVER
    seen = {name}
    while True:
        found = sets.get((name, question.rdtype))
        if found is not None:
            return tuple(aliases), found, min(ttl, *(entry.ttl for entry in found))
        alias = sets.get((name, dns.rdatatype.CNAME))
        if alias is None:
            return tuple(aliases), [], ttl
        target = message.data(alias[0])
        if not isinstance(target, dns.rdtypes.ANY.CNAME.CNAME):
            raise MalformedError("an alias without a name")
        name, ttl = target.target, min(ttl, alias[0].ttl)
        if name in seen or len(aliases) >= _LONGEST_CHAIN:
            return tuple(aliases), [], ttl
        seen.add(name)
        aliases.append(to_text(name))


def _negative_ttl(message: Message) -> int:
    """How long "no" may be kept: RFC 2308 section 5; without an SOA not at all."""
    for entry in message.authority:
        # Two names, a byte each at least, and five numbers, of which the last is wanted.
        if entry.rdtype == dns.rdatatype.SOA and entry.length >= _LEAST_SOA:
            at = entry.start + entry.length - 4
            return min(entry.ttl, int(struct.unpack_from("!I", message.wire, at)[0]))
    return 0
