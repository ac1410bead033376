"""In whose networks the mail servers stand: one finding a network."""

from collections.abc import Callable
from ipaddress import ip_address

import pytest

from bot.model.trouble import Trouble
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.network.origin import Origin
from bot.probes.mx_addresses import HostAddresses
from bot.probes.network import NetworkFacts, Placed, gather, judge
from tests.doubles.dns import Fault, dns_server
from tests.probes.making import codes, look, only

PL = Origin(64500, "192.0.2.0/24", "PL", "FIRMA-AS")
PL2 = Origin(64500, "198.51.100.0/24", "PL", "FIRMA-AS")
DE = Origin(64501, "203.0.113.0/24", "", "")
TIMEOUT = NetworkError(Trouble.TIMEOUT)


def facts(
    *placed: tuple[str, str, Origin | NetworkError | None],
    servers: tuple[HostAddresses, ...] = (),
    exists: bool = True,
) -> NetworkFacts:
    return NetworkFacts(
        look(), exists, servers, tuple(Placed(h, ip_address(a), o) for h, a, o in placed)
    )


MX1, MX2 = ("mx1.firma.pl", "192.0.2.1"), ("mx2.firma.pl", "192.0.2.2")


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(facts((*MX1, PL), (*MX2, PL2)), ["network.origin"], id="one network"),
        pytest.param(facts((*MX1, PL), (*MX2, DE)), ["network.origin"] * 2, id="two networks"),
        pytest.param(facts((*MX1, None)), ["network.not-announced"], id="announced by nobody"),
        pytest.param(facts((*MX1, TIMEOUT)), ["? timeout"], id="DNS unseen"),
        pytest.param(facts(), [], id="no servers"),
        pytest.param(facts(exists=False), ["? no-name"], id="no such name"),
        pytest.param(
            facts(servers=(HostAddresses("mx1.firma.pl", error=TIMEOUT),)),
            ["? timeout"],
            id="no address seen",
        ),
        pytest.param(
            facts(servers=(HostAddresses("a", error=NetworkError(Trouble.NOT_PUBLIC)),)),
            [],
            id="what is not public the mx probe tells",
        ),
        pytest.param(
            facts((*MX1, PL), servers=(HostAddresses("mx2.firma.pl", error=TIMEOUT),)),
            ["network.origin"],
            id="one of two is enough",
        ),
    ],
)
def test_what_is_told(seen: NetworkFacts, expected: list[str]) -> None:
    assert codes(judge(seen)) == expected


def test_a_network_is_told_once_with_its_hosts() -> None:
    both = only(judge(facts((*MX1, PL), (*MX2, PL2))), "network.origin")
    assert both.params == {
        "owner": "FIRMA-AS",
        "asn": 64500,
        "country": "PL",
        "hosts": "mx1.firma.pl, mx2.firma.pl",
        "prefixes": "192.0.2.0/24, 198.51.100.0/24",
    }
    unknown = only(judge(facts((*MX1, DE))), "network.origin")
    assert (unknown.params["owner"], unknown.params["country"]) == ("–", "–")


ZONE = """
    firma.pl. MX 10 mx.firma.pl.
    mx.firma.pl. A 127.0.0.1
    alone.pl. A 127.0.0.1
    null.pl. MX 0 .
    1.0.0.127.origin.asn.cymru.com. TXT "64500 | 127.0.0.0/8 | PL | ripencc | 2024-01-01"
    AS64500.asn.cymru.com. TXT "64500 | PL | ripencc | 2024-01-01 | FIRMA-AS, PL"
"""


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("firma.pl", ["network.origin"]),
        ("alone.pl", ["network.origin"]),
        ("null.pl", []),
        ("gone.pl", ["? no-name"]),
    ],
)
async def test_the_servers_of_a_domain_are_placed(
    make_network: Callable[..., Network], target: str, expected: list[str]
) -> None:
    async with dns_server(ZONE) as server, make_network([server.address]) as network:
        assert codes(judge(await gather(network, look(target)))) == expected


async def test_a_dead_host_is_a_gap_and_no_verdict(make_network: Callable[..., Network]) -> None:
    async with dns_server(ZONE) as server, make_network([server.address]) as network:
        server.misbehave("mx.firma.pl", Fault.SERVFAIL)
        assert codes(judge(await gather(network, look()))) == ["? servfail"]
