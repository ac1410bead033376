"""Writes Thunderbird's autoconfig file (config-v1.1.xml) for a domain, ready to be published.

Elements as in draft-ietf-mailmaint-autoconfig, its working text read 2026-11-24. Version 1.1 is
what all programs know; 1.2 adds nothing that a mailbox needs.
"""

from collections.abc import Iterable
from html import escape  # for XML too, and far lighter than what is named for it

from bot.model.settings import ADDRESS_PLACE, ConnectionSecurity, MailboxServer

FILE_NAME = "config-v1.1.xml"
SOCKET_TYPES = {
    ConnectionSecurity.TLS: "SSL",
    ConnectionSecurity.STARTTLS: "STARTTLS",
    ConnectionSecurity.NONE: "plain",
}
# The names of autoconfig itself; others that sources give us have no place in the file.
AUTHENTICATION = ("OAuth2", "password-encrypted", "GSSAPI", "NTLM", "password-cleartext")
INCOMING = ("imap", "pop3")
LONGEST_NAME = 60  # characters of a provider's name


def write_autoconfig(domain: str, servers: Iterable[MailboxServer]) -> str:
    """The file of a domain with these servers, in their order: the best of each kind first."""
    given = tuple(servers)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<clientConfig version="1.1">',
        f'  <emailProvider id="{escape(domain)}">',
        f"    <domain>{escape(domain)}</domain>",
        f"    <displayName>{escape(domain[:LONGEST_NAME])}</displayName>",
    ]
    for server in given:
        if server.protocol in INCOMING:
            lines += _server("incomingServer", server.protocol, server)
    for server in given:
        if server.protocol == "smtp":
            lines += _server("outgoingServer", "smtp", server)
    return "\n".join([*lines, "  </emailProvider>", "</clientConfig>", ""])


def _server(element: str, kind: str, server: MailboxServer) -> list[str]:
    return [
        f'    <{element} type="{kind}">',
        f"      <hostname>{escape(server.host)}</hostname>",
        f"      <port>{server.port}</port>",
        f"      <socketType>{SOCKET_TYPES[server.security]}</socketType>",
        *(f"      <authentication>{name}</authentication>" for name in _methods(server)),
        f"      <username>{escape(server.username or ADDRESS_PLACE)}</username>",
        f"    </{element}>",
    ]


def _methods(server: MailboxServer) -> tuple[str, ...]:
    known = {name.lower(): name for name in AUTHENTICATION}
    known["app-password"] = "password-cleartext"  # what it is to the program
    methods = [known[method.lower()] for method in server.auth if method.lower() in known]
    # A program without a method in the file takes the first that it likes: say the plain one.
    return tuple(dict.fromkeys(methods)) or ("password-cleartext",)
