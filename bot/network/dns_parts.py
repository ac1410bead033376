"""A DNS message taken apart (RFC 1035 section 4), as far as somebody asks: no opinion, no sockets.

Names and data are read when they are wanted: what nobody needs is never read.
"""

import struct
from typing import NamedTuple

import dns.exception
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype

from bot.network.question import Question

_HEADER = struct.Struct("!HHHHHH")
_RECORD = struct.Struct("!HHIH")
_EDE = 15
_POINTER = 0xC0
_LONGEST_LABEL = 63
_RESPONSE = 0x8000
_TRUNCATED = 0x0200


class MalformedError(Exception):
    """What came is no DNS message, or not an answer to this question."""


class Entry(NamedTuple):
    """Where a record stands."""

    name_at: int
    rdtype: int
    rdclass: int
    ttl: int
    start: int
    length: int


class Message:
    """The parts of a reply to `question`; MalformedError where it is one to another."""

    __slots__ = (
        *("_names", "_repeats_it", "additional", "answer", "authority", "flags", "opt"),
        *("question", "wire"),
    )

    def __init__(self, wire: bytes, question: Question) -> None:
        _, flags, questions, answers, authorities, additionals = _HEADER.unpack_from(wire)
        self.flags: int = flags
        self.wire = wire
        self.question = question
        self._names: dict[int, dns.name.Name] = {}
        self._repeats_it = bool(questions)
        at = _HEADER.size
        if questions:
            if questions > 1 or not question.is_at(wire, at):
                raise MalformedError("another question")
            at += question.length
        self.answer, at = _section(wire, at, answers)
        self.authority, at = _section(wire, at, authorities)
        self.additional, at = _section(wire, at, additionals)
        self.opt: Entry | None = None
        for entry in self.additional:
            if entry.rdtype == dns.rdatatype.OPT:
                self.opt = entry
                break
        if not questions and not self.rcode:
            raise MalformedError("no question")  # only an error may leave it out

    @property
    def rcode(self) -> int:
        """The code with its upper part (RFC 6891 section 6.1.3)."""
        extended = self.opt.ttl >> 24 << 4 if self.opt else 0
        return extended | self.flags & 0x0F

    def name(self, entry: Entry) -> dns.name.Name:
        """Whose record it is; nearly always a pointer to the question (RFC 1035 section 4.1.4)."""
        at = self._name_at(entry)
        if at not in self._names:
            if at == _HEADER.size and self._repeats_it:
                self._names[at] = self.question.name
            else:
                self._names[at], _ = dns.name.from_wire(self.wire, at)
        return self._names[at]

    def is_of_question(self, entry: Entry) -> bool:
        """Whether the record answers the question itself, seen from its place alone."""
        return (
            self._repeats_it
            and entry.rdtype == self.question.rdtype
            and entry.rdclass == dns.rdataclass.IN
            and self._name_at(entry) == _HEADER.size
        )

    def data(self, entry: Entry) -> dns.rdata.Rdata:
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

    def _name_at(self, entry: Entry) -> int:
        at = entry.name_at
        if self.wire[at] >= _POINTER:
            at = (self.wire[at] & 0x3F) << 8 | self.wire[at + 1]
            if at >= entry.name_at:
                raise MalformedError("a name that points forward")
        return at


def id_of(wire: bytes) -> int | None:
    """The id of a reply; None when it is none."""
    if len(wire) < _HEADER.size:
        return None
    number, flags = struct.unpack_from("!HH", wire)
    return number if flags & _RESPONSE else None


def is_cut(wire: bytes) -> bool:
    """Whether the reply was cut to fit UDP, and must be asked for again by TCP."""
    return bool(struct.unpack_from("!H", wire, 2)[0] & _TRUNCATED)


def _skip_name(wire: bytes, at: int) -> int:
    """Where the name that stands at `at` ends."""
    while length := wire[at]:
        if length >= _POINTER:
            return at + 2
        if length > _LONGEST_LABEL:
            raise MalformedError("a label of an unknown kind")
        at += length + 1
    return at + 1


def _section(wire: bytes, at: int, count: int) -> tuple[list[Entry], int]:
    entries: list[Entry] = []
    for _ in range(count):
        name_at, at = at, _skip_name(wire, at)
        rdtype, rdclass, ttl, length = _RECORD.unpack_from(wire, at)
        at += _RECORD.size
        if at + length > len(wire):
            raise MalformedError("a record cut off")
        if ttl >= 1 << 31 and rdtype != dns.rdatatype.OPT:
            ttl = 0  # RFC 2181 section 8
        entries.append(Entry(name_at, rdtype, rdclass, ttl, at, length))
        at += length
    return entries, at
