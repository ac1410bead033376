"""Conversations as a view wants them, and whose fault it is when nobody answers at port 25."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from bot.model.trouble import Trouble
from bot.network.clean import clean
from bot.network.deadline import Deadline
from bot.network.errors import NetworkError
from bot.network.session import Order
from bot.network.talk import Failure, ServerTalk, Stage
from bot.network.talks import Talks

if TYPE_CHECKING:
    from bot.network.port25 import Port25

_SMTP_PORT = 25
_SUSPICIOUS = 1.0  # seconds: even the other side of the earth is reached in less
_FILTERED = frozenset({Trouble.TIMEOUT, Trouble.REFUSED, Trouble.UNREACHABLE, Trouble.RESET})


class Calls:
    """All conversations of the process, seen from the caller's side."""

    def __init__(
        self, talks: Talks, port25: "Callable[[], Port25]", warm: Callable[[], None]
    ) -> None:
        self._talks = talks
        self._port25 = port25
        self._warm = warm

    async def converse(self, order: Order, deadline: Deadline, not_before: float) -> ServerTalk:
        """Kept, under way, or held now; as far as it got by the deadline."""
        port25 = self._port25() if order.port == _SMTP_PORT else None
        if port25 is not None and port25.is_known_blocked:
            return _port_blocked(order, port25)
        kept = self._talks.kept(order, not_before=not_before)
        if kept is not None and not _is_turned_away(kept):
            return kept
        self._warm()
        held = self._talks.hold(order, not_before=not_before, seconds=deadline.limit)
        if port25 is None:
            return await held
        talk = await self._hold_or_blame(held, port25, deadline)
        if port25.is_known_blocked and _is_turned_away(talk):
            return _port_blocked(order, port25)
        return talk

    async def _hold_or_blame(
        self, held: Coroutine[Any, Any, ServerTalk], port25: "Port25", deadline: Deadline
    ) -> ServerTalk:
        """Look at ourselves beside a conversation that does not come about, not after it."""
        talking = asyncio.ensure_future(held)
        looking: asyncio.Task[bool] | None = None
        try:
            done, _ = await asyncio.wait({talking}, timeout=_SUSPICIOUS)
            if not done:
                looking = asyncio.create_task(port25.is_blocked())
            talk = await talking
            if _is_turned_away(talk):
                await _look_at_ourselves(port25, deadline)
            return talk
        finally:
            tasks = [task for task in (talking, looking) if task is not None]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _look_at_ourselves(port25: "Port25", deadline: Deadline) -> None:
    """Until it is known whether we are blocked, as far as there is time."""
    try:
        async with deadline.bounding():
            await port25.is_blocked()
    except NetworkError:
        return


def _is_turned_away(talk: ServerTalk) -> bool:
    """Whether the connection failed as a filter of our own network would make it fail."""
    return talk.failure is not None and not talk.connected and talk.failure.trouble in _FILTERED


def _port_blocked(order: Order, port25: "Port25") -> ServerTalk:
    detail = f"nobody answers there: {', '.join(port25.witnesses)}"
    return ServerTalk(
        order.protocol,
        clean(order.host),
        str(order.address),
        order.port,
        order.implicit_tls,
        failure=Failure(Stage.CONNECT, Trouble.PORT_BLOCKED, detail),
    )
