"""NS: servers that do not exist, know nothing or say nothing; and whose fault it is."""

from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_address

import pytest

import bot.probes.ns as module
from bot.model.finding import Kind
from bot.model.trouble import Trouble
from bot.network.answer import Status
from bot.network.authority import ServerAnswer
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.network.settings import Times, parse_networks
from bot.probes.nameservers import NameServer, ZoneFacts
from bot.probes.ns import PROBE, gather, judge
from tests.doubles.dns import Fault, dns_server
from tests.doubles.mailserver import unused_port
from tests.probes.making import codes, found, look, no_name, only
from tests.probes.zone_servers import FAR_V4, FAR_V6, V4, V6, knows, other, server, zone

MakeNetwork = Callable[..., Network]
TIMEOUT, NO_IPV6 = NetworkError(Trouble.TIMEOUT), NetworkError(Trouble.NO_IPV6)
REFUSED = ServerAnswer(None, detail="REFUSED")
REFERRAL = ServerAnswer(Status.NO_DATA)
FROM_CACHE = replace(knows(), is_authoritative=False)


def private(one: NameServer) -> NameServer:
    return NameServer(replace(one.host, is_public=False))


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(zone(server(), other()), ["ns.sound"], id="two in two networks"),
        pytest.param(zone(server(), server("ns2.firma.pl")), ["ns.single"], id="one address twice"),
        pytest.param(
            zone(server(), other({"192.0.2.9": knows()})),
            ["ns.sound", "ns.one-network"],
            id="one network",
        ),
        pytest.param(
            zone(
                server(said={V4: knows(), V6: knows()}),
                other({"192.0.2.9": knows(), "2001:db8:1:9::1": knows()}),
            ),
            ["ns.sound", "ns.one-network"],
            id="one network of each family",
        ),
        pytest.param(
            zone(
                server(said={V4: knows(), V6: knows()}),
                other({"192.0.2.9": knows(), FAR_V6: knows()}),
            ),
            ["ns.sound"],
            id="apart by IPv6",
        ),
        pytest.param(zone(server()), ["ns.single"], id="one server"),
        pytest.param(
            zone(server(said={V4: knows(), FAR_V4: knows()})), ["ns.sound"], id="one name for two"
        ),
        pytest.param(zone(server(), other({FAR_V4: REFUSED})), ["ns.lame"], id="refuses"),
        pytest.param(zone(server(), other({FAR_V4: REFERRAL})), ["ns.lame"], id="refers on"),
        pytest.param(zone(server(), other({FAR_V4: FROM_CACHE})), ["ns.lame"], id="hearsay"),
        pytest.param(zone(server(), other({FAR_V4: TIMEOUT})), ["ns.silent"], id="one is silent"),
        pytest.param(
            zone(server(), other({FAR_V4: NetworkError(Trouble.REFUSED)})),
            ["ns.silent"],
            id="nobody listens",
        ),
        pytest.param(
            zone(server(said={V4: TIMEOUT}), other({FAR_V4: TIMEOUT})),
            ["? timeout"],
            id="all are silent: nobody can say whose fault it is",
        ),
        pytest.param(
            zone(server(said={V4: REFUSED}), other({FAR_V4: TIMEOUT})),
            ["? dns-refused"],
            id="none knows it, which the resolver belies",
        ),
        pytest.param(
            zone(
                server(said={V4: knows(), V6: TIMEOUT}), other({FAR_V4: knows(), FAR_V6: TIMEOUT})
            ),
            ["? timeout", "? timeout", "ns.sound"],
            id="all of IPv6 is silent: it may be our own",
        ),
        pytest.param(
            zone(
                server(said={V4: knows(), V6: TIMEOUT}), other({FAR_V4: knows(), FAR_V6: knows()})
            ),
            ["ns.address-silent"],
            id="one address of several",
        ),
        pytest.param(
            zone(
                server(said={V4: knows(), V6: NO_IPV6}), other({FAR_V4: knows(), FAR_V6: knows()})
            ),
            ["? no-ipv6", "ns.sound"],
            id="we have no IPv6",
        ),
        pytest.param(
            zone(server(), other({}, v4=no_name(), v6=no_name())), ["ns.nothing"], id="no such name"
        ),
        pytest.param(zone(server(), other({})), ["ns.nothing"], id="no address"),
        pytest.param(
            zone(server(), other({}, v4=TIMEOUT, v6=TIMEOUT)),
            ["? timeout", "ns.sound"],
            id="its address is not seen",
        ),
        pytest.param(zone(server(), private(other())), ["ns.private"], id="private"),
        pytest.param(
            zone(
                server(),
                other(v4=found("ns2.inna.pl", ip_address(FAR_V4), aliases=["real.inna.pl"])),
            ),
            ["ns.alias"],
            id="an alias",
        ),
        pytest.param(ZoneFacts(look()), ["? no-name"], id="no such domain"),
    ],
)
def test_what_the_servers_say(seen: ZoneFacts, expected: list[str]) -> None:
    assert codes(judge(seen)) == expected


