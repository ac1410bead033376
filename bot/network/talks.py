"""Conversations with mail servers: shared, kept for a while, one at a time with each server."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from bot.model.trouble import Trouble
from bot.network.errors import NetworkError
from bot.network.imap import Imap
from bot.network.pop3 import Pop3
from bot.network.session import Manners, Order, Session, Speaker
from bot.network.shelf import Kept, Shelf
from bot.network.sieve import Sieve
from bot.network.smtp import Smtp
from bot.network.talk import Failure, Protocol, ServerTalk, Stage
from bot.network.turns import Turns
from bot.network.wire import Wire

_SPEAKERS: dict[Protocol, type[Speaker]] = {
    Protocol.SMTP: Smtp,
    Protocol.IMAP: Imap,
    Protocol.POP3: Pop3,
    Protocol.SIEVE: Sieve,
}
_KEPT = 60.0
_FAILURE_KEPT = 10.0
# A server that has sent us away is left alone for this long, whatever anybody asks.
_BACK_OFF = 120.0
_SENT_AWAY = frozenset({Trouble.TRY_LATER, Trouble.REJECTED})
_MOST_KEPT = 500


class Talks:
    """All conversations of the process."""

    def __init__(self, manners: Manners, most: int) -> None:
        self._manners = manners
        self._shelf: Shelf[Order, ServerTalk] = Shelf(_lifetime, most=_MOST_KEPT)
        self._places = asyncio.Semaphore(most)
        self._turns = Turns()
        self._live: dict[Order, Session] = {}
        self._wires: set[Wire] = set()

    def kept(self, order: Order, *, not_before: float = float("-inf")) -> ServerTalk | None:
        """The conversation as it is kept, where it need not be held."""
        found = self._shelf.kept(order)
        if found is None:
            return None
        is_old = found.since < not_before and not _was_sent_away(found.value)
        return None if is_old else _aged(found)

    async def hold(
        self, order: Order, *, not_before: float = float("-inf"), seconds: float | None = None
    ) -> ServerTalk:
        """Hold the conversation, or give the one that is kept or under way.

        When `seconds` are over, the talk comes back as far as it has got.
        """
        if seconds is not None and seconds <= 0:
            return self._unfinished(order)  # nothing is begun that cannot be waited for
        kept = self._shelf.kept(order)
        if kept is not None and _was_sent_away(kept.value):
            not_before = float("-inf")
        try:
            async with asyncio.timeout(seconds):
                found = await self._shelf.get(
                    order, lambda: self._hold(order), not_before=not_before
                )
        except TimeoutError:
            return self._unfinished(order)
        return _aged(found)

    async def close(self) -> None:
        """Break off everything."""
        await self._shelf.close()
        for wire in list(self._wires):
            wire.abort()
        await asyncio.sleep(0)  # the sockets are closed in the loop's next round

    async def _hold(self, order: Order) -> ServerTalk:
        # The turn first: those who queue for one slow server take no place from others.
        end_turn = await self._turns.take((order.address, order.port))
        wire: Wire | None = None
        try:
            async with self._places:
                session = Session(order, self._manners)
                self._live[order] = session
                try:
                    wire = await session.connect()
                    self._watch(wire, end_turn)
                    return await session.hold(_SPEAKERS[order.protocol]())
                except NetworkError as error:
                    session.note(failure=Failure(Stage.CONNECT, error.trouble, error.detail))
                    return session.snapshot()
                finally:
                    if self._live.get(order) is session:
                        del self._live[order]
        finally:
            if wire is None:
                end_turn()

    def _watch(self, wire: Wire, end_turn: Callable[[], None]) -> None:
        self._wires.add(wire)

        def gone() -> None:
            self._wires.discard(wire)
            end_turn()

        wire.when_closed(gone)

    def _unfinished(self, order: Order) -> ServerTalk:
        session = self._live.get(order)
        if session is not None:
            return session.timed_out()
        # Its turn never came: that is our own doing.
        waiting = Session(order, self._manners)
        return waiting.snapshot(Failure(Stage.CONNECT, Trouble.BUSY))


def _aged(found: Kept[ServerTalk]) -> ServerTalk:
    return replace(found.value, age=found.age) if found.age else found.value


def _was_sent_away(talk: ServerTalk) -> bool:
    return talk.failure is not None and talk.failure.trouble in _SENT_AWAY


def _lifetime(outcome: ServerTalk | NetworkError) -> float:
    if isinstance(outcome, NetworkError):
        return 0.0
    if _was_sent_away(outcome):
        return _BACK_OFF
    return _KEPT if outcome.failure is None else _FAILURE_KEPT
