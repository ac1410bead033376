"""NS (RFC 1034, RFC 2182): do all name servers of the domain know it, and do they stand apart?"""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network

from bot.formats.suffix import organizational_domain
from bot.model.finding import Finding, Kind, Severity
from bot.model.trouble import Gap, Trouble
from bot.network.answer import Status
from bot.network.authority import ServerAnswer
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.probes.delegation import compare, look_above
from bot.probes.names import shown
from bot.probes.nameservers import NameServer, Said, ZoneFacts, gather_zone, unreached
from bot.probes.probe import Look, Probe, Statement, gap, join, no_domain


def _grave(what: str, reference: str, *params: str) -> Kind:
    return Kind(f"ns.{what}", Severity.WARNING, frozenset(params), reference)


NOT_A_DOMAIN = Kind("ns.not-a-domain", Severity.NOTICE)
NOTHING = _grave("nothing", "RFC 1912 section 2.8", "zone")
PRIVATE = _grave("private", "RFC 1918 section 3", "zone")
ALIAS = _grave("alias", "RFC 2181 section 10.3", "zone", "alias")
LAME = _grave("lame", "RFC 1912 section 2.8", "zone", "detail")
SILENT = _grave("silent", "RFC 2182 section 3.1", "zone")
SINGLE = _grave("single", "RFC 2182 section 5", "host")
ADDRESS_SILENT = Kind("ns.address-silent", Severity.NOTICE, frozenset({"addresses"}))
ONE_NETWORK = Kind(
    "ns.one-network", Severity.NOTICE, frozenset({"networks"}), "RFC 2182 section 3.1"
)
SOUND = Kind("ns.sound", Severity.OK, frozenset({"hosts"}), "RFC 2182")

DIFFERS = _grave("differs", "RFC 1034 section 4.2.2", "above", "own")
NO_GLUE = _grave("no-glue", "RFC 1034 section 4.2.1", "hosts")

_RCODES = {Status.FOUND: "NOERROR", Status.NO_DATA: "NOERROR", Status.NO_NAME: "NXDOMAIN"}
_SMALL_V4, _SMALL_V6 = 24, 48  # the smallest networks that are routed by themselves
_OUR_OWN = frozenset({Trouble.NO_IPV6, Trouble.NOT_PUBLIC, Trouble.BUSY})


async def gather(network: Network, look: Look) -> ZoneFacts:
    """Every server is asked itself what it knows of the zone, the zone above whom it names."""
    guess = organizational_domain(look.name)  # mostly the zone: so both sides are asked at once
    facts, above = await asyncio.gather(gather_zone(network, look), look_above(network, guess))
    if facts.zone is None:
        return facts
    if facts.zone.name != guess:
        above = await look_above(network, facts.zone.name)
    return replace(facts, delegation=compare(above, facts.servers))


def judge(facts: ZoneFacts) -> Iterator[Statement]:
    """From what each server says to whether the domain can be found when some are down."""
    if facts.zone is None:
        yield from filter(None, [no_domain(facts.look, NOT_A_DOMAIN, exists=False)])
        return
    zone = shown(facts.zone.name)
    statements = [item for server in facts.servers for item in _names(zone, server)]
    statements += _answers(zone, facts.servers)
    statements += _delegation(zone, facts)
    yield from statements
    if _is_single(facts.servers):
        yield SINGLE(zone, host=join(shown(server.name) for server in facts.servers))
    elif not any(isinstance(item, Finding) for item in statements):
        hosts = join(shown(server.name) for server in facts.servers)
        if any(server.is_good for server in facts.servers):
            yield SOUND(zone, hosts=hosts)
    yield from _one_network(zone, facts.servers)


def _names(zone: str, server: NameServer) -> Iterator[Statement]:
    name, host = shown(server.name), server.host
    for error in host.errors[:1]:
        yield gap(name, error)
    if not host.exists or not (host.addresses or host.errors):
        yield NOTHING(name, zone=zone)
    elif not host.is_public:
        yield PRIVATE(name, zone=zone)
    elif host.addresses and not server.said:
        yield Gap(name, Trouble.NOT_PUBLIC)
    if host.aliases and host.exists:
        yield ALIAS(name, zone=zone, alias=shown(host.aliases[-1]))


