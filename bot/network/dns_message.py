"""DNS messages (RFC 1035) made and read: bytes out, bytes in, no sockets.

The AD bit is set in the question, which asks for the verdict of a validating resolver without the
signatures themselves (RFC 6840 section 5.7): answers stay small enough not to be cut.
"""

import secrets
import struct
from dataclasses import dataclass
from enum import IntEnum

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rdtypes.ANY.CNAME
import dns.rdtypes.ANY.SOA

from bot.network.answer import Status

PAYLOAD = 1232  # the size that passes everywhere uncut (DNS flag day 2020)
_LONGEST_CHAIN = 16
_HEADER = struct.Struct("!HHHHHH")
_RESPONSE = 0x8000
_TRUNCATED = 0x0200
# An OPT record without options: root, type 41, payload, no extended code, version 0 (RFC 6891).
_OPT = struct.pack("!BHHIH", 0, 41, PAYLOAD, 0, 0)
# Extended DNS errors that mean "validation failed" (RFC 8914 section 4, and the registry's later
# "signature expired before valid").
_VALIDATION_FAILED = frozenset({6, 7, 8, 9, 10, 11, 12, 25})


class MalformedError(Exception):
    """What came is no DNS message, or not an answer to this question."""


class Verdict(IntEnum):
    """What a reply amounts to, besides an answer."""

    ANSWER = 0
    SERVFAIL = 1
    BOGUS = 2
    REFUSED = 3
    NO_EDNS = 4  # the server does not know EDNS: ask again without


@dataclass(frozen=True, slots=True)
class Question:
    """A name and a type, ready for the wire."""

    name: dns.name.Name
    rdtype: dns.rdatatype.RdataType

    @classmethod
    def about(cls, name: str, rdtype: str) -> "Question | None":
        """The question, always absolute; None for what cannot be a name in DNS."""
        if not name.isascii():
            return None
        try:
            labels = dns.name.from_text(name.rstrip(".") + "." if name.strip(".") else ".")
            return cls(labels, dns.rdatatype.from_text(rdtype))
        except dns.exception.DNSException:
            return None

    def to_wire(self, number: int, *, edns: bool = True, validate: bool = True) -> bytes:
        """The message; `validate` False asks for the data whatever DNSSEC says (CD)."""
        flags = dns.flags.RD | dns.flags.AD | (0 if validate else dns.flags.CD)
        header = _HEADER.pack(number, flags, 1, 0, 0, 1 if edns else 0)
        return header + self._section() + (_OPT if edns else b"")

    def is_echoed_in(self, wire: bytes) -> bool:
        """Whether the reply repeats this question; an error may leave it out."""
        if wire[4:6] == b"\0\0":
            return bool(wire[3] & 0x0F)
        asked = self._section()
        return wire[_HEADER.size : _HEADER.size + len(asked)].lower() == asked.lower()

    def _section(self) -> bytes:
        name = b"".join(bytes((len(label),)) + label for label in self.name.labels)
        return name + struct.pack("!HH", self.rdtype, dns.rdataclass.IN)

    def __str__(self) -> str:
        return f"{to_text(self.name)} {dns.rdatatype.to_text(self.rdtype)}"


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


def to_text(name: dns.name.Name) -> str:
    """A name as the house spells it: lower case, no final dot; the root is ""."""
    return name.to_text(omit_final_dot=True).lower() if name != dns.name.root else ""


def random_id() -> int:
    """A message id that cannot be guessed (RFC 5452 section 4.3)."""
    return secrets.randbelow(65536)


def id_of(wire: bytes) -> int | None:
    """The id of a reply; None when it is none."""
    if len(wire) < _HEADER.size:
        return None
    number, flags = struct.unpack_from("!HH", wire)
    return number if flags & _RESPONSE else None


def is_cut(wire: bytes) -> bool:
    """Whether the reply was cut to fit UDP, and must be asked for again by TCP."""
    return bool(struct.unpack_from("!H", wire, 2)[0] & _TRUNCATED)


