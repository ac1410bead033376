"""A question for DNS (RFC 1035 section 4.1.2): a name and a type, ready for the wire."""

import os
import re
import struct
from collections.abc import Iterator
from functools import lru_cache

import dns.exception
import dns.flags
import dns.name
import dns.rdataclass
import dns.rdatatype

PAYLOAD = 1232  # the size that passes everywhere uncut (DNS flag day 2020)
_HEADER = struct.Struct("!HHHHHH")
# An OPT record without options: root, type 41, payload, no extended code, version 0 (RFC 6891).
_OPT = struct.pack("!BHHIH", 0, 41, PAYLOAD, 0, 0)
_LONGEST_NAME = 253
# Names that are spelt without a backslash, which is nearly every one.
_PLAIN = re.compile(r"(?:[A-Za-z0-9_*-]{1,63}\.)*[A-Za-z0-9_*-]{1,63}\.?", re.ASCII)
_type = lru_cache(maxsize=256)(dns.rdatatype.from_text)


class Question:
    """Equal where the name is the same in whatever case, and the type."""

    __slots__ = ("_hash", "_key", "_name", "_section", "rdtype", "text")

    def __init__(self, wire: bytes, text: str, rdtype: dns.rdatatype.RdataType) -> None:
        """`wire`: the name as messages spell it; `text`: as the house does."""
        self.text = text
        self.rdtype = rdtype
        self._section = wire + struct.pack("!HH", rdtype, dns.rdataclass.IN)
        # Every look into the cache hashes a question, so that is done once.
        self._key = (wire.lower(), rdtype)
        self._hash = hash(self._key)
        self._name: dns.name.Name | None = None

    @staticmethod
    @lru_cache(maxsize=4096)
    def about(name: str, rdtype: str) -> "Question | None":
        """The question, always absolute; None for what cannot be a name in DNS."""
        try:
            number = _type(rdtype)
            if _PLAIN.fullmatch(name) and len(name) <= _LONGEST_NAME:
                text = name.removesuffix(".")
                labels = text.encode("ascii").split(b".")
                wire = b"".join(bytes((len(label),)) + label for label in labels) + b"\0"
                return Question(wire, text.lower(), number)
            if not name.isascii():
                return None
            spelt = dns.name.from_text(name, dns.name.root)
            return Question(spelt.to_wire() or b"", to_text(spelt), number)
        except dns.exception.DNSException:
            return None

    @property
    def spelt(self) -> bytes:
        """The name as messages spell it, in lower case."""
        return self._key[0]

    @property
    def name(self) -> dns.name.Name:
        """The name as the library of DNS holds it."""
        if self._name is None:
            self._name, _ = dns.name.from_wire(self._section, 0)
        return self._name

    @property
    def length(self) -> int:
        """Bytes of it in a message."""
        return len(self._section)

    def to_wire(self, number: int, *, edns: bool = True, validate: bool = True) -> bytes:
        """The message; `validate` False asks for the data whatever DNSSEC says (CD)."""
        flags = dns.flags.RD | dns.flags.AD | (0 if validate else dns.flags.CD)
        return self.with_flags(number, flags, edns=edns)

    def with_flags(self, number: int, flags: int, *, edns: bool) -> bytes:
        """The message with these flags and no others."""
        header = _HEADER.pack(number, flags, 1, 0, 0, 1 if edns else 0)
        return header + self._section + (_OPT if edns else b"")

    def is_echoed_in(self, wire: bytes) -> bool:
        """Whether the reply repeats this question; an error may leave it out."""
        if wire[4:6] == b"\0\0":
            return bool(wire[3] & 0x0F)
        return self.is_at(wire, _HEADER.size)

    def is_at(self, wire: bytes, at: int) -> bool:
        """Whether it stands there, in whatever case."""
        found = wire[at : at + len(self._section)]
        if found == self._section:
            return True
        return found[-4:] == self._section[-4:] and found[:-4].lower() == self._key[0]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Question) and self._key == other._key

    def __hash__(self) -> int:
        return self._hash

    def __str__(self) -> str:
        return f"{self.text} {dns.rdatatype.to_text(self.rdtype)}"

    def __repr__(self) -> str:
        return f"Question({self})"


def to_text(name: dns.name.Name) -> str:
    """A name as the house spells it: lower case, no final dot; the root is ""."""
    return name.to_text(omit_final_dot=True).lower() if name != dns.name.root else ""


def _numbers() -> Iterator[int]:
    # The kernel is asked for many at once: it costs as much as for one.
    while True:
        yield from struct.unpack("!256H", os.urandom(512))


_random = _numbers()


def random_id() -> int:
    """A message id that cannot be guessed (RFC 5452 section 4.3)."""
    return next(_random)
