"""Answers of Microsoft's Autodiscover: XML (POX, MS-OXDSCLI), and the JSON that leads to it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from bot.formats.errors import FormatError
from bot.formats.json_object import parse_json_object
from bot.formats.server_name import port_number, server_name
from bot.formats.xml_tree import MOST_BYTES, child_text, children, parse_xml
from bot.model.settings import ConnectionSecurity

NAMESPACE = "http://schemas.microsoft.com/exchange/autodiscover/outlook"
_MAIL = frozenset({"imap", "pop3", "smtp"})
_EXCHANGE = frozenset({"exch", "expr", "exhttp", "mapihttp"})
_TLS_AT_ONCE = frozenset({993, 995, 465})
_MOST_SERVERS = 50
_ADDRESS = re.compile(r"[^@\s]{1,64}@([^@\s]{1,253})")


@dataclass(frozen=True, slots=True)
class DiscoveredServer:
    """One Protocol section of a mail protocol. What it does not say is None or empty."""

    type: str  # imap, pop3, smtp
    host: str
    port: int | None
    ssl: bool | None  # None: not told, and then it is meant (MS-OXDSCLI section 2.2.4.1.1.2.7.22)
    encryption: str  # "none", "ssl", "tls", "auto"; "" where not told
    spa: bool | None  # secure password authentication: NTLM
    needs_login: bool | None
    login_name: str

    @property
    def security(self) -> ConnectionSecurity:
        """How to encrypt. Encryption stands above SSL; its "TLS" means STARTTLS."""
        match self.encryption:
            case "none":
                return ConnectionSecurity.NONE
            case "tls":
                return ConnectionSecurity.STARTTLS
            case "ssl":
                return ConnectionSecurity.TLS
        # "SSL off" at a port for STARTTLS is how such files spell STARTTLS; taken at its word, it
        # would send passwords in the clear.
        at_once = self.port in _TLS_AT_ONCE if self.port else self.ssl is not False
        return ConnectionSecurity.TLS if at_once else ConnectionSecurity.STARTTLS


@dataclass(frozen=True, slots=True)
class Autodiscovered:
    """Servers, or where to ask next. `has_exchange`: mail is in Exchange or Microsoft 365."""

    servers: tuple[DiscoveredServer, ...] = ()
    redirect_url: str = ""
    redirect_domain: str = ""  # of the address to ask for next; its local part is not kept
    has_exchange: bool = False
    exchange_url: str = ""  # of Exchange Web Services
    display_name: str = ""
    error: str = ""  # the code of an answer that is an error


def request_body(address: str) -> bytes:
    """What is asked, for an address that is nobody's."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<Autodiscover xmlns="{NAMESPACE}/requestschema/2006"><Request>'
        f"<EMailAddress>{address}</EMailAddress>"
        f"<AcceptableResponseSchema>{NAMESPACE}/responseschema/2006a</AcceptableResponseSchema>"
        "</Request></Autodiscover>"
    ).encode()


def parse_autodiscover(data: bytes) -> Autodiscovered:
    """Read the XML answer."""
    root = parse_xml(data)
    if root.tag != "autodiscover":
        raise FormatError("not-autodiscover", root.tag)
    responses = list(children(root, "response")) or [root]
    accounts = [account for each in responses for account in children(each, "account")]
    errors = [error for each in (root, *responses) for error in children(each, "error")]
    protocols = [protocol for account in accounts for protocol in children(account, "protocol")]
    kinds = {_type(protocol) for protocol in protocols}
    users = [user for each in responses for user in children(each, "user")]
    return Autodiscovered(
        servers=tuple(_servers(protocols)),
        redirect_url=_first(accounts, "redirecturl"),
        redirect_domain=_domain(_first(accounts, "redirectaddr")),
        has_exchange=bool(kinds & _EXCHANGE),
        exchange_url=next(_exchange_urls(protocols), ""),
        display_name=_first(users, "displayname"),
        error=_first(errors, "errorcode")[:20] if not accounts else "",
    )


def parse_autodiscover_json(data: bytes) -> Autodiscovered:
    """Read the JSON answer (version 2), which names the address of the next question."""
    told = parse_json_object(data, MOST_BYTES)
    named = {str(key).lower(): value for key, value in told.items()}
    if "errorcode" in named:
        return Autodiscovered(error=str(named["errorcode"])[:80])
    url = named.get("url")
    if not isinstance(url, str) or not url.strip():
        raise FormatError("not-autodiscover")
    return Autodiscovered(redirect_url=url.strip()[:2000])


def _servers(protocols: list[Element]) -> Iterator[DiscoveredServer]:
    for protocol in protocols[:_MOST_SERVERS]:
        host = server_name(child_text(protocol, "server"))
        if _type(protocol) not in _MAIL or host is None:
            continue
        yield DiscoveredServer(
            type=_type(protocol),
            host=host,
            port=port_number(child_text(protocol, "port")),
            ssl=_switch(protocol, "ssl"),
            encryption=child_text(protocol, "encryption").lower(),
            spa=_switch(protocol, "spa"),
            needs_login=_switch(protocol, "authrequired"),
            login_name=child_text(protocol, "loginname", 300),
        )


def _exchange_urls(protocols: list[Element]) -> Iterator[str]:
    """Addresses of Exchange for programs; those for use inside the company come last."""
    ours = [protocol for protocol in protocols if _type(protocol) in _EXCHANGE]
    inside = [each for protocol in ours for each in children(protocol, "internal")]
    outside = [each for protocol in ours for each in children(protocol, "external")]
    # EXPR is Exchange as seen from outside (MS-OXDSCLI section 2.2.4.1.1.2.7.34).
    ours.sort(key=lambda protocol: _type(protocol) != "expr")
    for element in (*outside, *ours, *inside):
        url = child_text(element, "ewsurl", 2000)
        if url.lower().startswith("https://"):
            yield url


def _type(protocol: Element) -> str:
    """Told in an element, or by newer servers in an attribute."""
    return (child_text(protocol, "type") or protocol.get("type", "")).strip().lower()


def _switch(protocol: Element, name: str) -> bool | None:
    return {"on": True, "true": True, "off": False, "false": False}.get(
        child_text(protocol, name).lower()
    )


def _first(elements: list[Element], name: str) -> str:
    return next((text for each in elements if (text := child_text(each, name, 2000))), "")


def _domain(address: str) -> str:
    found = _ADDRESS.fullmatch(address)
    return (server_name(found[1]) or "") if found else ""
