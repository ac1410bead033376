"""The hosts that MX and NS records name: their addresses, or why those are not known."""

import asyncio
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from bot.network.answer import Answer, Status
from bot.network.errors import NetworkError
from bot.network.guard import as_address
from bot.network.network import Network
from bot.network.settings import IPAddress
from bot.probes.probe import attempt


@dataclass(frozen=True, slots=True)
class HostFacts:
    """One MX host: its addresses, or why they are not known."""

    name: str
    v4: Answer[IPv4Address] | NetworkError | None = None  # None: not asked
    v6: Answer[IPv6Address] | NetworkError | None = None
    is_public: bool = True

    @property
    def addresses(self) -> tuple[IPAddress, ...]:
        """All addresses that were seen."""
        return (*seen_addresses(self.v4), *seen_addresses(self.v6))

    @property
    def errors(self) -> tuple[NetworkError, ...]:
        """What kept us from seeing them."""
        return tuple(a for a in (self.v4, self.v6) if isinstance(a, NetworkError))

    @property
    def aliases(self) -> tuple[str, ...]:
        """The names that the host is an alias of."""
        return next((a.aliases for a in (self.v4, self.v6) if isinstance(a, Answer)), ())

    @property
    def exists(self) -> bool:
        """False only where DNS says that there is no such name."""
        answers = [a for a in (self.v4, self.v6) if isinstance(a, Answer)]
        return not any(a.status is Status.NO_NAME for a in answers)

    @property
    def is_address(self) -> bool:
        """Whether the record holds an address where a name belongs."""
        return as_address(self.name) is not None


def seen_addresses(
    answer: Answer[IPv4Address] | Answer[IPv6Address] | NetworkError | None,
) -> tuple[IPAddress, ...]:
    """The addresses of an answer, where one came."""
    return answer.records if isinstance(answer, Answer) else ()


async def find_host(network: Network, name: str) -> HostFacts:
    """Ask for a host's addresses of both families."""
    if as_address(name) is not None:
        return HostFacts(name)
    v4, v6 = await asyncio.gather(attempt(network.dns.a(name)), attempt(network.dns.aaaa(name)))
    addresses = (*seen_addresses(v4), *seen_addresses(v6))
    return HostFacts(name, v4, v6, all(map(network.guard.is_public, addresses)))
