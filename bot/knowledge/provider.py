"""A provider of mail: its signs in DNS, its servers, what it asks of people; and its file."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from bot.knowledge.located import Checker, Located
from bot.knowledge.source import build_sources, check_sources
from bot.knowledge.topic import ID, LANGUAGES, Source, check_texts
from bot.model.language import Language

COUNTRY = re.compile(r"[A-Z]{2}")
NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9])?)+")
# "**" before the first dot stands for any number of labels, "*" for anything within one.
PATTERN = re.compile(r"(?!.+\*\*)(\*\*\.)?([a-z0-9_*-]+\.)+[a-z][a-z0-9-]*")
# A server may be called after the customer's domain.
HOST = re.compile(r"([a-z0-9-]+\.)*(\{domain\}|[a-z0-9-]+\.[a-z]{2,})")
LARGEST_PORT = 65_535


class ProviderKind(StrEnum):
    """What a provider does with mail."""

    MAILBOX = "mailbox"  # people have addresses in its own domains
    HOSTING = "hosting"  # mailboxes in the customer's domain
    FORWARDING = "forwarding"  # hands mail on to a mailbox elsewhere
    FILTER = "filter"  # stands before somebody else's servers
    SENDING = "sending"  # sends for the domain, holds no mailbox


class Access(StrEnum):
    """How a mail program gets at the mailbox."""

    OPEN = "open"
    SWITCH_ON = "switch-on"  # the person must first allow it in webmail
    BRIDGE = "bridge"  # through a program of the provider's
    NONE = "none"  # not at all: the provider's own programs only


class Auth(StrEnum):
    """What a mail program logs in with."""

    OAUTH2 = "oauth2"
    APP_PASSWORD = "app-password"
    PASSWORD = "password"


class Security(StrEnum):
    """How a connection is encrypted."""

    TLS = "tls"
    STARTTLS = "starttls"


PROTOCOLS = frozenset({"imap", "pop3", "smtp"})
USERNAMES = frozenset({"address", "local-part"})
REQUIRED = frozenset({"name", "country", "kind", "sources"})
OPTIONAL = frozenset(
    {"domains", "mx", "spf", "servers", "username", "auth", "access", "note", "help"}
)


@dataclass(frozen=True, slots=True)
class MailServer:
    """One server that people's programs connect to. `host` may hold {domain}."""

    protocol: str  # imap, pop3, smtp
    host: str
    port: int
    security: Security


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider. What is not known for sure is empty."""

    id: str
    name: str
    country: str  # ISO 3166-1: where it is at home
    kind: ProviderKind
    domains: tuple[str, ...]  # of its own mailboxes
    mx: tuple[str, ...]  # patterns of its MX hosts
    spf: tuple[str, ...]  # patterns of what its customers include
    servers: tuple[MailServer, ...]
    username: str  # "address", "local-part" or ""
    auth: tuple[Auth, ...]  # best first
    access: Access | None
    note: Mapping[Language, str]
    help: str  # the provider's own page on settings
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Providers:
    """All providers, found by domain, MX host or SPF include."""

    all: tuple[Provider, ...] = field(default=())

    def of_domain(self, domain: str) -> Provider | None:
        """Whose mailboxes lie in this very domain."""
        return self._domains.get(domain.lower())

    def of_mx(self, host: str) -> Provider | None:
        """Whose MX host this is."""
        return _find(self._mx, host)

    def of_spf(self, include: str) -> Provider | None:
        """Whose servers an `include` of this name allows to send."""
        return _find(self._spf, include)

    @cached_property
    def _domains(self) -> Mapping[str, Provider]:
        return {domain: provider for provider in self.all for domain in provider.domains}

    @cached_property
    def _mx(self) -> "_Index":
        return _index((pattern, provider) for provider in self.all for pattern in provider.mx)

    @cached_property
    def _spf(self) -> "_Index":
        return _index((pattern, provider) for provider in self.all for pattern in provider.spf)


# By the labels at the end that hold no star; the rest of the pattern is compared one by one.
_Index = Mapping[str, tuple[tuple[str, Provider], ...]]


def _index(patterns: Iterable[tuple[str, Provider]]) -> _Index:
    index: dict[str, tuple[tuple[str, Provider], ...]] = {}
    for pattern, provider in patterns:
        tail = _tail(pattern)
        index[tail] = (*index.get(tail, ()), (pattern, provider))
    return index


def _tail(pattern: str) -> str:
    labels = pattern.split(".")
    stars = [at for at, label in enumerate(labels) if "*" in label]
    return ".".join(labels[stars[-1] + 1 :] if stars else labels)


def _find(index: _Index, name: str) -> Provider | None:
    """The provider of the longest pattern that fits."""
    labels = name.lower().rstrip(".").split(".")
    for at in range(len(labels)):
        for pattern, provider in index.get(".".join(labels[at:]), ()):
            if fits(pattern, ".".join(labels)):
                return provider
    return None


def fits(pattern: str, name: str) -> bool:
    """Whether a host's name fits a pattern, label by label."""
    wanted, labels = pattern.split("."), name.lower().split(".")
    if wanted[0] == "**":
        wanted = wanted[1:]
        if len(labels) <= len(wanted):
            return False
        labels = labels[len(labels) - len(wanted) :]
    return len(wanted) == len(labels) and all(map(_fits_label, wanted, labels))


def _fits_label(pattern: str, label: str) -> bool:
    first, *rest = pattern.split("*")
    if not rest:
        return pattern == label
    *middle, last = rest
    if len(label) < len(first) + len(last) or not label.startswith(first):
        return False
    at = len(first)
    for part in middle:
        found = label.find(part, at, len(label) - len(last))
        if found < 0:
            return False
        at = found + len(part)
    return label.endswith(last)


