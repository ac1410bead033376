"""One question over several resolvers, where the first has not simply answered it."""

import asyncio
from dataclasses import replace
from time import monotonic

from bot.model.trouble import Trouble
from bot.network.clean import clean
from bot.network.dns_message import Reply, Verdict
from bot.network.dns_parts import MalformedError
from bot.network.dns_server import DnsServer
from bot.network.errors import NetworkError
from bot.network.question import Question
from bot.network.settings import Times

_TROUBLES = {
    Verdict.SERVFAIL: Trouble.SERVFAIL,
    Verdict.NO_EDNS: Trouble.SERVFAIL,
    Verdict.BOGUS: Trouble.BOGUS,
    Verdict.REFUSED: Trouble.DNS_REFUSED,
}


async def run_race(
    question: Question,
    servers: list[DnsServer],
    times: Times,
    first: "asyncio.Future[bytes] | None" = None,
    began: float = 0.0,
) -> Reply:
    """The answer; NetworkError says what came instead.

    `first`: what the first server has been asked at `began`, whatever came of it.
    """
    race = _Race(question, servers, times, first, began)
    try:
        async with asyncio.timeout(max(0.0, began + times.dns_total - monotonic())):
            reply = await race.run()
            if reply.verdict is Verdict.SERVFAIL:
                reply = await _tell_bogus(question, reply, race.answered)
    except TimeoutError:
        if race.failure is None:
            detail = f"{question}: {race.unreachable}" if race.unreachable else str(question)
            raise NetworkError(Trouble.TIMEOUT, clean(detail)) from None
        reply = race.failure
    finally:
        await race.stop()
    if reply.verdict is Verdict.ANSWER:
        return reply
    raise NetworkError(_TROUBLES[reply.verdict], clean(f"{question}: {reply.detail}"))


class _Race:
    """One question over several servers: the next joins when one fails or takes too long.

    The slow one is still listened to: a resolver that is finding its way is not a dead one.
    """

    def __init__(
        self,
        question: Question,
        servers: list[DnsServer],
        times: Times,
        first: "asyncio.Future[bytes] | None" = None,
        began: float = 0.0,
    ) -> None:
        self.failure: Reply | None = None
        self.answered: DnsServer | None = None  # the one that sent `failure`
        self.unreachable = ""  # how a server could not even be asked
        self._question = question
        # Each server twice, one alone thrice: a lost datagram must not cost an answer.
        self._head = servers[0]
        self._line = servers * (2 if len(servers) > 1 else 3)
        self._times = times
        self._first, self._began = first, began
        self._running: dict[asyncio.Task[Reply], DnsServer] = {}

    async def run(self) -> Reply:
        """The first answer; else the gravest refusal; TimeoutError when nothing came."""
        next_try = 0.0
        if self._first is not None:
            self._start(self._line.pop(0), self._first)
            next_try = self._began + self._times.dns_try
        while self._line or self._running:
            if self._line and (not self._running or monotonic() >= next_try):
                self._start(self._line.pop(0))
                next_try = monotonic() + self._times.dns_try
            patience = max(0.0, next_try - monotonic()) if self._line else None
            done, _ = await asyncio.wait(
                self._running, timeout=patience, return_when=asyncio.FIRST_COMPLETED
            )
            for task in done:
                server = self._running.pop(task)
                reply = self._read(task, server)
                if reply is not None and reply.verdict in (Verdict.ANSWER, Verdict.BOGUS):
                    self._mark(server)
                    return reply if server is self._head else _from_another(reply, server)
        if self.failure is None:
            raise TimeoutError
        return self.failure

    async def stop(self) -> None:
        """Stop listening to those that have not answered."""
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running)

    def _start(self, server: DnsServer, begun: "asyncio.Future[bytes] | None" = None) -> None:
        asked = server.ask(self._question, begun=begun)
        task = asyncio.get_running_loop().create_task(asked)
        self._running[task] = server

    def _read(self, task: "asyncio.Task[Reply]", server: DnsServer) -> Reply | None:
        error = task.exception()
        if isinstance(error, OSError):
            server.mark(lame=True)
            self.unreachable = f"resolver {server.address}: {error.strerror or error}"
            self._line = [other for other in self._line if other is not server]
            return None
        if isinstance(error, MalformedError):
            if self.failure is None:
                self.failure = Reply(Verdict.SERVFAIL, detail=f"malformed answer: {error}")
            return None
        reply = task.result()
        if reply.verdict is not Verdict.ANSWER:
            # It has answered: asking the same one again would get the same.
            self._line = [other for other in self._line if other is not server]
            before = self.failure if self.answered is not None else None
            if before is None or before.verdict is Verdict.REFUSED:
                self.failure, self.answered = reply, server
        return reply

    def _mark(self, server: DnsServer) -> None:
        server.mark(lame=False)
        for slow in self._running.values():
            if slow is not server:
                slow.mark(lame=True)


def _from_another(reply: Reply, server: DnsServer) -> Reply:
    return replace(reply, way=(f"from resolver {server.address}", *reply.way))


async def _tell_bogus(question: Question, reply: Reply, server: DnsServer | None) -> Reply:
    """Tell failed validation from other failures where the resolver does not say it (RFC 8914).

    A validating resolver that has the data, and gives it only when told not to validate, has
    found it bogus (RFC 4035 section 5.5). The question is then asked once more, lest a failure
    that has just passed be taken for one of DNSSEC.
    """
    if server is None:
        return reply
    try:
        unchecked = await server.ask(question, validate=False)
        if unchecked.verdict is not Verdict.ANSWER:
            return reply
        again = await server.ask(question)
    except (OSError, MalformedError, TimeoutError):
        return reply
    if again.verdict is Verdict.SERVFAIL:
        return Reply(Verdict.BOGUS, detail=f"{again.detail}, but answered with CD set")
    return again
