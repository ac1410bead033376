"""SMTP on port 25: what conversations with MX hosts mean, and how they are held."""

from collections.abc import Callable
from typing import Any

import pytest

import bot.probes.smtp_hosts as module
from bot.model.finding import Severity
from bot.model.trouble import Trouble
from bot.network.errors import NetworkError, NotPublicError
from bot.network.network import Network
from bot.network.talk import CertificateFault, Stage
from bot.probes.mx_addresses import both_families
from bot.probes.smtp import gather, judge
from bot.probes.smtp_hosts import MxHost, SmtpFacts
from tests.doubles.ca import ThrowAwayCa
from tests.doubles.dns import dns_server
from tests.doubles.mailserver import mail_server, slow_greeting, smtp, unused_port
from tests.probes.making import NOW, V4, V6, codes, cut_off, look, only, subjects, talk

TIMEOUT = NetworkError(Trouble.TIMEOUT)
MX1, MX2 = "mx1.firma.pl", "mx2.firma.pl"


def host(*talks: Any, name: str = MX1, error: NetworkError | None = None) -> MxHost:
    return MxHost(name, talks, error)


def facts(*hosts: MxHost, **changes: Any) -> SmtpFacts:
    addresses = sum(len(one.talks) for one in hosts)
    defaults: dict[str, Any] = {"look": look(), "seen_at": NOW, "addresses": addresses}
    return SmtpFacts(**{**defaults, "hosts": hosts, **changes})


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(facts(host(talk(host=MX1))), ["smtp.answers"], id="sound"),
        pytest.param(
            facts(host(talk(host=MX1, tls=None, starttls_offered=False))),
            ["smtp.no-starttls", "smtp.answers-plain"],
            id="no STARTTLS",
        ),
        pytest.param(
            facts(host(talk(host=MX1, tls=None, starttls_offered=False, has_ehlo=False))),
            ["smtp.helo-only", "smtp.no-starttls", "smtp.answers-plain"],
            id="HELO only",
        ),
        pytest.param(
            facts(host(talk(CertificateFault.SELF_SIGNED, host=MX1))),
            ["smtp.certificate-self-signed", "smtp.answers-plain"],
            id="a certificate of its own",
        ),
        pytest.param(
            facts(host(cut_off(host=MX1)), host(talk(host=MX2), name=MX2)),
            ["smtp.refused", "smtp.answers"],
            id="one of two refuses",
        ),
        pytest.param(
            facts(host(cut_off(host=MX1)), host(cut_off(host=MX2), name=MX2)),
            ["smtp.none-listens"],
            id="all refuse",
        ),
        pytest.param(
            facts(
                host(cut_off(host=MX1)),
                host(cut_off(Stage.CONNECT, Trouble.TIMEOUT, host=MX2), name=MX2),
            ),
            ["smtp.refused", "? timeout"],
            id="one refuses and one is unseen: nobody can say that all refuse",
        ),
        pytest.param(
            facts(host(cut_off(host=MX1)), host(name=MX2, error=TIMEOUT)),
            ["smtp.refused", "? timeout"],
            id="one refuses and one has no known address",
        ),
        pytest.param(
            facts(host(cut_off(host="mail.firma.pl", port=25)), is_mail_domain=False),
            ["smtp.closed"],
            id="a server that is no MX",
        ),
        pytest.param(
            facts(host(cut_off(Stage.CONNECT, Trouble.TIMEOUT, host=MX1))),
            ["? timeout"],
            id="silence is no verdict",
        ),
        pytest.param(
            facts(host(cut_off(Stage.GREETING, Trouble.REJECTED, host=MX1))),
            ["? rejected"],
            id="554 is no verdict",
        ),
        pytest.param(
            facts(host(error=NotPublicError())),
            ["? not-public"],
            id="the guard lets nothing through",
        ),
        pytest.param(facts(host()), ["? no-address"], id="a host without an address"),
        pytest.param(facts(), ["? no-address"], id="no host"),
        pytest.param(facts(exists=False), ["? no-name"], id="no such name"),
        pytest.param(facts(is_null=True), ["smtp.no-mail"], id="null MX"),
        pytest.param(
            facts(host(talk(host=MX1)), hosts_left_out=3),
            ["smtp.answers", "smtp.not-all"],
            id="more hosts than are looked at",
        ),
        pytest.param(
            facts(host(talk(host=MX1)), addresses=30),
            ["smtp.answers", "smtp.not-all"],
            id="more addresses than are looked at",
        ),
    ],
)
def test_what_the_conversations_mean(seen: SmtpFacts, expected: list[str]) -> None:
    assert codes(judge(seen)) == expected


