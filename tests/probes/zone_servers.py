"""Name servers made by hand, for the probes that judge them."""

from ipaddress import ip_address
from typing import Any

from bot.network.answer import SoaRecord, Status
from bot.network.authority import ServerAnswer
from bot.network.errors import NetworkError
from bot.probes.mx_hosts import HostFacts
from bot.probes.nameservers import NameServer, Said, ZoneFacts
from bot.probes.zone import Zone
from tests.probes.making import found, look, no_data

V4, V6 = "192.0.2.1", "2001:db8:1::1"
FAR_V4, FAR_V6 = "198.51.100.1", "2001:db8:2::1"
SOA = SoaRecord("ns1.firma.pl", "x.firma.pl", 7, 7200, 3600, 1_209_600, 3600)


def knows(serial: int = 7) -> ServerAnswer:
    text = f"ns1.firma.pl. x.firma.pl. {serial} 7200 3600 1209600 3600"
    return ServerAnswer(Status.FOUND, True, (text,))


def server(
    name: str = "ns1.firma.pl",
    said: dict[str, ServerAnswer | NetworkError] | None = None,
    **changes: Any,
) -> NameServer:
    """A sound server at one IPv4 address, or at those that are given."""
    said = {V4: knows()} if said is None else said
    addresses = [ip_address(text) for text in said]
    by_version = {
        f"v{version}": found(name, *(a for a in addresses if a.version == version))
        if any(a.version == version for a in addresses)
        else no_data(name)
        for version in (4, 6)
    }
    host = HostFacts(name, **{**by_version, **changes})
    return NameServer(host, tuple(Said(ip_address(text), told) for text, told in said.items()))


def other(said: dict[str, ServerAnswer | NetworkError] | None = None, **changes: Any) -> NameServer:
    """A second server, in another network."""
    return server("ns2.inna.pl", {FAR_V4: knows()} if said is None else said, **changes)


def zone(*servers: NameServer, soa: SoaRecord = SOA) -> ZoneFacts:
    return ZoneFacts(look(), Zone("firma.pl", found("firma.pl", soa)), servers)
