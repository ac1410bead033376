"""Questions under way: each goes out once, and whoever wants its answer waits for the same.

Nearly every question is one datagram there and one back, which costs no task and no timer of its
own. What does not end so is a matter for the race between the resolvers (bot.network.race).
"""

import asyncio
from collections import deque
from collections.abc import Coroutine, Sequence
from time import monotonic
from typing import Any

import dns.rdatatype

from bot.model.trouble import Trouble
from bot.network.answer import Answer, Status
from bot.network.asked import Asked, Reading
from bot.network.clean import clean
from bot.network.dns_message import Reply, Verdict, read_reply
from bot.network.dns_parts import MalformedError, is_cut
from bot.network.dns_server import DnsServer, Ticket
from bot.network.dns_wire import settle
from bot.network.errors import NetworkError
from bot.network.flight import Flight
from bot.network.kept import Answers
from bot.network.pace import Pace
from bot.network.question import Question
from bot.network.race import run_race
from bot.network.records import read_target
from bot.network.settings import ServerAddress, Times

_ROOT = Question(b"\0", "", dns.rdatatype.NS)
ROOT_SERVERS = Reading("NS", read_target, key=str)


class Tower:
    """What all views share: servers, the cache, and the questions under way."""

    def __init__(self, addresses: Sequence[ServerAddress], times: Times) -> None:
        if not addresses:
            raise ValueError("a resolver needs a server")
        self._servers = [DnsServer(address) for address in addresses]
        self._times = times
        self._answers = Answers()
        self._flights: dict[Question, Flight] = {}
        self._superseded: set[Flight] = set()
        self._pace = Pace()
        # All wait equally long for their first answer, so one timer does for all.
        self._sent: deque[tuple[Ticket, Flight]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    @property
    def is_crowded(self) -> bool:
        """Whether questions wait for their turn to go out."""
        return self._pace.is_crowded

    def answer(
        self, asked: Asked[Any], question: Question, not_before: float = float("-inf")
    ) -> None:
        """From what is kept, at once; else from what is under way or begins now."""
        now = monotonic()
        entry = self._answers.find(question, not_before, now)
        if entry is not None:
            asked.take(entry, now - entry.since)
            return
        flight = self._flights.get(question)
        if flight is None or flight.started < not_before:
            if flight is not None:
                self._superseded.add(flight)
            flight = self._flights[question] = Flight(self, question)
            # In the list before it departs: whoever leaves alone takes the question back.
            flight.waiters.append(asked)
            asked.flight = flight
            flight.place = self._pace.enter(flight.depart)
        else:
            flight.waiters.append(asked)
            asked.flight = flight

    async def close(self) -> None:
        """Give up all questions, and close the sockets."""
        flights = [*self._flights.values(), *self._superseded]
        rests = [flight.rest for flight in flights if flight.rest is not None]
        for flight in flights:
            for asked in list(flight.waiters):
                asked.cancel()
            self.give_up(flight)
        await asyncio.gather(*rests, return_exceptions=True)
        self._pace.close()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for server in self._servers:
            server.close()

    def send(self, flight: Flight) -> None:
        """Ask the first server; where that cannot be done at once, let the race do it."""
        server = next((each for each in self._servers if not each.is_lame), self._servers[0])
        flight.ticket = server.begin(flight.question, flight.heard)
        if flight.ticket is None:
            work = self._finish(flight.question, self._in_line(), None, monotonic())
            self._begin_rest(flight, work)
            return
        self._sent.append((flight.ticket, flight))
        if self._timer is None:
            self._set_timer(self._times.dns_try)

    def heard(self, flight: Flight, came: bytes | OSError) -> None:
        """The first server's answer, or that there will be none."""
        ticket = flight.ticket
        assert ticket is not None
        if flight.late is not None:
            settle(flight.late, came)
            return
        reply = _plain_answer(came, flight.question)
        if reply is None:
            settle(self._race(flight, ticket), came)
            return
        ticket.server.mark(lame=False)
        self._pace.widen()
        if _is_bare_denial(reply):
            self._begin_rest(flight, self._believed(flight.question, reply))
        else:
            self._land(flight, reply)

    def give_up(self, flight: Flight) -> None:
        """Nobody waits for it."""
        self._forget(flight)
        if flight.rest is not None:
            flight.rest.cancel()

    def _forget(self, flight: Flight) -> None:
        if self._flights.get(flight.question) is flight:
            del self._flights[flight.question]
        self._superseded.discard(flight)
        if flight.place is not None:
            self._pace.leave(flight.place)
        if flight.ticket is not None:
            flight.ticket.forget()

    def _land(self, flight: Flight, outcome: Reply | NetworkError) -> None:
        self._forget(flight)
        entry = self._answers.keep(flight.question, outcome)
        waiters, flight.waiters = flight.waiters, []
        for asked in waiters:
            asked.take(entry, 0.0)

    # What does not end with one datagram each way.

    def _race(self, flight: Flight, ticket: Ticket) -> "asyncio.Future[bytes]":
        """Let the resolvers race; what comes back is where the first one's answer is awaited."""
        late = flight.late = asyncio.get_running_loop().create_future()
        others = self._in_line(but=ticket.server)
        self._begin_rest(
            flight, self._finish(flight.question, [ticket.server, *others], late, ticket.sent)
        )
        return late

    def _in_line(self, but: DnsServer | None = None) -> list[DnsServer]:
        servers = [server for server in self._servers if server is not but]
        return sorted(servers, key=lambda server: server.is_lame)

    async def _finish(
        self,
        question: Question,
        servers: list[DnsServer],
        late: "asyncio.Future[bytes] | None",
        began: float,
    ) -> Reply:
        reply = await run_race(question, servers, self._times, late, began)
        return await self._believed(question, reply) if _is_bare_denial(reply) else reply

    def _begin_rest(self, flight: Flight, work: Coroutine[Any, Any, Reply]) -> None:
        flight.rest = asyncio.get_running_loop().create_task(work)
        flight.rest.add_done_callback(lambda task: self._rested(flight, task))

    def _rested(self, flight: Flight, task: "asyncio.Task[Reply]") -> None:
        if task.cancelled():
            self._forget(flight)
            for asked in list(flight.waiters):
                asked.cancel()
            return
        error = task.exception()
        if error is None:
            self._land(flight, task.result())
        elif isinstance(error, NetworkError):
            self._land(flight, error)
        else:
            self._forget(flight)
            for asked in flight.waiters:
                asked.set_exception(error)

    async def _believed(self, question: Question, reply: Reply) -> Reply:
        """The denial, unless the resolver denies even the root: then it tells nothing.

        Resolvers of closed networks deny every name. Theirs is a denial without the zone's SOA,
        which others give (RFC 2308 section 3), so that hardly anybody else is asked this.
        """
        if question == _ROOT:
            return reply
        root: Asked[Answer[str]] = Asked(_ROOT, ROOT_SERVERS)
        self.answer(root, _ROOT)
        try:
            is_cut_off = (await root).status is not Status.FOUND
        except NetworkError:
            return reply
        if is_cut_off:
            raise NetworkError(Trouble.NO_INTERNET, clean(str(question)))
        return reply

    def _set_timer(self, seconds: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(seconds, self._look)

    def _look(self) -> None:
        """Whose answer has not come in time: another resolver is asked too."""
        self._timer = None
        now = monotonic()
        while self._sent:
            ticket, flight = self._sent[0]
            due = ticket.sent + self._times.dns_try
            if ticket.is_open and due > now:
                self._set_timer(due - now)
                return
            self._sent.popleft()
            if ticket.is_open:
                self._pace.narrow()
                self._race(flight, ticket)


def _is_bare_denial(reply: Reply) -> bool:
    return reply.status is Status.NO_NAME and not reply.ttl


def _plain_answer(came: bytes | OSError, question: Question) -> Reply | None:
    """The answer where it came at once and whole; everything else is a matter for the race."""
    if isinstance(came, OSError) or is_cut(came):
        return None
    try:
        reply = read_reply(came, question)
    except MalformedError:
        return None
    return reply if reply.verdict is Verdict.ANSWER else None
