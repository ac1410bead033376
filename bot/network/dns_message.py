"""DNS messages (RFC 1035) made and read: bytes out, bytes in, no sockets.

The AD bit is set in the question, which asks for the verdict of a validating resolver without the
signatures themselves (RFC 6840 section 5.7): answers stay small enough not to be cut.
"""

import secrets
import struct
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache

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

PAYLOAD = 1232  # the size that passes everywhere uncut (DNS flag day 2020)
_LONGEST_CHAIN = 16
_HEADER = struct.Struct("!HHHHHH")
_RECORD = struct.Struct("!HHIH")
_EDE = 15
_POINTER = 0xC0
_LONGEST_LABEL = 63
_LEAST_SOA = 22  # bytes of its data
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
    _section: bytes = field(init=False, compare=False, repr=False)
    _hash: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        # Every look into the cache hashes a question, and a name hashes letter by letter.
        name = b"".join(bytes((len(label),)) + label for label in self.name.labels)
        section = name + struct.pack("!HH", self.rdtype, dns.rdataclass.IN)
        object.__setattr__(self, "_section", section)
        object.__setattr__(self, "_hash", hash((self.name, self.rdtype)))

    def __hash__(self) -> int:
        return self._hash

    @staticmethod
    @lru_cache(maxsize=4096)
    def about(name: str, rdtype: str) -> "Question | None":
        """The question, always absolute; None for what cannot be a name in DNS."""
        if not name.isascii():
            return None
        try:
            labels = dns.name.from_text(name, dns.name.root)
            return Question(labels, dns.rdatatype.from_text(rdtype))
        except dns.exception.DNSException:
            return None

    def to_wire(self, number: int, *, edns: bool = True, validate: bool = True) -> bytes:
        """The message; `validate` False asks for the data whatever DNSSEC says (CD)."""
        flags = dns.flags.RD | dns.flags.AD | (0 if validate else dns.flags.CD)
        header = _HEADER.pack(number, flags, 1, 0, 0, 1 if edns else 0)
        return header + self._section + (_OPT if edns else b"")

    def is_echoed_in(self, wire: bytes) -> bool:
        """Whether the reply repeats this question; an error may leave it out."""
        if wire[4:6] == b"\0\0":
            return bool(wire[3] & 0x0F)
        return self.is_at(wire, _HEADER.size)

    @property
    def length(self) -> int:
        """Bytes of it in a message."""
        return len(self._section)

    def is_at(self, wire: bytes, at: int) -> bool:
        """Whether it stands there, in whatever case."""
        found = wire[at : at + len(self._section)]
        return found == self._section or found.lower() == self._section.lower()

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
        return _judge(_open(wire, question), question)
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
        message = _open(wire, question)
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


@dataclass(frozen=True, slots=True)
class _Entry:
    """A record whose name and data are not read yet: what nobody needs is never read."""

    name_at: int
    rdtype: int
    rdclass: int
    ttl: int
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class _Message:
    wire: bytes
    flags: int
    questions: tuple[tuple[dns.name.Name, int, int], ...]
    answer: tuple[_Entry, ...]
    authority: tuple[_Entry, ...]
    additional: tuple[_Entry, ...]
    opt: _Entry | None
    names: dict[int, dns.name.Name]  # those read so far, by where they stand

    def name(self, entry: _Entry) -> dns.name.Name:
        """Whose record it is; nearly always a pointer to the question (RFC 1035 section 4.1.4)."""
        at = entry.name_at
        if self.wire[at] >= _POINTER:
            at = struct.unpack_from("!H", self.wire, at)[0] & 0x3FFF
            if at >= entry.name_at:
                raise MalformedError("a name that points forward")
        if at not in self.names:
            self.names[at], _ = dns.name.from_wire(self.wire, at)
        return self.names[at]

    @property
    def rcode(self) -> int:
        extended = self.opt.ttl >> 24 << 4 if self.opt else 0
        return extended | self.flags & 0x0F

    def data(self, entry: _Entry) -> dns.rdata.Rdata:
        """The record's data; what breaks the rules of its type stays raw, and is not lost."""
        rdclass = dns.rdataclass.RdataClass.make(entry.rdclass)
        rdtype = dns.rdatatype.RdataType.make(entry.rdtype)
        try:
            return dns.rdata.from_wire(rdclass, rdtype, self.wire, entry.start, entry.length)
        # Readers of single types raise what they like on damaged data.
        except (dns.exception.DNSException, ValueError, LookupError, struct.error):
            raw = self.wire[entry.start : entry.start + entry.length]
            return dns.rdata.GenericRdata(rdclass, rdtype, raw)

    def extended_errors(self) -> list[int]:
        """The info codes of the extended DNS errors (RFC 8914 section 2)."""
        codes: list[int] = []
        if self.opt is None:
            return codes
        at, end = self.opt.start, self.opt.start + self.opt.length
        while at + 4 <= end:
            option, length = struct.unpack_from("!HH", self.wire, at)
            if option == _EDE and length >= 2:
                codes.append(struct.unpack_from("!H", self.wire, at + 4)[0])
            at += 4 + length
        return codes


