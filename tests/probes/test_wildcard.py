"""Wildcards: only those that confuse mail are told."""

from collections.abc import Callable

import pytest

from bot.model.finding import Severity
from bot.network.network import Network
from bot.probes.wildcard import PROBE, gather, judge
from tests.doubles.dns import Fault, dns_server
from tests.probes.making import codes, look, only

MakeNetwork = Callable[..., Network]


async def seen(make_network: MakeNetwork, zone: str) -> list[str]:
    zone = f"firma.pl. MX 10 mx.firma.pl.\n{zone}"
    async with dns_server(zone) as server, make_network([server.address]) as network:
        return codes(judge(await gather(network, look())))


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        pytest.param("", ["wildcard.none"], id="none"),
        pytest.param("*.firma.pl. A 127.0.0.1", ["wildcard.none"], id="addresses are usual"),
        pytest.param("*.firma.pl. MX 0 .", ["wildcard.none"], id="a null MX confuses nobody"),
        pytest.param("*.firma.pl. MX 10 mx.firma.pl.", ["wildcard.mx"], id="MX"),
        pytest.param('*.firma.pl. TXT "v=spf1 mx -all"', ["wildcard.txt"], id="TXT"),
        pytest.param('*.firma.pl. TXT "v=spf1 -ALL"', ["wildcard.none"], id="nobody sends"),
        pytest.param(
            '*.firma.pl. MX 10 mx.firma.pl.\n*.firma.pl. TXT "x"',
            ["wildcard.mx", "wildcard.txt"],
            id="both",
        ),
        pytest.param('a.firma.pl. TXT "x"', ["wildcard.none"], id="a name of its own"),
    ],
)
async def test_stars_that_confuse_are_told(
    make_network: MakeNetwork, zone: str, expected: list[str]
) -> None:
    assert await seen(make_network, zone) == expected


async def test_the_hosts_and_the_text_are_shown(make_network: MakeNetwork) -> None:
    zone = """
        firma.pl. MX 10 mx.firma.pl.
        *.firma.pl. MX 10 mx.firma.pl.
        *.firma.pl. MX 20 xn--kda4b0koi.pl.
        *.firma.pl. TXT "any\\027[31m text"
    """
    async with dns_server(zone) as server, make_network([server.address]) as network:
        statements = list(judge(await gather(network, look())))
    assert only(statements, "wildcard.mx").params == {"hosts": "mx.firma.pl, żółć.pl"}
    assert only(statements, "wildcard.txt").params == {"record": "any text"}


def test_no_star_is_a_fault() -> None:
    assert max(kind.severity for kind in PROBE.kinds) is Severity.NOTICE


async def test_a_resolver_that_fails_is_no_verdict(make_network: MakeNetwork) -> None:
    async with (
        dns_server("firma.pl. MX 10 mx.firma.pl.") as server,
        make_network([server.address]) as network,
    ):
        server.misbehave("*.firma.pl", Fault.SERVFAIL, "TXT")
        assert codes(judge(await gather(network, look()))) == ["? servfail"]


async def test_what_does_not_exist_is_not_judged(make_network: MakeNetwork) -> None:
    async with dns_server("pl. NS a.pl.") as server, make_network([server.address]) as network:
        assert codes(judge(await gather(network, look("gone.pl")))) == ["? no-name"]


async def test_an_address_is_told_to_be_no_domain(make_network: MakeNetwork) -> None:
    async with dns_server("pl. NS a.pl.") as server, make_network([server.address]) as network:
        assert codes(judge(await gather(network, look("192.0.2.1")))) == ["wildcard.not-a-domain"]
