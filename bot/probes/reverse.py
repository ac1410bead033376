"""The names of an address, forward-confirmed (RFC 8601 section 3): `ptr` and `smtp` share them."""

import asyncio
from dataclasses import dataclass

from bot.network.answer import Answer
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.network.settings import IPAddress
from bot.probes.probe import attempt

_MOST_NAMES = 5  # of one address; more are no server's


@dataclass(frozen=True, slots=True)
class Reverse:
    """One address, its names, and which of them lead back to it."""

    host: str
    address: IPAddress
    names: tuple[str, ...] = ()
    confirmed: tuple[str, ...] = ()
    error: NetworkError | None = None  # what kept us from the names, or from their addresses


async def look_back(network: Network, host: str, address: IPAddress) -> Reverse:
    """Ask for the names of an address, and whether each leads back to it."""
    answer = await attempt(network.dns.ptr(address))
    if isinstance(answer, NetworkError):
        return Reverse(host, address, error=answer)
    names = answer.records[:_MOST_NAMES]
    forward = network.dns.a if address.version == 4 else network.dns.aaaa
    back = await asyncio.gather(*(attempt(forward(name)) for name in names))
    return Reverse(
        host,
        address,
        names,
        tuple(
            name
            for name, found in zip(names, back, strict=True)
            if isinstance(found, Answer) and address in found.records
        ),
        next((found for found in back if isinstance(found, NetworkError)), None),
    )
