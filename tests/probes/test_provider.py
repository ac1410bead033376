"""Who hosts the mail: told from MX and SPF, and never guessed as certain."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.knowledge import load_knowledge
from bot.model.finding import Severity
from bot.model.trouble import Trouble
from bot.network.answer import Answer, MxRecord
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.probes.provider import PROBE, ProviderFacts, gather, judge
from tests.doubles.dns import Fault, dns_server
from tests.probes.making import codes, look, mx, no_data, no_name, only, txt

REFERENCE = load_knowledge().reference
GOOGLE = "v=spf1 include:_spf.google.com ~all"
TIMEOUT = NetworkError(Trouble.TIMEOUT)
NULL = mx("")


def facts(
    *exchanges: str, spf: Any = "v=spf1 mx -all", target: str = "firma.pl", **asked: bool
) -> ProviderFacts:
    answer: Answer[MxRecord] = mx(*exchanges) if exchanges else no_data()
    texts = txt(spf) if isinstance(spf, str) else spf
    return ProviderFacts(replace(look(target, **asked), reference=REFERENCE), answer, texts)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(
            facts("aspmx.l.google.com", "alt1.aspmx.l.google.com", spf=GOOGLE),
            ["provider.identified", "provider.app-password"],
            id="Google",
        ),
        pytest.param(
            facts("firma-pl.mail.protection.outlook.com"),
            ["provider.identified", "provider.oauth-only"],
            id="Microsoft",
        ),
        pytest.param(
            facts("mail.protonmail.ch"), ["provider.identified", "provider.bridge"], id="Proton"
        ),
        pytest.param(
            facts("mail.tutanota.de"), ["provider.identified", "provider.no-programs"], id="Tuta"
        ),
        pytest.param(facts("mail17.lh.pl"), ["provider.identified"], id="a hosting company"),
        pytest.param(
            facts("mx.zoho.eu"), ["provider.identified", "provider.switch-on"], id="switch on first"
        ),
        pytest.param(
            facts("mx1.mail.ovh.net", "aspmx.l.google.com"), ["provider.several"], id="half moved"
        ),
        pytest.param(
            facts("eu-smtp-inbound-1.mimecast.com"), ["provider.filter"], id="a filter alone"
        ),
        pytest.param(
            facts("mx0a-1.pphosted.com", spf="v=spf1 include:spf.protection.outlook.com -all"),
            ["provider.filter", "provider.likely", "provider.senders"],
            id="a filter, and who is behind it",
        ),
        pytest.param(facts("route1.mx.cloudflare.net"), ["provider.forwarding"], id="forwarded"),
        pytest.param(
            facts("mail.firma.pl", spf="v=spf1 a mx include:_spf.cyberfolks.pl -all"),
            ["provider.likely", "provider.senders"],
            id="the hosting company hides its name",
        ),
        pytest.param(
            facts("mail.firma.pl", spf=f"{GOOGLE[:-4]} include:_spf.home.pl ~all"),
            ["provider.own", "provider.senders"],
            id="SPF names two",
        ),
        pytest.param(facts("mail.firma.pl"), ["provider.own"], id="a server of one's own"),
        pytest.param(facts("mx.hosting.example.net"), [], id="nobody we know"),
        pytest.param(
            facts("mx.hosting.example.net", is_asked=True), ["provider.unknown"], id="asked for"
        ),
        pytest.param(
            facts("aspmx.l.google.com", spf="v=spf1 include:_spf.google.com include:sendgrid.net"),
            ["provider.identified", "provider.app-password", "provider.senders"],
            id="somebody else sends too",
        ),
        pytest.param(
            facts("aspmx.l.google.com", spf="v=spf1 include: ~all"),
            ["provider.identified", "provider.app-password"],
            id="a broken SPF record allows nobody",
        ),
        pytest.param(
            facts("mail17.lh.pl", spf=TIMEOUT), ["? timeout", "provider.identified"], id="no TXT"
        ),
        pytest.param(facts(), [], id="no MX"),
        pytest.param(
            facts("mx.poczta.onet.pl", target="op.pl"),
            ["provider.identified"],
            id="the provider's own domain",
        ),
        pytest.param(facts(target="192.0.2.1"), ["? no-address"], id="an address"),
    ],
)
def test_who_hosts_the_mail(seen: ProviderFacts, expected: list[str]) -> None:
    assert codes(judge(seen)) == expected


def test_a_domain_that_takes_no_mail_has_no_provider() -> None:
    assert codes(judge(replace(facts("mx.example"), mx=NULL))) == []


def test_a_domain_that_does_not_exist_is_a_gap() -> None:
    assert codes(judge(replace(facts("mx.example"), mx=no_name()))) == ["? no-address"]


def test_the_names_are_told() -> None:
    statements = list(judge(facts("mail17.lh.pl", spf=f"{GOOGLE[:-4]}include:_spf.lh.pl -all")))
    assert only(statements, "provider.identified").params == {
        "name": "LH.pl",
        "hosts": "mail17.lh.pl",
    }
    assert only(statements, "provider.senders").params == {"names": "Google Workspace"}


def test_nothing_is_recognised_without_knowledge() -> None:
    seen = replace(facts("aspmx.l.google.com", spf=GOOGLE), look=look())
    assert codes(judge(seen)) == []


def test_nothing_here_is_a_warning() -> None:
    assert max(kind.severity for kind in PROBE.kinds) is Severity.NOTICE


async def test_two_questions_are_asked(make_network: Callable[..., Network]) -> None:
    zone = f'firma.pl. MX 1 aspmx.l.google.com.\nfirma.pl. TXT "{GOOGLE}"'
    target = replace(look(), reference=REFERENCE)
    async with dns_server(zone) as server, make_network([server.address]) as network:
        statements = list(judge(await gather(network, target)))
        assert sorted(server.asked) == [("firma.pl", "MX", "udp"), ("firma.pl", "TXT", "udp")]
        server.misbehave("hidden.pl", Fault.SERVFAIL)
        with pytest.raises(NetworkError):
            await gather(network, replace(look("hidden.pl"), reference=REFERENCE))
    assert codes(statements) == ["provider.identified", "provider.app-password"]
