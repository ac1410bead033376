"""One resolver of ours: asked by UDP over a shared socket, by TCP when the answer is cut."""

import asyncio
from dataclasses import replace
from functools import partial
from time import monotonic

from bot.network.dns_message import Reply, Verdict, read_reply
from bot.network.dns_parts import is_cut
from bot.network.dns_wire import exchange_by_tcp, settle
from bot.network.question import Question, random_id
from bot.network.settings import ServerAddress
from bot.network.udp_socket import Tell, UdpSocket

_LAME_SECONDS = 30.0


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
        if not is_cut(wire):
            return read_reply(wire, question)
        wire = await self._by_tcp(question, edns=edns, validate=validate)
        return replace(read_reply(wire, question), way=("by TCP",))

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