def check_provider(provider_id: str, value: Located, checker: Checker) -> None:
    """Note every fault of shape in one provider's file."""
    if not ID.fullmatch(provider_id):
        cure = "rename the file: small letters, digits and single hyphens"
        checker.fault(0, f"“{provider_id}” cannot be a provider's name", cure)
    fields = checker.keys(value, "the provider", REQUIRED, OPTIONAL)
    for key in fields.keys() & {"name", "help"}:
        checker.text(fields[key], key)
    _check_one(fields, "kind", {kind.value for kind in ProviderKind}, checker)
    _check_one(fields, "username", USERNAMES, checker)
    _check_one(fields, "access", {access.value for access in Access}, checker)
    _check_shaped(fields.get("country"), "country", COUNTRY, "PL", checker)
    for key, shape, example in (
        ("domains", NAME, "firma.pl"),
        ("mx", PATTERN, "mx*.firma.pl or **.firma.pl"),
        ("spf", PATTERN, "_spf.firma.pl"),
    ):
        _check_list(fields.get(key), key, shape, example, checker)
    _check_auth(fields.get("auth"), checker)
    _check_servers(fields.get("servers"), checker)
    if "note" in fields:
        check_texts(fields["note"], "note", checker)
    page = fields.get("help")
    if page and isinstance(page.data, str) and not page.data.startswith("https://"):
        checker.fault(page.line, "help is not https", "give an https:// address, or none")
    if "sources" in fields:
        check_sources(fields["sources"], checker)
    if isinstance(value.data, dict) and not fields.keys() & {"domains", "mx", "spf"}:
        cure = "add `domains:`, `mx:` or `spf:`"
        checker.fault(value.line, "nothing tells this provider", cure)


def _check_one(
    fields: Mapping[str, Located], key: str, allowed: Iterable[str], checker: Checker
) -> None:
    if key in fields:
        text = checker.text(fields[key], key)
        if text and text not in allowed:
            cure = f"use one of: {', '.join(sorted(allowed))}"
            checker.fault(fields[key].line, f"unknown {key} “{text}”", cure)


def _check_shaped(
    value: Located | None, name: str, shape: re.Pattern[str], example: str, checker: Checker
) -> None:
    if value is not None:
        text = checker.text(value, name)
        if text and not shape.fullmatch(text):
            checker.fault(value.line, f"“{text}” is no {name}", f"write it as {example}")


def _check_list(
    value: Located | None, key: str, shape: re.Pattern[str], example: str, checker: Checker
) -> None:
    if value is None:
        return
    seen = set()
    for text, line in checker.texts(value, key):
        if not shape.fullmatch(text):
            checker.fault(line, f"“{text}” cannot stand in {key}", f"write it as {example}")
        if text in seen:
            checker.fault(line, f"“{text}” stands twice", "delete one of them")
        seen.add(text)


def _check_auth(value: Located | None, checker: Checker) -> None:
    known = [auth.value for auth in Auth]
    if value is not None:
        for text, line in checker.texts(value, "auth"):
            if text not in known:
                checker.fault(line, f"unknown auth “{text}”", f"use one of: {', '.join(known)}")


def _check_servers(value: Located | None, checker: Checker) -> None:
    if value is None:
        return
    if not isinstance(value.data, list):
        checker.fault(value.line, "servers is not a list", "begin each of its lines with `- `")
        return
    for entry in value.data:
        fields = checker.keys(entry, "a server", {"protocol", "host", "port", "security"})
        _check_one(fields, "protocol", PROTOCOLS, checker)
        _check_one(fields, "security", {security.value for security in Security}, checker)
        _check_shaped(fields.get("host"), "host", HOST, "imap.firma.pl", checker)
        port = fields.get("port")
        if port is not None:
            text = checker.text(port, "port")
            digits = text.isascii() and text.isdecimal()
            if text and not (digits and 0 < int(text) <= LARGEST_PORT):
                checker.fault(port.line, f"“{text}” is no port", "write it as 993")


def build_providers(files: Mapping[str, Any]) -> Providers:
    """The providers of sound files."""
    return Providers(tuple(_build(name, plain) for name, plain in files.items()))


def _build(provider_id: str, plain: Mapping[str, Any]) -> Provider:
    note = plain.get("note", {})
    return Provider(
        id=provider_id,
        name=plain["name"],
        country=plain["country"],
        kind=ProviderKind(plain["kind"]),
        domains=tuple(plain.get("domains", ())),
        mx=tuple(plain.get("mx", ())),
        spf=tuple(plain.get("spf", ())),
        servers=tuple(
            MailServer(
                entry["protocol"], entry["host"], int(entry["port"]), Security(entry["security"])
            )
            for entry in plain.get("servers", ())
        ),
        username=plain.get("username", ""),
        auth=tuple(Auth(text) for text in plain.get("auth", ())),
        access=Access(plain["access"]) if "access" in plain else None,
        note={Language(key): text for key, text in note.items() if key in LANGUAGES},
        help=plain.get("help", ""),
        sources=build_sources(plain["sources"]),
    )


def shared_faults(sheets: Iterable[tuple[Located, Checker]]) -> None:
    """Note what stands in the files of two providers: nobody could say whose it is."""
    seen: dict[tuple[str, str], str] = {}
    for value, checker in sheets:
        fields = value.data if isinstance(value.data, dict) else {}
        for key in ("domains", "mx", "spf"):
            entries = fields[key].data if key in fields else []
            for entry in entries if isinstance(entries, list) else []:
                other = seen.setdefault((key, str(entry.data)), checker.path)
                if other != checker.path:
                    what = f"“{entry.data}” also stands in {other}"
                    checker.fault(entry.line, what, "leave it in one of them")
