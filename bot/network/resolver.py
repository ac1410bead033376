"""Questions to DNS, asked by absolute name and once: cached, shared, raced over two resolvers."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

import dns.name
import dns.rdata
import dns.rdatatype

from bot.model.trouble import Trouble
from bot.network import records
from bot.network.answer import (
    Answer,
    CaaRecord,
    MxRecord,
    SoaRecord,
    SrvRecord,
    Status,
    TlsaRecord,
    TxtRecord,
)
from bot.network.clean import clean
from bot.network.dns_message import (
    MalformedError,
    Question,
    Reply,
    Verdict,
    is_cut,
    read_reply,
    to_text,
)
from bot.network.dns_wire import DnsServer
from bot.network.errors import NetworkError
from bot.network.pace import Pace
from bot.network.settings import IPAddress, ServerAddress, Times
from bot.network.shelf import Kept, Shelf

# A person who has just changed a record looks again within minutes.
_LONGEST_KEPT = 300.0
_LONGEST_NO = 60.0
# Below this, one check would ask the same question twice and could see two answers.
_SHORTEST_KEPT = 5.0
_FAILURE_KEPT = 5.0  # RFC 9520 section 3.2: at least a second, so that failures do not storm
_MOST_KEPT = 10_000

if TYPE_CHECKING:
    from bot.network.trace import Trace

_ROOT = Question(dns.name.root, dns.rdatatype.NS)
Record = TypeVar("Record")
_TROUBLES = {
    Verdict.SERVFAIL: Trouble.SERVFAIL,
    Verdict.NO_EDNS: Trouble.SERVFAIL,
    Verdict.BOGUS: Trouble.BOGUS,
    Verdict.REFUSED: Trouble.DNS_REFUSED,
}


class Resolver:
    """Typed questions over a few resolvers. Raises NetworkError when no answer can be had.

    `view` makes a cheap second resolver over the same cache that counts the age of what it uses,
    wants answers no older than a moment, or stops waiting at a deadline.
    """

    def __init__(self, servers: Iterable[ServerAddress], *, times: Times | None = None) -> None:
        self._core = _Core(tuple(servers), times or Times())
        self._not_before = float("-inf")
        self._deadline = float("inf")
        self._note_age: Callable[[float], None] | None = None
        self._trace: Trace | None = None

    def view(
        self,
        *,
        not_before: float = float("-inf"),
        deadline: float = float("inf"),
        note_age: Callable[[float], None] | None = None,
        trace: "Trace | None" = None,
    ) -> "Resolver":
        """The same resolver for one probe; times are of the monotonic clock."""
        other = Resolver.__new__(Resolver)
        other._core = self._core
        other._not_before = not_before
        other._deadline = deadline
        other._note_age = note_age
        other._trace = trace
        return other

    @property
    def is_crowded(self) -> bool:
        """Whether questions wait for their turn to go out."""
        return self._core.is_crowded

    async def close(self) -> None:
        """Stop what is under way and close the sockets."""
        await self._core.close()

    async def a(self, name: str) -> Answer[IPv4Address]:
        """IPv4 addresses."""
        return await self._ask(name, "A", records.read_a)

    async def aaaa(self, name: str) -> Answer[IPv6Address]:
        """IPv6 addresses."""
        return await self._ask(name, "AAAA", records.read_aaaa)

    async def mx(self, name: str) -> Answer[MxRecord]:
        """Mail exchangers, in the order of their preference."""
        return await self._ask(
            name, "MX", records.read_mx, key=lambda mx: (mx.preference, mx.exchange)
        )

    async def txt(self, name: str) -> Answer[TxtRecord]:
        """TXT records."""
        return await self._ask(name, "TXT", records.read_txt)

    async def cname(self, name: str) -> Answer[str]:
        """The name's own alias, not followed."""
        return await self._ask(name, "CNAME", records.read_target)

    async def ns(self, name: str) -> Answer[str]:
        """Name servers."""
        return await self._ask(name, "NS", records.read_target, key=str)

    async def soa(self, name: str) -> Answer[SoaRecord]:
        """The start of authority."""
        return await self._ask(name, "SOA", records.read_soa)

    async def srv(self, name: str) -> Answer[SrvRecord]:
        """Service locations, by priority and then by falling weight."""
        return await self._ask(
            name, "SRV", records.read_srv, key=lambda srv: (srv.priority, -srv.weight)
        )

    async def tlsa(self, name: str) -> Answer[TlsaRecord]:
        """Certificate associations."""
        return await self._ask(name, "TLSA", records.read_tlsa)

    async def caa(self, name: str) -> Answer[CaaRecord]:
        """Certification authorities allowed, of this very name; the climb is the caller's."""
        return await self._ask(name, "CAA", records.read_caa)

    async def ptr(self, address: IPAddress) -> Answer[str]:
        """Names of an address (RFC 1035 section 3.5, RFC 3596 section 2.5)."""
        return await self._ask(address.reverse_pointer, "PTR", records.read_target, key=str)

    async def query(self, name: str, rdtype: str) -> Answer[str]:
        """Any type, in the presentation format of zone files, cleaned."""
        return await self._ask(name, rdtype, records.read_presentation)

    async def _ask(
        self,
        name: str,
        rdtype: str,
        read: Callable[[dns.rdata.Rdata], Record | None],
        key: Callable[[Record], object] | None = None,
    ) -> Answer[Record]:
        question = Question.about(name, rdtype)
        if question is None:
            # What cannot be spelt in DNS does not exist there.
            return Answer(name, Status.NO_NAME)
        kept = await self._traced(question)
        if self._note_age is not None:
            self._note_age(kept.age)
        return self._core.read(question, kept, read, key)

    async def _traced(self, question: Question) -> Kept[Reply]:
        if self._trace is None:
            return await self._kept(question)
        began = monotonic()
        try:
            kept = await self._kept(question)
        except NetworkError as error:
            self._trace.dns(question, began, error)
            raise
        self._trace.dns(question, began, kept.value, kept.age)
        return kept

    async def _kept(self, question: Question) -> Kept[Reply]:
        # Most questions of a check have been asked by another probe: those wait for nothing.
        if kept := self._core.kept(question, self._not_before):
            return kept
        asked = self._core.ask(question, self._not_before)
        if self._deadline == float("inf"):
            return await asked
        try:
            async with asyncio.timeout(max(0.0, self._deadline - monotonic())):
                return await asked
        except TimeoutError:
            # What has not gone out yet says nothing about anybody but us.
            trouble = Trouble.BUSY if self._core.is_queued(question) else Trouble.TIMEOUT
            raise NetworkError(trouble, clean(str(question))) from None


