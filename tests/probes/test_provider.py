"""Who hosts the mail: told from MX and SPF, and never guessed as certain."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest

from bot.knowledge import load_knowledge
from bot.knowledge.provider import (
    Access,
    Cause,
    FailedServer,
    Limit,
    LimitKind,
    MailServer,
    Provider,
    ProviderKind,
    Security,
)
from bot.knowledge.providers import Marks, Providers
from bot.knowledge.reference import Reference
from bot.model.finding import Finding, Severity
from bot.model.language import Language
from bot.model.trouble import Trouble
from bot.network.answer import Answer, MxRecord
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.probes.probe import Statement
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


CONNECTING = {
    "provider.servers",
    "provider.message-limit",
    "provider.sending-limit",
    "provider.note",
}


def who(statements: Iterable[Statement]) -> list[str]:
    """The codes, without what a file further tells of the provider."""
    return [code for code in codes(statements) if code not in CONNECTING]


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
    assert who(judge(seen)) == expected


def test_a_domain_that_takes_no_mail_has_no_provider() -> None:
    assert codes(judge(replace(facts("mx.example"), mx=NULL))) == []


def test_a_domain_that_does_not_exist_is_a_gap() -> None:
    assert codes(judge(replace(facts("mx.example"), mx=no_name()))) == ["? no-name"]


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
    assert who(statements) == ["provider.identified", "provider.app-password"]


IMAP = MailServer("imap", "imap.hosting.pl", 993, Security.TLS)
POP3 = MailServer("pop3", "pop3.hosting.pl", 995, Security.TLS)
SMTP = MailServer("smtp", "mail.{domain}", 587, Security.STARTTLS)
HOSTING = Provider(
    id="hosting",
    name="Hosting",
    country="PL",
    kind=ProviderKind.HOSTING,
    domains=(),
    mx=("**.hosting.pl",),
    spf=(),
    servers=(IMAP, POP3, SMTP),
    username="address",
    auth=(),
    access=Access.OPEN,
    note={},
    pages=(),
    sources=(),
)


def told(provider: Provider, *exchanges: str, marks: Marks | None = None) -> dict[str, Finding]:
    """What is found beyond the provider's name, for a domain with these MX hosts."""
    reference = Reference(Providers((provider,), lambda: marks or {}))
    seen = facts(*(exchanges or ("mx1.hosting.pl",)))
    statements = list(judge(replace(seen, look=replace(seen.look, reference=reference))))
    found = {each.code: each for each in statements if isinstance(each, Finding)}
    assert found.pop("provider.identified")
    return found


def test_how_a_program_connects_is_told() -> None:
    assert told(HOSTING)["provider.servers"].params == {
        "name": "Hosting",
        "incoming": "IMAP imap.hosting.pl:993 (SSL/TLS)",
        "outgoing": "SMTP mail.firma.pl:587 (STARTTLS)",
    }


def test_what_a_look_has_disproved_is_not_told() -> None:
    gone = {("hosting", IMAP): FailedServer(IMAP, "2026-11-23", Cause.CLOSED)}
    params = told(HOSTING, marks=gone)["provider.servers"].params
    assert params["incoming"] == "POP3 pop3.hosting.pl:995 (SSL/TLS)"
    everything = {("hosting", s): FailedServer(s, "2026-11-23", Cause.CLOSED) for s in (IMAP, POP3)}
    assert told(HOSTING, marks=everything) == {}


@pytest.mark.parametrize(
    ("exchanges", "is_told"),
    [
        pytest.param(("mx1.hosting.pl",), True, id="one MX, which serves programs"),
        pytest.param(("mx1.hosting.pl", "mx2.hosting.pl"), False, id="two: which one?"),
    ],
)
def test_a_server_that_is_the_mx_is_named_where_there_is_one(
    exchanges: tuple[str, ...], is_told: bool
) -> None:
    servers = (replace(IMAP, host="{mx}"), replace(SMTP, host="{mx}"))
    found = told(replace(HOSTING, servers=servers), *exchanges)
    assert ("provider.servers" in found) is is_told
    if is_told:
        assert "mx1.hosting.pl:993" in str(found["provider.servers"].params["incoming"])


def test_limits_and_the_note_are_told() -> None:
    limits = (Limit(LimitKind.MESSAGE, 25, ""), Limit(LimitKind.MESSAGES_A_DAY, 500, ""))
    note = {Language.PL: "Uwaga.", Language.EN: "Mind."}
    found = told(replace(HOSTING, servers=(), limits=limits, note=note))
    assert {code: dict(finding.params) for code, finding in found.items()} == {
        "provider.message-limit": {"name": "Hosting", "mb": 25},
        "provider.sending-limit": {"name": "Hosting", "count": 500},
        "provider.note": {
            "name": "Hosting",
            "notes": '{"pl": "Uwaga.", "en": "Mind."}',
        },
    }


def test_a_bridge_on_the_persons_computer_is_no_server_to_connect_to() -> None:
    bridge = replace(HOSTING, access=Access.BRIDGE, servers=(replace(IMAP, host="127.0.0.1"), SMTP))
    assert list(told(bridge)) == ["provider.bridge"]


def test_at_least_sixty_providers_say_what_follows() -> None:
    """Told by MX, with something for a person to do: servers, a note, or an obstacle."""
    telling = [
        provider.id
        for provider in REFERENCE.providers.all
        if provider.mx and (provider.servers or provider.note or provider.access)
    ]
    assert len(telling) >= 60
