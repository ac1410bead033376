"""Where a host is: what is told of its addresses, and what is left open."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.model.trouble import Trouble
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.network.origin import Origin
from bot.network.ping import Ping
from bot.probes.ping import AddressFacts, PingFacts, gather, judge
from tests.doubles.dns import dns_server
from tests.probes.making import V4, codes, found, look, no_name, only

TIMEOUT = NetworkError(Trouble.TIMEOUT)
ORIGIN = Origin(64500, "192.0.2.0/24", "PL", "FIRMA-AS")


def address(**changes: Any) -> AddressFacts:
    defaults: dict[str, Any] = {
        "address": V4,
        "ping": Ping("192.0.2.1", "icmp", 0.0123),
        "names": found("x", "a.firma.pl", "b.firma.pl"),
        "origin": ORIGIN,
    }
    return AddressFacts(**{**defaults, **changes})


def facts(*addresses: AddressFacts, exists: bool = True, mx: str = "") -> PingFacts:
    return PingFacts(look(), exists, addresses, mx)


REST = ["ping.reverse", "ping.network"]


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(facts(address()), ["ping.icmp", *REST], id="all is known"),
        pytest.param(
            facts(address(ping=Ping("192.0.2.1", "tcp", 0.02, 25))), ["ping.tcp", *REST], id="TCP"
        ),
        pytest.param(
            facts(address(ping=Ping("192.0.2.1", "tcp", None))), ["? timeout", *REST], id="silence"
        ),
        pytest.param(
            facts(address(names=no_name())),
            ["ping.icmp", "ping.no-reverse", "ping.network"],
            id="no reverse name",
        ),
        pytest.param(
            facts(address(names=TIMEOUT, origin=TIMEOUT)),
            ["ping.icmp", "? timeout", "? timeout"],
            id="DNS unseen",
        ),
        pytest.param(
            facts(address(origin=None)), ["ping.icmp", "ping.reverse"], id="announced by nobody"
        ),
        pytest.param(facts(), ["ping.no-address"], id="no address"),
        pytest.param(facts(mx="mx.firma.pl"), ["ping.only-mail"], id="no address, but mail"),
        pytest.param(facts(exists=False), ["ping.no-such-host"], id="no such name"),
    ],
)
def test_what_is_told(seen: PingFacts, expected: list[str]) -> None:
    assert codes(judge(seen)) == expected


def test_the_numbers_are_told() -> None:
    statements = list(judge(facts(address())))
    assert only(statements, "ping.icmp").params == {"address": "192.0.2.1", "ms": 12}
    assert only(statements, "ping.reverse").params["names"] == "a.firma.pl, b.firma.pl"
    assert only(statements, "ping.network").params == {
        "address": "192.0.2.1",
        "owner": "FIRMA-AS",
        "asn": 64500,
        "country": "PL",
        "prefix": "192.0.2.0/24",
    }


def test_a_very_short_way_is_not_nothing() -> None:
    seen = facts(address(ping=Ping("192.0.2.1", "icmp", 0.0001)))
    assert only(judge(seen), "ping.icmp").params["ms"] == 1


MakeNetwork = Callable[..., Network]


async def test_a_name_is_looked_at_with_its_network(make_network: MakeNetwork) -> None:
    zone = """
        mail.firma.pl. A 127.0.0.1
        1.0.0.127.in-addr.arpa. PTR mail.firma.pl.
        1.0.0.127.origin.asn.cymru.com. TXT "64500 | 127.0.0.0/8 | PL | ripencc | 2024-01-01"
        AS64500.asn.cymru.com. TXT "64500 | PL | ripencc | 2024-01-01 | FIRMA-AS, PL"
    """
    async with dns_server(zone) as server, make_network([server.address]) as network:
        statements = list(judge(await gather(network, look("mail.firma.pl"))))
        gone = list(judge(await gather(network, look("gone.pl"))))
    assert codes(statements)[0] in ("ping.icmp", "ping.tcp")  # as this system lets us
    assert only(statements, "ping.reverse").params["names"] == "mail.firma.pl"
    assert only(statements, "ping.network").params["owner"] == "FIRMA-AS"
    assert codes(gone) == ["ping.no-such-host"]
