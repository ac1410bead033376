"""What blocklists are asked (RFC 5782): which things, and each list's own test beside them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from ipaddress import IPv4Address, IPv6Address, ip_address

from bot.formats.suffix import organizational_domain
from bot.knowledge.blocklist import Blocklist, Scope
from bot.network.answer import Answer, Status
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.network.settings import IPAddress
from bot.probes.mx_addresses import HostAddresses, find_servers
from bot.probes.names import shown
from bot.probes.probe import Look, attempt

MOST_HOSTS = 3
MOST_ADDRESSES = 3


class Role(Enum):
    """What somebody wants to know of: an address itself, a mail server's, or a domain."""

    ADDRESS = auto()
    MX = auto()
    DOMAIN = auto()


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that may be listed."""

    role: Role
    name: str  # for people
    value: str  # an address, or a domain

    @property
    def scope(self) -> Scope:
        """The lists that know such things."""
        return Scope.DOMAIN if self.role is Role.DOMAIN else Scope.ADDRESS

    @property
    def label(self) -> str:
        """What stands before the zone (RFC 5782 sections 2.1, 2.4 and 3)."""
        if self.role is Role.DOMAIN:
            return self.value
        return ".".join(ip_address(self.value).reverse_pointer.split(".")[:-2])

    def is_known_to(self, blocklist: Blocklist) -> bool:
        """Whether it makes sense to ask this list."""
        if self.scope is not blocklist.scope:
            return False
        is_v6 = self.role is not Role.DOMAIN and ":" in self.value
        return blocklist.has_ipv6 or not is_v6


Seen = Answer[IPv4Address] | NetworkError


@dataclass(frozen=True, slots=True)
class ListFacts:
    """What one list answered to its own test, and to what was asked."""

    blocklist: Blocklist
    listed: Seen  # what every list must list
    unlisted: Seen  # what none may list
    answers: tuple[tuple[Item, Seen], ...]


@dataclass(frozen=True, slots=True)
class BlocklistFacts:
    """What was asked of which lists."""

    look: Look
    exists: bool
    servers: tuple[HostAddresses, ...]
    lists: tuple[ListFacts, ...]


async def gather(network: Network, look: Look) -> BlocklistFacts:
    """Every list at once, its test beside the questions."""
    exists = True
    servers: tuple[HostAddresses, ...] = ()
    if look.is_address:
        items = [Item(Role.ADDRESS, look.shown, look.name)]
    else:
        answer = await network.dns.mx(look.name)
        exists = answer.status is not Status.NO_NAME
        if look.reference.blocklists:
            servers = await find_servers(network, look.name, answer, most=MOST_HOSTS)
        items = _items(look, servers) if exists else []
    wanted = [
        (blocklist, [item for item in items if item.is_known_to(blocklist)])
        for blocklist in look.reference.blocklists
    ]
    lists = await asyncio.gather(
        *(_ask(network, blocklist, chosen) for blocklist, chosen in wanted if chosen)
    )
    return BlocklistFacts(look, exists, servers, tuple(lists))


def _items(look: Look, servers: Sequence[HostAddresses]) -> list[Item]:
    domain = organizational_domain(look.name)
    items = [Item(Role.DOMAIN, shown(domain), domain)]
    found: dict[IPAddress, str] = {}
    for server in servers:
        for address in server.addresses:
            found.setdefault(address, shown(server.name))
    # IPv4 first: that is what lists are about.
    addresses = sorted(found, key=lambda address: isinstance(address, IPv6Address))
    return items + [
        Item(Role.MX, f"{found[address]} [{address}]", str(address))
        for address in addresses[:MOST_ADDRESSES]
    ]


async def _ask(network: Network, blocklist: Blocklist, items: Sequence[Item]) -> ListFacts:
    labels = (*blocklist.test, *(item.label for item in items))
    listed, unlisted, *answers = await asyncio.gather(
        *(attempt(network.dns.a(f"{label}.{blocklist.zone}")) for label in labels)
    )
    return ListFacts(blocklist, listed, unlisted, tuple(zip(items, answers, strict=True)))
