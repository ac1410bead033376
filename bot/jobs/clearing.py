"""Once a day: what has been kept long enough is deleted."""

import logging
from collections.abc import Callable
from time import time

from bot.conversation.keeping import Archive, Job
from bot.jobs.clerk import Again, Doer

log = logging.getLogger(__name__)

CLEAR = "clear"
EVERY = 86_400.0  # seconds


def make_clearing(archive: Archive, clock: Callable[[], float] = time) -> Doer:
    """The doer of this job, which plans its next time itself."""

    async def clear(job: Job) -> Again:
        now = clock()
        for cleared in await archive.clear(now):
            log.info("cleared away as too old: %s of %s", cleared.count, cleared.kind)
        return Again(now + EVERY)

    return clear
