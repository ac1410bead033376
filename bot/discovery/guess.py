"""The names that servers usually have: asked only where nobody tells, and always marked."""

import asyncio
from dataclasses import dataclass
from secrets import token_hex

from bot.model.settings import ConnectionSecurity, MailboxServer, SettingsSource
from bot.network.network import Network
from bot.network.settings import IPAddress

MOST_HOSTS = 3  # of a protocol: this is a guess, no search of the neighbourhood
_LABELS = {
    "imap": ("imap", "mail", "poczta"),
    "pop3": ("pop3", "pop", "mail", "poczta"),
    "smtp": ("smtp", "mail", "poczta"),
}
_PORTS = {
    "imap": ((993, ConnectionSecurity.TLS), (143, ConnectionSecurity.STARTTLS)),
    "pop3": ((995, ConnectionSecurity.TLS), (110, ConnectionSecurity.STARTTLS)),
    "smtp": ((465, ConnectionSecurity.TLS), (587, ConnectionSecurity.STARTTLS)),
}


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Usual names of a domain that exist, by protocol, best first."""

    hosts: dict[str, tuple[str, ...]]

    def servers(self) -> tuple[MailboxServer, ...]:
        """What might be there."""
        return tuple(
            MailboxServer(protocol, host, port, security, source=SettingsSource.GUESS)
            for protocol, hosts in self.hosts.items()
            for host in hosts
            for port, security in _PORTS[protocol]
        )


async def look_around(network: Network, domain: str, mx: "asyncio.Task[str]") -> Neighbours:
    """Ask DNS which of the usual names exist; a wildcard's are no names at all."""
    labels = list(dict.fromkeys(label for labels in _LABELS.values() for label in labels))
    names = [f"{label}.{domain}" for label in labels]
    asked = [network.addresses(name) for name in (f"{token_hex(6)}.{domain}", *names)]
    nobody, *found = await network.gather_each(asked)
    anywhere = set(nobody) if isinstance(nobody, tuple) else set()
    exists = {
        name: addresses
        for name, addresses in zip(names, found, strict=True)
        if isinstance(addresses, tuple) and set(addresses) - anywhere
    }
    exchange = await asyncio.shield(mx)
    return Neighbours(
        {
            protocol: _best([f"{label}.{domain}" for label in labels], exists, exchange)
            for protocol, labels in _LABELS.items()
        }
    )


def _best(
    names: list[str], exists: dict[str, tuple[IPAddress, ...]], exchange: str
) -> tuple[str, ...]:
    hosts = [name for name in names if name in exists]
    if exchange and exchange not in hosts:
        hosts.append(exchange)
    return tuple(hosts[:MOST_HOSTS])
