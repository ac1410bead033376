"""BIMI: the record, the policy that it needs, and the picture that nobody fetches."""

from collections.abc import Callable
from typing import Any

import pytest

import bot.probes.bimi as module
from bot.model.finding import Kind, Severity
from bot.model.trouble import Trouble
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.probes.bimi import PROBE, BimiFacts, gather, judge
from bot.probes.dmarc_walk import Level
from tests.doubles.dns import Fault, dns_server
from tests.probes.making import codes, look, no_data, only, txt

MakeNetwork = Callable[..., Network]
LOGO = "v=BIMI1; l=https://firma.pl/logo.svg"
GOOD = f"{LOGO}; a=https://firma.pl/vmc.pem"


def dmarc(*texts: str, above: str = "") -> tuple[Level, ...]:
    return (Level("firma.pl", texts), Level("pl", (above,) if above else ()))


REJECT = dmarc("v=DMARC1; p=reject")


def facts(*texts: str, policy: tuple[Level, ...] = REJECT, **changes: Any) -> BimiFacts:
    return BimiFacts(look(), txt(*texts) if texts else no_data(), policy, **changes)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(facts(), ["bimi.missing"], id="none"),
        pytest.param(facts("v=spf1 -all"), ["bimi.missing"], id="a wildcard's text"),
        pytest.param(facts(GOOD), ["bimi.sound"], id="logo and authority"),
        pytest.param(facts(GOOD, "x"), ["bimi.sound"], id="beside other texts"),
        pytest.param(facts(LOGO), ["bimi.no-authority"], id="logo only"),
        pytest.param(facts("v=BIMI1; l=; a=;"), ["bimi.declined"], id="declined"),
        pytest.param(facts("v=BIMI1; l="), ["bimi.declined"], id="declined in short"),
        pytest.param(facts("v=BIMI1; a=https://firma.pl/v.pem"), ["bimi.no-location"], id="no l"),
        pytest.param(facts("v=BIMI1; l=; a=https://x.pl/v"), ["bimi.no-location"], id="empty l"),
        pytest.param(facts(GOOD, LOGO), ["bimi.several"], id="two records"),
        pytest.param(facts("v=bimi1; l=https://x.pl/l.svg"), ["bimi.bad-version"], id="small"),
        pytest.param(facts("v=BIMI2; l=https://x.pl/l.svg"), ["bimi.bad-version"], id="version 2"),
        pytest.param(facts("v=BIMI1; l=http://x.pl/l.svg"), ["bimi.bad-address"], id="http"),
        pytest.param(facts("v=BIMI1; l=logo.svg"), ["bimi.bad-address"], id="no address"),
        pytest.param(facts("v=BIMI1; l=https://x.pl/a; l=b"), ["bimi.bad-part"], id="twice"),
        pytest.param(
            facts(GOOD, policy=dmarc("v=DMARC1; p=quarantine")), ["bimi.sound"], id="quarantine"
        ),
        pytest.param(
            facts(GOOD, policy=dmarc("v=DMARC1; p=none")), ["bimi.not-enforced"], id="only watches"
        ),
        pytest.param(facts(GOOD, policy=dmarc()), ["bimi.not-enforced"], id="no DMARC"),
        pytest.param(
            facts(GOOD, policy=dmarc("v=DMARC1; p=reject; sp=none")),
            ["bimi.not-enforced"],
            id="open subdomains",
        ),
        pytest.param(
            facts(GOOD, policy=dmarc("v=DMARC1; p=reject; pct=50")),
            ["bimi.not-enforced"],
            id="half of the mail",
        ),
        pytest.param(
            facts(GOOD, policy=dmarc("v=DMARC1; p=reject; t=y")),
            ["bimi.not-enforced"],
            id="not meant yet",
        ),
        pytest.param(
            facts(GOOD, policy=dmarc("v=DMARC1; p=reject", "v=DMARC1; p=none")),
            ["bimi.not-enforced"],
            id="two DMARC records",
        ),
        pytest.param(
            facts(GOOD, policy=dmarc(above="v=DMARC1; p=reject")), ["bimi.sound"], id="inherited"
        ),
        pytest.param(
            facts(GOOD, policy=dmarc(above="v=DMARC1; p=reject; sp=none")),
            ["bimi.not-enforced"],
            id="inherited, and open",
        ),
        pytest.param(
            facts(LOGO, policy=dmarc()), ["bimi.not-enforced", "bimi.no-authority"], id="both"
        ),
        pytest.param(
            facts(GOOD, policy=(Level("firma.pl", error=NetworkError(Trouble.TIMEOUT)),)),
            ["? timeout"],
            id="the policy is not seen",
        ),
        pytest.param(facts(GOOD, exists=False), ["? no-name"], id="no such name"),
    ],
)
def test_what_record_and_policy_mean(seen: BimiFacts, expected: list[str]) -> None:
    assert codes(judge(seen)) == expected


