"""What a person types to ask DNS itself: a name and a type of record, in either order."""

import ipaddress
import re

from bot.formats.errors import FormatError
from bot.formats.idn_labels import MAX_LABEL
from bot.formats.suffix import is_listed_ending
from bot.formats.target import MAX_INPUT, MAX_NAME, parse_target
from bot.model.check import Target, TargetKind

# The IANA registry of DNS parameters, without the types that exist only in questions.
_NAMES = """
    A AAAA AFSDB AMTRELAY APL AVC CAA CDNSKEY CDS CERT CNAME CSYNC DHCID DLV DNAME DNSKEY DS EUI48
    EUI64 GPOS HINFO HIP HTTPS IPSECKEY ISDN KEY KX L32 L64 LOC LP MB MD MF MG MINFO MR MX NAPTR
    NID NINFO NS NSAP NSEC NSEC3 NSEC3PARAM NULL NXT OPENPGPKEY PTR PX RESINFO RP RRSIG RT SIG
    SMIMEA SOA SPF SRV SSHFP SVCB TA TLSA TXT URI WALLET WKS X25 ZONEMD
"""
TYPES = frozenset(_NAMES.split())
USUAL = "A"  # for a name without a type, as the tools do that people know
USUAL_OF_ADDRESS = "PTR"

# Every reason that this adds to those of a target, so that each can be put in words.
REASONS = frozenset(
    {"any-type", "transfer-type", "machinery-type", "unknown-type", "several-names"}
)

_ANY = frozenset({"ANY"})
_TRANSFERS = frozenset({"AXFR", "IXFR"})
_MACHINERY = frozenset({"OPT", "TSIG", "TKEY", "MAILA", "MAILB"})  # RFC 6895 section 3.1
_NUMBERED = re.compile(r"TYPE(\d{1,5})")  # RFC 3597 section 5
_LIKE_A_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9]{0,9}")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]+|\*")
_REVERSE = (".in-addr.arpa", ".ip6.arpa")


def parse_query(text: str) -> tuple[Target, str]:
    """The name and the type, in capitals; FormatError says what is wrong with either."""
    if len(text) > MAX_INPUT:
        raise FormatError("too-long", str(len(text)))
    words = text.replace(",", " ").split()
    types = [word for word in words if _is_type(word)]
    names = [word for word in words if word not in types[:1]]
    if len(names) == 2 and not types:
        # One of them was meant as a type: the one that cannot be a name.
        odd = next((word for word in reversed(names) if _LIKE_A_TYPE.fullmatch(word)), "")
        if odd:
            raise FormatError("unknown-type", odd)
    if len(names) > 1:
        raise FormatError("several-names", " ".join(names)[:80])
    target = parse_name(names[0] if names else "")
    if types:
        return target, parse_type(types[0])
    return target, USUAL_OF_ADDRESS if target.kind is TargetKind.ADDRESS else USUAL


def parse_type(text: str) -> str:
    """One type of record, by its name or as TYPE and a number."""
    name = text.strip().upper()
    if name in TYPES:
        return name
    for reason, types in (
        ("any-type", _ANY),
        ("transfer-type", _TRANSFERS),
        ("machinery-type", _MACHINERY),
    ):
        if name in types:
            raise FormatError(reason, name)
    numbered = _NUMBERED.fullmatch(name)
    # 128 to 255 stand in questions only; 41 is OPT.
    if numbered and 0 < int(numbered[1]) < 65536 and not 128 <= int(numbered[1]) < 256:
        if int(numbered[1]) == 41:
            raise FormatError("machinery-type", name)
        return f"TYPE{int(numbered[1])}"
    raise FormatError("unknown-type", text[:80])


def parse_name(text: str) -> Target:
    """A name as it stands in DNS: with underscores, a star, or only a known ending."""
    name = text.strip().rstrip(".").lower()
    if address := _reversed(name):
        return Target(TargetKind.ADDRESS, address, address)
    labels = name.split(".")
    if len(labels) == 1 and is_listed_ending(name):
        return Target(TargetKind.NAME, name, name)
    odd = [at for at, label in enumerate(labels) if "_" in label or label == "*"]
    if not odd:
        return parse_target(text)
    for label in labels:
        if len(label) > MAX_LABEL:
            raise FormatError("label-too-long", label[:80])
    # What stands below the odd labels is a domain like any other, foreign letters and all.
    below = odd[-1] + 1
    if not all(map(_LABEL.fullmatch, labels[:below])):
        raise FormatError("not-a-name", text[:80])
    domain = parse_target(".".join(labels[below:]))
    before = ".".join(labels[:below])
    if domain.kind is TargetKind.ADDRESS:
        raise FormatError("not-a-name", text[:80])
    if len(before) + 1 + len(domain.name) > MAX_NAME:
        raise FormatError("too-long", str(len(before) + 1 + len(domain.name)))
    return Target(TargetKind.NAME, f"{before}.{domain.name}", f"{before}.{domain.shown}")


def _is_type(word: str) -> bool:
    name = word.upper()
    special = _ANY | _TRANSFERS | _MACHINERY
    return name in TYPES or name in special or bool(_NUMBERED.fullmatch(name))


def _reversed(name: str) -> str:
    """The address that a whole reverse name stands for; else ""."""
    if name.endswith(_REVERSE[0]):
        parts = name.removesuffix(_REVERSE[0]).split(".")[::-1]
        spelt = ".".join(parts)
    elif name.endswith(_REVERSE[1]):
        digits = "".join(name.removesuffix(_REVERSE[1]).split(".")[::-1])
        spelt = ":".join(digits[at : at + 4] for at in range(0, len(digits), 4))
    else:
        return ""
    try:
        return str(ipaddress.ip_address(spelt))
    except ValueError:
        return ""
