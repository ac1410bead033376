"""Whose settings a person asks for: one e-mail address, or a domain alone."""

import re
from dataclasses import dataclass

from bot.formats.errors import FormatError
from bot.formats.target import MAX_INPUT, parse_target
from bot.model.check import Target, TargetKind

# Reasons that come beside those of a target.
REASONS = frozenset(
    {
        "several-addresses",
        "bad-local-part",
        "long-local-part",
        "two-at-signs",
        "ip-address",
        "beside",
        "no-domain",
    }
)

MAX_LOCAL_PART = 64  # octets, RFC 5321 section 4.5.3.1.1
_ADDRESS = re.compile(
    r"(?P<local>\"(?:[^\"\\\r\n]|\\.)*\"|[^\s@<>(),:;\[\]\"„”“]+)"
    r"@(?P<domain>[^\s@<>(),;:|/\\\"„”“']+)"
)
_NO_DOMAIN = re.compile(r"[^\s@]+\s*@[.\s]*")
_SCHEME = re.compile(r"(?i)^\W*mailto:")
# RFC 5321 section 4.1.2, and RFC 6531 section 3.3: letters beyond ASCII are atoms too.
_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+"
_DOT_ATOM = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_TRIM = "\"'`´‘’<>()[]{}.,;:!?"


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox; `local_part` is "" where only the domain is known. It is never sent anywhere."""

    target: Target
    local_part: str = ""

    @property
    def address(self) -> str:
        """As its owner writes it; "" where only the domain is known."""
        return f"{self.local_part}@{self.target.shown}" if self.local_part else ""

    @property
    def wire_address(self) -> str:
        """With the domain in A-labels."""
        return f"{self.local_part}@{self.target.name}" if self.local_part else ""

    @property
    def shown(self) -> str:
        """The address, else the domain."""
        return self.address or self.target.shown

    @property
    def tag(self) -> str:
        """What stands behind a plus: sorts mail, and is seldom part of the name of a mailbox."""
        name, has_tag, tag = self.local_part.partition("+")
        return tag if has_tag and name and not name.startswith('"') else ""

    @property
    def untagged(self) -> "Mailbox":
        """The mailbox that mail to this address lands in."""
        if not self.tag:
            return self
        return Mailbox(self.target, self.local_part.partition("+")[0])


def parse_mailbox(text: str) -> Mailbox:
    """Read one address or domain, and nothing beside it."""
    mailbox, rest = find_mailbox(text)
    if rest:
        raise FormatError("beside")  # what stands there may be a password: it is not repeated
    return mailbox


def find_mailbox(text: str) -> tuple[Mailbox, str]:
    """The one address of a text, or the domain that is all of it; and what stands beside it."""
    if len(text) > MAX_INPUT:
        raise FormatError("too-long", str(len(text)))
    text = _SCHEME.sub("", text.strip())
    found = list(_ADDRESS.finditer(text))
    if not found:
        if "@@" in text:
            raise FormatError("two-at-signs")
        if _NO_DOMAIN.fullmatch(text):
            raise FormatError("no-domain")
        return _domain(text), ""
    addresses = {match[0].rstrip(_TRIM).lower() for match in found}
    if len(addresses) > 1:
        raise FormatError("several-addresses", str(len(addresses)))
    first = found[0]
    if text[first.end() : first.end() + 1] == "@":
        raise FormatError("two-at-signs")
    mailbox = _mailbox(first)
    rest = _ADDRESS.sub(" ", text)
    if "<" in text:  # "Anna Kowalska <anna@firma.pl>": a name before it is part of the address
        rest = rest.partition(">")[2] if ">" in rest else ""
    words = [word for word in rest.split() if word.strip(_TRIM + "|/\\-=„”“")]
    return mailbox, " ".join(words)


def _mailbox(found: re.Match[str]) -> Mailbox:
    local = found["local"] if found["local"].startswith('"') else found["local"].lstrip("'`*_~")
    if len(local.encode()) > MAX_LOCAL_PART:
        raise FormatError("long-local-part")
    if not local.startswith('"') and not _DOT_ATOM.fullmatch(local):
        raise FormatError("bad-local-part")
    target = parse_target(found["domain"])
    if target.kind is TargetKind.ADDRESS:
        raise FormatError("ip-address", target.shown)
    return Mailbox(target, local)


def _domain(text: str) -> Mailbox:
    target = parse_target(text)
    if target.kind is TargetKind.ADDRESS:
        raise FormatError("ip-address", target.shown)
    return Mailbox(target)
