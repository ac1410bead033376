"""One question under way, and who waits for its answer."""

import asyncio
from time import monotonic
from typing import TYPE_CHECKING, Any

from bot.network.asked import Asked
from bot.network.dns_message import Reply
from bot.network.dns_server import Ticket
from bot.network.pace import Place
from bot.network.question import Question

if TYPE_CHECKING:
    from bot.network.tower import Tower


class Flight:
    """One question under way, and who waits for it."""

    __slots__ = (
        "_tower",
        "is_out",
        "late",
        "place",
        "question",
        "rest",
        "started",
        "ticket",
        "waiters",
    )

    def __init__(self, tower: "Tower", question: Question) -> None:
        self._tower = tower
        self.question = question
        self.started = monotonic()
        self.waiters: list[Asked[Any]] = []
        self.is_out = False
        self.place: Place | None = None
        self.ticket: Ticket | None = None  # of the datagram that is out
        self.late: asyncio.Future[bytes] | None = None  # where the race waits for its answer
        self.rest: asyncio.Task[Reply] | None = None  # the race

    def leave(self, asked: Asked[Any]) -> None:
        """One of them waits no longer; with the last one the question is given up."""
        if asked in self.waiters:
            self.waiters.remove(asked)
            if not self.waiters:
                self._tower.give_up(self)

    def depart(self) -> None:
        """There is a place for it."""
        self.is_out = True
        self._tower.send(self)

    def heard(self, came: bytes | OSError) -> None:
        """What the first resolver has sent."""
        self._tower.heard(self, came)