def _delegation(zone: str, facts: ZoneFacts) -> Iterator[Finding]:
    """Where the two sides of the cut differ; of servers that work."""
    delegation = facts.delegation
    if delegation is None:
        return
    if delegation.only_above or delegation.only_own:
        above, own = (
            join(map(shown, names)) for names in (delegation.only_above, delegation.only_own)
        )
        yield DIFFERS(zone, above=above, own=own)
    inside = facts.zone.name if facts.zone else ""
    bare = [
        server.name
        for server in facts.servers
        if server.is_good
        and not server.host.aliases
        and server.name in delegation.above.servers
        and (server.name == inside or server.name.endswith(f".{inside}"))
        and server.name not in delegation.above.glue
    ]
    if bare:
        yield NO_GLUE(zone, hosts=join(map(shown, bare)))


def _answers(zone: str, servers: tuple[NameServer, ...]) -> list[Statement]:
    """Servers are blamed only beside others that answer over the same kind of network."""
    said = [one for server in servers for one in server.said]
    families: set[int] = {one.address.version for one in said if one.is_good}
    if said and not families:
        return [unreached(zone, said)]
    return [item for server in servers for item in _server(zone, server, families)]


def _server(zone: str, server: NameServer, families: set[int]) -> Iterator[Statement]:
    name = shown(server.name)
    lame = [one for one in server.said if isinstance(one.answer, ServerAnswer) and not one.is_good]
    if lame:
        here = "" if len(lame) == len(server.said) else f" [{_addresses(lame)}]"
        yield LAME(f"{name}{here}", zone=zone, detail=_reason(lame[0]))
    failed = [one for one in server.said if isinstance(one.answer, NetworkError)]
    silent = [one for one in failed if one.address.version in families and not _is_ours(one)]
    if silent and len(silent) == len(server.said):
        yield SILENT(name, zone=zone)
    elif silent:
        yield ADDRESS_SILENT(name, addresses=_addresses(silent))
    for one in failed:
        if one not in silent and isinstance(one.answer, NetworkError):
            # What our own network lacks is said once for all servers.
            yield gap(zone if _is_ours(one) else name, one.answer)
            return


def _is_ours(said: Said) -> bool:
    return isinstance(said.answer, NetworkError) and said.answer.trouble in _OUR_OWN


def _addresses(said: list[Said]) -> str:
    return join(one.address for one in said)


def _reason(said: Said) -> str:
    answer = said.answer
    if not isinstance(answer, ServerAnswer):
        return "–"
    rcode = answer.detail or (_RCODES[answer.status] if answer.status else "–")
    return rcode if answer.is_authoritative or answer.detail else f"{rcode}, AA=0"


def _is_single(servers: tuple[NameServer, ...]) -> bool:
    """Whether all names lead to one and the same address."""
    addresses = {address for server in servers for address in server.host.addresses}
    return len(addresses) == 1 and all(server.host.addresses for server in servers)


def _one_network(zone: str, servers: tuple[NameServer, ...]) -> Iterator[Finding]:
    addresses = {address for server in servers for address in server.host.addresses}
    is_whole = all(not server.host.errors and server.host.is_public for server in servers)
    if len(addresses) < 2 or len(servers) < 2 or not is_whole:
        return
    networks = {
        ip_network((address, _SMALL_V4 if address.version == 4 else _SMALL_V6), strict=False)
        for address in addresses
    }
    if len({network.version for network in networks}) == len(networks):
        yield ONE_NETWORK(zone, networks=join(sorted(map(str, networks))))


PROBE = Probe(
    "ns",
    gather,
    judge,
    kinds=(
        NOT_A_DOMAIN,
        NOTHING,
        PRIVATE,
        ALIAS,
        LAME,
        SILENT,
        SINGLE,
        ADDRESS_SILENT,
        ONE_NETWORK,
        DIFFERS,
        NO_GLUE,
        SOUND,
    ),
    seconds=15.0,
)
