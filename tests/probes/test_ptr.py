"""Reverse DNS: forward-confirmed or not, and whether that weighs."""

from collections.abc import Callable
from ipaddress import IPv4Address

import pytest

from bot.model.trouble import Trouble
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.probes.ptr import PtrFacts, Reverse, gather, judge
from tests.doubles.dns import Fault, dns_server
from tests.probes.making import V4, codes, look, only

TIMEOUT = NetworkError(Trouble.TIMEOUT)
BARE = Reverse("mx.firma.pl", V4)
LOST = Reverse("mx.firma.pl", V4, ("other.example",))
GOOD = Reverse("mx.firma.pl", V4, ("mx.firma.pl",), ("mx.firma.pl",))


def facts(*reverses: Reverse, spf: str = "v=spf1 mx -all", **changes: object) -> PtrFacts:
    defaults: dict[str, object] = {
        "look": look(),
        "domain": "firma.pl",
        "spf": spf,
        "hosts": ("mx.firma.pl",),
        "reverses": reverses,
    }
    return PtrFacts(**{**defaults, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(facts(GOOD), ["ptr.sound"], id="confirmed"),
        pytest.param(facts(BARE), ["ptr.missing"], id="missing on a sender"),
        pytest.param(facts(LOST), ["ptr.unconfirmed"], id="leads elsewhere on a sender"),
        pytest.param(facts(BARE, spf=""), ["ptr.missing-on-receiver"], id="nobody says it sends"),
        pytest.param(
            facts(LOST, spf="v=spf1 include:_spf.example.com -all"),
            ["ptr.unconfirmed-on-receiver"],
            id="others send",
        ),
        pytest.param(
            facts(BARE, look=look("192.0.2.1")), ["ptr.missing"], id="an address by itself"
        ),
        pytest.param(
            facts(Reverse("mx.firma.pl", V4, error=TIMEOUT)), ["? timeout"], id="unseen: no verdict"
        ),
        pytest.param(
            facts(Reverse("mx.firma.pl", V4, ("a.pl",), error=TIMEOUT)),
            ["? timeout"],
            id="the way back unseen",
        ),
        pytest.param(
            facts(Reverse("mx.firma.pl", V4, ("a.pl", "b.pl"), ("b.pl",), TIMEOUT)),
            ["ptr.sound"],
            id="one name is enough",
        ),
        pytest.param(facts(exists=False), ["? no-name"], id="no such name"),
        pytest.param(facts(), ["? no-address"], id="no address"),
        pytest.param(
            facts(errors=(("mx.firma.pl", TIMEOUT),)), ["? timeout"], id="addresses unseen"
        ),
    ],
)
def test_what_receivers_think(seen: PtrFacts, expected: list[str]) -> None:
    assert codes(judge(seen)) == expected


@pytest.mark.parametrize(
    ("spf", "sends"),
    [
        ("v=spf1 mx -all", True),
        ("v=spf1 mx:firma.pl -all", True),
        ("v=spf1 mx:other.pl -all", False),
        ("v=spf1 ip4:192.0.2.0/24 -all", True),
        ("v=spf1 ip4:198.51.100.0/24 -all", False),
        ("v=spf1 ip6:2001:db8::/32 -all", False),
        ("v=spf1 a:MX.firma.pl -all", True),
        ("v=spf1 a -all", False),
        ("v=spf1 -mx -all", False),
        ("v=spf1 mx ip4:broken -all", False),
        ("v=spf1 +all", False),
        ("", False),
    ],
)
def test_who_sends_is_read_from_spf(spf: str, sends: bool) -> None:
    assert codes(judge(facts(BARE, spf=spf))) == [
        "ptr.missing" if sends else "ptr.missing-on-receiver"
    ]


def test_a_bare_a_means_the_domains_own_address() -> None:
    assert codes(judge(facts(BARE, spf="v=spf1 a -all", own=(V4,)))) == ["ptr.missing"]


def test_all_sound_addresses_stand_in_one_finding() -> None:
    other = Reverse("mx2.firma.pl", IPv4Address("192.0.2.2"), ("b.pl",), ("b.pl",))
    sound = only(judge(facts(GOOD, other)), "ptr.sound")
    assert sound.params == {
        "count": 2,
        "pairs": "192.0.2.1 → mx.firma.pl, 192.0.2.2 → b.pl",
    }


MakeNetwork = Callable[..., Network]
ZONE = """
    firma.pl. MX 10 mx1.firma.pl.
    firma.pl. MX 20 mx2.firma.pl.
    firma.pl. TXT "v=spf1 mx -all"
    mx1.firma.pl. A 127.0.0.5
    mx2.firma.pl. A 127.0.0.6
    5.0.0.127.in-addr.arpa. PTR mx1.firma.pl.
    6.0.0.127.in-addr.arpa. PTR mx1.firma.pl.
"""


async def test_names_are_followed_back(make_network: MakeNetwork) -> None:
    async with dns_server(ZONE) as server, make_network([server.address]) as network:
        statements = list(judge(await gather(network, look())))
    assert codes(statements) == ["ptr.unconfirmed", "ptr.sound"]
    assert only(statements, "ptr.unconfirmed").subject == "mx2.firma.pl"


async def test_an_address_is_looked_at_by_itself(make_network: MakeNetwork) -> None:
    async with dns_server(ZONE) as server, make_network([server.address]) as network:
        assert codes(judge(await gather(network, look("127.0.0.5")))) == ["ptr.sound"]
        assert codes(judge(await gather(network, look("127.0.0.7")))) == ["ptr.missing"]
        server.misbehave("8.0.0.127.in-addr.arpa", Fault.SERVFAIL)
        assert codes(judge(await gather(network, look("127.0.0.8")))) == ["? servfail"]
