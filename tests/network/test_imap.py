"""Tests of bot.network.imap."""

import pytest

from bot.model.trouble import Trouble
from bot.network.network import Network
from bot.network.talk import Protocol, ServerTalk, Stage
from tests.doubles.ca import ThrowAwayCa
from tests.doubles.mailserver import Peer, Script, imap, mail_server, says, web_server
from tests.network.conftest import MakeNetwork

HOST = "imap.firma.pl"


async def look(network: Network, script: Script) -> ServerTalk:
    async with network, mail_server(script) as server:
        return await network.talk(Protocol.IMAP, HOST, server.address, server.port)


async def test_a_whole_conversation(ca: ThrowAwayCa, make_network: MakeNetwork) -> None:
    script = imap(
        tls=ca.good(HOST).context(),
        capabilities=("IMAP4rev1", "LOGINDISABLED"),
        capabilities_after=("IMAP4rev1", "AUTH=PLAIN"),
    )
    async with make_network() as network, mail_server(script) as server:
        talk = await network.talk(Protocol.IMAP, HOST, server.address, server.port)
        await server.empty()
    assert talk.failure is None
    assert (talk.greeting, talk.greeting_code) == ("IMAP ready", None)
    assert talk.capabilities == ("IMAP4rev1", "LOGINDISABLED", "STARTTLS")
    assert talk.capabilities_after == ("IMAP4rev1", "AUTH=PLAIN")
    assert talk.starttls_offered
    assert talk.tls is not None
    assert server.received == ["a CAPABILITY", "b STARTTLS", "a CAPABILITY", "z LOGOUT"]


async def test_capabilities_in_the_greeting_save_a_question(make_network: MakeNetwork) -> None:
    script = imap(greeting="* OK [CAPABILITY {capabilities}] ready")
    async with make_network() as network, mail_server(script) as server:
        talk = await network.talk(Protocol.IMAP, HOST, server.address, server.port)
        await server.empty()
    assert talk.capabilities == ("IMAP4rev1", "ID", "IDLE")
    assert talk.greeting == "ready"
    assert server.received == ["z LOGOUT"]


async def test_implicit_tls(ca: ThrowAwayCa, make_network: MakeNetwork) -> None:
    tls = ca.good(HOST).context()
    async with make_network() as network, mail_server(imap(), tls=tls) as server:
        talk = await network.talk(
            Protocol.IMAP, HOST, server.address, server.port, implicit_tls=True
        )
    assert talk.failure is None
    assert talk.capabilities is None
    assert talk.capabilities_after == ("IMAP4rev1", "ID", "IDLE")


async def test_bytes_after_the_go_ahead_are_told_and_thrown_away(
    ca: ThrowAwayCa, make_network: MakeNetwork
) -> None:
    script = imap(tls=ca.good(HOST).context(), injected="* CAPABILITY IMAP4rev1 AUTH=EVIL")
    talk = await look(make_network(), script)
    assert talk.starttls_injected
    assert talk.capabilities_after == ("IMAP4rev1", "ID", "IDLE")


async def test_whom_the_server_knows_already_cannot_begin_tls(
    ca: ThrowAwayCa, make_network: MakeNetwork
) -> None:
    script = imap(tls=ca.good(HOST).context(), greeting="* PREAUTH hello Anna")
    talk = await look(make_network(), script)
    assert talk.failure is None
    assert talk.starttls_offered
    assert talk.tls is None


async def test_other_lines_between_are_passed_over(make_network: MakeNetwork) -> None:
    async def script(peer: Peer) -> None:
        await peer.send("* OK hi")
        await peer.line()
        await peer.send("* OK still here", "* CAPABILITY IMAP4rev1", "* 3 EXISTS", "a OK done")
        await peer.silence()

    assert (await look(make_network(), script)).capabilities == ("IMAP4rev1",)


@pytest.mark.parametrize(
    ("script", "stage", "trouble", "detail"),
    [
        (says("* BYE gone"), Stage.GREETING, Trouble.REJECTED, "BYE gone"),
        (
            says("* BYE [UNAVAILABLE] later"),
            Stage.GREETING,
            Trouble.TRY_LATER,
            "BYE [UNAVAILABLE] later",
        ),
        (says("* NO what"), Stage.GREETING, Trouble.GARBAGE, "* NO what"),
        (says("+OK POP3"), Stage.GREETING, Trouble.GARBAGE, "+OK POP3"),
        (says("220 smtp"), Stage.GREETING, Trouble.GARBAGE, "220 smtp"),
        (web_server(), Stage.GREETING, Trouble.GARBAGE, "HTTP/1.1 400 Bad Request"),
        (says("* OK a", "a BAD what?"), Stage.CAPABILITIES, Trouble.REJECTED, "BAD what?"),
        (says("* OK a", "a OK none"), Stage.CAPABILITIES, Trouble.GARBAGE, "no capabilities"),
        (says("* OK a", "* BYE idle"), Stage.CAPABILITIES, Trouble.REJECTED, "BYE idle"),
        (says("* OK a", "<html>"), Stage.CAPABILITIES, Trouble.GARBAGE, "<html>"),
    ],
)
async def test_what_went_wrong_is_told(
    make_network: MakeNetwork, script: Script, stage: Stage, trouble: Trouble, detail: str
) -> None:
    talk = await look(make_network(), script)
    assert talk.failure is not None
    assert (talk.failure.stage, talk.failure.trouble, talk.failure.detail) == (
        stage,
        trouble,
        detail,
    )


async def test_a_refused_starttls_is_told(ca: ThrowAwayCa, make_network: MakeNetwork) -> None:
    script = imap(tls=ca.good(HOST).context(), starttls_reply="NO [UNAVAILABLE] not now")
    talk = await look(make_network(), script)
    assert talk.failure is not None
    assert (talk.failure.stage, talk.failure.trouble) == (Stage.STARTTLS, Trouble.REJECTED)
    assert talk.failure.detail == "NO [UNAVAILABLE] not now"
