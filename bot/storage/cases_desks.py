"""What stands around cases: the desks of helpers, drafts, and who is who."""

from sqlalchemy import ColumnElement, delete, select, update

from bot.conversation.cases import Desk, Helper, Reach
from bot.model.language import Language
from bot.storage.cases_tables import DESKS, DRAFTS, NAMES
from bot.storage.database import Database
from bot.storage.upsert import upsert


class StoredDesks:
    """That part of cases.Cases which is about desks, drafts and names."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Desks

    async def set_desk(self, desk: Desk, now: float = 0.0) -> None:
        """Cases come here; of those for everybody there is one."""
        row = {
            "chat": desk.chat,
            "reach": desk.reach,
            "language": desk.language,
            "set_at": now,
        }
        async with self._database.write() as connection:
            if desk.reach is Reach.ALL:
                await connection.execute(
                    update(DESKS).where(DESKS.c.reach == Reach.ALL).values(reach=Reach.OWN)
                )
            await connection.execute(upsert(connection, DESKS, row, ["chat"]))

    async def drop_desk(self, chat: str) -> bool:
        """No longer."""
        async with self._database.write() as connection:
            result = await connection.execute(delete(DESKS).where(DESKS.c.chat == chat))
        return bool(result.rowcount)

    async def desk(self, chat: str) -> Desk | None:
        """This chat as a helpers' chat."""
        return await self._desk(DESKS.c.chat == chat)

    async def desk_for(self, chat: str) -> Desk | None:
        """The chat's own, else everybody's."""
        return await self.desk(chat) or await self._desk(DESKS.c.reach == Reach.ALL)

    async def _desk(self, which: ColumnElement[bool]) -> Desk | None:
        async with self._database.read() as connection:
            row = (await connection.execute(select(DESKS).where(which))).first()
        return Desk(row.chat, Reach(row.reach), Language(row.language)) if row else None

    # Drafts

    async def keep_draft(
        self, conversation: str, person: str, chat: str, text: str, now: float
    ) -> None:
        """The last question that was not answered."""
        row = {
            "conversation": conversation,
            "person": person,
            "chat": chat,
            "text": text,
            "kept_at": now,
        }
        async with self._database.write() as connection:
            await connection.execute(upsert(connection, DRAFTS, row, ["conversation"]))

    async def draft(self, conversation: str) -> str:
        """It, or nothing."""
        query = select(DRAFTS.c.text).where(DRAFTS.c.conversation == conversation)
        async with self._database.read() as connection:
            return await connection.scalar(query) or ""

    async def drop_draft(self, conversation: str) -> None:
        """Not to be handed over."""
        async with self._database.write() as connection:
            await connection.execute(delete(DRAFTS).where(DRAFTS.c.conversation == conversation))

    # Who is who

    async def meet(self, helper: Helper, chat: str, now: float) -> None:
        """Somebody with a name."""
        row = {
            "chat": chat,
            "person": helper.person,
            "name": helper.name,
            "username": helper.username.lower(),
            "seen_at": now,
        }
        async with self._database.write() as connection:
            await connection.execute(upsert(connection, NAMES, row, ["chat", "person"]))

    async def named(self, person: str) -> Helper | None:
        """By their key."""
        return await self._helper(NAMES.c.person == person)

    async def called(self, username: str, chat: str) -> Helper | None:
        """By their user name; the one seen last, for names change hands."""
        name = username.lower().removeprefix("@")
        return await self._helper((NAMES.c.username == name) & (NAMES.c.chat == chat))

    async def _helper(self, which: ColumnElement[bool]) -> Helper | None:
        query = select(NAMES).where(which).order_by(NAMES.c.seen_at.desc()).limit(1)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).first()
        return Helper(row.person, row.name, row.username) if row else None
