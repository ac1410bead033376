"""MX: what records mean, and what is asked to learn them."""

from collections.abc import Callable

import pytest

from bot.model.check import CheckRequest, Judged
from bot.model.trouble import Trouble
from bot.network.answer import Answer
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.network.settings import parse_networks
from bot.probes.mx import PROBE, MxFacts, gather, judge
from bot.probes.mx_hosts import HostFacts
from bot.probes.run import run_check
from tests.doubles.dns import Fault, dns_server
from tests.probes.making import V4, V6, codes, found, look, mx, no_data, no_name, only

TIMEOUT = NetworkError(Trouble.TIMEOUT)


def host(name: str = "mx1.firma.pl", **changes: object) -> HostFacts:
    facts: dict[str, object] = {"v4": found(name, V4), "v6": found(name, V6)}
    return HostFacts(name, **{**facts, **changes})  # type: ignore[arg-type]


def gone(name: str) -> HostFacts:
    return host(name, v4=no_name(name), v6=no_name(name))


def empty(name: str) -> HostFacts:
    return host(name, v4=no_data(name), v6=no_data(name))


def facts(*hosts: HostFacts, answer: Answer[object] | None = None, **changes: object) -> MxFacts:
    answer = answer or mx(*(one.name for one in hosts))
    asked = changes.pop("look", look())
    return MxFacts(asked, answer, hosts, **changes)  # type: ignore[arg-type]


TWO = (host("mx1.firma.pl"), host("mx2.firma.pl"))


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(facts(*TWO), ["mx.sound"], id="two sound hosts"),
        pytest.param(facts(host()), ["mx.sound", "mx.single"], id="one host"),
        pytest.param(
            facts(host(v4=found("mx", V4, V4 + 1))), ["mx.sound"], id="one name, two servers"
        ),
        pytest.param(
            facts(*(host(f"mx{n}.firma.pl", v6=no_data()) for n in (1, 2))),
            ["mx.sound", "mx.no-ipv6"],
            id="no IPv6",
        ),
        pytest.param(
            facts(TWO[0], host("mx2.firma.pl", v6=no_data())), ["mx.sound"], id="one with IPv6"
        ),
        pytest.param(facts(answer=mx("")), ["mx.null"], id="null MX"),
        pytest.param(
            facts(*TWO, answer=mx("", "mx1.firma.pl", "mx2.firma.pl")),
            ["mx.null-beside-others"],
            id="null MX beside others",
        ),
        pytest.param(
            facts(answer=no_data(), itself=host("firma.pl")), ["mx.implicit"], id="implicit MX"
        ),
        pytest.param(
            facts(answer=no_data(), itself=empty("firma.pl")), ["mx.none"], id="nothing at all"
        ),
        pytest.param(
            facts(answer=no_data(), itself=host("firma.pl"), is_mailless=True),
            ["mx.implicit-parked"],
            id="an address, and nobody sends",
        ),
        pytest.param(
            facts(answer=no_data(), itself=host("com.pl"), look=look("com.pl")),
            ["mx.public-suffix"],
            id="an ending of domains",
        ),
        pytest.param(
            facts(answer=no_data(), itself=host("firma.pl", v4=TIMEOUT, v6=no_data())),
            ["? timeout"],
            id="no MX and the address unseen: no verdict",
        ),
        pytest.param(facts(answer=no_name()), ["mx.no-name"], id="no such name"),
        pytest.param(
            facts(answer=no_name(), ending_exists=False), ["mx.no-such-ending"], id="no such ending"
        ),
        pytest.param(
            facts(answer=no_name(aliases=["gone.example.com"])),
            ["mx.alias-to-nothing"],
            id="an alias of nothing",
        ),
        pytest.param(
            facts(gone("mx1.firma.pl"), TWO[1]), ["mx.nothing"], id="one host does not exist"
        ),
        pytest.param(
            facts(empty("mx1.firma.pl"), TWO[1]), ["mx.nothing"], id="one host has no address"
        ),
        pytest.param(
            facts(gone("mx1.firma.pl")),
            ["mx.nothing", "mx.none-usable"],
            id="the only host is gone",
        ),
        pytest.param(facts(HostFacts("192.0.2.9"), *TWO), ["mx.ip"], id="an IP literal"),
        pytest.param(
            facts(HostFacts("192.0.2.9")), ["mx.ip", "mx.none-usable"], id="only an IP literal"
        ),
        pytest.param(
            facts(host(v4=found("mx1.firma.pl", V4, aliases=["real.firma.pl"])), TWO[1]),
            ["mx.cname"],
            id="an alias",
        ),
        pytest.param(
            facts(host(is_public=False), TWO[1]), ["mx.private"], id="one address is private"
        ),
        pytest.param(
            facts(host(is_public=False)), ["mx.private", "mx.none-usable"], id="all are private"
        ),
        pytest.param(
            facts(*TWO, answer=mx("mx1.firma.pl", "mx1.firma.pl", "mx2.firma.pl")),
            ["mx.duplicate", "mx.sound"],
            id="the same host twice",
        ),
        pytest.param(
            facts(host(v4=TIMEOUT, v6=TIMEOUT)), ["? timeout"], id="addresses unseen: no verdict"
        ),
        pytest.param(
            facts(TWO[0], host("mx2.firma.pl", v4=TIMEOUT, v6=no_data())),
            ["? timeout", "mx.sound"],
            id="one host unseen",
        ),
    ],
)
def test_what_the_records_mean(seen: MxFacts, expected: list[str]) -> None:
    assert codes(judge(seen)) == expected


