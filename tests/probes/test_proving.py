"""One server proved: connects, encrypts, shows a valid certificate, lets people log in."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.model.settings import ConnectionSecurity, MailboxServer, Proof
from bot.model.trouble import Trouble
from bot.network.network import Network
from bot.network.talk import CertificateFault, Protocol, ServerTalk, Stage
from bot.probes.proving import Proved, judge, prove
from tests.doubles.ca import ThrowAwayCa
from tests.doubles.dns import Fault, dns_server
from tests.doubles.mailserver import imap, mail_server, unused_port
from tests.doubles.web import answer, web_server
from tests.probes.making import NOW, cut_off, talk

HOST = "imap.firma.pl"
TLS, STARTTLS, NONE = (
    ConnectionSecurity.TLS,
    ConnectionSecurity.STARTTLS,
    ConnectionSecurity.NONE,
)
AFTER = ("IMAP4rev1", "AUTH=PLAIN")
MakeNetwork = Callable[..., Network]


def server(security: ConnectionSecurity = TLS, **changes: Any) -> MailboxServer:
    port = {TLS: 993, STARTTLS: 143, NONE: 143}[security]
    return MailboxServer(**{
        "protocol": "imap", "host": HOST, "port": port, "security": security, **changes
    })  # fmt: skip


def at_once(*faults: CertificateFault, **changes: Any) -> ServerTalk:
    defaults: dict[str, Any] = {
        "protocol": Protocol.IMAP,
        "host": HOST,
        "port": 993,
        "implicit_tls": True,
        "capabilities": None,
        "starttls_offered": False,
        "capabilities_after": AFTER,
    }
    return talk(*faults, **{**defaults, **changes})


def upgraded(**changes: Any) -> ServerTalk:
    defaults: dict[str, Any] = {
        "port": 143,
        "implicit_tls": False,
        "capabilities": ("IMAP4rev1", "STARTTLS", "LOGINDISABLED"),
        "starttls_offered": True,
    }
    return at_once(**{**defaults, **changes})


def broken(stage: Stage, trouble: Trouble, **changes: Any) -> ServerTalk:
    return cut_off(
        stage, trouble, **{"protocol": Protocol.IMAP, "host": HOST, "port": 993, **changes}
    )


def closed(**changes: Any) -> ServerTalk:
    return broken(Stage.CONNECT, Trouble.REFUSED, **changes)


def proof(*talks: ServerTalk, of: MailboxServer | None = None) -> tuple[bool | None, list[str]]:
    found = judge(of or server(), talks, NOW)
    return found.is_proved, [each.code for each in found.findings]


@pytest.mark.parametrize(
    ("talks", "of", "is_proved", "codes"),
    [
        pytest.param((at_once(),), None, True, [], id="sound"),
        pytest.param((upgraded(),), server(STARTTLS), True, [], id="sound by STARTTLS"),
        pytest.param((closed(),), None, False, ["settings.closed"], id="closed"),
        pytest.param((at_once(), closed(address="192.0.2.9")), None, True, [], id="half closed"),
        pytest.param(
            (at_once(CertificateFault.EXPIRED),),
            None,
            False,
            ["imap.certificate-expired"],
            id="expired",
        ),
        pytest.param(
            (at_once(CertificateFault.WRONG_NAME),),
            None,
            False,
            ["imap.certificate-wrong-name"],
            id="another's certificate",
        ),
        pytest.param(
            (broken(Stage.TLS_AT_ONCE, Trouble.TLS, implicit_tls=True),),
            None,
            False,
            ["imap.tls-failed"],
            id="no TLS at a port for TLS",
        ),
        pytest.param(
            (upgraded(starttls_offered=False, tls=None, capabilities_after=None),),
            server(STARTTLS),
            False,
            ["imap.no-starttls"],
            id="STARTTLS stripped",
        ),
        pytest.param(
            (at_once(capabilities_after=("IMAP4rev1", "LOGINDISABLED")),),
            None,
            False,
            ["imap.no-login"],
            id="nobody may log in",
        ),
        pytest.param((at_once(version="TLSv1"),), None, False, ["imap.old-tls"], id="TLS 1.0"),
        pytest.param(
            (at_once(capabilities_after=("IMAP4rev1", "LOGINDISABLED", "AUTH=XOAUTH2")),),
            None,
            True,
            ["imap.oauth-only"],
            id="OAuth2 alone",
        ),
        pytest.param((broken(Stage.CONNECT, Trouble.TIMEOUT),), None, None, [], id="silence"),
        pytest.param(
            (broken(Stage.CONNECT, Trouble.NO_IPV6),), None, None, [], id="no IPv6 of our own"
        ),
        pytest.param(
            (at_once(), broken(Stage.CONNECT, Trouble.NO_IPV6, address="2001:db8::1")),
            None,
            True,
            [],
            id="sound over IPv4, and no IPv6 of our own",
        ),
        pytest.param(
            (
                broken(
                    Stage.STARTTLS,
                    Trouble.TIMEOUT,
                    port=143,
                    greeting="late",
                    capabilities=("IMAP4rev1", "STARTTLS"),
                    starttls_offered=True,
                    timings=((Stage.GREETING, 9.0),),
                ),
            ),
            server(STARTTLS),
            None,
            ["imap.slow", "imap.plain-login"],
            id="slow, and then nothing",
        ),
        pytest.param(
            (upgraded(),), server(NONE), False, ["settings.in-clear"], id="told not to encrypt"
        ),
        pytest.param(
            (closed(port=143),), server(NONE), False, ["settings.closed"], id="in clear and closed"
        ),
    ],
)
def test_a_server_is_proved_or_not(
    talks: tuple[ServerTalk, ...],
    of: MailboxServer | None,
    is_proved: bool | None,
    codes: list[str],
) -> None:
    assert proof(*talks, of=of) == (is_proved, codes)


def test_an_old_pop3_server_that_lists_nothing_takes_a_password() -> None:
    seen = at_once(protocol=Protocol.POP3, port=995, capabilities_after=())
    assert proof(seen, of=server(protocol="pop3", port=995)) == (True, [])


@pytest.mark.parametrize(
    ("logins", "told", "auth"),
    [
        (("XOAUTH2", "OAUTHBEARER"), ("password-cleartext",), ("oauth2",)),
        (("PLAIN", "XOAUTH2"), ("oauth2",), ("oauth2",)),
        (
            ("PLAIN", "SCRAM-SHA-256", "XOAUTH2"),
            (),
            ("password-cleartext", "password-encrypted", "oauth2"),
        ),
        (("LOGIN",), (), ("password-cleartext",)),
        ((), (), ()),
    ],
)
def test_how_to_log_in_is_told_by_the_source_unless_only_oauth2_is_taken(
    logins: tuple[str, ...], told: tuple[str, ...], auth: tuple[str, ...]
) -> None:
    assert Proved(Proof(True), logins).auth_of(server(auth=told)) == auth


async def test_a_real_server_is_proved(make_network: MakeNetwork, ca: ThrowAwayCa) -> None:
    tls = ca.good(HOST).context()
    script = imap(capabilities=("IMAP4rev1", "AUTH=PLAIN"))
    async with (
        mail_server(script, tls=tls) as double,
        dns_server(f"{HOST}. A 127.0.0.1") as dns,
        make_network([dns.address]) as network,
    ):
        proved = await prove(network, server(port=double.port))
        assert proved.proof.is_proved is True
        assert "PLAIN" in proved.logins
        assert not any("LOGIN " in line or "AUTHENTICATE" in line for line in double.received)
        shut = await prove(network, server(port=unused_port()))
        assert [each.code for each in shut.proof.findings] == ["settings.closed"]


async def test_names_that_lead_nowhere(make_network: MakeNetwork) -> None:
    zone = 'firma.pl. MX 0 .\ntext.firma.pl. TXT "x"\nin.firma.pl. A 10.0.0.1'
    async with dns_server(zone) as dns, make_network([dns.address]) as network:
        gone = await prove(network, server(host="gone.firma.pl"))
        assert [each.code for each in gone.proof.findings] == ["settings.no-such-host"]
        text = await prove(network, server(host="text.firma.pl"))
        assert [each.code for each in text.proof.findings] == ["settings.no-address"]
        inside = await prove(network, server(host="in.firma.pl"))
        assert inside.proof.is_proved is None
        assert [each.trouble for each in inside.proof.gaps] == [Trouble.NOT_PUBLIC]
        dns.misbehave("dead.firma.pl", Fault.SERVFAIL)
        dead = await prove(network, server(host="dead.firma.pl"))
        assert (dead.proof.is_proved, dead.proof.gaps[0].trouble) == (None, Trouble.SERVFAIL)


@pytest.mark.parametrize(
    ("protocol", "status", "is_proved"),
    [
        ("exchange", "401 Unauthorized", True),
        ("exchange", "404 Not Found", None),
        ("jmap", "401 Unauthorized", True),
        ("jmap", "404 Not Found", False),
    ],
)
async def test_a_server_over_the_web_is_asked_at_its_own_address(
    make_network: MakeNetwork,
    ca: ThrowAwayCa,
    protocol: str,
    status: str,
    is_proved: bool | None,
) -> None:
    tls = ca.good(HOST).context()
    async with (
        web_server({"/api": answer(b"who are you?", status)}, tls=tls) as web,
        dns_server(f"{HOST}. A 127.0.0.1") as dns,
        make_network([dns.address]) as network,
    ):
        url = f"https://{HOST}:{web.port}/api"
        there = server(protocol=protocol, port=web.port, url=url)
        assert (await prove(network, there)).proof.is_proved is is_proved
        away = server(protocol=protocol, port=unused_port())
        away = replace(away, url=f"https://{HOST}:{away.port}/api")
        assert (await prove(network, away)).proof.is_proved is False
