"""A group that became a supergroup: every table follows it, by the marks on its columns."""

from sqlalchemy import ColumnElement, Table, delete, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.schema import METADATA, chat_columns, conversation_columns


async def move_chat(connection: AsyncConnection, chat: str, to: str) -> None:
    """Rename the chat in every table. Where the new name has rows already, the old ones win."""
    for table in METADATA.sorted_tables:
        for column in chat_columns(table):
            if column.primary_key:
                await _make_room(connection, table, column == chat, column == to)
            await connection.execute(update(table).where(column == chat).values({column: to}))
        for column in conversation_columns(table):
            old, new = (column.startswith(f"{key}:", autoescape=True) for key in (chat, to))
            if column.primary_key:
                await _make_room(connection, table, old, new)
            renamed = literal(to).concat(func.substr(column, len(chat) + 1))
            await connection.execute(update(table).where(old).values({column: renamed}))


async def _make_room(
    connection: AsyncConnection, table: Table, old: ColumnElement[bool], new: ColumnElement[bool]
) -> None:
    """Telegram tells of a move on both sides: the new group may have been noted first."""
    if await connection.scalar(select(table).where(old).limit(1)) is not None:
        await connection.execute(delete(table).where(new))
