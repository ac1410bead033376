"""Autoconfig's clientConfig XML, as ISPDB and domains publish it (draft-ietf-mailmaint-autoconfig).

Elements that are not known are passed over, as the draft demands; so is a server section that uses
nothing but unknown ways to encrypt or to log in.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from xml.etree.ElementTree import Element

from bot.formats.autoconfig_words import SECURITIES, login_named
from bot.formats.errors import FormatError
from bot.formats.server_name import port_number, server_name
from bot.formats.xml_tree import child_text, children, parse_xml, text_of
from bot.model.settings import (
    ADDRESS_PLACE,
    DOMAIN_PLACE,
    LOCAL_PART_PLACE,
    USERNAME_PLACE,
    ConnectionSecurity,
)

Known = TypeVar("Known")

MOST_SERVERS = 50
MOST_ASKED = 10  # things that a provider wants to know of a person
# Protocols over the web have an address instead of a host.
_ON_THE_WEB = frozenset(
    {"jmap", "exchange", "ews", "activesync", "graph", "owa", "caldav", "carddav"}
)
_WEB_PLACES = ("url", "ewsurl", "easurl", "owaurl")
_PLACEHOLDER = re.compile(r"%[A-Za-z0-9_]+%")
# ISPDB itself has files in which the percent sign at the end was forgotten.
_UNCLOSED = re.compile(r"%(emailaddress|emaillocalpart|emaildomain)(?![a-z0-9_%])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ConfigServer:
    """One server section. What it does not say is None or empty."""

    type: str  # imap, pop3, smtp; jmap, exchange, … with a `url`
    hostname: str = ""  # A-labels in lower case; may hold %EMAILDOMAIN%
    port: int | None = None
    security: ConnectionSecurity | None = None
    auth: tuple[str, ...] = ()  # in the provider's order of preference
    username: str = ""  # with placeholders
    url: str = ""

    def host_for(self, domain: str) -> str | None:
        """The host for the mailboxes of a domain; None where it cannot be told."""
        return server_name(_fill(self.hostname, domain))


@dataclass(frozen=True, slots=True)
class OAuth2:
    """Where programs get their tokens."""

    issuer: str
    scopes: tuple[str, ...]
    auth_url: str
    token_url: str


@dataclass(frozen=True, slots=True)
class HelpPage:
    """A page of the provider's, and what it is about by language ("" where none is told)."""

    url: str
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClientConfig:
    """One configuration file."""

    version: str
    id: str
    domains: tuple[str, ...]
    display_name: str
    short_name: str
    incoming: tuple[ConfigServer, ...]  # in the provider's order
    outgoing: tuple[ConfigServer, ...]
    documentation: tuple[HelpPage, ...] = ()
    switch_on: tuple[HelpPage, ...] = ()  # what the person must do in webmail first
    oauth2: OAuth2 | None = None
    webmail: str = ""


def parse_autoconfig(data: bytes) -> ClientConfig:
    """Read a configuration file."""
    # Files of ISPDB itself have been broken: in addresses of pages, behind the servers, among them.
    root = parse_xml(data, enough="emailprovider", parts=_PARTS)
    if root.tag != "clientconfig":
        raise FormatError("not-autoconfig", root.tag)
    # The draft: emailProvider stands for historical reasons, its children may be the root's too.
    homes = (*children(root, "emailprovider"), root)
    asked = _asked(homes)
    names = [text for home in homes if (text := child_text(home, "displayname", 200))]
    shorts = [text for home in homes if (text := child_text(home, "displayshortname", 100))]
    return ClientConfig(
        version=root.get("version", "").strip()[:20],
        id=next((home.get("id", "").strip()[:253] for home in homes if home.get("id")), ""),
        domains=tuple(dict.fromkeys(_domains(homes))),
        display_name=next(iter(names), ""),
        short_name=next(iter(shorts), ""),
        incoming=_servers(homes, "incomingserver", asked),
        outgoing=_servers(homes, "outgoingserver", asked),
        documentation=_pages(homes, "documentation", "url", "descr"),
        switch_on=_pages(homes, "enable", "visiturl", "instruction"),
        oauth2=next(
            (_oauth2(element) for home in homes for element in children(home, "oauth2")), None
        ),
        webmail=next(_login_pages(homes), ""),
    )


