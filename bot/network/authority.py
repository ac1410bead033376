"""Questions put straight to a domain's own name server: what it says itself, from nobody's cache.

This is the one use of port 53 besides our resolvers; every address has passed the guard before.
"""

import asyncio
import struct
from dataclasses import dataclass
from functools import partial

import dns.flags

from bot.model.trouble import Trouble
from bot.network.answer import Status
from bot.network.causes import blame_own_ipv6, connect_error
from bot.network.dns_message import Referral, Reply, Verdict, read_referral, read_reply
from bot.network.dns_parts import MalformedError, is_cut
from bot.network.dns_wire import exchange_by_tcp, settle
from bot.network.errors import NetworkError
from bot.network.question import Question, random_id
from bot.network.records import read_presentation
from bot.network.settings import IPAddress, Times
from bot.network.shelf import Kept, Shelf
from bot.network.udp_socket import UdpSocket

_TRIES = 2  # a lost datagram must not cost an answer
_KEPT = 60.0
_FAILURE_KEPT = 10.0
_MOST_KEPT = 2_000

_Order = tuple[IPAddress, Question]


@dataclass(frozen=True, slots=True)
class ServerAnswer:
    """What one name server answered. `status` is None where it would not or could not."""

    status: Status | None
    is_authoritative: bool = False
    records: tuple[str, ...] = ()  # as zone files spell them
    detail: str = ""  # "REFUSED"
    referral: Referral | None = None  # to the servers of a zone below its own


class Authorities:
    """All questions of the process to name servers, asked once and kept for a while."""

    def __init__(self, times: Times, port: int) -> None:
        self._times = times
        self._port = port
        self._shelf: Shelf[_Order, ServerAnswer] = Shelf(_lifetime, most=_MOST_KEPT)

    def kept(
        self, address: IPAddress, question: Question, *, not_before: float = float("-inf")
    ) -> Kept[ServerAnswer] | None:
        """The answer where it is kept."""
        return self._shelf.kept((address, question), not_before=not_before)

    async def ask(
        self, address: IPAddress, question: Question, *, not_before: float = float("-inf")
    ) -> Kept[ServerAnswer]:
        """The server's answer; NetworkError when none came."""
        order = (address, question)
        return await self._shelf.get(order, lambda: self._ask(*order), not_before=not_before)

    async def close(self) -> None:
        """Stop what is under way."""
        await self._shelf.close()

    async def _ask(self, address: IPAddress, question: Question) -> ServerAnswer:
        try:
            answer = await self._once(address, question, edns=True)
            if answer is None:
                answer = await self._once(address, question, edns=False)
        except TimeoutError:
            raise blame_own_ipv6(NetworkError(Trouble.TIMEOUT), address) from None
        except MalformedError as error:
            raise NetworkError(Trouble.GARBAGE, str(error)) from error
        except OSError as error:
            raise connect_error(error, address) from error
        return answer or ServerAnswer(None, detail="FORMERR")

    async def _once(
        self, address: IPAddress, question: Question, *, edns: bool
    ) -> ServerAnswer | None:
        """None: the server does not know EDNS."""
        wire = await self._by_udp(address, question, edns=edns)
        if is_cut(wire):
            async with asyncio.timeout(self._times.dns_try * _TRIES):
                wire = await self._by_tcp(address, question, edns=edns)
        reply = read_reply(wire, question)
        return None if reply.verdict is Verdict.NO_EDNS and edns else _read(wire, reply, question)

    async def _by_udp(self, address: IPAddress, question: Question, *, edns: bool) -> bytes:
        socket = UdpSocket(str(address), self._port)
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        number = socket.new_number()
        wire = _to_wire(question, number, edns)
        try:
            socket.ask(question, number, wire, partial(settle, answer))
            for _ in range(_TRIES):
                done, _ = await asyncio.wait((answer,), timeout=self._times.dns_try)
                if done:
                    return await answer
                socket.send(wire)
            raise TimeoutError
        finally:
            answer.cancel()
            socket.close()

    async def _by_tcp(self, address: IPAddress, question: Question, *, edns: bool) -> bytes:
        number = random_id()
        message = _to_wire(question, number, edns)
        return await exchange_by_tcp(str(address), self._port, message, number)


def _to_wire(question: Question, number: int, edns: bool) -> bytes:
    """The question without the wish for recursion: only what the server knows itself counts."""
    return question.with_flags(number, 0, edns=edns)


def _read(wire: bytes, reply: Reply, question: Question) -> ServerAnswer:
    if reply.verdict is not Verdict.ANSWER:
        return ServerAnswer(None, detail=reply.detail)
    (flags,) = struct.unpack_from("!H", wire, 2)
    records = tuple(read_presentation(record) for record in reply.records)
    is_own = bool(flags & dns.flags.AA)
    return ServerAnswer(reply.status, is_own, records, referral=read_referral(wire, question))


def _lifetime(outcome: ServerAnswer | NetworkError) -> float:
    return _FAILURE_KEPT if isinstance(outcome, NetworkError) else _KEPT
