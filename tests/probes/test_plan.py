"""Which probes a target calls for."""

from collections.abc import Callable

import pytest

from bot.formats.target import parse_target
from bot.model.check import CheckRequest
from bot.network.network import Network
from bot.probes import PROBES
from bot.probes.plan import ADDRESS, DOMAIN, HOST, NO_SERVER, NOWHERE, PARKED, make_plan
from tests.doubles.dns import Fault, dns_server

ZONE = """
    firma.pl. MX 10 mx.firma.pl.
    firma.pl. A 127.0.0.1
    mail.firma.pl. A 127.0.0.1
    sklep.firma.pl. MX 10 mx.firma.pl.
    self.firma.pl. MX 10 self.firma.pl.
    self.firma.pl. A 127.0.0.1
    text.firma.pl. TXT "nothing else"
    strona.pl. AAAA ::1
    puste.pl. TXT "nothing else"
    cisza.pl. MX 0 .
    com.pl. NS ns.firma.pl.
    parking.pl. A 127.0.0.1
    parking.pl. TXT "v=spf1 -all"
"""
MakeNetwork = Callable[..., Network]


async def plan(make_network: MakeNetwork, target: str, *probes: str) -> tuple[str, ...]:
    async with dns_server(ZONE) as server, make_network([server.address]) as network:
        return await make_plan(network, CheckRequest(parse_target(target), probes))


@pytest.mark.parametrize(
    ("target", "probes"),
    [
        pytest.param("firma.pl", DOMAIN, id="a domain with mail"),
        pytest.param("sklep.firma.pl", DOMAIN, id="a subdomain with mail"),
        pytest.param("strona.pl", DOMAIN, id="a domain with an address only"),
        pytest.param("mail.firma.pl", HOST, id="a server's own name"),
        pytest.param("cisza.pl", NO_SERVER, id="a null MX"),
        pytest.param("puste.pl", NO_SERVER, id="neither MX nor address"),
        pytest.param("text.firma.pl", NO_SERVER, id="a name below with nothing"),
        pytest.param("parking.pl", PARKED, id="an address, and nobody sends"),
        pytest.param("com.pl", NOWHERE, id="an ending of domains"),
        pytest.param("gone.pl", NOWHERE, id="no such name"),
        pytest.param("gone.firma.pl", NOWHERE, id="no such name below"),
        pytest.param("s1._domainkey.firma.pl", ("dkim",), id="the name of a key"),
        pytest.param("127.0.0.1", ADDRESS, id="an address"),
        pytest.param("::1", ADDRESS, id="an IPv6 address"),
    ],
)
async def test_a_target_calls_for_its_probes(
    make_network: MakeNetwork, target: str, probes: tuple[str, ...]
) -> None:
    assert await plan(make_network, target) == probes


@pytest.mark.parametrize(
    ("target", "asked", "probes"),
    [
        pytest.param("firma.pl", ("spf",), ("spf",), id="what is named is run"),
        pytest.param("mail.firma.pl", ("dmarc",), ("dmarc",), id="also where it is unusual"),
        pytest.param("firma.pl", ("smtp",), ("smtp",), id="SMTP of a domain: its MX"),
        pytest.param("mail.firma.pl", ("smtp",), ("smtp", "submission"), id="of a host: all ports"),
        pytest.param("self.firma.pl", ("smtp",), ("smtp", "submission"), id="both at once"),
        pytest.param("127.0.0.1", ("smtp",), ("smtp", "submission"), id="of an address"),
        pytest.param("gone.pl", ("smtp",), ("smtp",), id="of nothing"),
        pytest.param(
            "mail.firma.pl", ("imap", "smtp"), ("imap", "smtp", "submission"), id="beside others"
        ),
    ],
)
async def test_probes_that_a_person_names(
    make_network: MakeNetwork, target: str, asked: tuple[str, ...], probes: tuple[str, ...]
) -> None:
    assert await plan(make_network, target, *asked) == probes


async def test_a_resolver_that_fails_is_the_probes_matter(make_network: MakeNetwork) -> None:
    async with dns_server(ZONE) as server, make_network([server.address]) as network:
        server.misbehave("mail.firma.pl", Fault.SERVFAIL)
        request = CheckRequest(parse_target("mail.firma.pl"))
        assert await make_plan(network, request) == DOMAIN


async def test_half_an_answer_is_enough_to_know_a_server(make_network: MakeNetwork) -> None:
    async with dns_server(ZONE) as server, make_network([server.address]) as network:
        server.misbehave("mail.firma.pl", Fault.SERVFAIL, "AAAA")
        assert await make_plan(network, CheckRequest(parse_target("mail.firma.pl"))) == HOST


def test_every_plan_names_probes_that_exist() -> None:
    names = {probe.name for probe in PROBES}
    assert {*DOMAIN, *HOST, *ADDRESS, *NO_SERVER, *NOWHERE} <= names