class _Core:
    """What all views share: servers, cache, and the race between the servers."""

    def __init__(self, addresses: Sequence[ServerAddress], times: Times) -> None:
        if not addresses:
            raise ValueError("a resolver needs a server")
        self._servers = [DnsServer(address) for address in addresses]
        self._times = times
        self._shelf: Shelf[Question, Reply] = Shelf(_lifetime, most=_MOST_KEPT)
        self._pace = Pace()
        self._queued: dict[Question, int] = {}
        self._read: OrderedDict[tuple[Question, object], tuple[Reply, Answer[Any]]] = OrderedDict()

    @property
    def is_crowded(self) -> bool:
        return self._pace.is_crowded

    def is_queued(self, question: Question) -> bool:
        return question in self._queued

    def read(
        self,
        question: Question,
        kept: Kept[Reply],
        read: Callable[[dns.rdata.Rdata], Record | None],
        key: Callable[[Record], object] | None,
    ) -> Answer[Record]:
        """The reply in the house's own values; most are read by several probes, and made once."""
        reply, answer = self._read.get((question, read), (None, None))
        if reply is not kept.value or answer is None:
            answer = _answer(question, kept.value, read, key)
            self._read[(question, read)] = (kept.value, answer)
            if len(self._read) > _MOST_KEPT:
                self._read.popitem(last=False)
        return replace(answer, age=kept.age) if kept.age else answer

    async def ask(self, question: Question, not_before: float) -> Kept[Reply]:
        return await self._shelf.get(question, lambda: self._find(question), not_before=not_before)

    def kept(self, question: Question, not_before: float) -> Kept[Reply] | None:
        return self._shelf.kept(question, not_before=not_before)

    async def close(self) -> None:
        await self._shelf.close()
        for server in self._servers:
            await server.close()

    async def _find(self, question: Question) -> Reply:
        self._queued[question] = self._queued.get(question, 0) + 1
        is_out = False
        try:
            async with self._pace.place():
                self._leave_queue(question)
                is_out = True
                reply = await self._race(question)
        finally:
            if not is_out:
                self._leave_queue(question)
        if reply.status is Status.NO_NAME and not reply.ttl and await self._is_cut_off(question):
            raise NetworkError(Trouble.NO_INTERNET, clean(str(question)))
        return reply

    def _leave_queue(self, question: Question) -> None:
        self._queued[question] -= 1
        if not self._queued[question]:
            del self._queued[question]

    async def _is_cut_off(self, question: Question) -> bool:
        """Whether the resolver denies even the root: then its "no such name" tells nothing.

        Resolvers of closed networks deny every name. Theirs is a denial without the zone's SOA,
        which others give (RFC 2308 section 3), so that hardly anybody else is asked this.
        """
        if question == _ROOT:
            return False
        try:
            root = await self._shelf.get(_ROOT, lambda: self._find(_ROOT))
        except NetworkError:
            return False
        return root.value.status is not Status.FOUND

    async def _race(self, question: Question) -> Reply:
        servers = sorted(self._servers, key=lambda server: server.is_lame)
        began, first = monotonic(), servers[0].begin(question)
        if first is not None:
            # Nearly every question ends here: no race, no task and one timer.
            try:
                await asyncio.wait((first,), timeout=self._times.dns_try)
            except asyncio.CancelledError:
                first.cancel()
                raise
            if (reply := _plain_answer(first, question)) is not None:
                servers[0].mark(lame=False)
                return reply
        race = _Race(question, servers, self._times, first, began)
        try:
            async with asyncio.timeout(max(0.0, began + self._times.dns_total - monotonic())):
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
        """`first`: what the first server has been asked at `began`, whatever came of it."""
        self.failure: Reply | None = None
        self.answered: DnsServer | None = None  # the one that sent `failure`
        self.unreachable = ""  # how a server could not even be asked
        self._question = question
        # Each server twice, one alone thrice: a lost datagram must not cost an answer.
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
                    return reply
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


