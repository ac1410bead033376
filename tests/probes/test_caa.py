"""CAA: the climb, and what the nearest records allow."""

from collections.abc import Callable

import pytest

import bot.probes.caa as module
from bot.model.finding import Kind, Severity
from bot.model.trouble import Trouble
from bot.network.answer import CaaRecord
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.probes.caa import PROBE, CaaFacts, Level, climb, gather, judge
from tests.doubles.dns import Fault, dns_server
from tests.probes.making import codes, look, only

MakeNetwork = Callable[..., Network]
TIMEOUT = NetworkError(Trouble.TIMEOUT)
ISSUE = CaaRecord(0, "issue", "letsencrypt.org")
NONE_ABOVE = Level("pl")


def caa(*records: CaaRecord, damaged: tuple[str, ...] = ()) -> CaaFacts:
    return CaaFacts(look(), (Level("firma.pl", records, damaged), NONE_ABOVE))


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(caa(), ["caa.missing"], id="none"),
        pytest.param(caa(ISSUE), ["caa.sound"], id="one issuer"),
        pytest.param(
            CaaFacts(look("a.firma.pl"), (Level("a.firma.pl"), Level("firma.pl", (ISSUE,)))),
            ["caa.sound"],
            id="found further up",
        ),
        pytest.param(
            CaaFacts(look("a.firma.pl"), (Level("a.firma.pl", error=TIMEOUT), Level("firma.pl"))),
            ["? timeout"],
            id="past a level that is not seen nothing is said",
        ),
        pytest.param(
            CaaFacts(look(), (Level("firma.pl", (ISSUE,)), Level("pl", error=TIMEOUT))),
            ["caa.sound"],
            id="what lies above the nearest does not matter",
        ),
        pytest.param(
            caa(ISSUE, CaaRecord(0, "iodef", "mailto:admin@firma.pl")), ["caa.sound"], id="iodef"
        ),
        pytest.param(
            caa(ISSUE, CaaRecord(0, "iodef", "admin@firma.pl")),
            ["caa.bad-iodef", "caa.sound"],
            id="iodef without mailto",
        ),
        pytest.param(caa(CaaRecord(0, "issue", ";")), ["caa.nobody"], id="nobody"),
        pytest.param(caa(ISSUE, CaaRecord(0, "issue", ";")), ["caa.sound"], id="nobody but one"),
        pytest.param(caa(CaaRecord(0, "issue", "%%%")), ["caa.malformed"], id="malformed"),
        pytest.param(caa(ISSUE, damaged=("\\# 1 00",)), ["caa.malformed"], id="damaged bytes"),
        pytest.param(
            caa(ISSUE, CaaRecord(128, "tbs", "x")),
            ["caa.critical-unknown"],
            id="critical and unknown",
        ),
        pytest.param(
            caa(ISSUE, CaaRecord(0, "isue", "x")), ["caa.unknown-tag", "caa.sound"], id="a typo"
        ),
        pytest.param(
            caa(CaaRecord(128, "ISSUE", "ca.net")), ["caa.sound"], id="critical and known"
        ),
        pytest.param(
            caa(CaaRecord(0, "iodef", "mailto:a@b.pl")),
            ["caa.no-issue"],
            id="only a report address",
        ),
        pytest.param(
            caa(ISSUE, CaaRecord(0, "issuemail", ";")),
            ["caa.sound", "caa.no-mail-certificates"],
            id="no S/MIME",
        ),
        pytest.param(
            caa(ISSUE, CaaRecord(0, "issuemail", "ca.net")), ["caa.sound"], id="S/MIME by one"
        ),
        pytest.param(CaaFacts(look(), (NONE_ABOVE,), exists=False), ["? no-name"], id="no name"),
    ],
)
def test_what_the_nearest_records_allow(seen: CaaFacts, expected: list[str]) -> None:
    assert codes(judge(seen)) == expected


def test_absence_is_no_warning() -> None:
    assert only(judge(caa()), "caa.missing").severity is Severity.NOTICE


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("firma.pl", ["firma.pl", "pl"]),
        ("a.b.firma.pl", ["a.b.firma.pl", "b.firma.pl", "firma.pl", "pl"]),
    ],
)
def test_the_climb_ends_below_the_root(name: str, names: list[str]) -> None:
    assert list(climb(name)) == names


def test_a_long_name_does_not_make_us_ask_without_end() -> None:
    asked = list(climb(".".join("abcdefghijklmnop") + ".firma.pl"))
    assert len(asked) == 9
    assert asked[0].startswith("a.b.c.")
    assert asked[-2:] == ["firma.pl", "pl"]


def test_every_kind_is_in_the_table() -> None:
    declared = {value for value in vars(module).values() if isinstance(value, Kind)}
    assert declared == set(PROBE.kinds)


async def test_records_of_the_parent_hold_for_the_name(make_network: MakeNetwork) -> None:
    zone = 'firma.pl. CAA 0 issue "letsencrypt.org"\na.firma.pl. MX 10 mx.firma.pl.'
    async with dns_server(zone) as server, make_network([server.address]) as network:
        sound = only(judge(await gather(network, look("a.firma.pl"))), "caa.sound")
        assert sound.params == {"name": "firma.pl", "issuers": "letsencrypt.org"}
        asked = [(name, rdtype) for name, rdtype, _ in server.asked]
    assert len(asked) == len(set(asked))


async def test_damaged_bytes_are_seen(make_network: MakeNetwork) -> None:
    zone = "firma.pl. CAA \\# 3 00 ff 41"
    async with dns_server(zone) as server, make_network([server.address]) as network:
        assert codes(judge(await gather(network, look()))) == ["caa.malformed"]


async def test_a_resolver_that_fails_is_no_missing_record(make_network: MakeNetwork) -> None:
    async with dns_server("firma.pl. MX 0 .") as server, make_network([server.address]) as network:
        server.misbehave("firma.pl", Fault.SERVFAIL)
        assert codes(judge(await gather(network, look()))) == ["? servfail"]


async def test_an_address_is_told_to_be_no_domain(make_network: MakeNetwork) -> None:
    async with dns_server("pl. NS a.pl.") as server, make_network([server.address]) as network:
        assert codes(judge(await gather(network, look("192.0.2.1")))) == ["caa.not-a-domain"]
