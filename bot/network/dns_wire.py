"""One resolver's sockets: questions by UDP over a shared socket, by TCP when the answer is cut.

The socket is connected, so that the kernel lets only the resolver's own packets in, and replaced
every few dozen questions and seconds, so that neither id nor port can be learned (RFC 5452).
"""

import asyncio
import socket
import struct
from collections.abc import Callable
from functools import partial
from time import monotonic

from bot.network.dns_message import Reply, Verdict, read_reply
from bot.network.dns_parts import MalformedError, id_of, is_cut
from bot.network.question import Question, random_id
from bot.network.settings import ServerAddress

_QUESTIONS_A_SOCKET = 64  # their answers fit the system's default receive buffer
_SECONDS_A_SOCKET = 20.0
_LARGEST = 65535  # bytes of a datagram
_LAME_SECONDS = 30.0


Tell = Callable[[bytes | OSError], None]


class UdpSocket:
    """A connected UDP socket and the questions that wait on it, by id. Raises OSError when made."""

    def __init__(self, host: str, port: int) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        try:
            self._socket.setblocking(False)
            self._socket.connect((host, port))
            self._loop = asyncio.get_running_loop()
            self._loop.add_reader(self._socket.fileno(), self._read)
        except BaseException:
            self._socket.close()
            raise
        self.waiting: dict[int, tuple[Question, Tell]] = {}
        self.asked = 0
        self._opened = monotonic()
        self._is_retired = False
        self._is_closed = False

    @property
    def is_usable(self) -> bool:
        """Whether it takes another question."""
        return (
            self.asked < _QUESTIONS_A_SOCKET
            and not self._is_retired
            and monotonic() - self._opened < _SECONDS_A_SOCKET
        )

    def new_number(self) -> int:
        """An id that nobody can guess, and that no other question has here."""
        number = random_id()
        while number in self.waiting:
            number = random_id()
        return number

    def ask(self, question: Question, number: int, wire: bytes, tell: Tell) -> None:
        """Send the question; `tell` is called once, with the answer or with why there is none."""
        self.waiting[number] = (question, tell)
        self.asked += 1
        self.send(wire)

    def send(self, wire: bytes) -> None:
        """Send a datagram; one that finds no room is lost, as any may be on its way."""
        try:
            self._socket.send(wire)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            # Not now: whoever asks does not yet know how to hear of it.
            self._loop.call_soon(self._fail, error)

    def forget(self, number: int) -> None:
        """Whatever comes for this question is of no interest any more."""
        self.waiting.pop(number, None)
        if self._is_retired and not self.waiting:
            self.close()

    def retire(self) -> None:
        """Take no more questions; close as soon as none waits."""
        self._is_retired = True
        if not self.waiting:
            self.close()

    def close(self) -> None:
        """Close; whoever waits is told."""
        if self._is_closed:
            return
        self._is_closed = self._is_retired = True
        self._loop.remove_reader(self._socket.fileno())
        self._socket.close()
        self._fail(ConnectionAbortedError("socket closed"))

    def _read(self) -> None:
        # All that has come: each wait for the next would cost a round of the loop.
        for _ in range(_QUESTIONS_A_SOCKET):
            if self._is_closed:
                return
            try:
                data = self._socket.recv(_LARGEST)
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:
                # ICMP says that nobody listens there: every question on this socket is in vain.
                self._fail(error)
                return
            self._received(data)

    def _received(self, data: bytes) -> None:
        number = id_of(data)
        if number is None or number not in self.waiting:
            return
        question, tell = self.waiting[number]
        # A forged answer must not end the wait for the true one.
        if question.is_echoed_in(data):
            self.forget(number)
            tell(data)

    def _fail(self, error: OSError) -> None:
        waiting, self.waiting = self.waiting, {}
        for _, tell in waiting.values():
            tell(error)
        if self._is_retired:
            self.close()


class Ticket:
    """A question that is out, by which its answer is known."""

    __slots__ = ("_number", "_socket", "sent", "server")

    def __init__(self, server: "DnsServer", socket: UdpSocket, number: int) -> None:
        self.server = server
        self.sent = monotonic()
        self._socket = socket
        self._number = number

    @property
    def is_open(self) -> bool:
        """Whether the answer may still come."""
        return self._number in self._socket.waiting

    def forget(self) -> None:
        """Wait no longer."""
        self._socket.forget(self._number)


class DnsServer:
    """One resolver of ours."""

    def __init__(self, address: ServerAddress) -> None:
        self.address = address
        self._socket: UdpSocket | None = None
        self._retired: set[UdpSocket] = set()
        self._lame_until = 0.0
        self._knows_edns = True

    @property
    def is_lame(self) -> bool:
        """Whether it has lately left us without an answer, so that others go first."""
        return monotonic() < self._lame_until

    def mark(self, *, lame: bool) -> None:
        """Remember whether it answers."""
        self._lame_until = monotonic() + _LAME_SECONDS if lame else 0.0

    def begin(self, question: Question, tell: Tell) -> Ticket | None:
        """Send the question in its usual form; None where that cannot be."""
        if not self._knows_edns:
            return None
        try:
            return self._send(question, tell, edns=True, validate=True)
        except OSError:
            return None

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

    def close(self) -> None:
        """Close the sockets."""
        for each in [self._socket, *self._retired]:
            if each is not None:
                each.close()
        self._socket = None
        self._retired.clear()

    async def _ask(
        self,
        question: Question,
        *,
        edns: bool,
        validate: bool,
        begun: "asyncio.Future[bytes] | None" = None,
    ) -> Reply:
        wire = await (begun or self._by_udp(question, edns=edns, validate=validate))
        if is_cut(wire):
            wire = await self._by_tcp(question, edns=edns, validate=validate)
        return read_reply(wire, question)

    async def _by_udp(self, question: Question, *, edns: bool, validate: bool) -> bytes:
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        ticket = self._send(question, partial(settle, answer), edns=edns, validate=validate)
        try:
            return await answer
        finally:
            ticket.forget()

    def _send(self, question: Question, tell: Tell, *, edns: bool, validate: bool) -> Ticket:
        socket = self._usable_socket()
        number = socket.new_number()
        wire = question.to_wire(number, edns=edns, validate=validate)
        socket.ask(question, number, wire, tell)
        return Ticket(self, socket, number)

    def _usable_socket(self) -> UdpSocket:
        if self._socket is None or not self._socket.is_usable:
            fresh = UdpSocket(self.address.host, self.address.port)
            if self._socket is not None:
                self._socket.retire()
                self._retired = {each for each in self._retired if each.waiting}
                if self._socket.waiting:
                    self._retired.add(self._socket)
            self._socket = fresh
        return self._socket

    async def _by_tcp(self, question: Question, *, edns: bool, validate: bool) -> bytes:
        number = random_id()
        message = question.to_wire(number, edns=edns, validate=validate)
        return await exchange_by_tcp(self.address.host, self.address.port, message, number)


def settle(future: "asyncio.Future[bytes]", came: bytes | OSError) -> None:
    """Give a future what has come, if anybody still waits."""
    if future.done():
        return
    if isinstance(came, OSError):
        future.set_exception(came)
        future.exception()  # seen, though nobody may wait any more
    else:
        future.set_result(came)


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
