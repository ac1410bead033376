"""What one source says, and how much its word counts."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from urllib.parse import urlsplit

from bot.formats.autoconfig import ClientConfig, ConfigServer
from bot.formats.autodiscover import DiscoveredServer
from bot.formats.pacc import PaccConfig
from bot.formats.server_name import server_name
from bot.knowledge.provider import Auth, Provider
from bot.model.settings import (
    ADDRESS_PLACE,
    DOMAIN_PLACE,
    LOCAL_PART_PLACE,
    USERNAME_PLACE,
    AskedSource,
    ConnectionSecurity,
    MailboxServer,
    SettingsSource,
)
from bot.network.answer import SrvRecord

INCOMING = ("imap", "pop3", "jmap", "exchange")
# Nobody's mailbox: what is sent where a source wants an address, and never a person's own.
NOBODY = "listonosz-nobody"


class Standing(IntEnum):
    """Whose word counts more: the domain's own first, then what people have checked, then hints.

    Our own files stand before ISPDB because each names the provider's own pages and is tried
    against the servers; most Polish providers are not in ISPDB at all.
    """

    OWN_FILE = 0  # autoconfig over https
    OWN_PACC = 1
    KNOWN_DOMAIN = 2  # our file on the provider of this very domain
    ISPDB = 3
    SRV = 4
    OWN_FILE_IN_CLEAR = 5
    KNOWN_MX = 6  # our file on the provider that receives the domain's mail
    MX_FILE = 7
    MX_ISPDB = 8
    AUTODISCOVER = 9
    GUESS = 10


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of asking one place."""

    asked: AskedSource
    standing: Standing
    servers: tuple[MailboxServer, ...] = ()  # in the source's order
    not_offered: tuple[str, ...] = ()  # protocols that it says there are none of
    strangers: frozenset[str] = field(default_factory=frozenset)  # hosts to be taken with care


def from_config(
    config: ClientConfig, domain: str, source: SettingsSource
) -> tuple[MailboxServer, ...]:
    """The servers of an autoconfig file."""
    found = [_from_section(server, domain, source) for server in config.incoming]
    found += [_from_section(server, domain, source) for server in config.outgoing]
    return tuple(server for server in found if server is not None)


def switch_on_page(config: ClientConfig) -> str:
    """Where people switch programs' access on; "" where the file tells no page to be visited."""
    pages = (page.url for page in config.switch_on)
    return next((url for url in pages if _ADDRESS.fullmatch(url) and "%EMAIL" not in url), "")


def _from_section(
    section: ConfigServer, domain: str, source: SettingsSource
) -> MailboxServer | None:
    host = section.host_for(domain)
    if kind := _ON_THE_WEB.get(section.type):
        name = username_template(section.username, domain)
        return over_the_web(kind, section.url, source, section.auth, name, host or "")
    if section.type not in ("imap", "pop3", "smtp") or host is None:
        return None
    security, port = _usual(section.type, section.security, section.port)
    return MailboxServer(
        section.type,
        host,
        port,
        security,
        section.auth,
        username_template(section.username, domain),
        source,
    )


def over_the_web(
    protocol: str,
    url: str,
    source: SettingsSource,
    auth: tuple[str, ...] = (),
    username: str = "",
    host: str = "",
) -> MailboxServer | None:
    """A server that has an https address, or only a host; None where it has neither."""
    try:
        parts = urlsplit(url if _ADDRESS.fullmatch(url) else "")
        named, port = server_name(parts.hostname or ""), parts.port
    except ValueError:
        named, port = None, None
    place, url = (named, url) if named else (host, "")
    if not place:
        return None
    tls = ConnectionSecurity.TLS
    return MailboxServer(protocol, place, port or 443, tls, auth, username, source, url)


def from_discovered(servers: Iterable[DiscoveredServer], domain: str) -> tuple[MailboxServer, ...]:
    """The servers of an Autodiscover answer."""
    return tuple(_each_discovered(servers, domain))


def _each_discovered(servers: Iterable[DiscoveredServer], domain: str) -> Iterator[MailboxServer]:
    for server in servers:
        security, port = _usual(server.type, server.security, server.port)
        auth = ("ntlm",) if server.spa else ("password-cleartext",)
        if server.needs_login is False:
            auth = ("none",)
        name = username_template(server.login_name, domain)
        yield MailboxServer(
            server.type, server.host, port, security, auth, name, SettingsSource.AUTODISCOVER
        )


