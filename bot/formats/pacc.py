"""PACC: a provider's settings as JSON, and the DNS record that vouches for them.

draft-ietf-mailmaint-pacc, still moving: what is not known is passed over.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.formats.errors import FormatError
from bot.formats.json_object import parse_json_object
from bot.formats.server_name import server_name

MOST_BYTES = 262_144
VERSION = "UAAC1"


@dataclass(frozen=True, slots=True)
class PaccConfig:
    """One configuration. Hosts speak TLS from the first byte at their protocol's usual port."""

    imap: str = ""
    pop3: str = ""
    smtp: str = ""
    sieve: str = ""
    jmap: str = ""  # an https address
    has_oauth: bool = False
    has_password: bool | None = None  # None: not told
    provider: str = ""
    documentation: str = ""


def parse_pacc(data: bytes) -> PaccConfig:
    """Read the JSON document."""
    told = parse_json_object(data, MOST_BYTES)
    if not isinstance(told.get("protocols"), dict):
        raise FormatError("not-pacc")
    protocols = told["protocols"]
    logins = _table(told, "authentication")
    info = _table(told, "info")
    jmap = _text(_table(protocols, "jmap"), "url")
    password = logins.get("password")
    return PaccConfig(
        imap=_host(protocols, "imap"),
        pop3=_host(protocols, "pop3"),
        # "submit" since version -03 of the draft, "smtp" before; both are published.
        smtp=_host(protocols, "submit") or _host(protocols, "smtp"),
        sieve=_host(protocols, "managesieve"),
        jmap=jmap if jmap.startswith("https://") else "",
        has_oauth=isinstance(logins.get("oauth-public"), dict),
        has_password=password if isinstance(password, bool) else None,
        provider=_text(_table(info, "provider"), "name"),
        documentation=_text(_table(info, "help"), "documentation"),
    )


def is_vouched_for(data: bytes, records: Iterable[str]) -> bool:
    """Whether one of the TXT records at _ua-auto-config holds the document's digest."""
    digest = hashlib.sha256(data).digest()
    return any(hmac.compare_digest(told, digest) for record in records if (told := _digest(record)))


def _digest(record: str) -> bytes:
    """The digest of "v=UAAC1; a=sha256; d=…"; b"" where it is no such record."""
    parts = [part.partition("=") for part in record[:1000].split(";")]
    tags = {name.strip().lower(): value.strip() for name, _, value in parts}
    if tags.get("v") != VERSION or tags.get("a", "").lower() != "sha256":
        return b""
    try:
        return base64.b64decode(tags.get("d", ""), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _table(tables: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = tables.get(key)
    return value if isinstance(value, dict) else {}


def _text(table: Mapping[str, Any], key: str) -> str:
    value = table.get(key)
    return value.strip()[:2000] if isinstance(value, str) else ""


def _host(protocols: Mapping[str, Any], key: str) -> str:
    return server_name(_text(_table(protocols, key), "host")) or ""
