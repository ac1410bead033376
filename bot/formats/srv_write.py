"""Writes the SRV records that tell mail programs a domain's servers (RFC 6186, RFC 8314)."""

from collections.abc import Iterable

from bot.model.settings import ConnectionSecurity, MailboxServer

SERVICES = {
    ("imap", ConnectionSecurity.TLS): "_imaps",
    ("imap", ConnectionSecurity.STARTTLS): "_imap",
    ("pop3", ConnectionSecurity.TLS): "_pop3s",
    ("pop3", ConnectionSecurity.STARTTLS): "_pop3",
    ("smtp", ConnectionSecurity.TLS): "_submissions",  # RFC 8314 section 5.1
    ("smtp", ConnectionSecurity.STARTTLS): "_submission",
}
TTL = 3600
STEP = 10  # between priorities, so that another server can be put between two


def write_srv(domain: str, servers: Iterable[MailboxServer]) -> tuple[str, ...]:
    """A line of a zone file for each server.

    The first of a kind gets the lowest priority, which programs try first (RFC 6186 section 3.4).
    What has no server gets no line: "not offered" would be more than is known.
    """
    lines = []
    places: dict[str, int] = {}
    for server in servers:
        service = SERVICES.get((server.protocol, server.security))
        if service is None:
            continue  # SRV knows no word for a server without encryption
        priority = places.get(server.protocol, 0)
        places[server.protocol] = priority + STEP
        lines.append(
            f"{service}._tcp.{domain}. {TTL} IN SRV {priority} 1 {server.port} {server.host}."
        )
    return tuple(lines)