def test_only_the_address_that_is_lame_is_named() -> None:
    seen = zone(server(said={V4: knows(), V6: REFUSED}), other())
    lame = only(judge(seen), "ns.lame")
    assert (lame.subject, lame.params) == (
        f"ns1.firma.pl [{V6}]",
        {"zone": "firma.pl", "detail": "REFUSED"},
    )


def test_a_private_address_is_not_told() -> None:
    assert FAR_V4 not in repr(list(judge(zone(server(), private(other())))))


def test_every_kind_is_in_the_table() -> None:
    declared = {value for value in vars(module).values() if isinstance(value, Kind)}
    assert declared == set(PROBE.kinds)


SOA = "firma.pl. SOA ns1.firma.pl. x.firma.pl. 7 7200 3600 1209600 3600"
ZONE = f"""
    {SOA}
    firma.pl. NS ns1.firma.pl.
    firma.pl. NS ns2.firma.pl.
    ns1.firma.pl. A 127.0.0.1
    ns2.firma.pl. A 127.0.0.2
    dzial.firma.pl. MX 10 mx.firma.pl.
"""


async def seen_by(
    make_network: MakeNetwork,
    target: str = "firma.pl",
    fault: Fault | None = None,
    second: str = SOA,
) -> list[str]:
    async with (
        dns_server(ZONE) as one,
        dns_server(second, host="127.0.0.2", port=one.port) as two,
        make_network([one.address], name_server_port=one.port, times=Times(dns_try=0.2)) as network,
    ):
        one.authoritative = two.authoritative = True
        two.fault = fault
        found = codes(judge(await gather(network, look(target))))
        assert two.count("firma.pl", "SOA")
        return found


@pytest.mark.parametrize("target", ["firma.pl", "dzial.firma.pl"])
async def test_every_server_is_asked_itself(make_network: MakeNetwork, target: str) -> None:
    assert await seen_by(make_network, target) == ["ns.sound", "ns.one-network"]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault.REFUSED, "ns.lame"),
        (Fault.SERVFAIL, "ns.lame"),
        (Fault.SILENCE, "ns.silent"),
        (Fault.NXDOMAIN, "ns.lame"),
    ],
)
async def test_a_server_that_does_not_serve_is_found(
    make_network: MakeNetwork, fault: Fault, expected: str
) -> None:
    assert await seen_by(make_network, fault=fault) == [expected, "ns.one-network"]


async def test_where_port_53_is_closed_to_us_nobody_is_blamed(make_network: MakeNetwork) -> None:
    async with (
        dns_server(ZONE) as server,
        make_network([server.address], name_server_port=unused_port()) as network,
    ):
        assert codes(judge(await gather(network, look())))[0] == "? refused"


async def test_a_server_with_a_private_address_is_not_asked(make_network: MakeNetwork) -> None:
    zone = ZONE.replace("127.0.0.2", "10.0.0.1")
    async with (
        dns_server(zone) as server,
        make_network([server.address], name_server_port=server.port) as network,
    ):
        server.authoritative = True
        assert "ns.private" in codes(judge(await gather(network, look())))


async def test_a_server_that_we_stay_away_from_is_neither_asked_nor_blamed(
    make_network: MakeNetwork,
) -> None:
    refused = parse_networks("127.0.0.2")
    async with (
        dns_server(ZONE) as server,
        make_network(
            [server.address], name_server_port=server.port, refuse_networks=refused
        ) as network,
    ):
        server.authoritative = True
        seen = codes(judge(await gather(network, look())))
    assert "? not-public" in seen
    assert "ns.private" not in seen


async def test_a_resolver_that_fails_is_no_verdict(make_network: MakeNetwork) -> None:
    async with dns_server(ZONE) as server, make_network([server.address]) as network:
        server.misbehave("firma.pl", Fault.SERVFAIL, "NS")
        with pytest.raises(NetworkError, match="servfail"):
            await gather(network, look())


async def test_an_address_is_told_to_be_no_domain(make_network: MakeNetwork) -> None:
    async with dns_server("pl. NS a.pl.") as server, make_network([server.address]) as network:
        assert codes(judge(await gather(network, look("192.0.2.1")))) == ["ns.not-a-domain"]
