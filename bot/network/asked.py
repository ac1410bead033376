"""What a view of the resolver has asked: a future, so that hundreds of questions need no task."""

import asyncio
import struct
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, cast

import dns.exception
import dns.rdata

from bot.network.answer import Answer, Status
from bot.network.dns_message import Reply
from bot.network.errors import NetworkError
from bot.network.question import Question
from bot.network.shelf import again

if TYPE_CHECKING:
    from bot.network.flight import Flight

_FAULTS = (ValueError, TypeError, LookupError, struct.error)
Value = TypeVar("Value")
Record = TypeVar("Record")


class Reading(Generic[Record]):
    """How the records of one type become the house's own values."""

    def __init__(
        self,
        rdtype: str,
        read: Callable[[dns.rdata.Rdata], Record | None],
        key: Callable[[Record], Any] | None = None,
    ) -> None:
        self.rdtype = rdtype
        self._read = read
        self._key = key

    def answer(self, question: Question, reply: Reply) -> Answer[Record]:
        """The whole answer, with the records in order."""
        found = [record for data in reply.records if (record := self._read(data)) is not None]
        if self._key is not None:
            found.sort(key=self._key)
        status = reply.status
        if status is Status.FOUND and not found:
            status = Status.NO_DATA
        return Answer(
            question.text, status, tuple(found), reply.aliases, reply.ttl, reply.authenticated
        )


class Entry:
    """What came of a question, and until when it may be given again."""

    __slots__ = ("_answers", "outcome", "question", "since", "until")

    def __init__(
        self, question: Question, outcome: Reply | NetworkError, since: float, seconds: float
    ) -> None:
        self.question = question
        self.outcome = outcome
        self.since = since
        self.until = since + seconds
        self._answers: dict[object, Answer[Any]] = {}

    def answer(self, reading: Reading[Record], age: float) -> Answer[Record]:
        """The reply in the house's own values: several probes want it, it is made once."""
        outcome = self.outcome
        assert isinstance(outcome, Reply)
        answer = self._answers.get(reading)
        if answer is None:
            answer = self._answers[reading] = reading.answer(self.question, outcome)
        if not age:
            return answer
        # As dataclasses.replace() would, at a tenth of its price: most answers are old ones.
        return Answer(
            answer.name,
            answer.status,
            answer.records,
            answer.aliases,
            answer.ttl,
            answer.authenticated,
            age,
        )


class Listener(Protocol):
    """Whoever has asked: told once for each question, when it is answered or given up."""

    def heard(
        self, asked: "Asked[Any]", outcome: Reply | NetworkError | None, age: float = 0.0
    ) -> None:
        """What came of it; None when nobody waits for it any more."""


class Asked(asyncio.Future[Value]):
    """An answer that is there, or will come. Cancelling it leaves the question to the others."""

    def __init__(
        self,
        question: Question | None = None,
        reading: Reading[Any] | None = None,
        listener: Listener | None = None,
    ) -> None:
        super().__init__()
        self.question = question
        self.began = monotonic()
        self.flight: Flight | None = None
        self._reading = reading
        self._listener = listener
        self._keeps_error = False

    def take(self, entry: Entry, age: float) -> None:
        """The answer, or what kept us from it."""
        outcome = entry.outcome
        if isinstance(outcome, NetworkError):
            self.fail(again(outcome))
            return
        self._hear(outcome, age)
        assert self._reading is not None
        try:
            self.set_result(cast(Value, entry.answer(self._reading, age)))
        # A fault of ours in reading is for whoever asked, not for those who wait beside.
        except (
            ValueError,
            TypeError,
            LookupError,
            struct.error,
            dns.exception.DNSException,
        ) as bug:
            self.set_exception(bug)

    def fail(self, error: NetworkError) -> None:
        """There will be no answer."""
        self._hear(error)
        if self._keeps_error:
            self.set_result(cast(Value, error))
        else:
            self.set_exception(error)
            self.exception()  # seen: whoever has stopped waiting is not careless

    def or_error(self) -> "asyncio.Future[Value | NetworkError]":
        """The same, with an error as its value, so that one failure hides no other answer."""
        if not self.done():
            self._keeps_error = True
        elif not self.cancelled() and isinstance(error := self.exception(), NetworkError):
            other = Asked[Value | NetworkError]()
            other.set_result(error)
            return other
        return cast("asyncio.Future[Value | NetworkError]", self)

    def cancel(self, msg: Any | None = None) -> bool:
        """Wait no longer; a question that nobody waits for is given up."""
        if not super().cancel(msg):
            return False
        flight, self.flight = self.flight, None
        self._hear(None)
        if flight is not None:
            flight.leave(self)
        return True

    def _hear(self, outcome: Reply | NetworkError | None, age: float = 0.0) -> None:
        self.flight = None
        if self._listener is not None:
            self._listener.heard(self, outcome, age)
