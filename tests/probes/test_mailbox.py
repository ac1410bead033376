"""IMAP, POP3 and submission on a host: what their ports say, and what to try instead."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.model.finding import Severity
from bot.model.trouble import Trouble
from bot.network.errors import NotPublicError
from bot.network.network import Network
from bot.network.talk import CertificateFault, Protocol, ServerTalk, Stage
from bot.probes import imap as imap_probe
from bot.probes import pop3 as pop3_probe
from bot.probes import submission as submission_probe
from bot.probes.mailbox import MailboxFacts, gather, judge
from bot.probes.mailbox_kinds import Service, ServiceKinds
from tests.doubles.ca import ThrowAwayCa
from tests.doubles.dns import dns_server
from tests.doubles.mailserver import imap, mail_server, pop3, smtp, unused_port
from tests.probes.making import NOW, codes, cut_off, look, only, subjects, talk

HOST = "mail.firma.pl"
IMAP = Service(
    "imap", Protocol.IMAP, ((993, True), (143, False)), ("_imaps._tcp",), ("imap", "mail")
)
POP3 = Service("pop3", Protocol.POP3, ((995, True), (110, False)), ("_pop3s._tcp",), ("pop3",))
SUBMISSION = Service(
    "submission", Protocol.SMTP, ((465, True), (587, False)), ("_submissions._tcp",), ("smtp",)
)
BEFORE = ("IMAP4rev1", "STARTTLS", "LOGINDISABLED")
AFTER = ("IMAP4rev1", "AUTH=PLAIN", "AUTH=LOGIN")


def plain(*faults: CertificateFault, **changes: Any) -> ServerTalk:
    """Port 143 with STARTTLS, sound but for what is changed."""
    defaults: dict[str, Any] = {
        "protocol": Protocol.IMAP,
        "host": HOST,
        "port": 143,
        "capabilities": BEFORE,
        "capabilities_after": AFTER,
    }
    return talk(*faults, **{**defaults, **changes})


def at_once(*faults: CertificateFault, **changes: Any) -> ServerTalk:
    """Port 993 with implicit TLS."""
    defaults = {"port": 993, "implicit_tls": True, "capabilities": None, "starttls_offered": False}
    return plain(*faults, **{**defaults, **changes})


def closed(port: int, **changes: Any) -> ServerTalk:
    return cut_off(protocol=Protocol.IMAP, host=HOST, port=port, **changes)


def silent(port: int) -> ServerTalk:
    return cut_off(Stage.CONNECT, Trouble.TIMEOUT, protocol=Protocol.IMAP, host=HOST, port=port)


def facts(*talks: ServerTalk, is_asked: bool = True, **changes: Any) -> MailboxFacts:
    return MailboxFacts(look(HOST, is_asked=is_asked), NOW, talks=talks, **changes)


def judged(seen: MailboxFacts, service: Service = IMAP) -> list[str]:
    return codes(judge(seen, service, ServiceKinds.under(service.probe)))


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(facts(at_once(), plain()), ["imap.answers", "imap.answers"], id="sound"),
        pytest.param(facts(exists=False), ["imap.no-such-host"], id="no such name"),
        pytest.param(facts(), ["imap.no-address"], id="no address"),
        pytest.param(facts(has_mail=True), ["imap.not-known"], id="a domain with mail elsewhere"),
        pytest.param(facts(closed(993), closed(143)), ["imap.none-listens"], id="nobody there"),
        pytest.param(
            facts(closed(993), closed(143), is_asked=False),
            ["imap.not-offered"],
            id="nobody there, and nobody asked",
        ),
        pytest.param(facts(at_once(), closed(143)), ["imap.closed", "imap.answers"], id="only 993"),
        pytest.param(
            facts(at_once(), plain(), closed(143, address="192.0.2.2")),
            ["imap.refused", "imap.answers", "imap.answers"],
            id="one address of two refuses",
        ),
        pytest.param(
            facts(closed(993), silent(143)),
            ["imap.closed", "? timeout"],
            id="one closed and one unseen: nobody can say that there is no server",
        ),
        pytest.param(
            facts(plain(capabilities=("IMAP4rev1", "STARTTLS"))),
            ["imap.plain-login", "imap.answers"],
            id="no LOGINDISABLED before TLS",
        ),
        pytest.param(
            facts(plain(capabilities=(*BEFORE, "AUTH=PLAIN"))),
            ["imap.plain-login", "imap.answers"],
            id="PLAIN before TLS",
        ),
        pytest.param(
            facts(plain(capabilities=(*BEFORE, "AUTH=CRAM-MD5"))),
            ["imap.answers"],
            id="a password that is not sent in the clear",
        ),
        pytest.param(
            facts(
                plain(
                    capabilities=("IMAP4rev1",),
                    starttls_offered=False,
                    tls=None,
                    capabilities_after=None,
                )
            ),
            ["imap.no-starttls", "imap.answers-plain"],
            id="no STARTTLS says it all",
        ),
        pytest.param(
            facts(at_once(capabilities_after=("IMAP4rev1", "LOGINDISABLED"))),
            ["imap.no-login", "imap.answers"],
            id="no way to log in",
        ),
        pytest.param(
            facts(at_once(capabilities_after=("IMAP4rev1", "LOGINDISABLED", "AUTH=XOAUTH2"))),
            ["imap.oauth-only", "imap.answers"],
            id="OAuth2 only",
        ),
        pytest.param(
            facts(at_once(CertificateFault.EXPIRED)),
            ["imap.certificate-expired", "imap.answers-plain"],
            id="expired",
        ),
        pytest.param(
            facts(closed(993), published=("imap.firma.pl:993",), guesses=("mail.firma.pl",)),
            ["imap.none-listens", "imap.published", "imap.guess"],
            id="hints",
        ),
    ],
)
def test_what_the_ports_mean(seen: MailboxFacts, expected: list[str]) -> None:
    assert judged(seen) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        pytest.param(("STLS", "USER"), ["pop3.plain-login", "pop3.answers"], id="USER"),
        pytest.param(("STLS", "SASL PLAIN"), ["pop3.plain-login", "pop3.answers"], id="SASL PLAIN"),
        pytest.param(("STLS", "SASL"), ["pop3.answers"], id="none"),
        pytest.param((), ["pop3.answers"], id="no CAPA"),
    ],
)
def test_logins_of_pop3(before: tuple[str, ...], expected: list[str]) -> None:
    after = ("USER", "SASL PLAIN LOGIN")
    seen = plain(protocol=Protocol.POP3, port=110, capabilities=before, capabilities_after=after)
    assert judged(facts(seen), POP3) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (("STARTTLS",), ("AUTH PLAIN LOGIN",), ["submission.answers"]),
        (
            ("STARTTLS", "AUTH PLAIN"),
            ("AUTH PLAIN",),
            ["submission.plain-login", "submission.answers"],
        ),
        (("STARTTLS",), ("SIZE",), ["submission.no-login", "submission.answers"]),
        (("STARTTLS",), ("AUTH=LOGIN PLAIN",), ["submission.answers"]),
        (("STARTTLS",), ("AUTH XOAUTH2",), ["submission.oauth-only", "submission.answers"]),
    ],
)
def test_logins_of_submission(
    before: tuple[str, ...], after: tuple[str, ...], expected: list[str]
) -> None:
    seen = plain(protocol=Protocol.SMTP, port=587, capabilities=before, capabilities_after=after)
    assert judged(facts(seen), SUBMISSION) == expected


def test_mail_programs_do_check_certificates() -> None:
    kinds = ServiceKinds.under("imap")
    assert {kind.severity for kind in kinds.server.faults.values()} == {Severity.ERROR}


def test_what_a_port_says_of_itself() -> None:
    finding = only(judge(facts(plain()), IMAP, ServiceKinds.under("imap")), "imap.answers")
    assert finding.subject == "mail.firma.pl:143"
    assert finding.params["login"] == "PLAIN, LOGIN"
    assert finding.params["login_before"] == "LOGINDISABLED"
    assert finding.params["tls"] == "TLS 1.3"


def test_the_standard_ports_are_looked_at() -> None:
    for module, ports in (
        (imap_probe, "993, 143"),
        (pop3_probe, "995, 110"),
        (submission_probe, "465, 587"),
    ):
        refused = cut_off(host=HOST, port=1)
        finding = only(module.PROBE.judge(facts(refused)), f"{module.PROBE.name}.none-listens")
        assert finding.params == {"ports": ports}


MakeNetwork = Callable[..., Network]


def on(service: Service, secure: int, clear: int) -> Service:
    return replace(service, ports=((secure, True), (clear, False)))


@pytest.mark.parametrize(
    ("service", "script", "first"),
    [
        (IMAP, imap(capabilities=("IMAP4rev1", "AUTH=PLAIN")), "a CAPABILITY"),
        (POP3, pop3(capabilities=("USER", "SASL PLAIN")), "CAPA"),
        (SUBMISSION, smtp(capabilities=("AUTH PLAIN",)), "EHLO bot.example"),
    ],
)
async def test_both_ports_are_talked_to(
    make_network: MakeNetwork, ca: ThrowAwayCa, service: Service, script: Any, first: str
) -> None:
    context = ca.good(HOST).context()
    async with (
        dns_server(f"{HOST}. A 127.0.0.1") as server,
        mail_server(script, tls=context) as secure,
        mail_server(script) as clear,
        make_network([server.address]) as network,
    ):
        ours = on(service, secure.port, clear.port)
        seen = await gather(network, look(HOST), ours)
        statements = list(judge(seen, ours, ServiceKinds.under(service.probe)))
    probe = service.probe
    assert codes(statements) == [
        f"{probe}.no-starttls",
        f"{probe}.answers",
        f"{probe}.answers-plain",
    ]
    assert subjects(statements)[1:] == [f"{HOST}:{secure.port}", f"{HOST}:{clear.port}"]
    assert secure.received[0] == clear.received[0] == first


ZONE = """
    firma.pl. A 127.0.0.1
    imap.firma.pl. A 127.0.0.7
    mail.firma.pl. A 127.0.0.1
    _imaps._tcp.firma.pl. SRV 0 1 993 poczta.firma.pl.
    gwiazda.pl. A 127.0.0.1
    *.gwiazda.pl. A 127.0.0.7
