"""Outages: one open at a place, changed by one writer at a time, and what follows from it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation.keeping import Job
from bot.conversation.outages.outage import EVERYBODY, Card, Course, News, Outage, State
from bot.model.language import Language
from bot.storage.codec import decode, encode
from bot.storage.database import Database
from bot.storage.outages_counts import StoredCounts
from bot.storage.outages_tables import ASKS, CARDS, OUTAGES
from bot.storage.schedule import put_job
from bot.storage.upsert import insert, upsert

# Kinds of jobs; those of one outage have its number as their key.
LOOK, CARD, TELL = "outage-look", "outage-card", "outage-over"
SENDING = 60.0  # seconds until a card that was being sent when a process was killed is sent again


class StoredOutages(StoredCounts):
    """Fulfils outages.Outages."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._database = database

    async def begin(self, outage: Outage, now: float, person: str = "") -> Outage | None:
        """Open it, and plan the first look."""
        row = {
            "scope_chat": outage.scope,
            "place": outage.place,
            "state": outage.state,
            "course": encode(outage.course),
            "version": 0,
            "helper": person,
            "began_at": outage.course.since,
            "ended_at": None,
        }
        async with self._database.write() as connection:
            # Another process may have counted to the same end: the open one stands in the way.
            statement = insert(connection, OUTAGES).values(**row).on_conflict_do_nothing()
            made = await connection.execute(statement.returning(OUTAGES.c.number))
            number = made.scalar_one_or_none()
            if number is None:
                return None
            await put_job(connection, Job(LOOK, f"{number}", now, chat=outage.scope))
        return await self.load(int(number))

    async def load(self, number: int) -> Outage | None:
        """One."""
        return await self._one(OUTAGES.c.number == number)

    async def open_at(self, scope: str, place: str) -> Outage | None:
        """The open one."""
        here = (OUTAGES.c.scope_chat == scope) & (OUTAGES.c.place == place)
        return await self._one(here & OUTAGES.c.ended_at.is_(None))

    async def last_at(self, scope: str, place: str) -> Outage | None:
        """The newest."""
        return await self._one((OUTAGES.c.scope_chat == scope) & (OUTAGES.c.place == place))

    async def _one(self, which: ColumnElement[bool]) -> Outage | None:
        query = select(OUTAGES).where(which).order_by(OUTAGES.c.number.desc()).limit(1)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).first()
        return _outage(row) if row else None

    async def open(self, scopes: Collection[str]) -> tuple[Outage, ...]:
        """All that are open."""
        which = (OUTAGES.c.ended_at.is_(None), OUTAGES.c.scope_chat.in_(list(scopes)))
        query = select(OUTAGES).where(*which).order_by(OUTAGES.c.number)
        async with self._database.read() as connection:
            return tuple(map(_outage, (await connection.execute(query)).all()))

    async def people(self, outage: Outage) -> int:
        """Each counts once, whatever they asked about."""
        query = select(func.count(ASKS.c.person.distinct())).where(*_theirs(outage))
        async with self._database.read() as connection:
            return int(await connection.scalar(query) or 0)

    async def change(
        self, outage: Outage, now: float, person: str = "", *, is_news: bool = True
    ) -> Outage | None:
        """Keep it; where it is news, its cards follow."""
        async with self._database.write() as connection:
            return await _change(connection, outage, now, person, is_news=is_news)

    async def end(
        self, outage: Outage, now: float, name: str, person: str, helpers: Mapping[str, Language]
    ) -> Outage | None:
        """Keep it, and plan what everybody is told: all of it or nothing, so each is told once."""
        course = outage.course
        async with self._database.write() as connection:
            ended = await _change(connection, outage, now, person)
            if ended is None:
                return None
            news = partial(News, outage.place, name, course.symptoms, course.since, outage.until)
            for row in await _who_asked(connection, outage):
                language = Language(row.language)
                told = news(language, row.thread)
                # In a group all are told at once; what is private goes with its person.
                who = row.person if row.chat == row.person else ""
                await _plan(connection, outage, told, row.chat, who, now)
            for chat, language in helpers.items():
                await _plan(connection, outage, news(language, to_helpers=True), chat, "", now)
        return ended

    async def remind(
        self, outage: Outage, now: float, name: str, helpers: Mapping[str, Language]
    ) -> Outage | None:
        """Keep it, and plan that helpers are asked: both or neither, so they are asked once."""
        course = outage.course
        async with self._database.write() as connection:
            kept = await _change(connection, outage, now, "", is_news=False)
            if kept is None:
                return None
            for chat, language in helpers.items():
                asked = News(
                    outage.place,
                    name,
                    course.symptoms,
                    course.since,
                    now,
                    language,
                    to_helpers=True,
                    number=outage.number,
                )
                await _plan(connection, outage, asked, chat, "", now)
        return kept

    async def cards(self, number: int) -> tuple[Card, ...]:
        """Those that were sent."""
        which = (CARDS.c.outage == number, CARDS.c.messages != "")
        async with self._database.read() as connection:
            rows = await connection.execute(select(CARDS).where(*which).order_by(CARDS.c.chat))
            return tuple(Card(row.chat, row.messages, row.shown) for row in rows)

    async def reserve(self, number: int, chat: str, now: float) -> bool:
        """Two processes never both send the first card; a killed one's is sent by the next."""
        row = {"outage": number, "chat": chat, "messages": "", "shown": "", "sent_at": now}
        stale = (CARDS.c.outage == number, CARDS.c.chat == chat, CARDS.c.messages == "")
        async with self._database.write() as connection:
            statement = insert(connection, CARDS).values(**row).on_conflict_do_nothing()
            if (await connection.execute(statement)).rowcount:
                return True
            taken = update(CARDS).where(*stale, CARDS.c.sent_at <= now - SENDING)
            return bool((await connection.execute(taken.values(sent_at=now))).rowcount)

    async def keep_card(self, number: int, card: Card, now: float) -> None:
        """It was sent, or shows something else."""
        row = {
            "outage": number,
            "chat": card.chat,
            "messages": card.messages,
            "shown": card.shown,
            "sent_at": now,
        }
        async with self._database.write() as connection:
            await connection.execute(upsert(connection, CARDS, row, ["outage", "chat"]))