def test_the_hosts_are_listed_in_their_order() -> None:
    sound = only(judge(facts(*TWO)), "mx.sound")
    assert sound.params == {"count": 2, "hosts": "10 mx1.firma.pl, 20 mx2.firma.pl"}


def test_names_are_shown_as_people_read_them() -> None:
    seen = facts(gone("xn--kda4b0koi.pl"), TWO[1])
    assert only(judge(seen), "mx.nothing").params["host"] == "żółć.pl"


def test_a_private_address_is_not_told() -> None:
    seen = facts(host(v4=found("mx1.firma.pl", V4), is_public=False))
    assert "192.0.2.1" not in repr(list(judge(seen)))


def test_every_kind_is_in_the_table() -> None:
    import bot.probes.mx as module
    from bot.model.finding import Kind

    declared = {value for value in vars(module).values() if isinstance(value, Kind)}
    assert declared == set(PROBE.kinds)


MakeNetwork = Callable[..., Network]


async def test_records_and_addresses_are_gathered(make_network: MakeNetwork) -> None:
    zone = """
        firma.pl. MX 20 mx2.firma.pl.
        firma.pl. MX 10 mx1.firma.pl.
        mx1.firma.pl. A 127.0.0.5
        mx2.firma.pl. CNAME real.firma.pl.
        real.firma.pl. AAAA ::1
    """
    async with dns_server(zone) as server, make_network([server.address]) as network:
        seen = await gather(network, look())
    assert [one.name for one in seen.hosts] == ["mx1.firma.pl", "mx2.firma.pl"]
    assert [str(a) for one in seen.hosts for a in one.addresses] == ["127.0.0.5", "::1"]
    assert codes(judge(seen)) == ["mx.cname"]


async def test_an_address_that_we_stay_away_from_is_no_fault_of_the_domain(
    make_network: MakeNetwork,
) -> None:
    zone = """
        firma.pl. MX 10 mx1.firma.pl.
        firma.pl. MX 20 mx2.firma.pl.
        mx1.firma.pl. A 9.9.9.9
        mx2.firma.pl. A 9.9.9.10
    """
    refused = parse_networks("9.9.9.0/24")
    async with (
        dns_server(zone) as server,
        make_network([server.address], refuse_networks=refused) as network,
    ):
        assert codes(judge(await gather(network, look()))) == ["mx.sound", "mx.no-ipv6"]


async def test_a_null_mx_asks_for_no_address(make_network: MakeNetwork) -> None:
    async with (
        dns_server("firma.pl. MX 0 .") as server,
        make_network([server.address]) as network,
    ):
        assert codes(judge(await gather(network, look()))) == ["mx.null"]
    assert server.asked == [("firma.pl", "MX", "udp")]


async def test_of_very_many_hosts_some_are_looked_at(make_network: MakeNetwork) -> None:
    zone = "".join(f"firma.pl. MX {n} mx{n}.firma.pl.\n" for n in range(1, 31))
    zone += "".join(f"mx{n}.firma.pl. A 127.0.1.{n}\n" for n in range(1, 31))
    async with dns_server(zone) as server, make_network([server.address]) as network:
        statements = list(judge(await gather(network, look())))
    assert codes(statements) == ["mx.many", "mx.sound", "mx.no-ipv6"]
    assert only(statements, "mx.many").params == {"count": 20, "total": 30}
    assert str(only(statements, "mx.sound").params["hosts"]).endswith("20 mx20.firma.pl, …")
    assert server.count("mx21.firma.pl") == 0


async def test_an_unknown_ending_needs_the_word_of_dns(make_network: MakeNetwork) -> None:
    async with (
        dns_server("plx. SOA a. b. 1 1 1 1 1") as server,
        make_network([server.address]) as network,
    ):
        assert codes(judge(await gather(network, look("firma.plx")))) == ["mx.no-name"]
        assert codes(judge(await gather(network, look("firma.plz")))) == ["mx.no-such-ending"]
        assert codes(judge(await gather(network, look("gone.pl")))) == ["mx.no-name"]


async def test_a_private_host_is_seen_at_the_gate(make_network: MakeNetwork) -> None:
    zone = "firma.pl. MX 10 mx.firma.pl.\nmx.firma.pl. A 10.0.0.1\nmx.firma.pl. A 127.0.0.1"
    async with dns_server(zone) as server, make_network([server.address]) as network:
        seen = codes(judge(await gather(network, look())))
    assert seen == ["mx.private", "mx.none-usable"]


class Nobody:
    async def started(self, request: object, probes: object) -> None: ...
    async def outcome(self, outcome: object) -> None: ...


async def test_a_failing_resolver_for_one_host_is_a_gap(make_network: MakeNetwork) -> None:
    zone = """
        firma.pl. MX 10 mx1.firma.pl.
        firma.pl. MX 20 mx2.firma.pl.
        mx1.firma.pl. A 127.0.0.5
    """
    async with dns_server(zone) as server, make_network([server.address]) as network:
        server.misbehave("mx2.firma.pl", Fault.SERVFAIL)
        report = await run_check(network, CheckRequest(look().target, ("mx",)), Nobody())
    (outcome,) = report.outcomes
    assert isinstance(outcome, Judged)
    assert [gap.trouble for gap in outcome.gaps] == [Trouble.SERVFAIL]
    assert codes(outcome.findings) == ["mx.sound"]


async def test_an_address_is_no_domain(make_network: MakeNetwork) -> None:
    async with make_network() as network:
        assert codes(judge(await gather(network, look("192.0.2.1")))) == ["mx.not-a-domain"]
