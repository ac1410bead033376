"""DNSSEC: secure, insecure, bogus and failing told apart; and who can tell them apart."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

import bot.probes.dnssec as module
from bot.model.finding import Kind, Severity
from bot.model.trouble import Trouble
from bot.network.answer import Answer, SoaRecord
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.probes.dnssec import PROBE, DnssecFacts, gather, judge, validates
from bot.probes.zone import Zone
from tests.doubles.dns import Fault, dns_server
from tests.probes.making import codes, found, look, no_data, only

MakeNetwork = Callable[..., Network]
SOA = SoaRecord("ns1.firma.pl", "hostmaster.firma.pl", 1, 3600, 600, 86400, 60)
DS = "12345 13 2 " + "ab" * 32
BOGUS, TIMEOUT = NetworkError(Trouble.BOGUS, "SERVFAIL, EDE 6"), NetworkError(Trouble.TIMEOUT)
SERVFAIL = NetworkError(Trouble.SERVFAIL)


def zone(*, signed: bool) -> Zone:
    soa: Answer[SoaRecord] = found("firma.pl", SOA)
    return Zone("firma.pl", replace(soa, authenticated=signed))


def facts(**changes: Any) -> DnssecFacts:
    whole: dict[str, Any] = {
        "validates": True,
        "zone": zone(signed=True),
        "ds": found("firma.pl", DS),
        "keys": found("firma.pl", "257 3 13 AAAA"),
        **changes,
    }
    return DnssecFacts(look(), **whole)


UNSIGNED = {"zone": zone(signed=False), "ds": no_data(), "keys": no_data()}


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(facts(), ["dnssec.sound"], id="secure"),
        pytest.param(facts(**UNSIGNED), ["dnssec.unsigned"], id="insecure"),
        pytest.param(
            facts(**UNSIGNED, validates=False), ["dnssec.unsigned"], id="anybody can see that"
        ),
        pytest.param(
            facts(zone=zone(signed=False), ds=no_data()), ["dnssec.not-linked"], id="no DS"
        ),
        pytest.param(
            facts(zone=zone(signed=False)), ["dnssec.not-understood"], id="unknown algorithms"
        ),
        pytest.param(
            facts(zone=zone(signed=False), validates=False),
            ["? not-validating"],
            id="signed, and nobody here to check it",
        ),
        pytest.param(
            facts(ds=found("firma.pl", "1 7 1 ab")),
            ["dnssec.sound", "dnssec.old-algorithm"],
            id="SHA-1",
        ),
        pytest.param(
            facts(ds=found("firma.pl", "1 7 1 ab", DS)),
            ["dnssec.sound"],
            id="on its way from SHA-1",
        ),
        pytest.param(facts(zone=BOGUS), ["dnssec.bogus"], id="bogus"),
        pytest.param(
            facts(zone=zone(signed=False), ds=BOGUS), ["dnssec.bogus"], id="a bogus delegation"
        ),
        pytest.param(facts(zone=SERVFAIL), ["? servfail"], id="failing is no verdict"),
        pytest.param(facts(zone=TIMEOUT), ["? timeout"], id="silence is no verdict"),
        pytest.param(
            facts(zone=zone(signed=False), ds=TIMEOUT), ["? timeout"], id="the parent is silent"
        ),
        pytest.param(
            facts(zone=BOGUS, validates=BOGUS),
            ["? bogus"],
            id="even the root is bogus: it is our own resolver",
        ),
        pytest.param(facts(zone=BOGUS, validates=TIMEOUT), ["? timeout"], id="no root at all"),
        pytest.param(facts(zone=None), ["? no-name"], id="no such name"),
    ],
)
def test_what_the_resolver_says(seen: DnssecFacts, expected: list[str]) -> None:
    assert codes(judge(seen)) == expected


def test_an_unsigned_domain_is_no_warning_and_a_bogus_one_is_lost() -> None:
    assert only(judge(facts(**UNSIGNED)), "dnssec.unsigned").severity is Severity.NOTICE
    assert only(judge(facts(zone=BOGUS)), "dnssec.bogus").severity is Severity.ERROR


def test_algorithms_have_names() -> None:
    assert only(judge(facts()), "dnssec.sound").params["algorithms"] == "ECDSA P-256"


def test_every_kind_is_in_the_table() -> None:
    declared = {value for value in vars(module).values() if isinstance(value, Kind)}
    assert declared == set(PROBE.kinds)


ZONE = f"""
    . NS a.root.
    pl. SOA a.pl. x.pl. 1 3600 600 86400 60
    firma.pl. SOA ns1.firma.pl. x.firma.pl. 1 3600 600 86400 60
    firma.pl. DS {DS}
    firma.pl. MX 10 mx.firma.pl.
    dzial.firma.pl. MX 10 mx.firma.pl.
"""


@pytest.mark.parametrize("target", ["firma.pl", "dzial.firma.pl"])
async def test_a_signed_domain_is_secure_and_so_are_names_inside_it(
    make_network: MakeNetwork, target: str
) -> None:
    async with (
        dns_server(ZONE, authenticated=True) as server,
        make_network([server.address]) as network,
    ):
        sound = only(judge(await gather(network, look(target))), "dnssec.sound")
    assert sound.params == {"zone": "firma.pl", "algorithms": "ECDSA P-256"}


async def test_a_domain_without_ad_under_a_signed_root_is_insecure(
    make_network: MakeNetwork,
) -> None:
    async with (
        dns_server(ZONE, authenticated=True) as server,
        make_network([server.address]) as network,
    ):
        server.remove("firma.pl", "DS")
        server.unsigned("firma.pl")
        assert codes(judge(await gather(network, look()))) == ["dnssec.unsigned"]


@pytest.mark.parametrize("fault", [Fault.BOGUS, Fault.BOGUS_UNSAID])
async def test_a_bogus_domain_is_told_from_one_that_fails(
    make_network: MakeNetwork, fault: Fault
) -> None:
    async with (
        dns_server(ZONE, authenticated=True) as server,
        make_network([server.address]) as network,
    ):
        server.misbehave("firma.pl", fault)
        assert codes(judge(await gather(network, look()))) == ["dnssec.bogus"]


async def test_a_domain_that_fails_is_not_called_bogus(make_network: MakeNetwork) -> None:
    async with (
        dns_server(ZONE, authenticated=True) as server,
        make_network([server.address]) as network,
    ):
        server.misbehave("firma.pl", Fault.SERVFAIL)
        assert codes(judge(await gather(network, look()))) == ["? servfail"]


@pytest.mark.parametrize("authenticated", [True, False])
async def test_a_resolver_that_validates_says_so_of_the_root(
    make_network: MakeNetwork, authenticated: bool
) -> None:
    async with (
        dns_server(ZONE, authenticated=authenticated) as server,
        make_network([server.address]) as network,
    ):
        assert await validates(network) is authenticated


async def test_what_does_not_exist_is_not_judged(make_network: MakeNetwork) -> None:
    async with (
        dns_server(ZONE, authenticated=True) as server,
        make_network([server.address]) as network,
    ):
        assert codes(judge(await gather(network, look("gone.pl")))) == ["? no-name"]


async def test_an_address_is_told_to_be_no_domain(make_network: MakeNetwork) -> None:
    async with dns_server("pl. NS a.pl.") as server, make_network([server.address]) as network:
        assert codes(judge(await gather(network, look("192.0.2.1")))) == ["dnssec.not-a-domain"]
