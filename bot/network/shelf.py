"""A cache that asks once: whoever wants what is already being fetched waits for the same answer."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass
from time import monotonic
from typing import Any, Generic, TypeVar

from bot.network.errors import NetworkError

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Kept(Generic[Value]):
    """A value, and how many seconds ago it was fetched: 0 when for this very question."""

    value: Value
    age: float = 0.0
    since: float = float("-inf")  # by the clock of `monotonic`


@dataclass(frozen=True, slots=True)
class _Entry(Generic[Value]):
    outcome: Value | NetworkError
    since: float
    until: float


class _Flight(Generic[Value]):
    """One fetch under way, and how many wait for it."""

    def __init__(self, task: "asyncio.Task[Value]", started: float) -> None:
        self.task = task
        self.started = started
        self.waiters = 0


class Shelf(Generic[Key, Value]):
    """Values by key, for as long as `lifetime` says. A NetworkError is kept like a value.

    A waiter that is cancelled leaves the fetch to the others; a fetch that nobody waits for any
    more is cancelled.
    """

    def __init__(
        self, lifetime: Callable[[Value | NetworkError], float], *, most: int = 10_000
    ) -> None:
        self._lifetime = lifetime
        self._most = most
        self._entries: OrderedDict[Key, _Entry[Value]] = OrderedDict()
        self._flights: dict[Key, _Flight[Value]] = {}

    async def get(
        self,
        key: Key,
        fetch: Callable[[], Coroutine[Any, Any, Value]],
        *,
        not_before: float = float("-inf"),
    ) -> Kept[Value]:
        """The value for `key`, fetched at `not_before` or later: kept, under way, or new."""
        entry = self._entries.get(key)
        now = monotonic()
        if entry is not None and entry.since >= not_before and now < entry.until:
            if isinstance(entry.outcome, NetworkError):
                raise again(entry.outcome)
            return Kept(entry.outcome, now - entry.since)
        flight = self._flights.get(key)
        if flight is None or flight.started < not_before:
            flight = self._start(key, fetch, now)
        return Kept(await self._wait(key, flight))

    def kept(self, key: Key, *, not_before: float = float("-inf")) -> Kept[Value] | None:
        """What is kept for `key`, if it is still good and was fetched at `not_before` or later."""
        entry = self._entries.get(key)
        now = monotonic()
        if entry is None or now >= entry.until or entry.since < not_before:
            return None
        if isinstance(entry.outcome, NetworkError):
            return None
        return Kept(entry.outcome, now - entry.since, entry.since)

    async def close(self) -> None:
        """Cancel what is under way."""
        tasks = [flight.task for flight in self._flights.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(
        self, key: Key, fetch: Callable[[], Coroutine[Any, Any, Value]], now: float
    ) -> _Flight[Value]:
        task = asyncio.get_running_loop().create_task(fetch())
        flight = _Flight(task, now)
        self._flights[key] = flight
        task.add_done_callback(lambda done: self._land(key, flight, done))
        return flight

    def _land(self, key: Key, flight: _Flight[Value], task: "asyncio.Task[Value]") -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]
        if task.cancelled():
            return
        error = task.exception()
        if error is not None and not isinstance(error, NetworkError):
            return
        outcome = task.result() if error is None else error
        now = monotonic()
        seconds = self._lifetime(outcome)
        if seconds > 0:
            self._entries[key] = _Entry(outcome, now, now + seconds)
            self._entries.move_to_end(key)
            if len(self._entries) > self._most:
                self._entries.popitem(last=False)

    async def _wait(self, key: Key, flight: _Flight[Value]) -> Value:
        flight.waiters += 1
        try:
            return await asyncio.shield(flight.task)
        except asyncio.CancelledError:
            if flight.waiters == 1 and not flight.task.done():
                if self._flights.get(key) is flight:
                    del self._flights[key]
                flight.task.cancel()
            raise
        except NetworkError as error:
            raise again(error) from error.__cause__
        finally:
            flight.waiters -= 1


def again(error: NetworkError) -> NetworkError:
    """The same error for another waiter: a raised exception gathers the traces of all."""
    if not error.detail and type(error) is not NetworkError:
        return type(error)()  # type: ignore[call-arg]
    return NetworkError(error.trouble, error.detail)
