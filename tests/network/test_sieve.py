"""Tests of bot.network.sieve."""

import pytest

from bot.model.trouble import Trouble
from bot.network.network import Network
from bot.network.talk import Protocol, ServerTalk, Stage
from tests.doubles.ca import ThrowAwayCa
from tests.doubles.mailserver import Script, mail_server, says, sieve, web_server
from tests.network.conftest import MakeNetwork

HOST = "imap.firma.pl"
WORDS = ("IMPLEMENTATION Script Sieved", "SIEVE fileinto vacation")


async def look(network: Network, script: Script) -> ServerTalk:
    async with network, mail_server(script) as server:
        return await network.talk(Protocol.SIEVE, HOST, server.address, server.port)


async def test_a_whole_conversation(ca: ThrowAwayCa, make_network: MakeNetwork) -> None:
    script = sieve(
        tls=ca.good(HOST).context(),
        capabilities=('"IMPLEMENTATION" "Script Sieved"', '"SASL" ""'),
        capabilities_after=('"IMPLEMENTATION" "Script Sieved"', '"SASL" "PLAIN"'),
    )
    async with make_network() as network, mail_server(script) as server:
        talk = await network.talk(Protocol.SIEVE, HOST, server.address, server.port)
        await server.empty()
    assert talk.failure is None
    assert (talk.greeting, talk.greeting_code) == ("Script Sieved", None)
    assert talk.capabilities == ("IMPLEMENTATION Script Sieved", "SASL", "STARTTLS")
    assert talk.capabilities_after == ("IMPLEMENTATION Script Sieved", "SASL PLAIN")
    assert talk.starttls_offered
    assert talk.tls is not None
    assert [stage for stage, _ in talk.timings] == [
        Stage.CONNECT,
        Stage.GREETING,
        Stage.STARTTLS,
        Stage.HANDSHAKE,
        Stage.CAPABILITIES_AFTER,
    ]
    assert server.received == ["STARTTLS", "LOGOUT"]


async def test_a_server_without_tls(make_network: MakeNetwork) -> None:
    talk = await look(make_network(), sieve())
    assert talk.failure is None
    assert talk.capabilities == WORDS
    assert not talk.starttls_offered
    assert talk.tls is None


async def test_literals_are_read_as_strings(make_network: MakeNetwork) -> None:
    # Eight octets, one line end among them; what follows is a line of its own again.
    script = sieve(capabilities=('"IMPLEMENTATION" {8}', 'a "b"', "c", '"SASL" "PLAIN"'))
    talk = await look(make_network(), script)
    assert talk.failure is None
    assert talk.capabilities == ('IMPLEMENTATION a "b" c', "SASL PLAIN")


async def test_bytes_after_the_go_ahead_are_told(
    ca: ThrowAwayCa, make_network: MakeNetwork
) -> None:
    script = sieve(tls=ca.good(HOST).context(), injected='"SASL" "EVIL"')
    talk = await look(make_network(), script)
    assert talk.starttls_injected
    assert talk.capabilities_after == WORDS


@pytest.mark.parametrize(
    ("script", "stage", "trouble"),
    [
        pytest.param(
            sieve(capabilities=(), ready='BYE (TRYLATER) "busy"'),
            Stage.GREETING,
            Trouble.TRY_LATER,
            id="busy",
        ),
        pytest.param(
            sieve(capabilities=(), ready='BYE "go away"'),
            Stage.GREETING,
            Trouble.REJECTED,
            id="sent away",
        ),
        pytest.param(says("* OK IMAP4rev1 ready"), Stage.GREETING, Trouble.GARBAGE, id="IMAP"),
        pytest.param(web_server(), Stage.GREETING, Trouble.GARBAGE, id="a web server"),
    ],
)
async def test_troubles_are_told_apart(
    make_network: MakeNetwork, script: Script, stage: Stage, trouble: Trouble
) -> None:
    talk = await look(make_network(), script)
    assert talk.failure is not None
    assert (talk.failure.stage, talk.failure.trouble) == (stage, trouble)


async def test_starttls_denied_is_told_apart(ca: ThrowAwayCa, make_network: MakeNetwork) -> None:
    script = sieve(tls=ca.good(HOST).context(), starttls_reply='NO "no key"')
    talk = await look(make_network(), script)
    assert talk.failure is not None
    assert (talk.failure.stage, talk.failure.trouble) == (Stage.STARTTLS, Trouble.REJECTED)
    assert "no key" in talk.failure.detail