def test_an_ornament_is_never_a_warning() -> None:
    assert max(kind.severity for kind in PROBE.kinds) is Severity.NOTICE


def test_the_address_that_cannot_be_used_is_shown() -> None:
    bad = only(judge(facts("v=BIMI1; l=http://x.pl/l.svg")), "bimi.bad-address")
    assert bad.params == {"address": "http://x.pl/l.svg"}


def test_every_kind_is_in_the_table() -> None:
    declared = {value for value in vars(module).values() if isinstance(value, Kind)}
    assert declared == set(PROBE.kinds)


async def test_only_dns_is_asked(make_network: MakeNetwork) -> None:
    zone = f"""
        pl. SOA a.dns.pl. root.dns.pl. 1 7200 1800 86400 300
        firma.pl. MX 10 mx.firma.pl.
        default._bimi.firma.pl. TXT "{GOOD}"
        _dmarc.firma.pl. TXT "v=DMARC1; p=reject"
    """
    async with dns_server(zone) as server, make_network([server.address]) as network:
        assert codes(judge(await gather(network, look()))) == ["bimi.sound"]
        assert {rdtype for _, rdtype, _ in server.asked} == {"TXT", "MX"}


ABOVE = """
    pl. SOA a.dns.pl. root.dns.pl. 1 7200 1800 86400 300
    sklep.firma.pl. MX 10 mx.firma.pl.
    _dmarc.firma.pl. TXT "v=DMARC1; p=reject"
"""


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        pytest.param(f'default._bimi.firma.pl. TXT "{GOOD}"', ["bimi.sound"], id="inherited"),
        pytest.param(
            f'default._bimi.firma.pl. TXT "{GOOD}"\n'
            'default._bimi.sklep.firma.pl. TXT "v=BIMI1; l="',
            ["bimi.declined"],
            id="declined below",
        ),
        pytest.param(
            f'default._bimi.firma.pl. TXT "{GOOD}"\n_dmarc.sklep.firma.pl. TXT "v=DMARC1; p=none"',
            ["bimi.not-enforced"],
            id="a weak policy of its own",
        ),
        pytest.param(
            f'default._bimi.sklep.firma.pl. TXT "{LOGO}"',
            ["bimi.no-authority"],
            id="a record of its own",
        ),
        pytest.param("", ["bimi.missing"], id="none at all"),
    ],
)
async def test_without_a_record_that_of_the_organization_counts(
    make_network: MakeNetwork, records: str, expected: list[str]
) -> None:
    zone = ABOVE + records
    async with dns_server(zone) as server, make_network([server.address]) as network:
        assert codes(judge(await gather(network, look("sklep.firma.pl")))) == expected


def test_the_organization_must_be_as_strong_as_the_domain() -> None:
    below = Level("sklep.firma.pl", ("v=DMARC1; p=reject",))
    levels = (below, *dmarc("v=DMARC1; p=none"))
    assert codes(judge(facts(GOOD, policy=levels))) == ["bimi.not-enforced"]


async def test_a_resolver_that_fails_is_no_missing_record(make_network: MakeNetwork) -> None:
    async with (
        dns_server("firma.pl. MX 10 mx.firma.pl.") as server,
        make_network([server.address]) as network,
    ):
        server.misbehave("default._bimi.firma.pl", Fault.SERVFAIL)
        with pytest.raises(NetworkError, match="servfail"):
            await gather(network, look())


async def test_an_address_is_told_to_be_no_domain(make_network: MakeNetwork) -> None:
    async with dns_server("pl. NS a.pl.") as server, make_network([server.address]) as network:
        assert codes(judge(await gather(network, look("192.0.2.1")))) == ["bimi.not-a-domain"]
