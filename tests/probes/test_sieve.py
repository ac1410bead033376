"""ManageSieve on a host: an extra, whose absence is no fault."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.model.finding import Severity
from bot.model.trouble import Trouble
from bot.network.network import Network
from bot.network.talk import CertificateFault, Protocol, ServerTalk, Stage
from bot.probes.mailbox import MailboxFacts, gather, judge
from bot.probes.mailbox_kinds import Service, ServiceKinds
from bot.probes.sieve import PROBE
from tests.doubles.ca import ThrowAwayCa
from tests.doubles.dns import dns_server
from tests.doubles.mailserver import mail_server, sieve, unused_port
from tests.probes.making import NOW, codes, cut_off, look, only, talk

HOST = "mail.firma.pl"


def said(*faults: CertificateFault, **changes: Any) -> ServerTalk:
    """Port 4190 with STARTTLS, sound but for what is changed."""
    defaults: dict[str, Any] = {
        "protocol": Protocol.SIEVE,
        "host": HOST,
        "port": 4190,
        "capabilities": ("IMPLEMENTATION Script", "SASL", "STARTTLS"),
        "capabilities_after": ("IMPLEMENTATION Script", "SASL PLAIN"),
    }
    return talk(*faults, **{**defaults, **changes})


def refused() -> ServerTalk:
    return cut_off(protocol=Protocol.SIEVE, host=HOST, port=4190)


@pytest.mark.parametrize("is_asked", [True, False])
@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(said(), ["sieve.answers"], id="sound"),
        pytest.param(refused(), ["sieve.not-offered"], id="nobody listens"),
        pytest.param(
            said(capabilities_after=("SASL",)), ["sieve.no-login", "sieve.answers"], id="no login"
        ),
        pytest.param(
            said(capabilities=("SASL PLAIN", "STARTTLS")),
            ["sieve.plain-login", "sieve.answers"],
            id="login in the clear",
        ),
        pytest.param(
            said(starttls_offered=False, tls=None, capabilities=("SASL PLAIN",)),
            ["sieve.no-starttls", "sieve.answers-plain"],
            id="no TLS",
        ),
        pytest.param(
            said(CertificateFault.EXPIRED),
            ["sieve.certificate-expired", "sieve.answers-plain"],
            id="an old certificate",
        ),
        pytest.param(
            cut_off(Stage.CONNECT, Trouble.TIMEOUT, protocol=Protocol.SIEVE, port=4190),
            ["? timeout"],
            id="silence",
        ),
    ],
)
def test_what_a_server_says(seen: ServerTalk, expected: list[str], is_asked: bool) -> None:
    facts = MailboxFacts(look(HOST, is_asked=is_asked), NOW, True, (seen,))
    assert codes(PROBE.judge(facts)) == expected


def test_a_missing_server_is_no_warning() -> None:
    facts = MailboxFacts(look(HOST, is_asked=True), NOW, True, (refused(),))
    assert only(PROBE.judge(facts), "sieve.not-offered").severity is Severity.NOTICE


async def test_a_real_conversation(ca: ThrowAwayCa, make_network: Callable[..., Network]) -> None:
    script = sieve(tls=ca.good(HOST).context(), capabilities=('"SASL" "PLAIN"',))
    async with (
        dns_server(f"{HOST}. A 127.0.0.1") as dns,
        mail_server(script) as server,
        make_network([dns.address]) as network,
    ):
        service = Service("sieve", Protocol.SIEVE, ((server.port, False),), (), (), True)
        facts = await gather(network, look(HOST), service)
        gone = Service("sieve", Protocol.SIEVE, ((unused_port(), False),), (), (), True)
        missing = await gather(network, look(HOST), gone)
    kinds = ServiceKinds.under("sieve")
    assert facts.talks[0].capabilities_after == ("SASL PLAIN",)
    assert "sieve.plain-login" in codes(judge(facts, service, kinds))
    assert codes(judge(missing, gone, kinds)) == ["sieve.not-offered"]


def test_rules_lie_where_mail_lies() -> None:
    sieve_service = Service("sieve", Protocol.SIEVE, (), (), ())
    assert sieve_service.discovered == "imap"
    assert replace(sieve_service, protocol=Protocol.POP3).discovered == "pop3"
