"""Tests of bot.network.smtp and the wire below it against servers that behave and that do not."""

import asyncio

import pytest

from bot.model.trouble import Trouble
from bot.network.network import Network
from bot.network.settings import Times
from bot.network.talk import Failure, Protocol, ServerTalk, Stage
from tests.doubles.ca import ThrowAwayCa
from tests.doubles.mailserver import (
    MailServer,
    Peer,
    Script,
    busy,
    close_at_once,
    endless_line,
    endless_lines,
    hostile_greeting,
    mail_server,
    rejecting,
    reset_at_once,
    says,
    silence,
    slow_greeting,
    smtp,
    smtp_lines,
    unused_port,
    web_server,
)
from tests.network.conftest import MakeNetwork

HOST = "mx.firma.pl"


async def talk_to(
    network: Network, server: MailServer, *, implicit_tls: bool = False, starttls: bool = True
) -> ServerTalk:
    return await network.talk(
        Protocol.SMTP,
        HOST,
        server.address,
        server.port,
        implicit_tls=implicit_tls,
        starttls=starttls,
    )


async def look(network: Network, script: Script) -> ServerTalk:
    async with network, mail_server(script) as server:
        return await talk_to(network, server)


async def test_a_whole_conversation(ca: ThrowAwayCa, make_network: MakeNetwork) -> None:
    script = smtp(
        tls=ca.good(HOST).context(),
        capabilities_after=("PIPELINING", "AUTH PLAIN LOGIN"),
        greeting=("220-mx.firma.pl ESMTP", "220 wait is over"),
    )
    async with make_network() as network, mail_server(script) as server:
        talk = await talk_to(network, server)
        await asyncio.wait_for(server.empty(), 5)
    assert talk.failure is None
    assert talk.connected
    assert (talk.greeting_code, talk.greeting) == (220, "mx.firma.pl ESMTP wait is over")
    assert talk.capabilities == (
        "PIPELINING",
        "SIZE 52428800",
        "8BITMIME",
        "ENHANCEDSTATUSCODES",
        "STARTTLS",
    )
    assert talk.capabilities_after == ("PIPELINING", "AUTH PLAIN LOGIN")
    assert talk.has_ehlo
    assert talk.starttls_offered
    assert talk.starttls_code == 220
    assert not talk.starttls_injected
    assert talk.tls is not None
    assert talk.tls.version == "TLSv1.3"
    assert talk.tls.certificate is not None
    assert talk.tls.certificate.faults == ()
    assert [stage for stage, _ in talk.timings] == [
        Stage.CONNECT,
        Stage.GREETING,
        Stage.CAPABILITIES,
        Stage.STARTTLS,
        Stage.HANDSHAKE,
        Stage.CAPABILITIES_AFTER,
    ]
    assert all(seconds > 0 for _, seconds in talk.timings)
    assert server.received == ["EHLO bot.example", "STARTTLS", "EHLO bot.example", "QUIT"]
    assert talk.transcript[0] == "S: 220-mx.firma.pl ESMTP"
    assert "C: EHLO bot.example" in talk.transcript
    assert len(talk.spoken_at) == len(talk.transcript)
    assert list(talk.spoken_at) == sorted(talk.spoken_at)
    assert talk.spoken_at[0] > 0
    assert any(line.startswith("-: TLSv1.3 ") for line in talk.transcript)


async def test_implicit_tls(ca: ThrowAwayCa, make_network: MakeNetwork) -> None:
    tls = ca.good(HOST).context()
    async with make_network() as network, mail_server(smtp(), tls=tls) as server:
        talk = await talk_to(network, server, implicit_tls=True)
    assert talk.failure is None
    assert talk.tls is not None
    assert talk.capabilities is None
    assert talk.capabilities_after is not None
    assert [stage for stage, _ in talk.timings] == [
        Stage.CONNECT,
        Stage.TLS_AT_ONCE,
        Stage.GREETING,
        Stage.CAPABILITIES_AFTER,
    ]


async def test_without_starttls_nothing_is_upgraded(make_network: MakeNetwork) -> None:
    talk = await look(make_network(), smtp())
    assert talk.failure is None
    assert (talk.starttls_offered, talk.tls, talk.capabilities_after) == (False, None, None)


async def test_starttls_is_left_out_when_not_wanted(
    ca: ThrowAwayCa, make_network: MakeNetwork
) -> None:
    script = smtp(tls=ca.good(HOST).context())
    async with make_network() as network, mail_server(script) as server:
        talk = await talk_to(network, server, starttls=False)
    assert talk.starttls_offered
    assert talk.tls is None
    assert "STARTTLS" not in server.received


async def test_a_server_without_ehlo_is_greeted_with_helo(make_network: MakeNetwork) -> None:
    talk = await look(make_network(), smtp(knows_ehlo=False))
    assert talk.failure is None
    assert not talk.has_ehlo
    assert talk.capabilities == ()


