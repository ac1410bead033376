"""One resolver's sockets: questions by UDP over a shared socket, by TCP when the answer is cut.

The socket is connected, so that the kernel lets only the resolver's own packets in, and replaced
every few dozen questions and seconds, so that neither id nor port can be learned (RFC 5452).
"""

import asyncio
import struct
from time import monotonic
from typing import cast

from bot.network.dns_message import (
    MalformedError,
    Question,
    Reply,
    Verdict,
    id_of,
    is_cut,
    random_id,
    read_reply,
)
from bot.network.settings import ServerAddress

_QUESTIONS_A_SOCKET = 64  # their answers fit the system's default receive buffer
_SECONDS_A_SOCKET = 20.0
_LAME_SECONDS = 30.0


class _Socket(asyncio.DatagramProtocol):
    """A connected UDP socket and the questions that wait on it, by id."""

    def __init__(self) -> None:
        self.waiting: dict[int, tuple[Question, asyncio.Future[bytes]]] = {}
        self.asked = 0
        self.opened = monotonic()
        self.retired = False
        self._transport: asyncio.DatagramTransport | None = None

    @property
    def is_usable(self) -> bool:
        return (
            not self.retired
            and self.asked < _QUESTIONS_A_SOCKET
            and monotonic() - self.opened < _SECONDS_A_SOCKET
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def ask(self, question: Question, *, edns: bool, validate: bool) -> "asyncio.Future[bytes]":
        number = random_id()
        while number in self.waiting:
            number = random_id()
        future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.waiting[number] = (question, future)
        self.asked += 1
        future.add_done_callback(lambda _: self._forget(number))
        assert self._transport is not None
        self._transport.sendto(question.to_wire(number, edns=edns, validate=validate))
        return future

    def datagram_received(self, data: bytes, addr: object) -> None:
        number = id_of(data)
        if number is None or number not in self.waiting:
            return
        question, future = self.waiting[number]
        # A forged answer must not end the wait for the true one.
        if question.is_echoed_in(data) and not future.done():
            future.set_result(data)

    def error_received(self, exc: Exception) -> None:
        # ICMP says that nobody listens there: every question on this socket is in vain.
        self._fail(exc)

    def connection_lost(self, exc: Exception | None) -> None:
        self.retired = True
        self._fail(exc or ConnectionAbortedError("socket closed"))

    def retire(self) -> None:
        """Take no more questions; close as soon as none waits."""
        self.retired = True
        if not self.waiting:
            self.close()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def _fail(self, error: Exception) -> None:
        for _, future in list(self.waiting.values()):
            if not future.done():
                future.set_exception(error)
                # Whoever has stopped waiting must not be reported as careless.
                future.exception()

    def _forget(self, number: int) -> None:
        self.waiting.pop(number, None)
        if self.retired and not self.waiting:
            self.close()


class DnsServer:
    """One resolver of ours."""

    def __init__(self, address: ServerAddress) -> None:
        self.address = address
        self._socket: _Socket | None = None
        self._opening = asyncio.Lock()
        self._lame_until = 0.0
        self._knows_edns = True

    @property
    def is_lame(self) -> bool:
        """Whether it has lately left us without an answer, so that others go first."""
        return monotonic() < self._lame_until

    def mark(self, *, lame: bool) -> None:
        """Remember whether it answers."""
        self._lame_until = monotonic() + _LAME_SECONDS if lame else 0.0

    def begin(self, question: Question) -> "asyncio.Future[bytes] | None":
        """Send the question at once where that needs no waiting; what comes is for `ask`."""
        socket = self._socket
        if socket is None or not socket.is_usable or not self._knows_edns:
            return None
        return socket.ask(question, edns=True, validate=True)

    async def ask(
        self,
        question: Question,
        *,
        validate: bool = True,
        begun: "asyncio.Future[bytes] | None" = None,
    ) -> Reply:
        """Ask, and wait for as long as the caller lets us; OSError or MalformedError else."""
        reply = await self._ask(question, edns=self._knows_edns, validate=validate, begun=begun)
        if reply.verdict is Verdict.NO_EDNS and self._knows_edns:
            reply = await self._ask(question, edns=False, validate=validate)
            if reply.verdict is Verdict.ANSWER:
                self._knows_edns = False
        return reply

    async def close(self) -> None:
        """Close the socket."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    async def _ask(
        self,
        question: Question,
        *,
        edns: bool,
        validate: bool,
        begun: "asyncio.Future[bytes] | None" = None,
    ) -> Reply:
        if begun is None:
            socket = await self._usable_socket()
            begun = socket.ask(question, edns=edns, validate=validate)
        wire = await begun
        if is_cut(wire):
            wire = await self._ask_by_tcp(question, edns=edns, validate=validate)
        return read_reply(wire, question)

    async def _usable_socket(self) -> _Socket:
        if self._socket is not None and self._socket.is_usable:
            return self._socket
        async with self._opening:
            if self._socket is not None:
                if self._socket.is_usable:
                    return self._socket
                self._socket.retire()
            _, self._socket = await asyncio.get_running_loop().create_datagram_endpoint(
                _Socket, remote_addr=(self.address.host, self.address.port)
            )
            return self._socket

    async def _ask_by_tcp(self, question: Question, *, edns: bool, validate: bool) -> bytes:
        number = random_id()
        message = question.to_wire(number, edns=edns, validate=validate)
        return await exchange_by_tcp(self.address.host, self.address.port, message, number)


async def exchange_by_tcp(host: str, port: int, message: bytes, number: int) -> bytes:
    """One message over a connection of its own, and the answer to it (RFC 1035 section 4.2.2).

    Raises OSError when there is no connection, MalformedError for what is no answer to `number`.
    """
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(struct.pack("!H", len(message)) + message)
        try:
            (length,) = struct.unpack("!H", await reader.readexactly(2))
            wire = await reader.readexactly(length)
        except asyncio.IncompleteReadError as error:
            raise MalformedError("TCP answer cut off") from error
        if id_of(wire) != number or is_cut(wire):
            raise MalformedError("not the TCP answer")
        return wire
    finally:
        # abort, not close: a cancelled question leaves nothing behind.
        writer.transport.abort()
