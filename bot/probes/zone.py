"""Which zone a name lies in: the nearest name upwards that has a start of authority (RFC 1034)."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from bot.formats.suffix import organizational_domain
from bot.network.answer import Answer, SoaRecord, Status
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.probes.probe import attempt


@dataclass(frozen=True, slots=True)
class Zone:
    """The zone's name, and its SOA as the resolver gave it."""

    name: str
    soa: Answer[SoaRecord]


def climb(name: str) -> Iterator[str]:
    """The name and those above it, up to the organization's domain."""
    top = organizational_domain(name)
    while name != top:
        yield name
        name = name.partition(".")[2]
    yield top


async def find_zone(network: Network, name: str) -> Zone | None:
    """The zone that `name` is in, all levels asked at once; None where the name does not exist.

    NetworkError where the nearest level could not be seen: what lies above might not be the zone.
    """
    levels = list(climb(name))
    answers = await asyncio.gather(*(attempt(network.dns.soa(level)) for level in levels))
    for level, answer in zip(levels, answers, strict=True):
        if isinstance(answer, NetworkError):
            raise answer
        if answer.status is Status.FOUND and not answer.aliases:
            return Zone(level, answer)
        if level == name and answer.status is Status.NO_NAME:
            return None
    return None
