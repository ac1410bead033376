"""The shape of a provider's file: every fault by its line, with its cure."""

import re
from collections.abc import Iterable, Mapping

from bot.knowledge.located import Checker, Located
from bot.knowledge.provider import (
    PROTOCOLS,
    USERNAME_PLACES,
    USERNAMES,
    Access,
    Auth,
    LimitKind,
    ProviderKind,
    Security,
)
from bot.knowledge.source import check_sources
from bot.knowledge.topic import ID, LANGUAGES, check_paragraphs, check_texts

COUNTRY = re.compile(r"[A-Z]{2}")
NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9])?)+")
# "**" before the first dot stands for any number of labels, "*" for anything within one.
PATTERN = re.compile(r"(?!.+\*\*)(\*\*\.)?([a-z0-9_*-]+\.)+[a-z][a-z0-9-]*")
# A server may be called after the customer's domain, be the customer's MX, or, where a program
# of the provider's stands between, run on the person's own computer.
HOST = re.compile(r"([a-z0-9-]+\.)*(\{domain\}|[a-z0-9-]+\.[a-z]{2,})|\{mx\}|127\.0\.0\.1")
LARGEST_PORT = 65_535
_WHOLE = re.compile(r"[1-9][0-9]{0,8}")
_PLACES = re.compile(r"%[A-Z]+%")

REQUIRED = frozenset({"name", "country", "kind", "sources"})
OPTIONAL = frozenset(
    {
        *("domains", "mx", "spf", "servers", "username", "auth", "access", "note", "help"),
        *("switch_on", "app_password", "limits"),
    }
)


def check_provider(provider_id: str, value: Located, checker: Checker) -> None:
    """Note every fault of shape in one provider's file."""
    if not ID.fullmatch(provider_id):
        cure = "rename the file: small letters, digits and single hyphens"
        checker.fault(0, f"“{provider_id}” cannot be a provider's name", cure)
    fields = checker.keys(value, "the provider", REQUIRED, OPTIONAL)
    if "name" in fields:
        checker.text(fields["name"], "name")
    _check_one(fields, "kind", {kind.value for kind in ProviderKind}, checker)
    _check_username(fields.get("username"), checker)
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
    _check_help(fields.get("help"), checker)
    if "sources" in fields:
        check_sources(fields["sources"], checker)
    _check_switch_on(fields.get("switch_on"), checker)
    if "app_password" in fields:
        _check_steps(fields["app_password"], "app_password", frozenset(), checker)
    _check_limits(fields.get("limits"), fields.get("sources"), checker)
    _check_together(value, fields, checker)


def _check_together(value: Located, fields: Mapping[str, Located], checker: Checker) -> None:
    """What one part of the file asks of another."""
    if isinstance(value.data, dict) and not fields.keys() & {"domains", "mx", "spf"}:
        cure = "add `domains:`, `mx:` or `spf:`"
        checker.fault(value.line, "nothing tells this provider", cure)
    access = fields["access"].data if "access" in fields else None
    # Where most is open, one protocol may still have to be switched on.
    if "switch_on" in fields and access not in (Access.SWITCH_ON, Access.OPEN):
        cure = "write `access: switch-on` (or `open`, where it is for some protocols), or delete it"
        checker.fault(fields["switch_on"].line, "switch_on stands without its access", cure)
    if access == Access.NONE and "servers" in fields:
        cure = "delete the servers, or mend `access`"
        checker.fault(fields["servers"].line, "there are servers where access is none", cure)


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


def _check_username(value: Located | None, checker: Checker) -> None:
    if value is None:
        return
    text = checker.text(value, "username")
    places = set(_PLACES.findall(text))
    if text and text not in USERNAMES and not (places and places <= set(USERNAME_PLACES)):
        known = ", ".join((*USERNAMES, *USERNAME_PLACES))
        checker.fault(value.line, f"unknown username “{text}”", f"use one of, or join: {known}")


def _check_auth(value: Located | None, checker: Checker) -> None:
    known = [auth.value for auth in Auth]
    if value is not None:
        for text, line in checker.texts(value, "auth"):
            if text not in known:
                checker.fault(line, f"unknown auth “{text}”", f"use one of: {', '.join(known)}")


