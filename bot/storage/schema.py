"""How tables are made here, and the marks on them that erasing, moving and ageing go by.

A column that names a person or a chat is made with `person_column` or `chat_column`, and a table
whose rows are not kept for ever says so with `kept`: `/forget`, the move of a group to a
supergroup, `/privacy` and the daily clearing follow from these marks, for every table at once.
"""

from collections.abc import Iterator
from typing import Any, Literal

from sqlalchemy import Column, Double, MetaData, String, Table, Text

# PostgreSQL names constraints by itself, SQLite does not: a migration must be able to name them.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
METADATA = MetaData(naming_convention=NAMES)

KEY = String(400)  # a person, a chat, a conversation: "tg:5", "tg:-100123:5"
LONG = Text()  # values in JSON, and texts of people
INSTANT: Double[float] = Double()  # seconds since 1970: one kind of number in both databases

Erasing = Literal["row", "blank"]


def person_column(name: str = "person", *, erase: Erasing = "row", **options: Any) -> Column[str]:
    """A column that names a person. Their `/forget` deletes the row, or only blanks the name."""
    settings = {"nullable": False, "index": not options.get("primary_key"), **options}
    return Column(name, KEY, info={"person": erase}, **settings)


def chat_column(name: str = "chat", **options: Any) -> Column[str]:
    """A column that names a chat: it is renamed when the group moves.

    A private chat has its person's key: their `/forget` deletes the row.
    """
    settings = {"nullable": False, "index": not options.get("primary_key"), **options}
    return Column(name, KEY, info={"chat": True}, **settings)


def conversation_column(**options: Any) -> Column[str]:
    """A column that holds the key of a conversation, which begins with its chat's."""
    return Column("conversation", KEY, nullable=False, info={"conversation": True}, **options)


def kept(limit: str, since: str) -> dict[str, str]:
    """A table's `info`: its rows go when the column `since` is older than the setting `limit`."""
    return {"keep": limit, "since": since}


def personal_columns(table: Table) -> Iterator[tuple[Column[Any], Erasing]]:
    """The columns that name a person, and what erasing does to the row."""
    for column in table.columns:
        if "person" in column.info:
            yield column, column.info["person"]


def chat_columns(table: Table) -> Iterator[Column[Any]]:
    """The columns that name a chat."""
    return (column for column in table.columns if "chat" in column.info)


def conversation_columns(table: Table) -> Iterator[Column[Any]]:
    """The columns that name a conversation."""
    return (column for column in table.columns if "conversation" in column.info)
