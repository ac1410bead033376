"""Keeps bursts of questions from drowning: what overflows a resolver's buffer is lost unheard.

A place is held until the answer is there, or for a moment: then the datagram has been read, and
whoever waits long for an answer keeps nobody else from asking.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

MOST_AT_ONCE = 128  # small datagrams that fit the usual receive buffer, with room to spare
MOMENT = 0.1


class Pace:
    """Lets so many questions out at one moment."""

    def __init__(self, most: int = MOST_AT_ONCE, moment: float = MOMENT) -> None:
        self._places = asyncio.Semaphore(most)
        self._moment = moment
        self._waiting = 0

    @property
    def is_crowded(self) -> bool:
        """Whether somebody waits for a place."""
        return self._waiting > 0

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Wait for a place, and hold it no longer than a moment."""
        self._waiting += 1
        try:
            await self._places.acquire()
        finally:
            self._waiting -= 1
        is_held = True

        def leave() -> None:
            nonlocal is_held
            if is_held:
                is_held = False
                self._places.release()

        timer = asyncio.get_running_loop().call_later(self._moment, leave)
        try:
            yield
        finally:
            timer.cancel()
            leave()
