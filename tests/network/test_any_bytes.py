"""Whatever a server sends, a talk comes back, and the wire reads the same however it is cut up."""

import asyncio
import itertools
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.trouble import Trouble
from bot.network.errors import NetworkError
from bot.network.line_buffer import Caps
from bot.network.settings import Times
from bot.network.talk import Protocol
from bot.network.wire import Wire
from tests.doubles.mailserver import Peer, mail_server
from tests.network.conftest import MakeNetwork

SESSIONS = {
    Protocol.SMTP: [
        b"220-mx.firma.pl ESMTP\r\n220 hello\r\n",
        b"250-mx.firma.pl\r\n250-SIZE 1000\r\n250-STARTTLS\r\n250 8BITMIME\r\n",
        b"220 2.0.0 go ahead\r\n",
        b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03" + bytes(range(120)),
    ],
    Protocol.IMAP: [
        b"* OK [CAPABILITY IMAP4rev1] ready\r\n",
        b"* CAPABILITY IMAP4rev1 STARTTLS\r\na OK done\r\n",
        b"b OK go ahead\r\n",
        b"\x16\x03\x03\x00\x02\x02\x00",
    ],
    Protocol.POP3: [
        b"+OK ready <1@x>\r\n",
        b"+OK\r\nSTLS\r\nSASL PLAIN\r\n.\r\n",
        b"+OK go ahead\r\n",
        b"\x15\x03\x03\x00\x02\x02\x28",
    ],
    Protocol.SIEVE: [
        b'"IMPLEMENTATION" {5}\r\nSieve\r\n"SASL" "PLAIN"\r\n"STARTTLS"\r\nOK "hi"\r\n',
        b'OK "go ahead"\r\n',
        b"\x15\x03\x03\x00\x02\x02\x28",
    ],
}
QUICK = Times(connect=2, greeting=0.05, command=0.05, handshake=0.05, farewell=0.01)


def damaged(session: list[bytes], luck: random.Random) -> list[bytes]:
    parts = [bytearray(part) for part in session]
    for _ in range(luck.randint(1, 4)):
        part = luck.choice(parts)
        at = luck.randrange(len(part) + 1)
        match luck.randrange(4):
            case 0:
                part[at : at + luck.randint(0, 5)] = luck.randbytes(luck.randint(0, 8))
            case 1:
                del part[at : at + luck.randint(1, 10)]
            case 2:
                part[at:at] = part[: luck.randint(0, len(part))]
            case 3:
                part[at:at] = b"\r\n" * luck.randint(1, 3)
    return [bytes(part) for part in parts]


@pytest.mark.parametrize("protocol", list(Protocol))
async def test_whatever_a_server_sends_a_talk_comes_back(
    make_network: MakeNetwork, protocol: Protocol
) -> None:
    luck = random.Random(4711)
    script_now: list[bytes] = []

    async def script(peer: Peer) -> None:
        for part in script_now:
            await peer.send_bytes(part)
            await peer.read_some()

    async with make_network(times=QUICK) as network, mail_server(script) as server:
        for number in range(40):
            script_now = damaged(SESSIONS[protocol], luck)
            talk = await network.talk(protocol, f"h{number}.pl", server.address, server.port)
            assert talk.tls is None
            shown = replace(talk, transcript=())
            assert "\x1b" not in repr(shown)
            assert all(len(line) < 300 for line in talk.transcript)


PIECES = st.sampled_from([b"\n", b"\r\n", b"\r", b"a", b"x" * 30, b"\x00\xff"])


@given(
    st.one_of(st.binary(max_size=300), st.lists(PIECES, max_size=40).map(b"".join)),
    st.lists(st.integers(0, 300), max_size=8),
)
def test_the_wire_reads_the_same_however_the_bytes_are_cut(data: bytes, cuts: list[int]) -> None:
    caps = Caps(line=40, lines=10, session=250)
    lines: list[bytes] = []

    async def read() -> Trouble:
        wire = Wire(caps)
        edges = sorted({0, len(data), *(cut for cut in cuts if cut <= len(data))})
        for start, end in itertools.pairwise(edges):
            wire.data_received(data[start:end])
        wire.connection_lost(None)
        try:
            while True:
                lines.append(await wire.read_line())
        except NetworkError as error:
            return error.trouble

    trouble = asyncio.run(read())
    if len(data) > 250:
        assert trouble is Trouble.TOO_LONG
        return
    *whole, rest = data.split(b"\n")
    fitting = [line.removesuffix(b"\r") for line in whole]
    first_long = next((at for at, line in enumerate(whole) if len(line) > 40), len(whole))
    assert lines == fitting[: min(first_long, 10)]
    too_long = first_long < len(whole) or len(whole) > 10 or len(rest) > 40
    assert trouble is (Trouble.TOO_LONG if too_long else Trouble.CLOSED)
