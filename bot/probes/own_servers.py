"""The servers that a domain's own people connect to: those it publishes, and usual names of it."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from bot.discovery.claim import Answered
from bot.discovery.discover import discovering
from bot.discovery.guess import Neighbours
from bot.discovery.merge import Claim, merge
from bot.knowledge.providers import Providers
from bot.model.settings import ConnectionSecurity, MailboxServer
from bot.network.errors import NetworkError
from bot.network.network import Network

IPAddress = IPv4Address | IPv6Address
MOST_PROMISED = 4  # of a protocol


@dataclass(frozen=True, slots=True)
class OwnWord:
    """What a domain publishes itself, and which of the usual names exist in it."""

    answers: tuple[Answered, ...]
    neighbours: Neighbours

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Every published server once."""
        return merge(self.answers)


@dataclass(frozen=True, slots=True)
class Door:
    """One port of one host where people's programs might knock."""

    host: str
    port: int
    implicit_tls: bool
    is_promised: bool  # else the name is only usual, and nobody need be there


async def own_word(network: Network, domain: str) -> OwnWord:
    """Ask the domain's own sources, once for all probes. Nobody else is asked about it."""

    async def ask() -> OwnWord:
        async with discovering(network, domain, Providers(), only_own=True) as discovery:
            answers = [answer async for some in discovery.answers() for answer in some]
            return OwnWord(tuple(answers), await discovery.neighbours())

    return await network.once(("own-word", domain), ask)


async def own_doors(network: Network, domain: str, protocol: str) -> tuple[Door, ...]:
    """Where a protocol is spoken for a domain."""
    word = await own_word(network, domain)
    promised = [claim.server for claim in word.claims if claim.server.protocol == protocol]
    promised = [server for server in promised if _is_encrypted(server)][:MOST_PROMISED]
    known = {server.host for server in promised}
    doors = [_door(server, is_promised=True) for server in promised]
    doors += [
        _door(server, is_promised=False)
        for server in word.neighbours.servers()
        if server.protocol == protocol and server.host not in known
    ]
    return tuple(doors)


def _is_encrypted(server: MailboxServer) -> bool:
    """What is promised without encryption is judged where the promise is."""
    return server.security is not ConnectionSecurity.NONE


def _door(server: MailboxServer, *, is_promised: bool) -> Door:
    at_once = server.security is ConnectionSecurity.TLS
    return Door(server.host, server.port, at_once, is_promised)


async def addresses_of(network: Network, doors: tuple[Door, ...]) -> dict[str, list[IPAddress]]:
    """The addresses of every host; none for what does not exist or may not be asked."""
    hosts = tuple(dict.fromkeys(door.host for door in doors))
    found = await network.gather_each({host: network.addresses(host) for host in hosts})
    return {
        host: [] if isinstance(addresses, NetworkError) else list(addresses)
        for host, addresses in found.items()
    }
