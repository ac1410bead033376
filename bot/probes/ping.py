"""Where a host is: round-trip time, reverse name, and the network that its address lies in."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address

from bot.model.finding import Kind, Severity
from bot.model.trouble import Gap, Trouble
from bot.network.answer import Answer, Status
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.network.origin import Origin
from bot.network.ping import Ping
from bot.network.settings import IPAddress
from bot.probes.mx_addresses import both_families
from bot.probes.names import shown
from bot.probes.probe import Look, Probe, Statement, attempt, gap, join

NO_SUCH_HOST = Kind("ping.no-such-host", Severity.ERROR, reference="RFC 2308 section 2.1")
NO_ADDRESS = Kind("ping.no-address", Severity.ERROR)
ONLY_MAIL = Kind("ping.only-mail", Severity.NOTICE, frozenset({"host"}))
ICMP = Kind("ping.icmp", Severity.OK, frozenset({"address", "ms"}), "RFC 792")
TCP = Kind("ping.tcp", Severity.OK, frozenset({"address", "ms", "port"}), "RFC 9293")
REVERSE = Kind("ping.reverse", Severity.OK, frozenset({"address", "names"}))
NO_REVERSE = Kind("ping.no-reverse", Severity.NOTICE, frozenset({"address"}))
NETWORK = Kind(
    "ping.network", Severity.OK, frozenset({"address", "owner", "asn", "country", "prefix"})
)

_MOST_ADDRESSES = 4
_MOST_NAMES = 3


@dataclass(frozen=True, slots=True)
class AddressFacts:
    """One address of the host."""

    address: IPAddress
    ping: Ping | NetworkError
    names: Answer[str] | NetworkError
    origin: Origin | NetworkError | None  # None: nobody announces it


@dataclass(frozen=True, slots=True)
class PingFacts:
    """The addresses of a host."""

    look: Look
    exists: bool
    addresses: tuple[AddressFacts, ...]
    mx: str = ""  # the first server of a mail domain without an address of its own


async def gather(network: Network, look: Look) -> PingFacts:
    """Everything about every address at once."""
    if look.is_address:
        found: tuple[IPAddress, ...] = (ip_address(look.name),)
    else:
        found = await network.addresses(look.name)
    exists = bool(found) or (await network.dns.a(look.name)).status is not Status.NO_NAME
    if exists and not found:
        mx = await attempt(network.dns.mx(look.name))
        hosts = [one.exchange for one in mx.records] if isinstance(mx, Answer) else []
        return PingFacts(look, exists, (), hosts[0] if hosts else "")
    asked = both_families(found)[:_MOST_ADDRESSES]
    facts = await asyncio.gather(*(_address(network, address) for address in asked))
    return PingFacts(look, exists, tuple(facts))


async def _address(network: Network, address: IPAddress) -> AddressFacts:
    ping, names, origin = await asyncio.gather(
        attempt(network.ping(address)),
        attempt(network.dns.ptr(address)),
        attempt(network.origin(address)),
    )
    return AddressFacts(address, ping, names, origin)


def judge(facts: PingFacts) -> Iterator[Statement]:
    """Hardly an opinion: silence may be a firewall's, and is a gap."""
    if facts.mx:
        yield ONLY_MAIL(facts.look.shown, host=shown(facts.mx))
    elif not facts.addresses:
        yield (NO_ADDRESS if facts.exists else NO_SUCH_HOST)(facts.look.shown)
    for one in facts.addresses:
        yield _round_trip(facts.look.shown, one)
        yield _names(facts.look.shown, one)
        if isinstance(one.origin, NetworkError):
            yield gap(str(one.address), one.origin)
        elif one.origin is not None:
            yield NETWORK(
                facts.look.shown,
                address=str(one.address),
                owner=one.origin.owner or "–",
                asn=one.origin.asn,
                country=one.origin.country or "–",
                prefix=one.origin.prefix,
            )


def _round_trip(subject: str, one: AddressFacts) -> Statement:
    address, ping = str(one.address), one.ping
    if isinstance(ping, NetworkError):
        return gap(address, ping)
    if ping.seconds is None:
        return Gap(address, Trouble.TIMEOUT)
    ms = max(1, round(ping.seconds * 1000))
    if ping.port is not None:
        return TCP(subject, address=address, ms=ms, port=ping.port)
    return ICMP(subject, address=address, ms=ms)


def _names(subject: str, one: AddressFacts) -> Statement:
    if isinstance(one.names, NetworkError):
        return gap(str(one.address), one.names)
    if not one.names.records:
        return NO_REVERSE(subject, address=str(one.address))
    names = join(shown(name) for name in one.names.records[:_MOST_NAMES])
    return REVERSE(subject, address=str(one.address), names=names)


PROBE = Probe(
    "ping",
    gather,
    judge,
    kinds=(NO_SUCH_HOST, NO_ADDRESS, ONLY_MAIL, ICMP, TCP, REVERSE, NO_REVERSE, NETWORK),
    seconds=12.0,
)
