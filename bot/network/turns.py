"""One connection per target at a time: whoever comes second waits until the first is gone."""

import asyncio
from collections.abc import Callable, Hashable


class Turns:
    """Locks by key that leave nothing behind when nobody wants them."""

    def __init__(self) -> None:
        self._locks: dict[Hashable, asyncio.Lock] = {}
        self._wanted: dict[Hashable, int] = {}

    async def take(self, key: Hashable) -> Callable[[], None]:
        """Wait for the turn; what comes back ends it, and may be called once, at any time."""
        lock = self._locks.setdefault(key, asyncio.Lock())
        self._wanted[key] = self._wanted.get(key, 0) + 1
        try:
            await lock.acquire()
        except BaseException:
            self._leave(key)
            raise

        def end() -> None:
            lock.release()
            self._leave(key)

        return end

    def _leave(self, key: Hashable) -> None:
        self._wanted[key] -= 1
        if not self._wanted[key]:
            del self._wanted[key], self._locks[key]
