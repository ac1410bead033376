"""TLS-RPT: where reports about failed TLS go (RFC 8460 section 3)."""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from bot.formats.errors import FormatError

VERSION = "TLSRPTv1"

_DELIMITER = re.compile(r"[ \t]*;[ \t]*")
_COMMA = re.compile(r"[ \t]*,[ \t]*")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")
_EXTENSION = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9_.-]{0,31})=(?P<value>[!-:<>-~]+)")


@dataclass(frozen=True, slots=True)
class ReportTarget:
    """One place for reports: an address of mail, or an https URI."""

    uri: str
    scheme: str  # "mailto" or "https"
    host: str  # of the URI, or the domain of the address


@dataclass(frozen=True, slots=True)
class TlsRptRecord:
    """The record; reports go to every target."""

    targets: tuple[ReportTarget, ...]
    extensions: tuple[tuple[str, str], ...] = ()


def is_tls_rpt(text: str) -> bool:
    """Whether a TXT record counts at all (section 3); the others are discarded."""
    return text.startswith("v=TLSRPTv1;")


def parse_tls_rpt(text: str) -> TlsRptRecord:
    """Read the record. Reasons: bad-version, bad-field, missing-rua, bad-uri, bad-scheme."""
    version, *fields = _DELIMITER.split(text)
    if version != f"v={VERSION}":
        raise FormatError("bad-version", version)
    if fields and not fields[-1]:
        fields.pop()
    targets: list[ReportTarget] = []
    extensions: list[tuple[str, str]] = []
    for field in fields:
        if field.startswith("rua="):
            targets += (_target(uri, text) for uri in _COMMA.split(field.removeprefix("rua=")))
        elif found := _EXTENSION.fullmatch(field):
            extensions.append((found["name"], found["value"]))
        else:
            raise FormatError("bad-field", field, text.find(field))
    if not targets:
        raise FormatError("missing-rua", text)
    return TlsRptRecord(tuple(targets), tuple(extensions))


def _target(uri: str, text: str) -> ReportTarget:
    at = text.find(uri)
    # A "!" must be written %21 (section 3): in DMARC it begins a size, which is none here.
    if not _URI.fullmatch(uri) or "!" in uri:
        raise FormatError("bad-uri", uri, at)
    try:
        parts = urlsplit(uri)
        host = _host(parts)
    except ValueError as error:
        raise FormatError("bad-uri", uri, at) from error
    if parts.scheme not in ("mailto", "https"):
        raise FormatError("bad-scheme", uri, at)
    if not host:
        raise FormatError("bad-uri", uri, at)
    return ReportTarget(uri, parts.scheme, host.lower())


def _host(parts: SplitResult) -> str:
    if parts.scheme == "mailto":
        local, _, domain = unquote(parts.path).rpartition("@")
        return domain if local else ""
    return parts.hostname or ""
