"""CAA property values (RFC 8659 section 4): who may issue, and where incidents are reported."""

import re
from dataclasses import dataclass

from bot.formats.errors import FormatError

# RFC 8659; RFC 9495 issuemail; RFC 8657 is of parameters; the rest stand in IANA's registry.
KNOWN_TAGS = frozenset(
    {"issue", "issuewild", "issuemail", "issuevmc", "iodef", "contactemail", "contactphone"}
)
ISSUE_TAGS = frozenset({"issue", "issuewild", "issuemail", "issuevmc"})
CRITICAL = 0x80  # section 4.1: the bit 0 of the flags

_LABEL = r"[A-Za-z0-9](?:-*[A-Za-z0-9])*"
_ISSUER = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_PARAMETER = re.compile(rf"({_LABEL})[ \t]*=[ \t]*([!-:<-~]*)")


@dataclass(frozen=True, slots=True)
class Issuer:
    """The value of issue and its kin. A domain of "" lets nobody issue."""

    domain: str
    parameters: tuple[tuple[str, str], ...] = ()


def parse_issuer(value: str) -> Issuer:
    """Read a value of issue, issuewild or issuemail. Reasons: bad-issuer, bad-parameter."""
    domain, _, rest = value.partition(";")
    domain = domain.strip(" \t")
    if domain and not _ISSUER.fullmatch(domain):
        raise FormatError("bad-issuer", domain)
    parameters = []
    for part in rest.split(";") if rest.strip(" \t") else ():
        found = _PARAMETER.fullmatch(part.strip(" \t"))
        if not found:
            raise FormatError("bad-parameter", part.strip(" \t"), value.find(part))
        parameters.append((found[1], found[2]))
    return Issuer(domain.lower(), tuple(parameters))


def is_report_address(value: str) -> bool:
    """Whether a value of iodef is a place that reports can go to (section 4.4)."""
    return bool(re.fullmatch(r"(?i:mailto:[^\s@]+@[^\s@]+\.[^\s@]+|https?://[^\s/]+\S*)", value))
