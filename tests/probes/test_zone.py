"""Which zone a name lies in."""

from collections.abc import Callable

import pytest

from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.probes.zone import climb, find_zone
from tests.doubles.dns import Fault, dns_server

MakeNetwork = Callable[..., Network]
ZONE = """
    com.pl. SOA a.pl. x.pl. 1 3600 600 86400 60
    firma.com.pl. SOA ns1.firma.com.pl. x.firma.com.pl. 7 3600 600 86400 60
    a.b.firma.com.pl. MX 10 mx.firma.com.pl.
    c.firma.com.pl. SOA ns1.firma.com.pl. x.firma.com.pl. 8 3600 600 86400 60
    alias.firma.com.pl. CNAME inna.com.pl.
    inna.com.pl. SOA ns1.inna.com.pl. x.inna.com.pl. 9 3600 600 86400 60
"""


def test_the_climb_ends_at_the_organization() -> None:
    assert list(climb("a.b.firma.com.pl")) == ["a.b.firma.com.pl", "b.firma.com.pl", "firma.com.pl"]
    assert list(climb("firma.pl")) == ["firma.pl"]


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        pytest.param("firma.com.pl", "firma.com.pl", id="the zone itself"),
        pytest.param("a.b.firma.com.pl", "firma.com.pl", id="inside"),
        pytest.param("c.firma.com.pl", "c.firma.com.pl", id="a zone below"),
        pytest.param("alias.firma.com.pl", "firma.com.pl", id="an alias is in its own zone"),
        pytest.param("gone.firma.com.pl", None, id="no such name"),
    ],
)
async def test_the_nearest_start_of_authority_is_the_zone(
    make_network: MakeNetwork, name: str, zone: str | None
) -> None:
    async with dns_server(ZONE) as server, make_network([server.address]) as network:
        found = await find_zone(network, name)
    assert (found.name if found else None) == zone


async def test_past_a_level_that_is_not_seen_nothing_is_said(make_network: MakeNetwork) -> None:
    async with dns_server(ZONE) as server, make_network([server.address]) as network:
        server.misbehave("b.firma.com.pl", Fault.SERVFAIL)
        with pytest.raises(NetworkError, match="servfail"):
            await find_zone(network, "a.b.firma.com.pl")