"""


@pytest.mark.parametrize(
    ("name", "is_asked", "published", "guesses"),
    [
        pytest.param("firma.pl", True, ("poczta.firma.pl:993",), ("imap.firma.pl",), id="hints"),
        pytest.param("firma.pl", False, (), (), id="nobody asked"),
        pytest.param("gwiazda.pl", True, (), (), id="a wildcard promises nothing"),
        pytest.param("127.0.0.1", True, (), (), id="an address has no other names"),
    ],
)
async def test_what_to_try_instead(
    make_network: MakeNetwork,
    name: str,
    is_asked: bool,
    published: tuple[str, ...],
    guesses: tuple[str, ...],
) -> None:
    service = on(IMAP, unused_port(), unused_port())
    async with dns_server(ZONE) as server, make_network([server.address]) as network:
        seen = await gather(network, look(name, is_asked=is_asked), service)
    assert (seen.published, seen.guesses) == (published, guesses)


async def test_a_name_that_is_not_there(make_network: MakeNetwork) -> None:
    service = on(IMAP, unused_port(), unused_port())
    async with dns_server("firma.pl. MX 0 .") as server, make_network([server.address]) as network:
        assert judged(await gather(network, look("gone.pl", is_asked=True), service)) == [
            "imap.no-such-host"
        ]
        assert judged(await gather(network, look("firma.pl", is_asked=True), service)) == [
            "imap.no-address"
        ]


async def test_a_private_address_is_refused_as_a_whole(make_network: MakeNetwork) -> None:
    zone = f"{HOST}. A 10.0.0.1\n{HOST}. A 127.0.0.1"
    async with (
        dns_server(zone) as server,
        make_network([server.address]) as network,
    ):
        with pytest.raises(NotPublicError):
            await gather(network, look(HOST), IMAP)


@pytest.mark.parametrize(
    ("unpromised", "expected"),
    [
        pytest.param({HOST}, ["imap.other-name", "imap.answers-plain"], id="a usual name alone"),
        pytest.param(
            set(),
            ["imap.certificate-wrong-name", "imap.answers-plain"],
            id="a name that people are given",
        ),
    ],
)
def test_a_name_that_nobody_gives_to_people_may_show_its_hoster_s_certificate(
    unpromised: set[str], expected: list[str]
) -> None:
    shared = at_once(CertificateFault.WRONG_NAME)
    seen = facts(shared, is_asked=False, is_of_domain=True, unpromised=frozenset(unpromised))
    assert judged(seen) == expected


def test_any_other_fault_of_such_a_server_is_one() -> None:
    seen = facts(at_once(CertificateFault.EXPIRED), unpromised=frozenset({HOST}))
    assert "imap.certificate-expired" in judged(seen)


async def test_who_names_a_domain_means_its_servers(
    make_network: MakeNetwork, ca: ThrowAwayCa, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = imap(capabilities=("IMAP4rev1", "AUTH=PLAIN"))
    async with mail_server(script, tls=ca.good("poczta.firma.pl").context()) as server:
        zone = f"""
            firma.pl. MX 10 mx.firma.pl.
            poczta.firma.pl. A 127.0.0.1
            _imaps._tcp.firma.pl. SRV 0 1 {server.port} poczta.firma.pl.
        """
        async with dns_server(zone) as dns, make_network([dns.address]) as network:
            seen = await gather(network, look("firma.pl", is_asked=True), IMAP)
    assert seen.is_of_domain
    assert judged(seen) == ["imap.answers"]
