"""What a person types as a target: a domain, a host, an address, an e-mail address, a link."""

import ipaddress
import re
import unicodedata
from collections.abc import Iterator

from bot.formats.errors import FormatError
from bot.formats.idn_labels import MAX_LABEL, a_labels, is_emoji, u_label
from bot.formats.suffix import is_listed_ending
from bot.model.check import Target, TargetKind

MAX_TARGETS = 5
MAX_INPUT = 2000  # characters; a pasted link may be long, a name has at most 253
MAX_NAME = 253  # RFC 1035 section 2.3.4, in text without the final dot

# Every reason that parsing gives, so that each can be put in words.
REASONS = frozenset(
    {
        "empty",
        "too-long",
        "control-character",
        "emoji",
        "blanks",
        "not-a-name",
        "no-dot",
        "label-too-long",
        "bad-idna",
        "reserved-name",
        "odd-address",
        "too-many",
        "bad-selector",
    }
)

# Names that never lead to a server on the public Internet: RFC 6761 (localhost, invalid),
# RFC 6762 (local), RFC 7686 (onion), RFC 9476 (alt), the root zone's own "internal", and arpa,
# which holds the system's machinery and no mail domains.
RESERVED_ENDINGS = frozenset(
    {"localhost", "localdomain", "local", "internal", "arpa", "onion", "alt", "invalid"}
)

_JOINING_WORDS = frozenset({"i", "oraz", "z", "ze", "and", "with", "vs", "vs.", "&", "+"})
_NOT_TARGETS = frozenset({"m.in"})  # "m.in.", Polish for "among others"; .in is a real ending
# What is pasted along without being seen: zero width, joiners, bidi marks, soft hyphen, BOM.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:[/\\]+", re.IGNORECASE)
_MAILTO = re.compile(r"^mailto:", re.IGNORECASE)
_BRACKETED = re.compile(r"\[(?:ipv6:)?([0-9a-f:.%]+)\](?::\d*)?", re.IGNORECASE)
_PORT = re.compile(r":\d*$")
_QUOTES = "\"'`´„”“‚‘’«»‹›*_~"
_OPENING = _QUOTES + "([{<¿¡"
_CLOSING = _QUOTES + ")]}>.,;:!?…。"
_NAMED_MAILBOX = re.compile(r"[^<>,;\n]*<\s*([^<>\s]*@[^<>\s]*)\s*>")
_QUOTED_LOCAL_PART = re.compile(r'"[^"\n]*"@(?=[^\s"@]+$)')
_NUMBER = re.compile(r"(?:0x[0-9a-f]*|\d+)$")
_ENHANCED_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}$")  # "5.7.8" is no short address
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$")
KEYS = "_domainkey"  # the label between a DKIM selector and its domain (RFC 6376 section 3.6.2.1)
# Where a domain's records stand: whoever names such a place means the domain.
_PLACE = re.compile(
    r"(?:_dmarc|_domainkey|_mta-sts|_smtp\._tls|default\._bimi|_[a-z0-9-]+\._(?:tcp|udp))\.",
    re.IGNORECASE,
)
_SELECTOR_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$")


def parse_target(text: str) -> Target:
    """Read one target. Of an e-mail address only the domain is taken, and nothing else is kept."""
    pieces = _pieces(text)
    if len(pieces) > 1:
        raise FormatError("blanks")
    return _parse_piece(pieces[0])


def parse_targets(text: str) -> tuple[Target, ...]:
    """Read up to five targets, apart by blanks, commas, lines or "and"; the same one only once."""
    pieces = _pieces(text)
    if len(pieces) > 1:
        pieces = [piece for piece in pieces if not _is_between(piece)] or pieces
    found: dict[str, Target] = {}
    for position, piece in enumerate(pieces):
        try:
            target = _parse_piece(piece)
        except FormatError:
            # "anna kowalska@firma.pl", "anna@ firma.pl": one address with a blank in it, which
            # explains more than what is wrong with the first half.
            if len(pieces) > 1 and any("@" in near for near in pieces[position : position + 2]):
                raise FormatError("blanks") from None
            raise
        found.setdefault(target.name, target)
    if len(found) > MAX_TARGETS:
        raise FormatError("too-many", str(len(found)))
    return tuple(found.values())


def parse_key_target(text: str, selector: str) -> Target:
    """The name of a domain's DKIM key: "s1._domainkey.firma.pl". A bad selector: "bad-selector"."""
    target = parse_target(text)
    labels = selector.strip().lower().removeprefix("s=").rstrip(";.").split(".")
    if not all(map(_SELECTOR_LABEL.match, labels)) or KEYS in labels:
        raise FormatError("bad-selector", selector[:80])
    if target.kind is TargetKind.ADDRESS:
        return target
    before = ".".join((*labels, KEYS))
    if len(before) + 1 + len(target.name) > MAX_NAME:
        raise FormatError("too-long", str(len(before) + 1 + len(target.name)))
    return Target(TargetKind.NAME, f"{before}.{target.name}", f"{before}.{target.shown}")


