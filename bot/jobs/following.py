"""Has this process answer from the edition of the knowledge that another has had read."""

import asyncio
import logging
import os
import platform
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from bot.conversation.curating.reloading import Edition, Editions, told_behind
from bot.conversation.keeping import Courier, NobodyThereError
from bot.jobs.reloading import Swap, open_folder
from bot.knowledge import Knowledge, KnowledgeError
from bot.knowledge.fault import Fault
from bot.model.language import Language

log = logging.getLogger(__name__)

PAUSE = 2.0  # seconds that processes may answer from different editions
OTHER = Fault("", 0, "the folder here is not the one that was read", "give all the same folder")

Tell = Callable[[Language, Sequence[Fault]], Awaitable[None]]


class Follower:
    """Looks every moment whether there is another edition. `tell`: it could not be followed."""

    def __init__(
        self,
        editions: Editions,
        folder: Path | None,
        knowledge: Callable[[], Knowledge],
        swap: Swap,
        tell: Tell,
    ) -> None:
        self._editions = editions
        self._folder = folder
        self._knowledge = knowledge
        self._swap = swap
        self._tell = tell
        self._known: int | None = None

    async def step(self) -> bool:
        """Follow, if there is something to follow; whether there was."""
        edition = await self._editions.current()
        before, self._known = self._known, edition.number
        if before in (None, edition.number) or edition.name == self._knowledge().edition:
            # A process that begins reads the folder as it is.
            return False
        try:
            knowledge, matcher = await asyncio.to_thread(open_folder, self._folder)
        except KnowledgeError as error:
            await self._stay(edition, error.faults)
            return True
        if knowledge.edition != edition.name:
            await self._stay(edition, (OTHER,))
            return True
        self._swap(knowledge, matcher)
        log.info("followed to edition %s of the knowledge", edition.number)
        return True

    async def _stay(self, edition: Edition, faults: Sequence[Fault]) -> None:
        for fault in faults:
            log.error("the new knowledge cannot be followed to: %s", fault)
        await self._tell(edition.language, faults)


def tell_operators(
    courier: Courier, operators: frozenset[str], knowledge: Callable[[], Knowledge]
) -> Tell:
    """In private: who may order a reload hears which process did not come along."""
    process = f"{platform.node()}, {os.getpid()}"

    async def tell(language: Language, faults: Sequence[Fault]) -> None:
        for person in sorted(operators):
            document = told_behind(knowledge(), language, process, faults)
            try:
                await courier.deliver(person, document)
            except NobodyThereError:
                log.info("an operator is not there")

    return tell