def read_reply(wire: bytes, question: Question) -> Reply:
    """Read a reply to `question`; MalformedError for anything else."""
    try:
        message = dns.message.from_wire(wire, ignore_trailing=True, keyring=False)
    # Readers of single types raise what they like on damaged data.
    except (dns.exception.DNSException, ValueError, LookupError, struct.error) as error:
        raise MalformedError(str(error) or type(error).__name__) from error
    _check_question(message, question)
    try:
        return _judge(message, question)
    except dns.exception.DNSException as error:
        raise MalformedError(str(error) or type(error).__name__) from error


def _check_question(message: dns.message.Message, question: Question) -> None:
    if not message.question and message.rcode() != dns.rcode.NOERROR:
        return  # some servers leave it out of an error
    if len(message.question) != 1:
        raise MalformedError("not one question")
    asked = message.question[0]
    if (
        asked.name != question.name
        or asked.rdtype != question.rdtype
        or asked.rdclass != dns.rdataclass.IN
    ):
        raise MalformedError("another question")


def _judge(message: dns.message.Message, question: Question) -> Reply:
    code = message.rcode()
    if code in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        return _answer(message, question, code == dns.rcode.NXDOMAIN)
    detail = dns.rcode.to_text(code) + "".join(
        f", EDE {int(option.code)}"
        for option in message.options
        if isinstance(option, dns.edns.EDEOption)
    )
    if code == dns.rcode.REFUSED:
        return Reply(Verdict.REFUSED, detail=detail)
    if code in (dns.rcode.FORMERR, dns.rcode.NOTIMP, dns.rcode.BADVERS) and message.edns < 0:
        return Reply(Verdict.NO_EDNS, detail=detail)
    if any(
        isinstance(option, dns.edns.EDEOption) and int(option.code) in _VALIDATION_FAILED
        for option in message.options
    ):
        return Reply(Verdict.BOGUS, detail=detail)
    return Reply(Verdict.SERVFAIL, detail=detail)


def _answer(message: dns.message.Message, question: Question, no_name: bool) -> Reply:
    aliases, records, ttl = _follow(message, question)
    if records:
        status = Status.FOUND
    else:
        status = Status.NO_NAME if no_name else Status.NO_DATA
        ttl = min(ttl, _negative_ttl(message))
    return Reply(
        Verdict.ANSWER,
        status,
        records,
        aliases,
        ttl,
        bool(message.flags & dns.flags.AD),
    )


def _follow(
    message: dns.message.Message, question: Question
) -> tuple[tuple[str, ...], tuple[dns.rdata.Rdata, ...], int]:
    """Walk the CNAME chain inside the answer section; a loop ends it."""
    sets = {
        (rrset.name, rrset.rdtype): rrset
        for rrset in message.answer
        if rrset.rdclass == dns.rdataclass.IN
    }
    name, aliases, ttl = question.name, list[str](), 2**31 - 1
    seen = {name}
    while True:
        found = sets.get((name, question.rdtype))
        if found is not None:
            return tuple(aliases), tuple(found), min(ttl, found.ttl)
        alias = sets.get((name, dns.rdatatype.CNAME))
        if alias is None:
            return tuple(aliases), (), ttl
        target = alias[0]
        if not isinstance(target, dns.rdtypes.ANY.CNAME.CNAME):
            raise MalformedError("an alias without a name")
        name = target.target
        if name in seen or len(aliases) >= _LONGEST_CHAIN:
            return tuple(aliases), (), min(ttl, alias.ttl)
        seen.add(name)
        aliases.append(to_text(name))
        ttl = min(ttl, alias.ttl)


def _negative_ttl(message: dns.message.Message) -> int:
    """How long "no" may be kept: RFC 2308 section 5; without an SOA not at all."""
    for rrset in message.authority:
        if rrset.rdtype == dns.rdatatype.SOA:
            record = rrset[0]
            if isinstance(record, dns.rdtypes.ANY.SOA.SOA):
                return min(rrset.ttl, record.minimum)
    return 0