def _open(wire: bytes, question: Question) -> _Message:
    _, flags, questions, answers, authorities, additionals = _HEADER.unpack_from(wire)
    at = _HEADER.size
    asked = []
    names = dict[int, dns.name.Name]()
    for _ in range(questions):
        if question.is_at(wire, at):
            name, end = question.name, at + question.length - 4
        else:
            name, used = dns.name.from_wire(wire, at)
            end = at + used
        names[at] = name
        asked.append((name, *struct.unpack_from("!HH", wire, end)))
        at = end + 4
    answer, at = _section(wire, at, answers)
    authority, at = _section(wire, at, authorities)
    additional, at = _section(wire, at, additionals)
    opt = next((entry for entry in additional if entry.rdtype == dns.rdatatype.OPT), None)
    return _Message(wire, flags, tuple(asked), answer, authority, additional, opt, names)


def _skip_name(wire: bytes, at: int) -> int:
    """Where the name that stands at `at` ends."""
    while length := wire[at]:
        if length >= _POINTER:
            return at + 2
        if length > _LONGEST_LABEL:
            raise MalformedError("a label of an unknown kind")
        at += length + 1
    return at + 1


def _section(wire: bytes, at: int, count: int) -> tuple[tuple[_Entry, ...], int]:
    entries = []
    for _ in range(count):
        name_at, at = at, _skip_name(wire, at)
        rdtype, rdclass, ttl, length = _RECORD.unpack_from(wire, at)
        at += _RECORD.size
        if at + length > len(wire):
            raise MalformedError("a record cut off")
        if ttl >= 1 << 31 and rdtype != dns.rdatatype.OPT:
            ttl = 0  # RFC 2181 section 8
        entries.append(_Entry(name_at, rdtype, rdclass, ttl, at, length))
        at += length
    return tuple(entries), at


def _judge(message: _Message, question: Question) -> Reply:
    code = message.rcode
    expected = (question.name, question.rdtype, dns.rdataclass.IN)
    # Some servers leave the question out of an error.
    if message.questions != (expected,) and (message.questions or code == dns.rcode.NOERROR):
        raise MalformedError("another question")
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


def _answer(message: _Message, question: Question, no_name: bool) -> Reply:
    aliases, entries, ttl = _follow(message, question)
    status = Status.FOUND
    if not entries:
        status = Status.NO_NAME if no_name else Status.NO_DATA
        ttl = min(ttl, _negative_ttl(message))
    return Reply(
        Verdict.ANSWER,
        status,
        _ordered({message.data(entry) for entry in entries}),
        aliases,
        ttl,
        bool(message.flags & dns.flags.AD),
    )


def _ordered(records: set[dns.rdata.Rdata]) -> tuple[dns.rdata.Rdata, ...]:
    """In canonical order (RFC 4034 section 6.3): servers shuffle, reports should not."""
    return tuple(sorted(records, key=lambda record: record.to_digestable()))


def _follow(message: _Message, question: Question) -> tuple[tuple[str, ...], list[_Entry], int]:
    """Walk the CNAME chain inside the answer section; a loop ends it."""
    sets: dict[tuple[dns.name.Name, int], list[_Entry]] = {}
    for entry in message.answer:
        if entry.rdclass == dns.rdataclass.IN:
            sets.setdefault((message.name(entry), entry.rdtype), []).append(entry)
    name, aliases, ttl = question.name, list[str](), 2**31 - 1
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


def _negative_ttl(message: _Message) -> int:
    """How long "no" may be kept: RFC 2308 section 5; without an SOA not at all."""
    for entry in message.authority:
        # Two names, a byte each at least, and five numbers, of which the last is wanted.
        if entry.rdtype == dns.rdatatype.SOA and entry.length >= _LEAST_SOA:
            at = entry.start + entry.length - 4
            return min(entry.ttl, int(struct.unpack_from("!I", message.wire, at)[0]))
    return 0
