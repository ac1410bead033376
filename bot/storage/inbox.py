"""Updates that had to be confirmed before they were dealt with: kept here for as long."""

from collections.abc import Callable, Mapping
from time import time

from sqlalchemy import BigInteger, Column, Table, delete, select

from bot.storage.database import Database
from bot.storage.schema import INSTANT, LONG, METADATA, kept
from bot.storage.upsert import insert

INBOX = Table(
    "inbox",
    METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("content", LONG, nullable=False),
    Column("since", INSTANT, nullable=False),
    # For the moment until it is answered; what nobody could ever deal with ages like a session.
    info={"hidden": True, **kept("sessions", "since")},
)


class StoredInbox:
    """Fulfils keeping.Inbox."""

    def __init__(self, database: Database, clock: Callable[[], float] = time) -> None:
        self._database = database
        self._clock = clock

    async def keep(self, updates: Mapping[int, str]) -> None:
        """Keep them; returns when they are safe."""
        rows = [
            {"number": number, "content": content, "since": self._clock()}
            for number, content in updates.items()
        ]
        if not rows:
            return
        async with self._database.write() as connection:
            statement = insert(connection, INBOX).on_conflict_do_nothing()
            await connection.execute(statement, rows)

    async def drop(self, number: int) -> None:
        """It is dealt with."""
        async with self._database.write() as connection:
            await connection.execute(delete(INBOX).where(INBOX.c.number == number))

    async def left(self) -> dict[int, str]:
        """What a killed process had not dealt with, in order."""
        query = select(INBOX.c.number, INBOX.c.content).order_by(INBOX.c.number)
        async with self._database.read() as connection:
            return {row.number: row.content for row in await connection.execute(query)}