async def test_the_whole_greeting_is_waited_for(make_network: MakeNetwork) -> None:
    spoke_early = False

    async def script(peer: Peer) -> None:
        nonlocal spoke_early
        await peer.send("220-mx.firma.pl")
        listening = asyncio.create_task(peer.line())
        await peer.pause(0.1)
        spoke_early = listening.done()
        await peer.send("220 now")
        assert await listening == "EHLO bot.example"
        await peer.send("250 mx.firma.pl")
        await peer.silence()

    talk = await look(make_network(), script)
    assert talk.failure is None
    assert not spoke_early


async def test_a_late_greeting_is_waited_for(make_network: MakeNetwork) -> None:
    talk = await look(make_network(), slow_greeting(0.3, smtp()))
    assert talk.failure is None
    assert dict(talk.timings)[Stage.GREETING] >= 0.3


async def test_bytes_after_the_go_ahead_are_told_and_thrown_away(
    ca: ThrowAwayCa, make_network: MakeNetwork
) -> None:
    injected = "250-injected\r\n250 AUTH PLAIN"
    talk = await look(make_network(), smtp(tls=ca.good(HOST).context(), injected=injected))
    assert talk.failure is None
    assert talk.starttls_injected
    assert talk.capabilities_after is not None
    assert not any("AUTH" in word for word in talk.capabilities_after)
    proof = "-: after the go-ahead, in the clear: 250-injected 250 AUTH PLAIN"
    assert proof in talk.transcript


@pytest.mark.parametrize(
    ("reply", "trouble"),
    [
        ("454 4.7.0 TLS not available", Trouble.TRY_LATER),
        ("502 5.5.1 not now", Trouble.REJECTED),
    ],
)
async def test_a_refused_starttls_is_told(
    ca: ThrowAwayCa, make_network: MakeNetwork, reply: str, trouble: Trouble
) -> None:
    talk = await look(make_network(), smtp(tls=ca.good(HOST).context(), starttls_reply=reply))
    assert talk.starttls_offered
    assert talk.starttls_code == int(reply[:3])
    assert talk.failure == Failure(Stage.STARTTLS, trouble, reply)
    assert talk.tls is None


SHORT = Times(connect=2.0, greeting=0.5, command=0.5, handshake=0.5, farewell=0.1)


@pytest.mark.parametrize(
    ("script", "stage", "trouble", "detail"),
    [
        pytest.param(silence(), Stage.GREETING, Trouble.TIMEOUT, "", id="silence"),
        pytest.param(says("220-a"), Stage.GREETING, Trouble.TIMEOUT, "", id="half a greeting"),
        pytest.param(says("220 a"), Stage.CAPABILITIES, Trouble.TIMEOUT, "", id="then silence"),
        pytest.param(
            busy(),
            Stage.GREETING,
            Trouble.TRY_LATER,
            "421 4.3.2 Too busy, try again later",
            id="421",
        ),
        pytest.param(
            rejecting(), Stage.GREETING, Trouble.REJECTED, "554 5.7.1 You are on a list", id="554"
        ),
        pytest.param(
            web_server(), Stage.GREETING, Trouble.GARBAGE, "HTTP/1.1 400 Bad Request", id="HTTP"
        ),
        pytest.param(says("250 x"), Stage.GREETING, Trouble.GARBAGE, "250 x", id="no greeting"),
        pytest.param(close_at_once(), Stage.GREETING, Trouble.CLOSED, "", id="closes"),
        pytest.param(reset_at_once(), Stage.GREETING, Trouble.RESET, "", id="breaks off"),
        pytest.param(endless_line(), Stage.GREETING, Trouble.TOO_LONG, None, id="endless line"),
        pytest.param(
            says("220 " + "x" * 1000),
            Stage.GREETING,
            Trouble.TOO_LONG,
            "a line of more than 1000 bytes",
            id="long line",
        ),
        pytest.param(
            says(*["220-x"] * 101, "220 x"),
            Stage.GREETING,
            Trouble.TOO_LONG,
            "more than 100 lines",
            id="many lines",
        ),
        pytest.param(endless_lines(), Stage.GREETING, Trouble.TOO_LONG, None, id="endless lines"),
        pytest.param(
            smtp(capabilities=["x" * 600] * 80),
            Stage.CAPABILITIES,
            Trouble.TOO_LONG,
            None,
            id="32 KB",
        ),
        pytest.param(
            says("220 a", "250-b", "251 c"),
            Stage.CAPABILITIES,
            Trouble.GARBAGE,
            "251 c",
            id="codes that differ",
        ),
    ],
)
async def test_what_went_wrong_is_told_with_its_stage(
    make_network: MakeNetwork, script: Script, stage: Stage, trouble: Trouble, detail: str | None
) -> None:
    talk = await look(make_network(times=SHORT), script)
    assert talk.failure is not None
    assert (talk.failure.stage, talk.failure.trouble) == (stage, trouble)
    assert detail is None or talk.failure.detail == detail
    assert talk.connected
    assert talk.timings[-1][0] is stage


