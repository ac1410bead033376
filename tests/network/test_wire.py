"""Tests of bot.network.wire and transcript: what came is read, what is secret is not kept."""

from ipaddress import ip_address

import pytest

from bot.model.trouble import Trouble
from bot.network.errors import NetworkError
from bot.network.transcript import Transcript
from bot.network.wire import Wire
from tests.doubles.mailserver import mail_server, says, unused_port


async def test_lines_that_came_before_the_end_are_read() -> None:
    async def script(peer: object) -> None:
        await peer.send("one", "two")  # type: ignore[attr-defined]

    async with mail_server(script) as server:  # type: ignore[arg-type]
        wire = await Wire.connect(server.address, server.port)
        assert await wire.read_line() == b"one"
        assert await wire.read_line() == b"two"
        with pytest.raises(NetworkError) as caught:
            await wire.read_line()
        assert caught.value.trouble is Trouble.CLOSED
        wire.send(b"into the void")  # harmless
        wire.finish(b"QUIT", 1)
        wire.abort()


async def test_whoever_asks_is_told_when_a_wire_has_closed() -> None:
    closed = []
    async with mail_server(says("hi")) as server:
        wire = await Wire.connect(server.address, server.port)
        wire.when_closed(lambda: closed.append("first"))
        assert await wire.read_line() == b"hi"
        wire.abort()
        await server.empty()
        wire.when_closed(lambda: closed.append("late"))
    assert closed == ["first", "late"]


async def test_a_refused_connection_is_told() -> None:
    with pytest.raises(NetworkError) as caught:
        await Wire.connect(ip_address("127.0.0.1"), unused_port())
    assert caught.value.trouble is Trouble.REFUSED


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (b"EHLO bot.example", "C: EHLO bot.example"),
        (b"AUTH PLAIN AGFubmEAc2VjcmV0", "C: AUTH PLAIN …"),
        (b"a1 LOGIN anna secret", "C: a1 LOGIN …"),
        (b"a1 AUTHENTICATE PLAIN AGFubmE=", "C: a1 AUTHENTICATE PLAIN …"),
        (b"PASS secret", "C: PASS …"),
        (b"USER anna", "C: USER …"),
        (b"APOP anna 0f0f", "C: APOP …"),
        (b"MAIL FROM:<anna@firma.pl>", "C: MAIL FROM:<…@firma.pl>"),
    ],
)
def test_secrets_and_peoples_addresses_stay_out_of_a_transcript(said: bytes, kept: str) -> None:
    transcript = Transcript()
    transcript.client(said)
    assert transcript.lines == (kept,)


def test_a_transcript_is_bounded() -> None:
    transcript = Transcript()
    for _ in range(1000):
        transcript.server(b"x" * 1000)
    assert len(transcript.lines) == 200
    assert max(map(len, transcript.lines)) <= 203
