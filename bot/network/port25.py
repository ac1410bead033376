"""Whether our own network blocks port 25, as hosting and home networks do against spam.

A blocked port says nothing about a target, so we ask witnesses: large and unrelated servers that
are always there. When none of them can be reached, and names still resolve, it is us.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic

from bot.model.trouble import Trouble
from bot.network.errors import NetworkError
from bot.network.settings import IPAddress
from bot.network.wire import Wire

_FEWEST = 2  # a single witness could be down itself
_KEPT = 600.0
# How a filter on the way looks from inside; a server of that size does none of these.
_BLOCKED = frozenset({Trouble.TIMEOUT, Trouble.REFUSED, Trouble.UNREACHABLE, Trouble.RESET})

Addresses = Callable[[str], Awaitable[Sequence[IPAddress]]]


class Port25:
    """The bot's look at itself; the verdict is kept for ten minutes."""

    def __init__(self, addresses: Addresses, witnesses: Sequence[str], seconds: float) -> None:
        self._addresses = addresses
        self.witnesses = tuple(witnesses)
        self._seconds = seconds
        self._verdict: bool | None = None
        self._until = 0.0
        self._looking = asyncio.Lock()

    @property
    def is_known_blocked(self) -> bool:
        """What the last look found, without looking again."""
        return self._verdict is True and monotonic() < self._until

    async def is_blocked(self) -> bool:
        """Look, unless somebody has just looked."""
        async with self._looking:
            if self._verdict is None or monotonic() >= self._until:
                self._verdict = await port_25_blocked(
                    self._addresses, self.witnesses, self._seconds
                )
                self._until = monotonic() + _KEPT
            return self._verdict


async def port_25_blocked(
    addresses: Addresses, witnesses: Sequence[str], seconds: float, port: int = 25
) -> bool:
    """Whether every witness that has an address keeps silent on port 25, and there are several."""
    looks = [asyncio.create_task(_look(addresses, witness, seconds, port)) for witness in witnesses]
    silent = 0
    try:
        for look in asyncio.as_completed(looks):
            reached = await look
            if reached:
                return False  # one is enough
            silent += reached is False
    finally:
        for task in looks:
            task.cancel()
        await asyncio.gather(*looks, return_exceptions=True)
    return silent >= _FEWEST


async def _look(addresses: Addresses, witness: str, seconds: float, port: int) -> bool | None:
    """True: reached. False: blocked. None: it tells nothing."""
    try:
        found = await addresses(witness)
    except NetworkError:
        return None
    for address in sorted(found, key=lambda address: address.version)[:1]:
        try:
            async with asyncio.timeout(seconds):
                wire = await Wire.connect(address, port)
        except TimeoutError:
            return False
        except NetworkError as error:
            return False if error.trouble in _BLOCKED else None
        wire.abort()
        return True
    return None