def _check_servers(value: Located | None, checker: Checker) -> None:
    if value is None:
        return
    seen = set()
    for entry in _entries(value, "servers", checker):
        required = {"protocol", "host", "port", "security"}
        fields = checker.keys(entry, "a server", required, {"auth", "username"})
        _check_one(fields, "protocol", PROTOCOLS, checker)
        _check_one(fields, "security", {security.value for security in Security}, checker)
        _check_shaped(fields.get("host"), "host", HOST, "imap.firma.pl", checker)
        _check_auth(fields.get("auth"), checker)
        _check_username(fields.get("username"), checker)
        if port := fields.get("port"):
            _check_port(port, checker)
        same = tuple(str(fields[key].data) for key in sorted(required & fields.keys()))
        if same in seen:
            checker.fault(entry.line, "this server stands twice", "delete one of them")
        seen.add(same)


def _check_port(port: Located, checker: Checker) -> None:
    text = checker.text(port, "port")
    digits = text.isascii() and text.isdecimal()
    if text and not (digits and 0 < int(text) <= LARGEST_PORT):
        checker.fault(port.line, f"“{text}” is no port", "write it as 993")


def _check_help(value: Located | None, checker: Checker) -> None:
    if value is None:
        return
    pages = list(checker.texts(value, "help")) if isinstance(value.data, list) else []
    if not isinstance(value.data, list) and (text := checker.text(value, "help")):
        pages = [(text, value.line)]
    for page, line in pages:
        _check_url(page, line, "help", checker)


def _check_url(url: str, line: int, name: str, checker: Checker) -> None:
    if not url.startswith("https://"):
        checker.fault(line, f"{name} is not https", "give an https:// address, or none")


def _check_switch_on(value: Located | None, checker: Checker) -> None:
    if value is None:
        return
    for entry in _entries(value, "switch_on", checker):
        fields = _check_steps(entry, "an entry of switch_on", frozenset({"protocols"}), checker)
        if "protocols" in fields:
            for text, line in checker.texts(fields["protocols"], "protocols"):
                if text not in PROTOCOLS:
                    cure = f"use one of: {', '.join(sorted(PROTOCOLS))}"
                    checker.fault(line, f"unknown protocol “{text}”", cure)


def _check_steps(
    value: Located, name: str, more: frozenset[str], checker: Checker
) -> Mapping[str, Located]:
    """Short steps in every language, and the page where they are taken."""
    fields = checker.keys(value, name, LANGUAGES | more, {"page"})
    steps = {key: entry for key, entry in fields.items() if key in LANGUAGES}
    if steps.keys() >= LANGUAGES:
        check_paragraphs(Located(steps, value.line), name, checker)
        counts = {len(entry.data) for entry in steps.values() if isinstance(entry.data, list)}
        if len(counts) > 1:
            what = f"{name} has more steps in one language"
            checker.fault(value.line, what, "tell the same steps in both")
    if (page := fields.get("page")) and (text := checker.text(page, f"{name}.page")):
        _check_url(text, page.line, "page", checker)
    return fields


def _check_limits(value: Located | None, sources: Located | None, checker: Checker) -> None:
    if value is None:
        return
    known = set()
    for entry in sources.data if sources is not None and isinstance(sources.data, list) else []:
        if isinstance(entry.data, dict) and (url := entry.data.get("url")):
            known.add(str(url.data))
    for entry in _entries(value, "limits", checker):
        fields = checker.keys(entry, "a limit", {"kind", "most", "source"})
        _check_one(fields, "kind", {kind.value for kind in LimitKind}, checker)
        _check_shaped(fields.get("most"), "limit", _WHOLE, "25, a whole number", checker)
        source = fields.get("source")
        if source is not None and (text := checker.text(source, "source")) and text not in known:
            cure = "write there the url of one of the `sources` below"
            checker.fault(source.line, f"no source has the url “{text}”", cure)


def _entries(value: Located, name: str, checker: Checker) -> list[Located]:
    if isinstance(value.data, list):
        return value.data
    checker.fault(value.line, f"{name} is not a list", "begin each of its lines with `- `")
    return []


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
