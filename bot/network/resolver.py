"""Questions to DNS, asked by absolute name and once: cached, shared, raced over two resolvers."""

import asyncio
from collections.abc import Callable, Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

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
from bot.network.asked import Asked, Reading
from bot.network.clean import clean
from bot.network.dns_message import Reply
from bot.network.errors import NetworkError
from bot.network.question import Question
from bot.network.settings import IPAddress, ServerAddress, Times
from bot.network.tower import Tower

if TYPE_CHECKING:
    from bot.network.trace import Trace

Record = TypeVar("Record")

_NEVER = float("inf")
_A = Reading("A", records.read_a)
_AAAA = Reading("AAAA", records.read_aaaa)
_MX = Reading("MX", records.read_mx, key=lambda mx: (mx.preference, mx.exchange))
_TXT = Reading("TXT", records.read_txt)
_CNAME = Reading("CNAME", records.read_target)
_NS = Reading("NS", records.read_target, key=str)
_SOA = Reading("SOA", records.read_soa)
_SRV = Reading("SRV", records.read_srv, key=lambda srv: (srv.priority, -srv.weight))
_TLSA = Reading("TLSA", records.read_tlsa)
_CAA = Reading("CAA", records.read_caa)
_PTR = Reading("PTR", records.read_target, key=str)


class Resolver:
    """Typed questions over a few resolvers. Raises NetworkError when no answer can be had.

    What comes back is a future, and the question is out already: asked side by side or one after
    another, none needs a task of its own.

    `view` makes a cheap second resolver over the same cache that counts the age of what it uses,
    wants answers no older than a moment, or stops waiting at a deadline.
    """

    def __init__(self, servers: Iterable[ServerAddress], *, times: Times | None = None) -> None:
        self._tower = Tower(tuple(servers), times or Times())
        self._not_before = float("-inf")
        self._deadline = float("inf")
        self._note_age: Callable[[float], None] | None = None
        self._trace: Trace | None = None
        self._waiting: set[Asked[Any]] = set()
        self._timer: asyncio.TimerHandle | None = None

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
        other._tower = self._tower
        other._not_before = not_before
        other._deadline = deadline
        other._note_age = note_age
        other._trace = trace
        other._waiting = set()
        other._timer = None
        return other

    @property
    def is_crowded(self) -> bool:
        """Whether questions wait for their turn to go out."""
        return self._tower.is_crowded

    async def close(self) -> None:
        """Stop what is under way and close the sockets."""
        await self._tower.close()

    def a(self, name: str) -> Asked[Answer[IPv4Address]]:
        """IPv4 addresses."""
        return self._ask(name, _A)

    def aaaa(self, name: str) -> Asked[Answer[IPv6Address]]:
        """IPv6 addresses."""
        return self._ask(name, _AAAA)

    def mx(self, name: str) -> Asked[Answer[MxRecord]]:
        """Mail exchangers, in the order of their preference."""
        return self._ask(name, _MX)

    def txt(self, name: str) -> Asked[Answer[TxtRecord]]:
        """TXT records."""
        return self._ask(name, _TXT)

    def cname(self, name: str) -> Asked[Answer[str]]:
        """The name's own alias, not followed."""
        return self._ask(name, _CNAME)

    def ns(self, name: str) -> Asked[Answer[str]]:
        """Name servers."""
        return self._ask(name, _NS)

    def soa(self, name: str) -> Asked[Answer[SoaRecord]]:
        """The start of authority."""
        return self._ask(name, _SOA)

    def srv(self, name: str) -> Asked[Answer[SrvRecord]]:
        """Service locations, by priority and then by falling weight."""
        return self._ask(name, _SRV)

    def tlsa(self, name: str) -> Asked[Answer[TlsaRecord]]:
        """Certificate associations."""
        return self._ask(name, _TLSA)

    def caa(self, name: str) -> Asked[Answer[CaaRecord]]:
        """Certification authorities allowed, of this very name; the climb is the caller's."""
        return self._ask(name, _CAA)

    def ptr(self, address: IPAddress) -> Asked[Answer[str]]:
        """Names of an address (RFC 1035 section 3.5, RFC 3596 section 2.5)."""
        return self._ask(address.reverse_pointer, _PTR)

    def query(self, name: str, rdtype: str) -> Asked[Answer[str]]:
        """Any type, in the presentation format of zone files, cleaned."""
        return self._ask(name, _presentation(rdtype))

    def _ask(self, name: str, reading: Reading[Record]) -> Asked[Answer[Record]]:
        question = Question.about(name, reading.rdtype)
        asked: Asked[Answer[Record]] = Asked(question, reading, self)
        if question is None:
            # What cannot be spelt in DNS does not exist there.
            asked.set_result(Answer(name, Status.NO_NAME))
            return asked
        self._tower.answer(asked, question, self._not_before)
        if self._deadline != _NEVER and not asked.done():
            self._waiting.add(asked)
            if self._timer is None:
                left = max(0.0, self._deadline - monotonic())
                self._timer = asyncio.get_running_loop().call_later(left, self._expire)
        return asked

    def heard(
        self, asked: Asked[Any], outcome: Reply | NetworkError | None, age: float = 0.0
    ) -> None:
        """One question less to wait for."""
        self._waiting.discard(asked)
        if self._timer is not None and not self._waiting:
            self._timer.cancel()
            self._timer = None
        if outcome is None:
            return
        if self._trace is not None and asked.question is not None:
            self._trace.dns(asked.question, asked.began, outcome, age)
        if self._note_age is not None and isinstance(outcome, Reply):
            self._note_age(age)

    def _expire(self) -> None:
        """The time of this view is over."""
        self._timer = None
        for asked in list(self._waiting):
            flight = asked.flight
            # What has not gone out yet says nothing about anybody but us.
            is_ours = flight is not None and not flight.is_out
            trouble = Trouble.BUSY if is_ours else Trouble.TIMEOUT
            asked.fail(NetworkError(trouble, clean(str(asked.question))))
            if flight is not None:
                flight.leave(asked)


@lru_cache(maxsize=256)
def _presentation(rdtype: str) -> Reading[str]:
    return Reading(rdtype, records.read_presentation)
