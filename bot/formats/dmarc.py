"""DMARC policy records (RFC 9989 sections 4.7, 4.8): tags as written, no defaults filled in."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from bot.formats.errors import FormatError

VERSION = "v=DMARC1"

# The tags of the registry (RFC 9989 section 4.7) and those that it took out (appendix C).
KNOWN_TAGS = frozenset({"v", "p", "sp", "np", "adkim", "aspf", "fo", "rua", "ruf", "psd", "t"})
REMOVED_TAGS = frozenset({"pct", "rf", "ri"})


class Policy(StrEnum):
    """What the owner asks for mail that fails; ordered from no wish to the strictest."""

    NONE = "none"
    QUARANTINE = "quarantine"
    REJECT = "reject"


_WEAKER = {
    Policy.REJECT: Policy.QUARANTINE,
    Policy.QUARANTINE: Policy.NONE,
    Policy.NONE: Policy.NONE,
}


@dataclass(frozen=True, slots=True)
class BadTag:
    """A tag whose value keeps to no rule: it counts as absent (RFC 9989 section 4.7)."""

    name: str
    value: str
    at: int
    is_repeated: bool = False  # a tag list with a repeated tag is invalid (RFC 6376 section 3.2)


@dataclass(frozen=True, slots=True)
class DmarcRecord:
    """A record with a right version. None: the tag is absent or its value was discarded."""

    text: str
    p: Policy | None = None
    sp: Policy | None = None
    np: Policy | None = None
    adkim: str | None = None  # "r" or "s"
    aspf: str | None = None
    fo: str | None = None
    rua: tuple[str, ...] | None = None  # URIs, without the size limit that was once allowed
    ruf: tuple[str, ...] | None = None
    psd: str | None = None  # "y", "n" or "u"
    t: str | None = None  # "y" or "n"
    removed: dict[str, str] = field(default_factory=dict)  # pct, rf, ri: older receivers read them
    bad: tuple[BadTag, ...] = ()
    others: tuple[str, ...] = ()  # names that no standard knows: receivers ignore these tags

    @property
    def has_valid_policies(self) -> bool:
        """Whether `p` is there and none of the three is wrong (RFC 9989 section 4.10.1)."""
        return self.p is not None and not any(
            tag.is_repeated or tag.name in ("p", "sp", "np") for tag in self.bad
        )

    @property
    def effective(self) -> Policy | None:
        """The policy for the very domain: a bad `p` means none if reports are asked for.

        None (no value) means that receivers do not apply DMARC at all.
        """
        if self.has_valid_policies:
            return self.p
        is_list = not any(tag.is_repeated for tag in self.bad)
        return Policy.NONE if self.rua and is_list else None

    def for_subdomains(self) -> Policy | None:
        """The policy for subdomains that exist and have no record of their own."""
        return (self.sp or self.p) if self.has_valid_policies else self.effective

    def for_missing_names(self) -> Policy | None:
        """The policy for subdomains that do not exist in DNS."""
        return (self.np or self.sp or self.p) if self.has_valid_policies else self.effective

    def applied(self, policy: Policy) -> Policy:
        """What receivers make of a policy: in test mode it counts as the next weaker one."""
        return _WEAKER[policy] if self.t == "y" else policy


def is_dmarc(text: str) -> bool:
    """Whether a TXT record is a DMARC record by its first tag, whose value is case-sensitive."""
    return _VERSION.match(text) is not None


def resembles_dmarc(text: str) -> bool:
    """Whether a TXT record was meant as one: receivers ignore it, its owner should be told."""
    return not is_dmarc(text) and _RESEMBLES.match(text) is not None


_VERSION = re.compile(r"v[ \t]*=[ \t]*DMARC1[ \t]*(?:;|\Z)")
_RESEMBLES = re.compile(r"[\s\"'\\]*(?:v\s*[=:]?\s*)?dmarc|[^;]*;\s*v\s*=\s*dmarc", re.IGNORECASE)
_TAG = re.compile(r"[ \t]*([A-Za-z]+)[ \t]*=[ \t]*(.*?)[ \t]*\Z", re.DOTALL)
_VALUE = re.compile(r"[\x20-\x3a\x3c-\x7e]+")
_URI = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*:[^\s,!]+)(?:!\d+[kmgt]?)?\Z", re.IGNORECASE)
_MAILTO = re.compile(r"mailto:[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+\Z", re.IGNORECASE)
_FO = re.compile(r"(?:[01ds])(?::[01ds])*")
_ALIGNMENTS = ("r", "s")


def parse_dmarc(text: str) -> DmarcRecord:
    """Read a record. Only a wrong version raises ("bad-version"): the rest is read tag by tag.

    A tag that is not `name=value`, or has a value that its rule forbids, stands in `bad`. Of a
    repeated tag the first is read, and the second is bad.
    """
    if not is_dmarc(text):
        raise FormatError("bad-version", text[:20])
    values: dict[str, str] = {}
    bad: list[BadTag] = []
    at = 0
    for part in text.split(";"):
        found = _TAG.match(part)
        if part.strip() and (found is None or not _VALUE.fullmatch(found[2])):
            name, _, value = part.strip().partition("=")
            bad.append(BadTag(name.strip().lower(), value.strip(), at))
        elif found and found[1].lower() in values:
            bad.append(BadTag(found[1].lower(), found[2], at, is_repeated=True))
        elif found:
            values[found[1].lower()] = found[2]
        at += len(part) + 1
    return _record(text, values, bad)


def _record(text: str, values: dict[str, str], bad: list[BadTag]) -> DmarcRecord:
    reader = _Reader(text, values, bad)
    return DmarcRecord(
        text,
        p=reader.policy("p"),
        sp=reader.policy("sp"),
        np=reader.policy("np"),
        adkim=reader.one_of("adkim", _ALIGNMENTS),
        aspf=reader.one_of("aspf", _ALIGNMENTS),
        fo=reader.options("fo"),
        rua=reader.uris("rua"),
        ruf=reader.uris("ruf"),
        psd=reader.one_of("psd", ("y", "n", "u")),
        t=reader.one_of("t", ("y", "n")),
        removed={name: values[name] for name in sorted(REMOVED_TAGS & values.keys())},
        bad=tuple(sorted(bad, key=lambda tag: tag.at)),
        others=tuple(name for name in values if name not in KNOWN_TAGS | REMOVED_TAGS),
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads values by the rules of section 4.8; what breaks them goes to `bad`."""

    text: str
    values: dict[str, str]
    bad: list[BadTag]

    def one_of(self, name: str, allowed: tuple[str, ...]) -> str | None:
        value = self.values.get(name)
        if value is None:
            return None
        if value.lower() in allowed:  # strings of the grammar are case-insensitive (RFC 5234)
            return value.lower()
        self._refuse(name, value)
        return None

    def policy(self, name: str) -> Policy | None:
        value = self.one_of(name, tuple(Policy))
        return None if value is None else Policy(value)

    def options(self, name: str) -> str | None:
        value = self.values.get(name)
        if value is None or _FO.fullmatch(value.lower()):
            return None if value is None else value.lower()
        self._refuse(name, value)
        return None

    def uris(self, name: str) -> tuple[str, ...] | None:
        value = self.values.get(name)
        if value is None:
            return None
        good: list[str] = []
        for part in (part.strip() for part in value.split(",")):
            found = _URI.match(part)
            is_mail = found is not None and found[1].lower().startswith("mailto:")
            if found is None or (is_mail and not _MAILTO.match(found[1])):
                self._refuse(name, part)
            else:
                good.append(found[1])
        return tuple(good)

    def _refuse(self, name: str, value: str) -> None:
        found = re.search(rf"(?i)(?:\A|;)[ \t]*{name}[ \t]*=", self.text)
        self.bad.append(BadTag(name, value, found.start() if found else 0))


def rewrite(text: str, **changes: str | None) -> str:
    """The record with some tags set, in the place they had or at the end; None takes one out."""
    left = dict(changes)
    parts: list[str] = []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        name = part.partition("=")[0].strip().lower()
        if name not in changes:
            parts.append(part)
        elif (value := left.pop(name, None)) is not None:
            parts.append(f"{name}={value}")
    parts += [f"{name}={value}" for name, value in left.items() if value is not None]
    return "; ".join(parts)
