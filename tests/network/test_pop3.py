"""Tests of bot.network.pop3."""

import pytest

from bot.model.trouble import Trouble
from bot.network.network import Network
from bot.network.talk import Protocol, ServerTalk, Stage
from tests.doubles.ca import ThrowAwayCa
from tests.doubles.mailserver import Script, mail_server, pop3, says, web_server
from tests.network.conftest import MakeNetwork

HOST = "pop3.firma.pl"


async def look(network: Network, script: Script) -> ServerTalk:
    async with network, mail_server(script) as server:
        return await network.talk(Protocol.POP3, HOST, server.address, server.port)


async def test_a_whole_conversation(ca: ThrowAwayCa, make_network: MakeNetwork) -> None:
    script = pop3(tls=ca.good(HOST).context(), capabilities_after=("SASL PLAIN", "USER"))
    async with make_network() as network, mail_server(script) as server:
        talk = await network.talk(Protocol.POP3, HOST, server.address, server.port)
        await server.empty()
    assert talk.failure is None
    assert talk.greeting == "POP3 ready"
    assert talk.capabilities == ("CAPA", "TOP", "UIDL", "RESP-CODES", "STLS")
    assert talk.capabilities_after == ("SASL PLAIN", "USER")
    assert talk.tls is not None
    assert server.received == ["CAPA", "STLS", "CAPA", "QUIT"]


async def test_implicit_tls(ca: ThrowAwayCa, make_network: MakeNetwork) -> None:
    tls = ca.good(HOST).context()
    async with make_network() as network, mail_server(pop3(), tls=tls) as server:
        talk = await network.talk(
            Protocol.POP3, HOST, server.address, server.port, implicit_tls=True
        )
    assert talk.failure is None
    assert talk.capabilities_after == ("CAPA", "TOP", "UIDL", "RESP-CODES")


async def test_a_server_without_capa_may_still_know_stls(
    ca: ThrowAwayCa, make_network: MakeNetwork
) -> None:
    talk = await look(make_network(), pop3(tls=ca.good(HOST).context(), capabilities=None))
    assert talk.failure is None
    assert talk.capabilities == ()
    assert talk.starttls_offered
    assert talk.tls is not None


async def test_a_server_without_capa_and_without_stls_is_no_failure(
    make_network: MakeNetwork,
) -> None:
    talk = await look(make_network(), pop3(capabilities=None))
    assert talk.failure is None
    assert (talk.capabilities, talk.starttls_offered, talk.tls) == ((), False, None)


async def test_bytes_after_the_go_ahead_are_told_and_thrown_away(
    ca: ThrowAwayCa, make_network: MakeNetwork
) -> None:
    script = pop3(tls=ca.good(HOST).context(), injected="+OK injected\r\nSASL EVIL\r\n.")
    talk = await look(make_network(), script)
    assert talk.starttls_injected
    assert talk.capabilities_after == ("CAPA", "TOP", "UIDL", "RESP-CODES")


@pytest.mark.parametrize(
    ("script", "stage", "trouble", "detail"),
    [
        (says("-ERR no"), Stage.GREETING, Trouble.REJECTED, "-ERR no"),
        (
            says("-ERR [SYS/TEMP] later"),
            Stage.GREETING,
            Trouble.TRY_LATER,
            "-ERR [SYS/TEMP] later",
        ),
        (says("* OK IMAP"), Stage.GREETING, Trouble.GARBAGE, "* OK IMAP"),
        (web_server(), Stage.GREETING, Trouble.GARBAGE, "HTTP/1.1 400 Bad Request"),
        (says("+OK a", "what"), Stage.CAPABILITIES, Trouble.GARBAGE, "what"),
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


async def test_a_refused_stls_is_told(ca: ThrowAwayCa, make_network: MakeNetwork) -> None:
    script = pop3(tls=ca.good(HOST).context(), stls_reply="-ERR not now")
    talk = await look(make_network(), script)
    assert talk.failure is not None
    assert (talk.failure.stage, talk.failure.trouble) == (Stage.STARTTLS, Trouble.REJECTED)
