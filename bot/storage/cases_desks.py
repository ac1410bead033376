"""What stands around cases: the desks of helpers and who points to them, drafts, who is who."""

from typing import Any

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.engine import Row

from bot.conversation.cases.case import Desk, Helper, Offer, Reach
from bot.model.language import Language
from bot.storage.cases_tables import DESKS, DRAFTS, LINKS, NAMES, OFFERS
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
            "ended_at": None,
        }
        async with self._database.write() as connection:
            if desk.reach is Reach.ALL:
                await connection.execute(
                    update(DESKS).where(DESKS.c.reach == Reach.ALL).values(reach=Reach.OWN)
                )
            await connection.execute(upsert(connection, DESKS, row, ["chat"]))

    async def drop_desk(self, chat: str, now: float = 0.0) -> bool:
        """No new ones; what is under way is answered all the same."""
        ending = (DESKS.c.chat == chat) & DESKS.c.ended_at.is_(None)
        async with self._database.write() as connection:
            result = await connection.execute(update(DESKS).where(ending).values(ended_at=now))
            await connection.execute(delete(LINKS).where(LINKS.c.desk_chat == chat))
        return bool(result.rowcount)

    async def desk(self, chat: str) -> Desk | None:
        """This chat as a helpers' chat."""
        return await self._desk(DESKS.c.chat == chat)

    async def desk_for(self, chat: str) -> Desk | None:
        """The one that the chat points to, else its own, else everybody's."""
        pointed = select(LINKS.c.desk_chat).where(LINKS.c.chat == chat).scalar_subquery()
        is_open = DESKS.c.ended_at.is_(None)
        for which in (DESKS.c.chat == pointed, DESKS.c.chat == chat, DESKS.c.reach == Reach.ALL):
            if (found := await self._desk(which & is_open)) is not None:
                return found
        return None

    async def desks(self) -> tuple[Desk, ...]:
        """All of them."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(DESKS).order_by(DESKS.c.chat))
            return tuple(map(_desk, rows))

    async def _desk(self, which: ColumnElement[bool]) -> Desk | None:
        async with self._database.read() as connection:
            row = (await connection.execute(select(DESKS).where(which))).first()
        return _desk(row) if row else None

    # Groups that point to a desk

    async def offer(self, code: str, offer: Offer, now: float) -> None:
        """Kept until it is taken, or too old."""
        row = {"code": code, "desk_chat": offer.desk, "author": offer.author, "made_at": now}
        async with self._database.write() as connection:
            await connection.execute(upsert(connection, OFFERS, row, ["code"]))

    async def take_offer(self, code: str, since: float) -> Offer | None:
        """Once."""
        taken = delete(OFFERS).where(OFFERS.c.code == code).returning(*OFFERS.c)
        async with self._database.write() as connection:
            row = (await connection.execute(taken)).first()
        if row is None or row.made_at < since:
            return None
        return Offer(row.desk_chat, row.author)

    async def link(self, chat: str, desk: str, now: float) -> None:
        """In the place of where they went before."""
        row = {"chat": chat, "desk_chat": desk, "linked_at": now}
        async with self._database.write() as connection:
            await connection.execute(upsert(connection, LINKS, row, ["chat"]))

    async def unlink(self, chat: str) -> str:
        """They go where they would without."""
        removed = delete(LINKS).where(LINKS.c.chat == chat).returning(LINKS.c.desk_chat)
        async with self._database.write() as connection:
            return await connection.scalar(removed) or ""

    async def linked(self, desk: str) -> tuple[str, ...]:
        """In the order in which they came."""
        query = select(LINKS.c.chat).where(LINKS.c.desk_chat == desk).order_by(LINKS.c.linked_at)
        async with self._database.read() as connection:
            return tuple((await connection.scalars(query)).all())

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


def _desk(row: Row[Any]) -> Desk:
    return Desk(row.chat, Reach(row.reach), Language(row.language), row.ended_at is None)
