"""INSERT that takes the place of the row that is there: both databases spell it alike."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection


def insert(connection: AsyncConnection, table: Table) -> Any:
    """An INSERT that knows ON CONFLICT."""
    # Here, because each dialect takes memory and only one of them is used.
    if connection.dialect.name == "sqlite":
        from sqlalchemy.dialects import sqlite

        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


def upsert(
    connection: AsyncConnection, table: Table, values: Mapping[str, Any], key: Sequence[str]
) -> Any:
    """Insert, or update the row with the same key; columns not named stay as they are."""
    changed = {name: value for name, value in values.items() if name not in key}
    statement = insert(connection, table).values(**values)
    return statement.on_conflict_do_update(index_elements=list(key), set_=changed)
