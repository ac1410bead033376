"""BIMI assertion records (draft-brand-indicators-for-message-identification, section 4)."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.formats.errors import FormatError
from bot.formats.tag_list import parse_tag_list

VERSION = "BIMI1"


@dataclass(frozen=True, slots=True)
class BimiRecord:
    """The record. An absent tag is None; an empty one is "", which says something else."""

    location: str  # l=, an https URI of an SVG picture; "" with no authority declines
    authority: str | None  # a=, an https URI of a certificate
    avatar: str | None  # avp=
    local_parts: tuple[str, ...] | None  # lps=
    others: tuple[tuple[str, str], ...] = ()

    @property
    def is_declined(self) -> bool:
        """The domain says that no picture is to be shown for it."""
        return not self.location and not self.authority


def is_bimi(text: str) -> bool:
    """Whether a TXT record is meant as one of BIMI: it begins with the version."""
    return bool(re.match(r"\s*v\s*=\s*BIMI1\s*(;|$)", text))


def parse_bimi(text: str) -> BimiRecord:
    """Read a record. Reasons of a FormatError:

    those of tag lists, and bad-version, missing-location, bad-uri, not-https.
    """
    tags = parse_tag_list(text)
    if next(iter(tags), "") != "v" or tags["v"] != VERSION:
        raise FormatError("bad-version", tags.get("v", ""))
    if "l" not in tags:
        raise FormatError("missing-location")
    local_parts = tags.get("lps")
    return BimiRecord(
        _uri(tags["l"]),
        _uri(tags["a"]) if "a" in tags else None,
        tags.get("avp"),
        None if local_parts is None else tuple(part.strip() for part in local_parts.split(",")),
        tuple((name, value) for name, value in tags.items() if name not in _KNOWN),
    )


_KNOWN = frozenset({"v", "l", "a", "avp", "lps"})


def _uri(value: str) -> str:
    if not value:
        return value
    try:
        parts = urlsplit(value)
        host = parts.hostname
    except ValueError as error:
        raise FormatError("bad-uri", value) from error
    if parts.scheme and parts.scheme != "https":
        raise FormatError("not-https", value)
    if not parts.scheme or not host or re.search(r"\s", value):
        raise FormatError("bad-uri", value)
    return value
