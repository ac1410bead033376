"""The two sides of a zone cut: whom the zone above names, and whom the zone itself does.

Both sides are to name the same servers, and the side above gives the addresses of those that lie
inside the zone (RFC 1034 sections 4.2.1 and 4.2.2).
"""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.network.authority import ServerAnswer
from bot.network.dns_message import Referral
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.network.settings import IPAddress
from bot.probes.nameservers import NameServer
from bot.probes.probe import attempt

_MOST_PARENTS = 2  # servers of the zone above that are asked; the first that refers is believed


@dataclass(frozen=True, slots=True)
class Delegation:
    """What the zone above says, and what the zone's own servers do."""

    above: Referral
    own: frozenset[str]

    @property
    def only_above(self) -> tuple[str, ...]:
        """Named above, and not by the zone itself."""
        return tuple(sorted(set(self.above.servers) - self.own))

    @property
    def only_own(self) -> tuple[str, ...]:
        """Named by the zone itself, and not above: nobody comes to ask them at first."""
        return tuple(sorted(self.own - set(self.above.servers)))


def compare(above: Referral | None, servers: Iterable[NameServer]) -> Delegation | None:
    """None where either side is not seen. Where the own servers differ, all that any names."""
    own = frozenset(name for server in servers for said in server.said for name in said.names)
    return Delegation(above, own) if above and own else None


async def look_above(network: Network, zone: str) -> Referral | None:
    """Whom the zone above names; None where one server answers for both, or none is seen."""
    for name in _climb(zone):
        answer = await attempt(network.dns.ns(name))
        if isinstance(answer, NetworkError):
            return None
        if answer.records:
            return await _refer(network, zone, answer.records[:_MOST_PARENTS])
    return None


def _climb(zone: str) -> Iterator[str]:
    """The names above; the root has the last word."""
    while zone:
        zone = zone.partition(".")[2]
        yield zone


async def _refer(network: Network, zone: str, hosts: Iterable[str]) -> Referral | None:
    found = await asyncio.gather(*(attempt(network.dns.a(host)) for host in hosts))
    addresses = [
        answer.records[0]
        for answer in found
        if not isinstance(answer, NetworkError) and answer.records
    ]
    said = await asyncio.gather(*(_ask(network, address, zone) for address in addresses))
    return next((answer.referral for answer in said if answer and answer.referral), None)


async def _ask(network: Network, address: IPAddress, zone: str) -> ServerAnswer | None:
    if not network.guard.lets_through(address):
        return None
    answer = await attempt(network.ask_server(address, zone, "NS"))
    return None if isinstance(answer, NetworkError) else answer
