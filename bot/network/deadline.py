"""Until when a view of the network waits."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic

from bot.model.trouble import Trouble
from bot.network.errors import NetworkError

NEVER = float("inf")


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment by the monotonic clock."""

    at: float = NEVER

    def within(self, seconds: float) -> "Deadline":
        """The earlier of this and `seconds` from now."""
        return Deadline(min(self.at, monotonic() + seconds))

    @property
    def remaining(self) -> float:
        """Seconds until then; infinite where there is none, never negative."""
        return max(0.0, self.at - monotonic())

    @property
    def limit(self) -> float | None:
        """The same, as asyncio wants it."""
        return None if self.at == NEVER else self.remaining

    @asynccontextmanager
    async def bounding(self) -> AsyncIterator[None]:
        """What waits longer becomes NetworkError(TIMEOUT)."""
        try:
            async with asyncio.timeout(self.limit):
                yield
        except TimeoutError:
            raise NetworkError(Trouble.TIMEOUT) from None
