"""SOA: different versions of one zone, and times that make trouble."""

from collections.abc import Callable
from dataclasses import replace

import pytest

import bot.probes.soa as module
from bot.model.finding import Kind, Severity
from bot.model.trouble import Trouble
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.probes import ns
from bot.probes.nameservers import ZoneFacts
from bot.probes.soa import PROBE, gather, judge
from tests.doubles.dns import dns_server
from tests.probes.making import codes, look, only
from tests.probes.zone_servers import FAR_V4, SOA, V4, V6, knows, other, server, zone

MakeNetwork = Callable[..., Network]
TIMEOUT = NetworkError(Trouble.TIMEOUT)
TWO = (server(), other())


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(zone(*TWO), ["soa.sound"], id="one version"),
        pytest.param(zone(server(), other({FAR_V4: knows(8)})), ["soa.serials"], id="two versions"),
        pytest.param(
            zone(server(said={V4: knows(7), V6: knows(8)})), ["soa.serials"], id="of one server"
        ),
        pytest.param(
            zone(server(), other({FAR_V4: TIMEOUT})),
            ["soa.sound"],
            id="a silent one is ns's matter",
        ),
        pytest.param(zone(server(said={V4: TIMEOUT})), ["? timeout"], id="nothing seen"),
        pytest.param(
            zone(*TWO, soa=replace(SOA, expire=86_400)),
            ["soa.expires-soon", "soa.sound"],
            id="forgotten in a day",
        ),
        pytest.param(
            zone(*TWO, soa=replace(SOA, retry=7200)),
            ["soa.retry", "soa.sound"],
            id="retry as long as refresh",
        ),
        pytest.param(
            zone(*TWO, soa=replace(SOA, minimum=172_800)),
            ["soa.long-no", "soa.sound"],
            id="no for two days",
        ),
        pytest.param(
            zone(*TWO, soa=replace(SOA, minimum=86_400, expire=604_800)),
            ["soa.sound"],
            id="what large providers use",
        ),
        pytest.param(ZoneFacts(look()), ["? no-name"], id="no such domain"),
    ],
)
def test_what_the_zone_says_of_itself(seen: ZoneFacts, expected: list[str]) -> None:
    assert codes(judge(seen)) == expected


def test_versions_are_listed_with_their_servers() -> None:
    seen = zone(server(), server("ns3.firma.pl"), other({FAR_V4: knows(8)}))
    serials = only(judge(seen), "soa.serials").params["serials"]
    assert serials == "7 (ns1.firma.pl, ns3.firma.pl), 8 (ns2.inna.pl)"


def test_nothing_here_is_a_warning() -> None:
    """Right after a change versions differ, and with some providers they always do."""
    assert max(kind.severity for kind in PROBE.kinds) is Severity.NOTICE


def test_every_kind_is_in_the_table() -> None:
    declared = {value for value in vars(module).values() if isinstance(value, Kind)}
    assert declared == set(PROBE.kinds)


async def test_each_server_is_asked_once_for_both_probes(make_network: MakeNetwork) -> None:
    text = """
        firma.pl. SOA ns1.firma.pl. x.firma.pl. {} 7200 3600 1209600 3600
        firma.pl. NS ns1.firma.pl.
        firma.pl. NS ns2.firma.pl.
        ns1.firma.pl. A 127.0.0.1
        ns2.firma.pl. A 127.0.0.2
    """
    async with (
        dns_server(text.format(7)) as one,
        dns_server(text.format(6), host="127.0.0.2", port=one.port) as two,
        make_network([one.address], name_server_port=one.port) as network,
    ):
        one.authoritative = two.authoritative = True
        assert codes(judge(await gather(network, look()))) == ["soa.serials"]
        await ns.gather(network, look())
        assert two.count("firma.pl", "SOA") == 1


async def test_an_address_is_told_to_be_no_domain(make_network: MakeNetwork) -> None:
    async with dns_server("pl. NS a.pl.") as server, make_network([server.address]) as network:
        assert codes(judge(await gather(network, look("192.0.2.1")))) == ["soa.not-a-domain"]