def from_pacc(config: PaccConfig) -> tuple[MailboxServer, ...]:
    """The servers of a PACC document: TLS at once, usual ports, the address to log in with."""
    auth = ("oauth2",) if config.has_oauth else ()
    if config.has_password:
        auth = (*auth, "password-cleartext")
    hosts = (("imap", config.imap), ("pop3", config.pop3), ("smtp", config.smtp))
    jmap = over_the_web("jmap", config.jmap, SettingsSource.PACC, auth, ADDRESS_PLACE)
    found = tuple(
        MailboxServer(
            protocol,
            host,
            _TLS_PORTS[protocol],
            ConnectionSecurity.TLS,
            auth,
            ADDRESS_PLACE,
            SettingsSource.PACC,
        )
        for protocol, host in hosts
        if host
    )
    return found if jmap is None else (*found, jmap)


def from_srv(
    protocol: str, security: ConnectionSecurity, records: Iterable[SrvRecord]
) -> tuple[MailboxServer, ...]:
    """The servers of SRV records. RFC 6186 section 4: the address is what to log in with first."""
    return tuple(
        MailboxServer(
            protocol,
            record.target,
            record.port,
            # A port that is TLS's own is no STARTTLS, whatever the record's name.
            ConnectionSecurity.TLS if record.port in _AT_ONCE else security,
            (),
            ADDRESS_PLACE,
            SettingsSource.SRV,
        )
        for record in records
        if record.target
    )


def from_provider(provider: Provider, domain: str, mx: str = "") -> tuple[MailboxServer, ...]:
    """The servers of one of our own files."""
    return tuple(
        MailboxServer(
            server.protocol,
            host,
            server.port,
            ConnectionSecurity(server.security.value),
            tuple(_AUTHS[auth] for auth in server.auth) or known_auth(provider),
            server.username or _USERNAMES.get(provider.username, provider.username),
            SettingsSource.KNOWLEDGE,
        )
        for server in provider.servers
        if (host := server_name(server.host_for(domain, mx))) is not None
    )


def known_auth(provider: Provider) -> tuple[str, ...]:
    """What people log in with at this provider; () where we do not know."""
    return tuple(_AUTHS[auth] for auth in provider.auth)


_AUTHS = {
    Auth.OAUTH2: "oauth2",
    Auth.APP_PASSWORD: "app-password",
    Auth.PASSWORD: "password-cleartext",
}
_ADDRESS = re.compile(r"https://[!-?A-~]{1,300}")  # as people can copy it; no user name in it
# Outlook on the web and Graph are no servers that a person sets a program to.
_ON_THE_WEB = {"jmap": "jmap", "exchange": "exchange", "ews": "exchange"}
_USERNAMES = {"address": ADDRESS_PLACE, "local-part": LOCAL_PART_PLACE}
_TLS_PORTS = {"imap": 993, "pop3": 995, "smtp": 465}
_CLEAR_PORTS = {"imap": 143, "pop3": 110, "smtp": 587}
_AT_ONCE = frozenset(_TLS_PORTS.values())


def _usual(
    protocol: str, security: ConnectionSecurity | None, port: int | None
) -> tuple[ConnectionSecurity, int]:
    """What is meant where a source does not say it: TLS at once, unless the port tells else."""
    if security is None:
        other = port is not None and port not in _AT_ONCE
        security = ConnectionSecurity.STARTTLS if other else ConnectionSecurity.TLS
    at_once = security is ConnectionSecurity.TLS
    return security, port or (_TLS_PORTS if at_once else _CLEAR_PORTS)[protocol]


def username_template(text: str, domain: str) -> str:
    """A user name with placeholders; "" where it holds any that nobody can fill in."""
    echoed = text.replace(f"{NOBODY}@{domain}", ADDRESS_PLACE).replace(NOBODY, LOCAL_PART_PLACE)
    rest = echoed
    for place in (ADDRESS_PLACE, LOCAL_PART_PLACE, DOMAIN_PLACE, USERNAME_PLACE):
        rest = rest.replace(place, "")
    return "" if "%" in rest else echoed
