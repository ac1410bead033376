"""What the probes of a zone's name servers see alike: each server, each address, each answer."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.model.trouble import Gap, Trouble
from bot.network.answer import Answer, Status
from bot.network.authority import ServerAnswer
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.network.settings import IPAddress
from bot.probes.mx_addresses import both_families
from bot.probes.mx_hosts import HostFacts
from bot.probes.probe import Look, attempt, gap
from bot.probes.zone import Zone, find_zone

if TYPE_CHECKING:
    from bot.probes.delegation import Delegation

MOST_SERVERS = 13  # as many as the root has
MOST_ADDRESSES = 4  # of one server


@dataclass(frozen=True, slots=True)
class Said:
    """What one address of a name server said of the zone's SOA, or why it said nothing."""

    address: IPAddress
    answer: ServerAnswer | NetworkError
    names: frozenset[str] = frozenset()  # of the zone's servers, as this one has them

    @property
    def is_good(self) -> bool:
        """Whether it knows the zone of its own knowledge."""
        return (
            isinstance(self.answer, ServerAnswer)
            and self.answer.is_authoritative
            and self.answer.status is Status.FOUND
        )

    @property
    def serial(self) -> int | None:
        """The serial of the SOA that it gave."""
        if not self.is_good or not isinstance(self.answer, ServerAnswer):
            return None
        fields = self.answer.records[0].split() if self.answer.records else []
        return int(fields[2]) if len(fields) > 2 and fields[2].isdigit() else None


@dataclass(frozen=True, slots=True)
class NameServer:
    """One name server: its addresses as DNS gives them, and what each of them said."""

    host: HostFacts
    said: tuple[Said, ...] = ()

    @property
    def name(self) -> str:
        """Its name."""
        return self.host.name

    @property
    def is_good(self) -> bool:
        """Whether at least one of its addresses answers as it should."""
        return any(said.is_good for said in self.said)


@dataclass(frozen=True, slots=True)
class ZoneFacts:
    """The zone that a name lies in, and its servers; no zone where the name does not exist."""

    look: Look
    zone: Zone | None = None
    servers: tuple[NameServer, ...] = ()
    delegation: "Delegation | None" = None


def unreached(zone: str, said: Sequence[Said]) -> Gap:
    """The resolver knows the zone and yet nobody answers us: it is the way there."""
    errors = [one.answer for one in said if isinstance(one.answer, NetworkError)]
    if len(errors) == len(said):
        return gap(zone, errors[0])
    # Some networks answer all questions to port 53 themselves.
    return Gap(zone, Trouble.DNS_REFUSED)


async def gather_zone(network: Network, look: Look) -> ZoneFacts:
    """Find the zone, then all servers at once, then all their addresses at once."""
    if look.is_address:
        return ZoneFacts(look)
    zone, names = await asyncio.gather(
        find_zone(network, look.name), attempt(network.dns.ns(look.name))
    )
    if zone is None:
        return ZoneFacts(look)
    if zone.name != look.name:
        names = await attempt(network.dns.ns(zone.name))
    if not isinstance(names, Answer):
        raise names
    asked = names.records[:MOST_SERVERS]
    servers = await asyncio.gather(*(_server(network, name, zone.name) for name in asked))
    return ZoneFacts(look, zone, tuple(servers))


async def _server(network: Network, name: str, zone: str) -> NameServer:
    v4, v6 = await asyncio.gather(attempt(network.dns.a(name)), attempt(network.dns.aaaa(name)))
    host = HostFacts(name, v4, v6)
    addresses = both_families(host.addresses)
    if not all(network.guard.lets_through(address) for address in addresses):
        # As everywhere: one address that we stay away from condemns the others.
        is_public = all(map(network.guard.is_public, addresses))
        return NameServer(HostFacts(name, v4, v6, is_public))
    said = await asyncio.gather(
        *(_ask(network, address, zone) for address in addresses[:MOST_ADDRESSES])
    )
    return NameServer(host, tuple(said))


async def _ask(network: Network, address: IPAddress, zone: str) -> Said:
    soa, names = await asyncio.gather(
        attempt(network.ask_server(address, zone, "SOA")),
        attempt(network.ask_server(address, zone, "NS")),
    )
    if isinstance(names, NetworkError) or not names.is_authoritative:
        return Said(address, soa)
    return Said(address, soa, frozenset(name.lower().removesuffix(".") for name in names.records))