def spot_targets(text: str) -> tuple[Target, ...]:
    """The targets that stand in the middle of a question; never raises.

    More careful than parsing: a name counts only with an ending that is a known top-level domain.
    """
    return tuple(_spot(text[:MAX_INPUT]))[:MAX_TARGETS]


def _spot(text: str) -> Iterator[Target]:
    seen: set[str] = set()
    for piece in re.split(r"[\s,;]+", text):
        try:
            target = parse_target(piece)
        except FormatError:
            continue
        if target.name in seen or target.name in _NOT_TARGETS:
            continue
        if target.kind is TargetKind.ADDRESS or is_listed_ending(target.name):
            seen.add(target.name)
            yield target


def _is_between(piece: str) -> bool:
    """A word that joins targets, or a port that somebody wrote after a blank."""
    return piece.lower() in _JOINING_WORDS or (piece.isdecimal() and len(piece) < 6)


def _pieces(text: str) -> list[str]:
    """Split at blanks and commas, once what is no part of any target has been taken off."""
    if len(text) > MAX_INPUT:
        raise FormatError("too-long", str(len(text)))
    text = _INVISIBLE.sub("", text)
    for at, char in enumerate(text):
        if unicodedata.category(char) == "Cc" and char not in "\t\n\v\f\r":
            raise FormatError("control-character", f"U+{ord(char):04X}", at)
    text = _NAMED_MAILBOX.sub(r" \1 ", text)
    text = _QUOTED_LOCAL_PART.sub("@", text.strip())
    pieces = [piece for piece in re.split(r"[\s,;]+", text) if piece.strip(_OPENING + _CLOSING)]
    if not pieces:
        raise FormatError("empty" if not text else "not-a-name", text[:80])
    return pieces


def _parse_piece(piece: str) -> Target:
    bare = piece.lstrip(_OPENING.replace("_", ""))
    if place := _PLACE.match(bare):
        piece = bare[place.end() :]
    host = _host(piece)
    bracketed = _BRACKETED.fullmatch(host.rstrip(_CLOSING.replace("]", "")))
    if bracketed:
        return _address(bracketed[1])
    host = host.lstrip(_OPENING).rstrip(_CLOSING)
    if host.count(":") > 1:
        return _address(host)
    host = _PORT.sub("", host).rstrip(_CLOSING)
    if not host:
        # What stands before an at sign is nobody's to repeat.
        raise FormatError("not-a-name", "@" if "@" in piece else piece[:80])
    return _name(host)


def _host(piece: str) -> str:
    """What stands in the place of the host in a link, an e-mail address or a bare name."""
    piece = piece.lstrip(_OPENING.replace("[", ""))
    if _SCHEME.match(piece):
        return re.split(r"[/\\?#]", _SCHEME.sub("", piece), maxsplit=1)[0].rpartition("@")[2]
    # Without a scheme the local part goes first: it may hold any of the signs of a link.
    return re.split(r"[/\\?#]", _MAILTO.sub("", piece).rpartition("@")[2], maxsplit=1)[0]


def _address(text: str) -> Target:
    """An address as it must be written; whether it is public is the guard's to say."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        raise FormatError("odd-address", text[:80]) from None
    if "%" in text:  # a zone means something on one machine only (RFC 4007 section 11)
        raise FormatError("odd-address", text[:80])
    return Target(TargetKind.ADDRESS, str(address), str(address))


def _name(host: str) -> Target:
    for char in host:
        if is_emoji(char):
            raise FormatError("emoji", char)
    labels = a_labels(host)
    name = ".".join(labels)
    if all(_NUMBER.match(label) for label in labels):
        return _numbers(name, labels)
    if labels[-1] in RESERVED_ENDINGS:
        raise FormatError("reserved-name", name[:80])
    below = _without_selector(labels)
    for label in below:
        if len(label) > MAX_LABEL:
            raise FormatError("label-too-long", label[:80])
        if not _LABEL.match(label):
            raise FormatError("not-a-name", host[:80])
    if len(below) == 1:
        raise FormatError("no-dot", host[:80])
    if len(name) > MAX_NAME:
        raise FormatError("too-long", str(len(name)))
    if _NUMBER.match(labels[-1]):
        raise FormatError("not-a-name", host[:80])
    return Target(TargetKind.NAME, name, ".".join(u_label(label) for label in labels))


def _without_selector(labels: list[str]) -> list[str]:
    """The labels of the domain, where the name is that of a DKIM key."""
    if KEYS not in labels[1:]:
        return labels
    at = labels.index(KEYS, 1)
    return labels[at + 1 :] if all(map(_SELECTOR_LABEL.match, labels[:at])) else labels


def _numbers(name: str, labels: list[str]) -> Target:
    """Nothing but numbers: an address if it is four plain decimal ones.

    Other spellings (octal, hexadecimal, one big number) are read differently by different
    programs, which is how filters are passed by.
    """
    if len(labels) == 1 and int(labels[0].removeprefix("0x") or "0", 16) < 2**24:
        raise FormatError("not-a-name", name[:80])
    if _ENHANCED_STATUS.match(name):
        raise FormatError("not-a-name", name[:80])
    return _address(name)
