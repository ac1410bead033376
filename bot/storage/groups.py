"""Groups: what is set for them, who helps in them, and whether the bot is still there."""

import logging
from collections.abc import Callable
from dataclasses import replace
from time import time

from sqlalchemy import Boolean, Column, Integer, Table, delete, select, update
from sqlalchemy import insert as plain_insert

from bot.conversation.groups.group import GroupSettings
from bot.storage.codec import CodecError, decode, encode
from bot.storage.database import Database
from bot.storage.moving import move_chat
from bot.storage.schema import INSTANT, LONG, METADATA, chat_column, person_column
from bot.storage.upsert import upsert

log = logging.getLogger(__name__)

GROUPS = Table(
    "groups",
    METADATA,
    chat_column(primary_key=True),
    Column("title", LONG, nullable=False),
    Column("settings", LONG, nullable=False),
    Column("is_member", Boolean, nullable=False),
    Column("changed_at", INSTANT, nullable=False),
)
# Apart from the settings, so that a helper who is forgotten leaves them.
HELPERS = Table(
    "group_helpers",
    METADATA,
    chat_column(
        "chat",
        primary_key=True,
    ),
    person_column(primary_key=True, index=True),
    Column("place", Integer, nullable=False),
)


class StoredGroups:
    """Fulfils keeping.Groups."""

    def __init__(self, database: Database, clock: Callable[[], float] = time) -> None:
        self._database = database
        self._clock = clock

    async def load(self, chat: str) -> GroupSettings:
        """The group's settings; the usual ones where nothing is set."""
        one = select(GROUPS.c.settings).where(GROUPS.c.chat == chat)
        all_helpers = select(HELPERS.c.person).where(HELPERS.c.chat == chat)
        async with self._database.read() as connection:
            text = await connection.scalar(one)
            helpers = (await connection.scalars(all_helpers.order_by(HELPERS.c.place))).all()
        return replace(_read(text, chat), helpers=tuple(helpers))

    async def save(self, chat: str, settings: GroupSettings) -> None:
        """Keep them."""
        values = {"settings": encode(replace(settings, helpers=()))}
        helpers = [
            {"chat": chat, "person": person, "place": place}
            for place, person in enumerate(dict.fromkeys(settings.helpers))
        ]
        async with self._database.write() as connection:
            title = await connection.scalar(select(GROUPS.c.title).where(GROUPS.c.chat == chat))
            row = {"chat": chat, "title": title or "", "is_member": True, **values}
            row["changed_at"] = self._clock()
            await connection.execute(upsert(connection, GROUPS, row, ["chat"]))
            await connection.execute(delete(HELPERS).where(HELPERS.c.chat == chat))
            if helpers:
                await connection.execute(plain_insert(HELPERS), helpers)

    async def joined(self, chat: str, title: str) -> None:
        """The bot is in this group, which has this name; what was set before is kept."""
        changed = {"title": title, "is_member": True, "changed_at": self._clock()}
        async with self._database.write() as connection:
            known = await connection.scalar(select(GROUPS.c.chat).where(GROUPS.c.chat == chat))
            if known is None:
                row = {"chat": chat, "settings": encode(GroupSettings()), **changed}
                await connection.execute(plain_insert(GROUPS).values(**row))
            else:
                await connection.execute(
                    update(GROUPS).where(GROUPS.c.chat == chat).values(**changed)
                )

    async def left(self, chat: str) -> None:
        """The bot was removed."""
        changed = {"is_member": False, "changed_at": self._clock()}
        async with self._database.write() as connection:
            await connection.execute(update(GROUPS).where(GROUPS.c.chat == chat).values(**changed))

    async def moved(self, chat: str, to: str) -> None:
        """The group has another key: everywhere, not only here."""
        async with self._database.write() as connection:
            await move_chat(connection, chat, to)

    async def members(self) -> tuple[str, ...]:
        """The groups that the bot is in."""
        query = select(GROUPS.c.chat).where(GROUPS.c.is_member).order_by(GROUPS.c.chat)
        async with self._database.read() as connection:
            return tuple((await connection.scalars(query)).all())

    async def title(self, chat: str) -> str:
        """Its name when it was last heard."""
        async with self._database.read() as connection:
            return (
                await connection.scalar(select(GROUPS.c.title).where(GROUPS.c.chat == chat)) or ""
            )


def _read(text: str | None, chat: str) -> GroupSettings:
    if text is None:
        return GroupSettings()
    try:
        return decode(GroupSettings, text)
    except CodecError as error:
        log.error("the settings of group %s cannot be read: %s", chat, error)
        return GroupSettings()
