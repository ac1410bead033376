"""Keeps bursts of questions from drowning: what overflows a resolver's buffer is lost unheard.

A place is held until the answer is there, or for a moment: then the datagram has been read, and
whoever waits long for an answer keeps nobody else from asking. How many are out at once grows with
each answer, as a connection's window does (RFC 5681), and halves when one is lost.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from time import monotonic

FIRST = 128  # small datagrams that fit the usual receive buffer, with room to spare
MOST = 512
MOMENT = 0.1


class Place:
    """One question's place, which is waited for, held, and given back once."""

    __slots__ = ("call", "is_held", "is_waiting")

    def __init__(self, call: Callable[[], None]) -> None:
        self.call = call
        self.is_waiting = True
        self.is_held = False


class Pace:
    """Lets so many questions out at one moment, in the order in which they came."""

    def __init__(self, first: int = FIRST, most: int = MOST, moment: float = MOMENT) -> None:
        self._least = self._width = first
        self._most = most
        self._moment = moment
        self._held = 0
        self._waiting = 0
        self._queue: deque[Place] = deque()
        # All places are held for the same time at most, so one timer does for all.
        self._since: deque[tuple[float, Place]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    @property
    def is_crowded(self) -> bool:
        """Whether somebody waits for a place."""
        return self._waiting > 0

    @property
    def width(self) -> int:
        """How many may be out at once."""
        return self._width

    def enter(self, call: Callable[[], None]) -> Place:
        """Call when there is a place: at once, or when others have left."""
        place = Place(call)
        self._waiting += 1
        self._queue.append(place)
        if self._held < self._width:
            self._admit()
        return place

    def leave(self, place: Place) -> None:
        """Give the place back, or wait for it no longer; twice is harmless."""
        if place.is_waiting:
            place.is_waiting = False
            self._waiting -= 1
        elif place.is_held:
            place.is_held = False
            self._held -= 1
            if self._waiting:
                self._admit()

    def widen(self) -> None:
        """An answer came at once."""
        if self._width < self._most:
            self._width += 1

    def narrow(self) -> None:
        """A question or its answer was lost."""
        self._width = max(self._least, self._width // 2)

    def close(self) -> None:
        """Stop the clock."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _admit(self) -> None:
        while self._queue and self._held < self._width:
            place = self._queue.popleft()
            if not place.is_waiting:
                continue
            place.is_waiting, place.is_held = False, True
            self._waiting -= 1
            self._held += 1
            self._since.append((monotonic() + self._moment, place))
            if self._timer is None:
                self._set_timer(self._moment)
            place.call()

    def _set_timer(self, seconds: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(seconds, self._look)

    def _look(self) -> None:
        """Take back what has been held for long enough."""
        self._timer = None
        now = monotonic()
        while self._since and (self._since[0][0] <= now or not self._since[0][1].is_held):
            self.leave(self._since.popleft()[1])
        if self._since and self._timer is None:
            self._set_timer(max(0.0, self._since[0][0] - now))
