"""TLS-RPT: what the record means, and how it is asked for."""

from collections.abc import Callable

import pytest

from bot.model.finding import Severity
from bot.network.answer import Answer
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.probes.tls_rpt import PROBE, TlsRptFacts, gather, judge
from tests.doubles.dns import Fault, dns_server
from tests.probes.making import codes, look, no_data, no_name, only, txt

GOOD = "v=TLSRPTv1; rua=mailto:tls@firma.pl"
MakeNetwork = Callable[..., Network]


def facts(*texts: str, answer: Answer[object] | None = None) -> TlsRptFacts:
    return TlsRptFacts(look(), answer or txt(*texts))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(facts(GOOD), ["tls-rpt.sound"], id="sound"),
        pytest.param(
            facts("v=TLSRPTv1;rua=mailto:a@b.pl,https://r.example/x"), ["tls-rpt.sound"], id="two"
        ),
        pytest.param(facts(GOOD, "v=spf1 -all"), ["tls-rpt.sound"], id="beside other texts"),
        pytest.param(facts(answer=no_data()), ["tls-rpt.missing"], id="no data"),
        pytest.param(facts(answer=no_name()), ["tls-rpt.missing"], id="no such name"),
        pytest.param(facts("v=spf1 -all"), ["tls-rpt.missing"], id="a wildcard's text"),
        pytest.param(facts(GOOD, GOOD + "x"), ["tls-rpt.several"], id="two records"),
        pytest.param(
            facts("v=tlsrptv1; rua=mailto:a@b.pl"), ["tls-rpt.bad-version"], id="small letters"
        ),
        pytest.param(facts("v=TLSRPTv1"), ["tls-rpt.bad-version"], id="the version alone"),
        pytest.param(facts("v=TLSRPTv1;"), ["tls-rpt.no-address"], id="no rua"),
        pytest.param(
            facts("v=TLSRPTv1; rua=tls@firma.pl"), ["tls-rpt.bad-address"], id="no mailto"
        ),
        pytest.param(
            facts("v=TLSRPTv1; rua=http://firma.pl/r"), ["tls-rpt.bad-address"], id="plain http"
        ),
        pytest.param(
            facts("v=TLSRPTv1; rua=mailto:a@b.pl; ruf"), ["tls-rpt.bad-part"], id="no value"
        ),
    ],
)
def test_what_the_record_means(seen: TlsRptFacts, expected: list[str]) -> None:
    assert codes(judge(seen)) == expected


def test_the_bad_address_is_shown() -> None:
    bad = only(judge(facts("v=TLSRPTv1; rua=tls@firma.pl")), "tls-rpt.bad-address")
    assert bad.params == {"address": "tls@firma.pl"}


def test_a_missing_record_is_no_warning() -> None:
    assert only(judge(facts(answer=no_name())), "tls-rpt.missing").severity is Severity.NOTICE


def test_what_a_record_would_paint_is_cleaned() -> None:
    seen = facts("v=TLSRPTv1; rua=\x1b[31mx")
    assert "\x1b" not in repr(list(judge(seen)))


async def test_a_domain_that_does_not_exist_misses_nothing(make_network: MakeNetwork) -> None:
    async with dns_server("pl. NS a.pl.") as server, make_network([server.address]) as network:
        assert codes(judge(await gather(network, look()))) == ["? no-name"]


def test_every_kind_is_in_the_table() -> None:
    import bot.probes.tls_rpt as module
    from bot.model.finding import Kind

    assert {value for value in vars(module).values() if isinstance(value, Kind)} == set(PROBE.kinds)


async def test_the_record_is_asked_for_under_its_name(make_network: MakeNetwork) -> None:
    zone = f'_smtp._tls.firma.pl. TXT "{GOOD[:12]}" "{GOOD[12:]}"'
    async with dns_server(zone) as server, make_network([server.address]) as network:
        assert codes(judge(await gather(network, look()))) == ["tls-rpt.sound"]
        assert server.count("_smtp._tls.firma.pl", "TXT") == 1


async def test_a_resolver_that_fails_is_no_missing_record(make_network: MakeNetwork) -> None:
    async with dns_server() as server, make_network([server.address]) as network:
        server.misbehave("_smtp._tls.firma.pl", Fault.SERVFAIL)
        with pytest.raises(NetworkError, match="servfail"):
            await gather(network, look())


async def test_an_address_is_told_to_be_no_domain(make_network: MakeNetwork) -> None:
    async with dns_server("pl. NS a.pl.") as server, make_network([server.address]) as network:
        assert codes(judge(await gather(network, look("192.0.2.1")))) == ["tls-rpt.not-a-domain"]
