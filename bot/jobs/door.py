"""Lets checks in one after another, as fast as this process keeps up with those under way.

A check that begins while the questions of others still queue would spend its time in the queue,
and take our own overload for the silence of somebody's server.
"""

import asyncio
from collections.abc import Callable

PAUSE = 0.002  # seconds in which the questions of whoever has just come in go out
LATE = 0.06  # a loop that comes back later than this has more to do than it can
PATIENCE = 2.0  # then one more is let in all the same: nobody waits for ever


class Door:
    """Passed by one at a time; the first to come, and whoever finds no crowd, passes at once."""

    def __init__(
        self,
        is_crowded: Callable[[], bool],
        *,
        pause: float = PAUSE,
        late: float = LATE,
        patience: float = PATIENCE,
    ) -> None:
        self._is_crowded = is_crowded
        self._pause = pause
        self._late = late
        self._patience = patience
        self._turn = asyncio.Lock()

    async def enter(self) -> None:
        """Wait until there is room; callers come in as they have come."""
        async with self._turn:
            clock = asyncio.get_running_loop().time
            began = clock()
            while clock() - began < self._patience:
                before = clock()
                await asyncio.sleep(self._pause)
                is_late = clock() - before > self._pause + self._late
                if not is_late and not self._is_crowded():
                    return
