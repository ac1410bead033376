"""SPF records (RFC 7208 sections 4.5, 4.6 and 12): text to terms, strictly after the grammar."""

import re
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import AddressValueError, IPv4Address, IPv4Network, IPv6Address, IPv6Network

from bot.formats.errors import FormatError
from bot.formats.spf_macro import MacroString, parse_domain_spec, parse_macro_string

VERSION = "v=spf1"


class Qualifier(StrEnum):
    """What a match means (section 4.6.2)."""

    PASS = "+"
    FAIL = "-"
    SOFTFAIL = "~"
    NEUTRAL = "?"


class MechanismKind(StrEnum):
    """The mechanisms (section 5)."""

    ALL = "all"
    INCLUDE = "include"
    A = "a"
    MX = "mx"
    PTR = "ptr"
    IP4 = "ip4"
    IP6 = "ip6"
    EXISTS = "exists"


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One directive. What is not written is None; section 5 says what then holds."""

    text: str
    at: int
    kind: MechanismKind
    qualifier: Qualifier | None = None  # None: not written, which means pass
    domain: MacroString | None = None
    network: IPv4Network | IPv6Network | None = None  # of ip4 and ip6
    address: IPv4Address | IPv6Address | None = None  # of ip4 and ip6, as written
    ip4_length: int | None = None  # of a and mx
    ip6_length: int | None = None


@dataclass(frozen=True, slots=True)
class Modifier:
    """One modifier; `name` is in lower case. A domain-spec where it is redirect or exp."""

    text: str
    at: int
    name: str
    value: MacroString


Term = Mechanism | Modifier


@dataclass(frozen=True, slots=True)
class SpfRecord:
    """A record that keeps to the grammar; its terms in their order."""

    text: str
    terms: tuple[Term, ...]

    @property
    def mechanisms(self) -> tuple[Mechanism, ...]:
        """The directives, in order."""
        return tuple(term for term in self.terms if isinstance(term, Mechanism))

    @property
    def modifiers(self) -> tuple[Modifier, ...]:
        """All modifiers, in order."""
        return tuple(term for term in self.terms if isinstance(term, Modifier))

    @property
    def redirect(self) -> MacroString | None:
        """The domain-spec of `redirect=`."""
        return self._modifier("redirect")

    @property
    def exp(self) -> MacroString | None:
        """The domain-spec of `exp=`."""
        return self._modifier("exp")

    @property
    def all(self) -> Mechanism | None:
        """The first `all`, after which nothing is ever looked at (section 5.1)."""
        return next((m for m in self.mechanisms if m.kind is MechanismKind.ALL), None)

    def _modifier(self, name: str) -> MacroString | None:
        return next((m.value for m in self.modifiers if m.name == name), None)


def is_spf(text: str) -> bool:
    """Whether a TXT record is an SPF record by its version section (section 4.5)."""
    return text[:6].lower() == VERSION and text[6:7] in ("", " ")


def parse_spf(text: str) -> SpfRecord:
    """Read a record. Reasons of a FormatError:

    bad-version, bad-character, unknown-mechanism, missing-argument, unexpected-argument,
    bad-domain, bad-macro, bad-ip4, bad-ip6, bad-prefix-length, repeated-modifier.
    """
    if not is_spf(text):
        raise FormatError("bad-version", text[:10])
    terms: list[Term] = []
    once: set[str] = set()
    for found in re.compile("[^ ]+").finditer(text, len(VERSION)):
        term = _term(found[0], found.start())
        if isinstance(term, Modifier) and term.name in _ONCE:
            if term.name in once:
                raise FormatError("repeated-modifier", term.text, term.at)
            once.add(term.name)
        terms.append(term)
    return SpfRecord(text, tuple(terms))


_ONCE = frozenset({"redirect", "exp"})  # section 6: each at most once
_MODIFIER = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9._-]*)=(?P<value>.*)", re.DOTALL)
_DIRECTIVE = re.compile(r"(?P<qualifier>[-+~?]?)(?P<name>[A-Za-z0-9]*)(?P<rest>.*)", re.DOTALL)
_DUAL_LENGTH = re.compile(r"(?:/(?P<ip4>0|[1-9][0-9]?))?(?://(?P<ip6>0|[1-9][0-9]{0,2}))?\Z")
_LENGTH = re.compile(r"0|[1-9][0-9]{0,2}")
_KINDS = {kind.value: kind for kind in MechanismKind}


def _term(text: str, at: int) -> Term:
    for offset, character in enumerate(text):
        if not "!" <= character <= "~":
            raise FormatError("bad-character", character, at + offset)
    if found := _MODIFIER.fullmatch(text):
        name, value = found["name"].lower(), found["value"]
        where = at + found.start("value")
        if name not in _ONCE:
            return Modifier(text, at, name, parse_macro_string(value, where))
        if not value:
            raise FormatError("missing-argument", text, at)
        return Modifier(text, at, name, parse_domain_spec(value, where))
    found = _DIRECTIVE.fullmatch(text)
    kind = _KINDS.get(found["name"].lower()) if found else None
    if found is None or kind is None:
        raise FormatError("unknown-mechanism", text, at)
    qualifier = Qualifier(found["qualifier"]) if found["qualifier"] else None
    rest, where = found["rest"], at + found.start("rest")
    if rest and rest[0] not in ":/":
        raise FormatError("unknown-mechanism", text, at)
    if kind is MechanismKind.ALL:
        if rest:
            raise FormatError("unexpected-argument", text, at)
        return Mechanism(text, at, kind, qualifier)
    if kind in (MechanismKind.IP4, MechanismKind.IP6):
        return _network(text, at, kind, qualifier, rest)
    if kind in (MechanismKind.A, MechanismKind.MX):
        return _hosts(text, at, kind, qualifier, rest)
    return Mechanism(text, at, kind, qualifier, _target(text, at, kind, rest, where))


def _target(text: str, at: int, kind: MechanismKind, rest: str, where: int) -> MacroString | None:
    """The domain-spec of include, exists and ptr; only ptr may go without."""
    if rest.startswith("/"):
        raise FormatError("unexpected-argument", text, at)
    if not rest and kind is MechanismKind.PTR:
        return None
    if len(rest) < 2:
        raise FormatError("missing-argument", text, at)
    return parse_domain_spec(rest[1:], where + 1)


def _hosts(
    text: str, at: int, kind: MechanismKind, qualifier: Qualifier | None, rest: str
) -> Mechanism:
    lengths = _DUAL_LENGTH.search(rest)
    assert lengths is not None  # the expression matches the empty end of any text
    head, where = rest[: lengths.start()], at + len(text) - len(rest)
    domain = None
    if head.startswith(":"):
        if len(head) < 2:
            raise FormatError("missing-argument", text, at)
        domain = parse_domain_spec(head[1:], where + 1)
    elif head:
        raise FormatError("bad-prefix-length", head, where)
    ip4, ip6 = (int(part) if part else None for part in (lengths["ip4"], lengths["ip6"]))
    if (ip4 or 0) > 32 or (ip6 or 0) > 128:
        raise FormatError("bad-prefix-length", lengths[0], where + lengths.start())
    return Mechanism(text, at, kind, qualifier, domain, ip4_length=ip4, ip6_length=ip6)


def _network(
    text: str, at: int, kind: MechanismKind, qualifier: Qualifier | None, rest: str
) -> Mechanism:
    if not rest.startswith(":") or len(rest) < 2:
        raise FormatError("missing-argument", text, at)
    written, slash, length = rest[1:].partition("/")
    address = _address(written, kind, at + text.index(":") + 1)
    if slash and not _LENGTH.fullmatch(length):
        raise FormatError("bad-prefix-length", slash + length, at + text.index("/"))
    bits = int(length) if slash else address.max_prefixlen
    if bits > address.max_prefixlen:
        raise FormatError("bad-prefix-length", slash + length, at + text.index("/"))
    network = (
        IPv4Network((address, bits), strict=False)
        if isinstance(address, IPv4Address)
        else IPv6Network((address, bits), strict=False)
    )
    return Mechanism(text, at, kind, qualifier, network=network, address=address)


def _address(written: str, kind: MechanismKind, at: int) -> IPv4Address | IPv6Address:
    try:
        if kind is MechanismKind.IP4:
            return IPv4Address(written)
        if "%" not in written:  # a zone (RFC 4007) is no part of RFC 4291 section 2.2
            return IPv6Address(written)
    except AddressValueError:
        pass
    raise FormatError(f"bad-{kind}", written, at)
