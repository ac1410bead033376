"""Everything that is kept: what and how long, erased for a person, cleared when it is old.

Nothing here knows a table: all follows from the marks in their declarations (schema.py).
"""

from collections.abc import Awaitable, Callable, Mapping

from sqlalchemy import Column, Table, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation.keeping import Erased, Holding
from bot.storage.database import Database
from bot.storage.schema import METADATA, chat_columns, personal_columns

DAY = 86_400.0


class StoredArchive:
    """Fulfils keeping.Archive. `days` says for each limit of `schema.kept` how long it is.

    `after` takes away what stands for nothing any more when a person's rows are gone.
    """

    def __init__(
        self,
        database: Database,
        days: Mapping[str, int],
        after: Callable[[AsyncConnection], Awaitable[None]],
    ) -> None:
        self._database = database
        self._days = days
        self._after = after

    def holdings(self) -> tuple[Holding, ...]:
        """Every table that people should know of."""
        return tuple(
            Holding(table.name, self._days_of(table), _is_personal(table))
            for table in METADATA.sorted_tables
            if not table.info.get("hidden")
        )

    async def erase(self, person: str) -> tuple[Erased, ...]:
        """Their rows go, their name elsewhere is blanked; all of it or nothing."""
        if not person:
            return ()
        erased = []
        async with self._database.write() as connection:
            # Children first, for the sake of foreign keys.
            for table in reversed(METADATA.sorted_tables):
                if (count := await _erase(connection, table, person)) and not (
                    table.info.get("hidden")
                ):
                    erased.append(Erased(table.name, count))
            await self._after(connection)
        return tuple(reversed(erased))

    async def clear(self, now: float) -> tuple[Erased, ...]:
        """Delete what has been kept long enough."""
        cleared = []
        async with self._database.write() as connection:
            for table in reversed(METADATA.sorted_tables):
                days = self._days_of(table)
                if days is None:
                    continue
                since = table.c[table.info["since"]]
                result = await connection.execute(delete(table).where(since < now - days * DAY))
                if result.rowcount:
                    cleared.append(Erased(table.name, result.rowcount))
        return tuple(reversed(cleared))

    def _days_of(self, table: Table) -> int | None:
        limit = table.info.get("keep")
        return None if limit is None else self._days[limit]


def _is_personal(table: Table) -> bool:
    return any(True for _ in personal_columns(table))


async def _erase(connection: AsyncConnection, table: Table, person: str) -> int:
    """How many rows of the table were about this person."""
    rows = [column for column, how in personal_columns(table) if how == "row"]
    blanked = [column for column, how in personal_columns(table) if how == "blank"]
    # A private chat has the key of its person.
    rows.extend(chat_columns(table))
    count = 0
    if rows:
        going = or_(*(column == person for column in rows))
        count += (await connection.execute(delete(table).where(going))).rowcount
    return count + await _blank(connection, table, blanked, person)


async def _blank(
    connection: AsyncConnection, table: Table, columns: list[Column[str]], person: str
) -> int:
    if not columns:
        return 0
    named = or_(*(column == person for column in columns))
    count = await connection.scalar(select(func.count()).select_from(table).where(named))
    for column in columns:
        changed = {column.name: ""}
        await connection.execute(update(table).where(column == person).values(changed))
    return int(count or 0)
