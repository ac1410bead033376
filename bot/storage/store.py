"""The store: one database with everything that is kept in it, ready to be used."""

import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from time import time

from bot.storage.archive import StoredArchive
from bot.storage.cases import StoredCases
from bot.storage.cases_traces import StoredTraces
from bot.storage.database import Database
from bot.storage.editions import StoredEditions
from bot.storage.groups import StoredGroups
from bot.storage.inbox import StoredInbox
from bot.storage.migrate import migrate, migrate_apart
from bot.storage.outages import StoredOutages
from bot.storage.questions import StoredQuestions
from bot.storage.replies import StoredReplies
from bot.storage.schedule import StoredSchedule
from bot.storage.sessions import StoredSessions
from bot.storage.watches import StoredWatches, forget_unwatched


class Store:
    """Every part fulfils a port of the conversation (ports.py, keeping.py)."""

    def __init__(
        self, database: Database, days: Mapping[str, int], clock: Callable[[], float] = time
    ) -> None:
        self.database = database
        self.sessions = StoredSessions(database, clock)
        self.groups = StoredGroups(database, clock)
        self.schedule = StoredSchedule(database)
        self.watches = StoredWatches(database)
        self.cases = StoredCases(database)
        self.questions = StoredQuestions(database)
        self.outages = StoredOutages(database)
        self.inbox = StoredInbox(database, clock)
        self.editions = StoredEditions(database)
        self.replies = StoredReplies(database)
        self.traces = StoredTraces(database)
        self.archive = StoredArchive(database, days, forget_unwatched)


@contextlib.asynccontextmanager
async def open_store(
    address: str,
    days: Mapping[str, int],
    clock: Callable[[], float] = time,
    *,
    is_apart: bool = False,
) -> AsyncIterator[Store]:
    """The store, brought up to date; `is_apart`: by another process, to save memory.

    StorageError when it cannot be used.
    """
    database = Database(address)
    try:
        if is_apart:
            await migrate_apart(database)
        await migrate(database)
        yield Store(database, days, clock)
    finally:
        await database.close()
