"""The addresses of the servers that take a domain's mail: what `network` and `blocklist` share."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

from bot.model.trouble import Gap, Trouble
from bot.network.answer import Answer, MxRecord, Status
from bot.network.errors import NetworkError
from bot.network.guard import as_address
from bot.network.network import Network
from bot.network.settings import IPAddress
from bot.probes.names import shown
from bot.probes.plan import is_null_mx
from bot.probes.probe import attempt, gap


@dataclass(frozen=True, slots=True)
class HostAddresses:
    """One server: its addresses, or why they are not known."""

    name: str
    addresses: tuple[IPAddress, ...] = ()
    error: NetworkError | None = None


async def find_servers(
    network: Network, domain: str, answer: Answer[MxRecord], *, most: int
) -> tuple[HostAddresses, ...]:
    """The MX hosts by preference, or the domain itself where it has none (RFC 5321 section 5.1)."""
    if is_null_mx(answer) or answer.status is Status.NO_NAME:
        return ()
    names = list(dict.fromkeys(mx.exchange for mx in answer.records if _is_name(mx.exchange)))
    if answer.status is Status.NO_DATA:
        names = [domain]
    return tuple(await asyncio.gather(*(_find(network, name) for name in names[:most])))


def _is_name(exchange: str) -> bool:
    return bool(exchange) and as_address(exchange) is None


async def _find(network: Network, name: str) -> HostAddresses:
    found = await attempt(network.addresses(name))
    if isinstance(found, NetworkError):
        return HostAddresses(name, error=found)
    return HostAddresses(name, found)


def unseen(servers: Sequence[HostAddresses]) -> Iterator[Gap]:
    """Why there is no address to look at, where that is not the domain's own doing.

    What is wrong with the records, and addresses that are not public, the `mx` probe tells.
    """
    for server in servers:
        if server.error is not None and server.error.trouble is not Trouble.NOT_PUBLIC:
            yield gap(shown(server.name), server.error)


def both_families(addresses: Sequence[IPAddress]) -> list[IPAddress]:
    """In turn from both families, so that a limit cuts neither of them off."""
    v4 = [address for address in addresses if address.version == 4]
    v6 = [address for address in addresses if address.version == 6]
    return [a for a in chain.from_iterable(zip_longest(v4, v6)) if a is not None]
