"""Old versions of TLS, found with one more handshake for each server."""

import ssl
import warnings
from collections.abc import Callable
from typing import Any

import pytest

import bot.probes.smtp_hosts as module
from bot.model.trouble import Trouble
from bot.network.network import Network
from bot.network.talk import ServerTalk, Stage
from bot.probes.smtp import gather, judge
from bot.probes.smtp_versions import judge_old
from tests.doubles.ca import ThrowAwayCa
from tests.doubles.dns import dns_server
from tests.doubles.mailserver import (
    Peer,
    mail_server,
    slow_greeting,
    slow_to_strangers,
    smtp,
    unused_port,
)
from tests.probes.making import codes, cut_off, look, only, talk

MakeNetwork = Callable[..., Network]
MX = "mx.firma.pl"


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(None, [], id="not tried"),
        pytest.param(talk(version="TLSv1"), ["smtp.old-tls-offered"], id="TLS 1.0"),
        pytest.param(talk(version="TLSv1.1"), ["smtp.old-tls-offered"], id="TLS 1.1"),
        pytest.param(cut_off(Stage.HANDSHAKE, Trouble.TLS), [], id="turned down"),
        pytest.param(cut_off(Stage.HANDSHAKE, Trouble.RESET), [], id="turned down rudely"),
        pytest.param(cut_off(Stage.HANDSHAKE, Trouble.CLOSED), [], id="turned down in silence"),
        pytest.param(cut_off(Stage.HANDSHAKE, Trouble.TIMEOUT), ["? timeout"], id="stuck"),
        pytest.param(
            cut_off(Stage.HANDSHAKE, Trouble.TLS_UNABLE), ["? tls-unable"], id="we cannot"
        ),
        pytest.param(cut_off(Stage.GREETING, Trouble.TRY_LATER), ["? try-later"], id="too often"),
        pytest.param(cut_off(Stage.CONNECT, Trouble.RESET), ["? reset"], id="not let in again"),
        pytest.param(talk(tls=None, starttls_offered=False), [], id="no STARTTLS this time"),
    ],
)
def test_what_the_second_handshake_means(seen: ServerTalk | None, expected: list[str]) -> None:
    assert codes(judge_old(seen)) == expected


def old_and_new(ca: ThrowAwayCa) -> ssl.SSLContext:
    context = ca.good(MX).context(ciphers="DEFAULT:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
    return context


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> int:
    free = unused_port()
    monkeypatch.setattr(module, "PORT", free)
    return free


ZONE = "firma.pl. MX 10 mx.firma.pl.\nmx.firma.pl. A 127.0.0.2\nmx.firma.pl. A 127.0.0.3"


async def look_at(
    make_network: MakeNetwork, port: int, script: Callable[[Peer], Any]
) -> tuple[list[Any], int]:
    async with (
        dns_server(ZONE) as dns,
        mail_server(script, host="127.0.0.2", port=port) as one,
        mail_server(script, host="127.0.0.3", port=port) as two,
        make_network([dns.address]) as network,
    ):
        statements = list(judge(await gather(network, look())))
        return statements, one.connections + two.connections


async def test_a_server_that_takes_old_versions_beside_new_ones_is_found(
    make_network: MakeNetwork, ca: ThrowAwayCa, port: int
) -> None:
    statements, connections = await look_at(make_network, port, smtp(tls=old_and_new(ca)))
    finding = only(statements, "smtp.old-tls-offered")
    assert (finding.subject, finding.params) == (MX, {"tls": "TLS 1.1"})
    assert connections == 3  # each address once, and one of them once more


async def test_a_sound_server_turns_old_versions_down(
    make_network: MakeNetwork, ca: ThrowAwayCa, port: int
) -> None:
    context = ca.good(MX).context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    statements, connections = await look_at(make_network, port, smtp(tls=context))
    assert codes(statements) == ["smtp.answers"]
    assert connections == 3


async def test_nobody_asks_for_old_versions_where_no_new_one_was_seen(
    make_network: MakeNetwork, ca: ThrowAwayCa, port: int
) -> None:
    old = ca.good(MX).context(ssl.TLSVersion.TLSv1)
    statements, connections = await look_at(make_network, port, smtp(tls=old))
    assert "smtp.old-tls" in codes(statements)
    assert "smtp.old-tls-offered" not in codes(statements)
    assert connections == 2


@pytest.mark.parametrize("on_purpose", [0.1, 2.0], ids=["made to wait", "far away"])
async def test_who_greets_late_is_asked_once_more(
    make_network: MakeNetwork,
    ca: ThrowAwayCa,
    port: int,
    monkeypatch: pytest.MonkeyPatch,
    on_purpose: float,
) -> None:
    monkeypatch.setattr("bot.probes.smtp_versions._ON_PURPOSE", on_purpose)
    late = slow_to_strangers if on_purpose < 0.3 else slow_greeting
    script = late(0.3, smtp(tls=old_and_new(ca)))
    statements, connections = await look_at(make_network, port, script)
    assert "smtp.old-tls-offered" in codes(statements)
    assert connections == 3


async def test_who_makes_everybody_wait_is_not_waited_for_twice(
    make_network: MakeNetwork,
    ca: ThrowAwayCa,
    port: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.probes.smtp_versions._ON_PURPOSE", 0.1)
    monkeypatch.setattr("bot.probes.smtp_versions._ONCE_MORE", 0.1)
    script = slow_greeting(1.0, smtp(tls=old_and_new(ca)))
    statements, connections = await look_at(make_network, port, script)
    assert codes(statements) == ["? timeout", "smtp.answers"]
    assert statements[0].subject == f"{MX} (TLS 1.0, TLS 1.1)"
    assert connections == 3


def test_our_own_openssl_without_old_versions_is_told_apart(ca: ThrowAwayCa) -> None:
    from OpenSSL import SSL

    from bot.network.errors import NetworkError
    from bot.network.tls import Handshake, Verifier
    from bot.network.trust import Trust

    verifier = Verifier(Trust(str(ca.root_file)))
    verifier.old_context.set_min_proto_version(SSL.TLS1_2_VERSION)  # as where 1.1 was taken out
    with pytest.raises(NetworkError) as caught:
        Handshake(verifier, MX, old=True).advance()
    assert caught.value.trouble is Trouble.TLS_UNABLE
