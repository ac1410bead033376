"""The letters of cases: written once, carried in order, changed where they arrived."""

from typing import Any

from sqlalchemy import Column, ColumnElement, delete, func, literal, select, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation.cases.case import Kind, Letter, Way
from bot.conversation.keeping import Job
from bot.storage.cases_tables import CASES, DRAFTS, LETTERS
from bot.storage.database import Database
from bot.storage.schedule import JOBS, put_job
from bot.storage.upsert import insert

DELIVER, REWRITE, REMIND = "case-letter", "case-edit", "case-remind"
ON_ITS_WAY, LOST = "", "-"


class StoredLetters:
    """That part of cases.Cases which is about letters."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def write(self, letter: Letter, now: float, remind: float) -> bool:
        """A letter is written once, by the message that it was written with."""
        number = letter.case
        async with self._database.write() as connection:
            query = select(CASES.c.person, CASES.c.closed_at, CASES.c.waiting_since)
            case = (await connection.execute(query.where(CASES.c.number == number))).first()
            if case is None or not await put_letter(connection, letter, case.person, now):
                return False
            if letter.way is Way.HELPERS and letter.author == case.person:
                if case.closed_at is not None or case.waiting_since is None:
                    await wait(connection, number, case.person, now, remind)
                await connection.execute(delete(DRAFTS).where(DRAFTS.c.person == letter.author))
            elif letter.way is Way.PERSON and letter.kind is not Kind.EVENT:
                first = func.coalesce(CASES.c.first_answer_at, now)
                await connection.execute(
                    update(CASES)
                    .where(CASES.c.number == number)
                    .values(waiting_since=None, first_answer_at=first)
                )
                await connection.execute(delete(JOBS).where(*is_reminder(number)))
        return True

    async def keep_sent(self, number: int, person: str, message: str, now: float) -> None:
        """A letter that has arrived already, so that a reply to it finds its case."""
        values = {
            "case_number": number,
            "way": Way.PERSON,
            "kind": Kind.EVENT,
            "chat": "",
            "message": f"sent {number} {message}",
            "author": person,
            "text": "",
            "arrived": message,
            "written_at": now,
        }
        async with self._database.write() as connection:
            await connection.execute(
                insert(connection, LETTERS).values(**values).on_conflict_do_nothing()
            )

    async def next_letter(self, number: int) -> Letter | None:
        """The first that has not arrived."""
        waiting = (LETTERS.c.case_number == number) & (LETTERS.c.arrived == ON_ITS_WAY)
        sent = waiting & (LETTERS.c.way != Way.NOBODY)
        return await self._letter(sent)

    async def arrived(self, letter: Letter, messages: str) -> None:
        """A person's own words are not kept beyond that."""
        values: dict[str, object] = {"arrived": messages}
        if letter.way is Way.HELPERS:
            values["text"] = ""
        async with self._database.write() as connection:
            await connection.execute(
                update(LETTERS).where(LETTERS.c.number == letter.number).values(**values)
            )

    async def letter(self, chat: str, message: str) -> Letter | None:
        """By the message that it was written with."""
        return await self._letter((LETTERS.c.chat == chat) & (LETTERS.c.message == message))

    async def rewrite(self, letter: Letter, text: str, now: float) -> None:
        """What has not arrived yet is sent as it is now; else what arrived is changed."""
        mine = LETTERS.c.number == letter.number
        async with self._database.write() as connection:
            row = (await connection.execute(select(LETTERS).where(mine))).first()
            if row is None or row.arrived == LOST:
                return
            if row.arrived == ON_ITS_WAY or row.way == Way.PERSON:
                await connection.execute(update(LETTERS).where(mine).values(text=text))
            if row.arrived != ON_ITS_WAY:
                job = Job(REWRITE, str(letter.number), now, text, person=letter.author)
                await put_job(connection, job)

    async def by_number(self, number: int) -> Letter | None:
        """A letter by its own number."""
        return await self._letter(LETTERS.c.number == number)

    async def notes(self, number: int) -> tuple[Letter, ...]:
        """In the order of writing."""
        noted = (LETTERS.c.case_number == number) & (LETTERS.c.way == Way.NOBODY)
        async with self._database.read() as connection:
            rows = await connection.execute(select(LETTERS).where(noted).order_by(LETTERS.c.number))
            return tuple(map(_letter, rows))

    async def _letter(self, which: ColumnElement[bool]) -> Letter | None:
        query = select(LETTERS).where(which).order_by(LETTERS.c.number).limit(1)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).first()
        return _letter(row) if row else None


async def put_letter(connection: AsyncConnection, letter: Letter, person: str, now: float) -> bool:
    """A letter and the job that carries it; False where it is there already."""
    values = {
        "case_number": letter.case,
        "way": letter.way,
        "kind": letter.kind,
        "chat": letter.chat,
        "message": letter.message,
        "author": letter.author,
        "text": letter.text,
        "arrived": ON_ITS_WAY,
        "written_at": now,
    }
    statement = insert(connection, LETTERS).values(**values)
    statement = statement.on_conflict_do_nothing(index_elements=["chat", "message"])
    number = await connection.scalar(statement.returning(LETTERS.c.number))
    if number is not None and letter.way is not Way.NOBODY:
        await put_job(connection, Job(DELIVER, str(number), now, str(letter.case), person=person))
    return number is not None


async def wait(
    connection: AsyncConnection, number: int, person: str, now: float, remind: float
) -> None:
    """The case is open, and its asker waits for people, who are reminded in `remind` seconds."""
    values = {"closed_at": None, "waiting_since": now}
    await connection.execute(update(CASES).where(CASES.c.number == number).values(**values))
    await put_job(connection, reminder(number, person, now + remind))


def holds(column: Column[str], message: str) -> ColumnElement[bool]:
    """Whether a list of messages with commas between has this one."""
    return literal(",").concat(column).concat(",").contains(f",{message},", autoescape=True)


def reminder(number: int, person: str, due_at: float) -> Job:
    """The job that tells helpers of a case that waits."""
    return Job(REMIND, str(number), due_at, person=person)


def is_reminder(number: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """What picks this case's reminder among the jobs."""
    return JOBS.c.kind == REMIND, JOBS.c.key == str(number)


def _letter(row: Row[Any]) -> Letter:
    return Letter(
        row.case_number,
        Way(row.way),
        Kind(row.kind),
        row.chat,
        row.message,
        row.author,
        row.text,
        row.number,
        row.arrived,
    )