def test_nobody_is_told_that_mail_is_lost_for_a_certificate() -> None:
    for fault in CertificateFault:
        statements = judge(facts(host(talk(fault, host=MX1))))
        assert max(one.severity for one in statements) is Severity.WARNING  # type: ignore[union-attr]


def test_a_closed_address_is_named() -> None:
    seen = facts(host(talk(host=MX1), cut_off(host=MX1, address="2001:db8::1")))
    assert only(judge(seen), "smtp.refused").subject == "mx1.firma.pl [2001:db8::1]"


def test_how_many_were_left_out_is_said() -> None:
    seen = facts(host(talk(host=MX1)), addresses=30, hosts_left_out=2)
    assert only(judge(seen), "smtp.not-all").params == {"count": 1, "total": 32}


def test_a_limit_cuts_no_family_off() -> None:
    mixed = both_families([V4, V4 + 1, V4 + 2, V6])
    assert mixed[:2] == [V4, V6]
    assert sorted(map(str, mixed)) == sorted(map(str, [V4, V4 + 1, V4 + 2, V6]))


MakeNetwork = Callable[..., Network]


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> int:
    """A port in the place of 25, which only root may serve."""
    free = unused_port()
    monkeypatch.setattr(module, "PORT", free)
    return free


async def test_every_address_of_every_host_is_talked_to(
    make_network: MakeNetwork, ca: ThrowAwayCa, port: int
) -> None:
    zone = """
        firma.pl. MX 10 mx1.firma.pl.
        firma.pl. MX 20 mx2.firma.pl.
        firma.pl. MX 30 gone.firma.pl.
        mx1.firma.pl. A 127.0.0.2
        mx1.firma.pl. A 127.0.0.3
        mx2.firma.pl. A 127.0.0.4
    """
    script = smtp(tls=ca.good(MX1, MX2).context())
    async with (
        dns_server(zone) as server,
        mail_server(script, host="127.0.0.2", port=port) as one,
        mail_server(script, host="127.0.0.4", port=port) as two,
        make_network([server.address]) as network,
    ):
        statements = list(judge(await gather(network, look())))
    assert codes(statements) == ["smtp.refused", "smtp.answers", "smtp.answers", "? no-address"]
    assert subjects(statements) == ["mx1.firma.pl [127.0.0.3]", MX1, MX2, "gone.firma.pl"]
    assert one.received[0] == two.received[0] == "EHLO bot.example"


async def test_a_slow_host_keeps_no_other_back(
    make_network: MakeNetwork, ca: ThrowAwayCa, port: int
) -> None:
    zone = "firma.pl. MX 10 mx1.firma.pl.\nfirma.pl. MX 20 mx2.firma.pl.\n"
    zone += "mx1.firma.pl. A 127.0.0.2\nmx2.firma.pl. A 127.0.0.3"
    script = smtp(tls=ca.good(MX1, MX2).context())
    async with (
        dns_server(zone) as server,
        mail_server(slow_greeting(60, script), host="127.0.0.2", port=port),
        mail_server(script, host="127.0.0.3", port=port),
        make_network([server.address]) as network,
    ):
        statements = list(judge(await gather(network.within(1.0), look())))
    assert codes(statements) == ["smtp.answers", "? timeout"]
    assert subjects(statements) == [MX2, MX1]


async def test_no_more_hosts_than_allowed(make_network: MakeNetwork, port: int) -> None:
    zone = "".join(
        f"firma.pl. MX {n} mx{n}.firma.pl.\nmx{n}.firma.pl. A 127.0.1.{n}\n" for n in range(1, 13)
    )
    async with dns_server(zone) as server, make_network([server.address]) as network:
        seen = await gather(network, look())
    assert len(seen.hosts) == 10
    assert codes(judge(seen)) == ["smtp.none-listens", "smtp.not-all"]


async def test_an_address_is_talked_to_by_itself(
    make_network: MakeNetwork, ca: ThrowAwayCa, port: int
) -> None:
    async with (
        mail_server(smtp(tls=ca.good(MX1).context()), host="127.0.0.2", port=port),
        make_network() as network,
    ):
        statements = list(judge(await gather(network, look("127.0.0.2"))))
        closed = list(judge(await gather(network, look("127.0.0.9"))))
    # Its certificate is for a name, and nobody knows which one was meant.
    assert codes(statements) == ["smtp.answers"]
    assert codes(closed) == ["smtp.closed"]


async def test_without_an_mx_the_domains_own_address_counts(
    make_network: MakeNetwork, port: int
) -> None:
    async with (
        dns_server("firma.pl. A 127.0.0.9\nmail.firma.pl. A 127.0.0.9") as server,
        make_network([server.address]) as network,
    ):
        assert codes(judge(await gather(network, look()))) == ["smtp.none-listens"]
        assert codes(judge(await gather(network, look("mail.firma.pl")))) == ["smtp.closed"]