async def test_a_closed_port_is_told(make_network: MakeNetwork) -> None:
    async with make_network() as network:
        from ipaddress import ip_address

        talk = await network.talk(Protocol.SMTP, HOST, ip_address("127.0.0.1"), unused_port())
    assert talk.failure == Failure(Stage.CONNECT, Trouble.REFUSED)
    assert not talk.connected


async def test_one_leaves_politely_when_sent_away(make_network: MakeNetwork) -> None:
    said = []

    async def script(peer: Peer) -> None:
        await peer.send("421 busy")
        said.append(await peer.line())

    async with make_network() as network, mail_server(script) as server:
        await talk_to(network, server)
        await asyncio.wait_for(server.empty(), 5)
    assert said == ["QUIT"]


async def test_a_hostile_greeting_is_harmless(make_network: MakeNetwork) -> None:
    talk = await look(make_network(), hostile_greeting())
    assert talk.greeting == "<b>owned</b> gnp.exe  &amp; @everyone"
    shown = " ".join((talk.greeting or "", *talk.transcript))
    assert not set(shown) & set("\x1b\x9b\x07\u202e\u202c")


async def test_long_texts_are_cut_but_read(make_network: MakeNetwork) -> None:
    talk = await look(make_network(), smtp(greeting=("220 " + "x" * 900,)))
    assert talk.failure is None
    assert talk.greeting == "x" * 499 + "…"


async def test_bare_line_feeds_are_forgiven(make_network: MakeNetwork) -> None:
    async def script(peer: Peer) -> None:
        await peer.send_bytes(b"220 a\n")
        await peer.line()
        await peer.send_bytes(b"250-b\n250 STARTTLS-not\n")
        await peer.silence()

    talk = await look(make_network(), script)
    assert talk.failure is None
    assert talk.capabilities == ("STARTTLS-not",)
    assert not talk.starttls_offered


async def test_a_reply_in_single_bytes_is_read(make_network: MakeNetwork) -> None:
    async def script(peer: Peer) -> None:
        for byte in b"220 slow\r\n":
            await peer.send_bytes(bytes((byte,)))
            await peer.pause(0.001)
        await peer.line()
        await peer.send(*smtp_lines(250, "slow", "SIZE 1"))
        await peer.silence()

    talk = await look(make_network(), script)
    assert (talk.greeting, talk.capabilities) == ("slow", ("SIZE 1",))


async def test_tls_that_is_none_is_told(ca: ThrowAwayCa, make_network: MakeNetwork) -> None:
    async with make_network() as network, mail_server(smtp()) as server:
        talk = await talk_to(network, server, implicit_tls=True)
    assert talk.failure is not None
    assert (talk.failure.stage, talk.failure.trouble) == (Stage.TLS_AT_ONCE, Trouble.TLS)
    assert talk.failure.detail
    assert talk.transcript[-1] == f"-: no TLS: {talk.failure.detail}"


@pytest.mark.parametrize(
    ("how", "trouble"),
    [("closes", Trouble.CLOSED), ("is silent", Trouble.TIMEOUT), ("talks on", Trouble.TLS)],
)
async def test_a_handshake_that_fails_is_told(
    make_network: MakeNetwork, how: str, trouble: Trouble
) -> None:
    async def script(peer: Peer) -> None:
        await peer.send("220 a")
        await peer.line()
        await peer.send("250-a", "250 STARTTLS")
        await peer.line()
        await peer.send("220 go ahead")
        if how == "closes":
            return
        if how == "talks on":
            await peer.pause(0.05)
            await peer.send("220 what is this?")
        await peer.silence()

    talk = await look(make_network(times=SHORT), script)
    assert talk.failure is not None
    assert (talk.failure.stage, talk.failure.trouble) == (Stage.HANDSHAKE, trouble)
    assert talk.starttls_code == 220


async def test_without_a_name_we_give_our_address(make_network: MakeNetwork) -> None:
    async with make_network(ehlo_name="") as network, mail_server(smtp()) as server:
        await talk_to(network, server)
    assert server.received[0] == "EHLO [127.0.0.1]"


async def test_over_ipv6_too(make_network: MakeNetwork) -> None:
    try:
        running = mail_server(smtp(), host="::1")
        server = await running.__aenter__()
    except OSError:
        pytest.skip("no IPv6 loopback here")
    async with make_network(ehlo_name="") as network:
        talk = await talk_to(network, server)
    await running.__aexit__(None, None, None)
    assert talk.failure is None
    assert server.received[0] == "EHLO [IPv6:::1]"


async def test_peoples_addresses_stay_out_of_the_transcript(make_network: MakeNetwork) -> None:
    talk = await look(make_network(), smtp(greeting=("220 write to anna.k@firma.pl",)))
    assert talk.transcript[0] == "S: 220 write to …@firma.pl"
