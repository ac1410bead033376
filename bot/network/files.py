"""Files of the web, fetched once for all who want the same, and kept a while."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.network.deadline import Deadline
from bot.network.errors import NetworkError
from bot.network.guard import Guard
from bot.network.settings import Times
from bot.network.shelf import Kept, Shelf
from bot.network.trust import Trust

if TYPE_CHECKING:
    from bot.network.fetched import Fetched
    from bot.network.https_wire import Addresses

_KEPT = 60.0
_FAILURE_KEPT = 10.0
_MOST = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to fetch, and what is allowed on the way."""

    url: str
    max_bytes: int
    max_redirects: int
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    in_clear: bool


@dataclass(frozen=True, slots=True)
class _Failed:
    """An error as it is: what a certificate lacks must not be lost."""

    error: NetworkError


class Files:
    """All files of the process. HTTP is imported when the first is fetched."""

    def __init__(self, trust: Trust, guard: Guard, times: Times) -> None:
        self._trust = trust
        self._guard = guard
        self._times = times
        self._shelf: Shelf[Wanted, Fetched | _Failed] = Shelf(_lifetime, most=_MOST)

    async def get(
        self, wanted: Wanted, addresses: "Addresses", deadline: Deadline, not_before: float
    ) -> "Kept[Fetched]":
        """Kept, under way, or fetched now."""

        async def told() -> "Fetched | _Failed":
            try:
                return await self.fetch(wanted, addresses, self._times.fetch)
            except NetworkError as error:
                return _Failed(error)

        async with deadline.bounding():
            kept = await self._shelf.get(wanted, told, not_before=not_before)
        if isinstance(kept.value, _Failed):
            raise kept.value.error.with_traceback(None)  # it would gather the traces of all
        return Kept(kept.value, kept.age)

    async def fetch(
        self,
        wanted: Wanted,
        addresses: "Addresses",
        seconds: float,
        own_addresses: "Addresses | None" = None,
    ) -> "Fetched":
        """Fetch it now."""
        from bot.network.https import Fetcher

        times = self._times
        fetcher = Fetcher(self._trust, self._guard, connect=times.connect, total=times.fetch)
        return await fetcher.fetch(
            wanted.url,
            addresses,
            max_bytes=wanted.max_bytes,
            max_redirects=wanted.max_redirects,
            headers=wanted.headers,
            seconds=seconds,
            body=wanted.body,
            in_clear=wanted.in_clear,
            own_addresses=own_addresses,
        )

    def warm(self) -> None:
        """Load what the first fetch needs."""
        import bot.network.https  # noqa: F401

    async def close(self) -> None:
        """Break off what is under way."""
        await self._shelf.close()


def _lifetime(outcome: "Fetched | _Failed | NetworkError") -> float:
    return _FAILURE_KEPT if isinstance(outcome, _Failed | NetworkError) else _KEPT
