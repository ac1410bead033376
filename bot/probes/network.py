"""In whose networks the mail servers stand: owner, number and country, as routers see them."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from bot.model.finding import Kind, Severity
from bot.model.trouble import Gap, Trouble
from bot.network.answer import Status
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.network.origin import Origin
from bot.network.settings import IPAddress
from bot.probes.mx_addresses import HostAddresses, find_servers, unseen
from bot.probes.names import shown
from bot.probes.probe import Look, Probe, Statement, attempt, gap, join

MOST_HOSTS = 6
MOST_ADDRESSES = 8

ORIGIN = Kind(
    "network.origin", Severity.OK, frozenset({"owner", "asn", "country", "hosts", "prefixes"})
)
NOT_ANNOUNCED = Kind("network.not-announced", Severity.NOTICE, frozenset({"address"}))


@dataclass(frozen=True, slots=True)
class Placed:
    """One address of a server, and where it is."""

    host: str
    address: IPAddress
    origin: Origin | NetworkError | None  # None: nobody announces it


@dataclass(frozen=True, slots=True)
class NetworkFacts:
    """The addresses of the mail servers, or of the host that was asked for."""

    look: Look
    exists: bool
    servers: tuple[HostAddresses, ...]
    placed: tuple[Placed, ...]


async def gather(network: Network, look: Look) -> NetworkFacts:
    """Every address at once."""
    if look.is_address:
        servers: Sequence[HostAddresses] = (HostAddresses(look.name, (ip_address(look.name),)),)
        exists = True
    else:
        answer = await network.dns.mx(look.name)
        exists = answer.status is not Status.NO_NAME
        servers = await find_servers(network, look.name, answer, most=MOST_HOSTS)
    asked = [(each.name, address) for each in servers for address in each.addresses]
    placed = await asyncio.gather(
        *(_place(network, host, address) for host, address in asked[:MOST_ADDRESSES])
    )
    return NetworkFacts(look, exists, tuple(servers), tuple(placed))


async def _place(network: Network, host: str, address: IPAddress) -> Placed:
    return Placed(host, address, await attempt(network.origin(address)))


def judge(facts: NetworkFacts) -> Iterator[Statement]:
    """One finding a network; nothing here is a fault."""
    if not facts.exists:
        yield Gap(facts.look.shown, Trouble.NO_NAME)
        return
    if not facts.placed:
        yield from unseen(facts.servers)
    groups: dict[int, list[tuple[Placed, Origin]]] = {}
    for one in facts.placed:
        if isinstance(one.origin, NetworkError):
            yield gap(str(one.address), one.origin)
        elif one.origin is None:
            yield NOT_ANNOUNCED(facts.look.shown, address=str(one.address))
        else:
            groups.setdefault(one.origin.asn, []).append((one, one.origin))
    for asn, group in groups.items():
        first = group[0][1]
        yield ORIGIN(
            facts.look.shown,
            owner=first.owner or "–",
            asn=asn,
            country=first.country or "–",
            hosts=join(dict.fromkeys(shown(one.host) for one, _ in group)),
            prefixes=join(dict.fromkeys(origin.prefix for _, origin in group)),
        )


PROBE = Probe("network", gather, judge, kinds=(ORIGIN, NOT_ANNOUNCED), seconds=12.0)