async def _change(
    connection: AsyncConnection, outage: Outage, now: float, person: str, *, is_news: bool = True
) -> Outage | None:
    is_ours = (OUTAGES.c.number == outage.number, OUTAGES.c.version == outage.version)
    changed: dict[str, object] = {
        "state": outage.state,
        "course": encode(outage.course),
        "version": outage.version + 1,
        "began_at": outage.course.since,
        "ended_at": outage.ended_at,
    }
    if person:
        changed["helper"] = person
    result = await connection.execute(update(OUTAGES).where(*is_ours).values(**changed))
    if not result.rowcount:
        return None
    if is_news:
        await put_job(connection, Job(CARD, f"{outage.number}", now, chat=outage.scope))
    return replace(outage, version=outage.version + 1)


async def _who_asked(connection: AsyncConnection, outage: Outage) -> Sequence[Row[Any]]:
    """One row for each place where somebody asked during it, the first who did there."""
    query = select(ASKS).where(*_theirs(outage)).order_by(ASKS.c.asked_at, ASKS.c.person)
    found: dict[tuple[str, str], Row[Any]] = {}
    for row in (await connection.execute(query)).all():
        found.setdefault((row.chat, row.thread), row)
    return list(found.values())


def _theirs(outage: Outage) -> list[ColumnElement[bool]]:
    """The rows of those who asked during it."""
    which: list[ColumnElement[bool]] = [
        ASKS.c.place == outage.place,
        ASKS.c.symptom.in_(outage.course.symptoms),
        ASKS.c.asked_at >= outage.course.since,
    ]
    return which if outage.scope == EVERYBODY else [*which, ASKS.c.desk_chat == outage.scope]


async def _plan(
    connection: AsyncConnection, outage: Outage, news: News, chat: str, person: str, now: float
) -> None:
    what = "helpers" if news.to_helpers else news.thread
    key = f"{outage.number} {chat} {what}"
    await put_job(connection, Job(TELL, key, now, encode(news), chat, person))


def _outage(row: Row[Any]) -> Outage:
    return Outage(
        row.place,
        decode(Course, row.course),
        row.scope_chat,
        State(row.state),
        row.number,
        row.version,
        row.ended_at,
    )