def _domains(homes: tuple[Element, ...]) -> Iterator[str]:
    for home in homes:
        for element in children(home, "domain"):
            text = text_of(element)
            if _PLACEHOLDER.search(text):
                yield _normalise(text)
            elif name := server_name(text):
                yield name


def _asked(homes: tuple[Element, ...]) -> tuple[str, ...]:
    """Placeholders for what the provider has people asked, a user name that it gave them."""
    fields = [each for home in homes for each in children(home, "userinput", "inputfield")]
    keys = [each.get("key", "").strip().strip("%").upper()[:40] for each in fields]
    return tuple([f"%{key}%" for key in keys if key][:MOST_ASKED])


def _servers(
    homes: tuple[Element, ...], tag: str, asked: tuple[str, ...]
) -> tuple[ConfigServer, ...]:
    found = [_server(element, tag, asked) for home in homes for element in children(home, tag)]
    return tuple([server for server in found if server is not None][:MOST_SERVERS])


def _server(element: Element, tag: str, asked: tuple[str, ...]) -> ConfigServer | None:
    kind = element.get("type", "").strip().lower()
    port = _first(port_number(text) for text in _texts(element, "port"))
    if not kind:
        kind = "smtp" if tag == "outgoingserver" else _BY_PORT.get(port or 0, "")
    kind = {"pop": "pop3", "imap4": "imap"}.get(kind, kind)
    logins = [text.lower() for text in _texts(element, "authentication")]
    auth = tuple(dict.fromkeys(known for login in logins if (known := login_named(login))))
    url = next((text for place in _WEB_PLACES if (text := child_text(element, place))), "")
    hostname = _first(map(_hostname, _texts(element, "hostname"))) or ""
    sockets = [text.lower() for text in _texts(element, "sockettype")]
    security = _first(map(SECURITIES.get, sockets))
    is_reachable = bool(url or hostname) if kind in _ON_THE_WEB else bool(hostname)
    if not kind or not is_reachable or (sockets and security is None) or (logins and not auth):
        return None
    username = _normalise(next(iter(_texts(element, "username")), "")[:300])
    for place in asked:
        username = username.replace(place, USERNAME_PLACE)
    return ConfigServer(kind, hostname, port, security, auth, username, url)


def _texts(element: Element, name: str) -> list[str]:
    """What the elements of one name say; of several, a program takes the first that it knows."""
    return [text for child in children(element, name) if (text := text_of(child))]


def _first(values: Iterable[Known | None]) -> Known | None:
    return next((value for value in values if value), None)


_PARTS = ("domain", "displayname", "incomingserver", "outgoingserver", "documentation", "enable")
_BY_PORT = {143: "imap", 993: "imap", 110: "pop3", 995: "pop3"}


def _hostname(text: str) -> str:
    """The host, its placeholders kept; "" for what can be no host's name."""
    template = _normalise(text)
    if server_name(_fill(template, "firma.pl")) is None:
        return ""
    if "%" in template:
        return template
    return server_name(template) or ""


def _fill(template: str, domain: str) -> str:
    return template.replace(DOMAIN_PLACE, domain)


def _normalise(text: str) -> str:
    """Placeholders in capital letters, and the address as one of them."""
    text = _UNCLOSED.sub(r"%\1%", text)
    text = _PLACEHOLDER.sub(lambda found: found[0].upper(), text)
    return text.replace(f"{LOCAL_PART_PLACE}@{DOMAIN_PLACE}", ADDRESS_PLACE)


def _pages(
    homes: tuple[Element, ...], tag: str, attribute: str, words: str
) -> tuple[HelpPage, ...]:
    return tuple(
        HelpPage(
            element.get(attribute, "").strip()[:2000],
            {each.get("lang", "").strip()[:20]: text_of(each) for each in children(element, words)},
        )
        for home in homes
        for element in children(home, tag)
    )


def _oauth2(element: Element) -> OAuth2:
    return OAuth2(
        issuer=child_text(element, "issuer"),
        scopes=tuple(child_text(element, "scope", 2000).split()),
        auth_url=child_text(element, "authurl"),
        token_url=child_text(element, "tokenurl"),
    )


def _login_pages(homes: tuple[Element, ...]) -> Iterator[str]:
    for home in homes:
        for webmail in children(home, "webmail"):
            for page in children(webmail, "loginpage", "loginpageinfo"):
                if url := page.get("url", "").strip():
                    yield url[:2000]