def _plain_answer(asked: "asyncio.Future[bytes]", question: Question) -> Reply | None:
    """The answer where it came at once and whole; everything else is a matter for the race."""
    if not asked.done() or asked.cancelled() or asked.exception() is not None:
        return None
    wire = asked.result()
    try:
        reply = None if is_cut(wire) else read_reply(wire, question)
    except MalformedError:
        return None
    return reply if reply is not None and reply.verdict is Verdict.ANSWER else None


def _answer(
    question: Question,
    reply: Reply,
    read: Callable[[dns.rdata.Rdata], Record | None],
    key: Callable[[Record], object] | None,
) -> Answer[Record]:
    found = [record for data in reply.records if (record := read(data)) is not None]
    if key is not None:
        found.sort(key=key)  # type: ignore[arg-type]
    status = reply.status
    if status is Status.FOUND and not found:
        status = Status.NO_DATA
    return Answer(
        to_text(question.name),
        status,
        tuple(found),
        reply.aliases,
        reply.ttl,
        reply.authenticated,
    )


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


def _lifetime(outcome: Reply | NetworkError) -> float:
    if isinstance(outcome, NetworkError):
        return _FAILURE_KEPT
    longest = _LONGEST_KEPT if outcome.status is Status.FOUND else _LONGEST_NO
    return max(_SHORTEST_KEPT, min(float(outcome.ttl), longest))
