"""A blocklist asked over DNS (RFC 5782), what its answers mean, and the file of them all."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address
from typing import Any

from bot.knowledge.located import Checker, Located
from bot.knowledge.provider_check import NAME
from bot.knowledge.source import build_sources, check_sources
from bot.knowledge.topic import ID, Source

MOST = 12
# RFC 5782 section 5: what every list lists, and what none does.
ADDRESS_TEST = ("2.0.0.127", "1.0.0.127")
DOMAIN_TEST = ("test", "invalid")
OFF = "none"  # in LISTONOSZ_BLOCKLISTS: ask no list at all
DOMAIN_PREFIX = "domain:"
_CODE = re.compile(r"127\.\d{1,3}\.\d{1,3}\.\d{1,3}")
_BIT = re.compile(r"bit-(\d{1,3})")


class Scope(StrEnum):
    """What a list lists."""

    ADDRESS = "address"
    DOMAIN = "domain"


class Weight(StrEnum):
    """How much mail a listing costs."""

    MAJOR = "major"  # most receivers refuse what it lists
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Blocklist:
    """One list. `codes` and `bits` give the list's own name for the kind of listing."""

    id: str
    name: str
    zone: str
    scope: Scope
    weight: Weight
    codes: Mapping[str, str]  # "127.0.0.2": "SBL"; empty: any answer in 127.0.0.0/8 is a listing
    bits: Mapping[int, str]  # of the last octet: 8: "PH"
    policy: frozenset[str]  # kinds that only say that an address should not send by itself
    refusals: frozenset[str]  # answers that mean "you may not ask"
    has_ipv6: bool
    test: tuple[str, str]  # what stands before the zone for "listed" and "not listed"
    link: str  # where a listing is looked up and lifted
    sources: tuple[Source, ...]

    def kinds(self, answer: IPv4Address) -> tuple[str, ...] | None:
        """What kinds of listing an answer tells; None where it is no listing but a refusal."""
        text = str(answer)
        if not text.startswith("127.") or text in self.refusals or is_error(text):
            return None
        if self.bits:
            last = answer.packed[3]
            return tuple(name for bit, name in self.bits.items() if last & bit)
        if self.codes:
            return (self.codes[text],) if text in self.codes else ()
        return (self.name,)


def is_error(text: str) -> bool:
    """Whether an answer says by common use that the question was not answered."""
    return text.startswith("127.255.255.") or text == "127.0.0.1"


REQUIRED = frozenset({"name", "zone", "scope", "weight", "link", "sources"})
OPTIONAL = frozenset({"codes", "bits", "policy", "refusals", "ipv6", "test"})


def check_blocklists(value: Located, checker: Checker) -> None:
    """Note every fault of shape in the file of lists."""
    lists = checker.mapping(value, "the file")
    if len(lists) > MOST:
        checker.fault(value.line, f"{len(lists)} lists", f"ask at most {MOST}: each costs time")
    for name, entry in lists.items():
        if not ID.fullmatch(name):
            checker.fault(entry.line, f"“{name}” cannot be a list's id", "use small letters")
        _check_list(name, entry, checker)


def _check_list(name: str, entry: Located, checker: Checker) -> None:
    fields = checker.keys(entry, name, REQUIRED, OPTIONAL)
    for key, allowed in (
        ("scope", [scope.value for scope in Scope]),
        ("weight", [weight.value for weight in Weight]),
        ("ipv6", ["yes", "no"]),
    ):
        text = checker.text(fields[key], key) if key in fields else ""
        if text and text not in allowed:
            cure = f"use one of: {', '.join(allowed)}"
            checker.fault(fields[key].line, f"unknown {key} “{text}”", cure)
    for key in fields.keys() & {"name", "zone", "link"}:
        text = checker.text(fields[key], key)
        if key == "zone" and text and not NAME.fullmatch(text):
            checker.fault(fields[key].line, f"“{text}” is no zone", "write it as bl.example.net")
        if key == "link" and text and not text.startswith("https://"):
            checker.fault(fields[key].line, "the link is not https", "give an https:// address")
    for key, shape in (("codes", _CODE), ("bits", _BIT)):
        if key in fields:
            for code, kind in checker.mapping(fields[key], key).items():
                checker.text(kind, f"{key}.{code}")
                if not shape.fullmatch(code):
                    example = "127.0.0.2" if key == "codes" else "bit-8"
                    checker.fault(kind.line, f"“{code}” is no code", f"write it as {example}")
    for key in fields.keys() & {"policy", "refusals"}:
        list(checker.texts(fields[key], key))
    if "test" in fields:
        test = checker.keys(fields["test"], "test", {"listed", "unlisted"})
        for key, label in test.items():
            checker.text(label, f"test.{key}")
    if "sources" in fields:
        check_sources(fields["sources"], checker)


def build_blocklists(plain: Mapping[str, Any]) -> tuple[Blocklist, ...]:
    """The lists of a sound file."""
    return tuple(_build(name, entry) for name, entry in plain.items())


def _build(name: str, entry: Mapping[str, Any]) -> Blocklist:
    scope = Scope(entry["scope"])
    test = entry.get("test", {})
    usual = ADDRESS_TEST if scope is Scope.ADDRESS else DOMAIN_TEST
    return Blocklist(
        id=name,
        name=entry["name"],
        zone=entry["zone"],
        scope=scope,
        weight=Weight(entry["weight"]),
        codes=entry.get("codes", {}),
        bits={int(bit[4:]): text for bit, text in entry.get("bits", {}).items()},
        policy=frozenset(entry.get("policy", ())),
        refusals=frozenset(entry.get("refusals", ())),
        has_ipv6=entry.get("ipv6") == "yes",
        test=(test.get("listed", usual[0]), test.get("unlisted", usual[1])),
        link=entry["link"],
        sources=build_sources(entry["sources"]),
    )


def select_blocklists(
    known: Sequence[Blocklist], chosen: Sequence[str] | None
) -> tuple[Blocklist, ...]:
    """The lists that an operator has chosen: ids or zones of ours, or zones of their own.

    None chooses all of ours, `none` none. A zone of one's own lists addresses, or domains when it
    begins with `domain:`; whatever it answers in 127.0.0.0/8 is a listing.
    """
    if chosen is None:
        return tuple(known)
    by_name = {name: each for each in known for name in (each.id, each.zone)}
    return tuple(by_name.get(text) or _own(text) for text in chosen if text != OFF)


def _own(text: str) -> Blocklist:
    zone = text.removeprefix(DOMAIN_PREFIX)
    scope = Scope.DOMAIN if zone != text else Scope.ADDRESS
    usual = ADDRESS_TEST if scope is Scope.ADDRESS else DOMAIN_TEST
    empty: frozenset[str] = frozenset()
    return Blocklist(
        zone, zone, zone, scope, Weight.MEDIUM, {}, {}, empty, empty, False, usual, "", ()
    )
