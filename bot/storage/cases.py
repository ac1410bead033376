"""Cases in the database: a case, its letters and the jobs that carry them change together."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, ColumnElement, delete, func, literal, or_, select, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation.cases import (
    Answered,
    Case,
    Desk,
    Facts,
    Helper,
    Kind,
    Letter,
    Reach,
    Way,
)
from bot.conversation.keeping import Job
from bot.model.language import Language
from bot.storage.cases_tables import CASES, DESKS, DRAFTS, LETTERS, NAMES
from bot.storage.codec import CodecError, decode, encode
from bot.storage.database import Database
from bot.storage.schedule import JOBS, put_job
from bot.storage.upsert import insert, upsert

DELIVER, REWRITE, REMIND = "case-letter", "case-edit", "case-remind"
ON_ITS_WAY, LOST = "", "-"


class StoredCases:
    """Fulfils cases.Cases."""

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

    # Cases

    async def opened_by(self, update: str) -> Case | None:
        """The same press, given again after a crash."""
        if not update:
            return None
        written = select(LETTERS.c.case_number).where(LETTERS.c.message == f"draft {update}")
        return await self._case(or_(CASES.c.update_id == update, CASES.c.number.in_(written)))

    async def open(
        self, case: Case, conversation: str, update: str, now: float, remind: float
    ) -> Case:
        """The case, its card on the way, a reminder; the draft is used up."""
        values = _values(case) | {"update_id": update, "opened_at": now, "waiting_since": now}
        async with self._database.write() as connection:
            statement = plain_insert(CASES).values(**values).returning(CASES.c.number)
            number = int((await connection.execute(statement)).scalar_one())
            card = Letter(number, Way.HELPERS, Kind.CARD, "", f"card {number}", case.person)
            await _put(connection, card, case.person, now)
            await put_job(connection, _reminder(number, case.person, now + remind))
            await connection.execute(delete(DRAFTS).where(DRAFTS.c.conversation == conversation))
            row = await connection.execute(select(CASES).where(CASES.c.number == number))
            return _case(row.one())

    async def load(self, number: int) -> Case | None:
        """By its number."""
        return await self._case(CASES.c.number == number)

    async def open_of(self, person: str, chat: str) -> Case | None:
        """The newest that is open."""
        mine = (CASES.c.person == person) & (CASES.c.chat == chat) & CASES.c.closed_at.is_(None)
        return await self._case(mine)

    async def in_topic(self, desk: str, topic: str) -> Case | None:
        """By its forum topic."""
        if not topic:
            return None
        return await self._case((CASES.c.desk_chat == desk) & (CASES.c.topic == topic))

    async def by_message(self, chat: str, message: str) -> Case | None:
        """By any of our messages: in the person's chat, or at the helpers'."""
        if not message:
            return None
        within = _holds(LETTERS.c.arrived, message)
        here = or_(
            (LETTERS.c.way == Way.PERSON) & (CASES.c.chat == chat) & within,
            (LETTERS.c.way == Way.HELPERS) & (CASES.c.desk_chat == chat) & within,
            (CASES.c.desk_chat == chat) & _holds(CASES.c.card, message),
        )
        query = (
            select(CASES)
            .join(LETTERS, LETTERS.c.case_number == CASES.c.number)
            .where(here)
            .limit(1)
        )
        async with self._database.read() as connection:
            row = (await connection.execute(query)).first()
        return _case(row) if row else None

    async def of_desk(self, desk: str) -> tuple[Case, ...]:
        """The open ones."""
        mine = (CASES.c.desk_chat == desk) & CASES.c.closed_at.is_(None)
        async with self._database.read() as connection:
            rows = await connection.execute(select(CASES).where(mine).order_by(CASES.c.number))
            return tuple(map(_case, rows))

    async def place(self, number: int, topic: str, card: str) -> None:
        """Where the helpers have it."""
        await self._change(number, topic=topic, card=card)

    async def assign(self, number: int, person: str) -> None:
        """Whose it is."""
        await self._change(number, assignee=person)

    async def close(self, number: int, letter: Letter, now: float) -> bool:
        """Once; what was waiting waits no longer."""
        is_open = (CASES.c.number == number) & CASES.c.closed_at.is_(None)
        closed = {"closed_at": now, "waiting_since": None}
        async with self._database.write() as connection:
            person = await connection.scalar(select(CASES.c.person).where(is_open))
            if person is None:
                return False
            await connection.execute(update(CASES).where(is_open).values(**closed))
            await _put(connection, letter, person, now)
            await connection.execute(delete(JOBS).where(*_is_reminder(number)))
        return True

    async def reopen(self, number: int, now: float, remind: float) -> bool:
        """Once; it waits for somebody again."""
        is_closed = (CASES.c.number == number) & CASES.c.closed_at.is_not(None)
        async with self._database.write() as connection:
            person = await connection.scalar(select(CASES.c.person).where(is_closed))
            if person is None:
                return False
            await _wait(connection, number, person, now, remind)
        return True

    async def _change(self, number: int, **values: object) -> None:
        async with self._database.write() as connection:
            await connection.execute(update(CASES).where(CASES.c.number == number).values(**values))

    async def _case(self, which: ColumnElement[bool]) -> Case | None:
        query = select(CASES).where(which).order_by(CASES.c.number.desc()).limit(1)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).first()
        return _case(row) if row else None

    # Letters

    async def write(self, letter: Letter, now: float, remind: float) -> bool:
        """A letter is written once, by the message that it was written with."""
        number = letter.case
        async with self._database.write() as connection:
            query = select(CASES.c.person, CASES.c.closed_at, CASES.c.waiting_since)
            case = (await connection.execute(query.where(CASES.c.number == number))).first()
            if case is None or not await _put(connection, letter, case.person, now):
                return False
            if letter.way is Way.HELPERS and letter.author == case.person:
                if case.closed_at is not None or case.waiting_since is None:
                    await _wait(connection, number, case.person, now, remind)
                await connection.execute(delete(DRAFTS).where(DRAFTS.c.person == letter.author))
            elif letter.way is Way.PERSON and letter.kind is not Kind.EVENT:
                first = func.coalesce(CASES.c.first_answer_at, now)
                await connection.execute(
                    update(CASES)
                    .where(CASES.c.number == number)
                    .values(waiting_since=None, first_answer_at=first)
                )
                await connection.execute(delete(JOBS).where(*_is_reminder(number)))
        return True

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

    async def answered(self, number: int) -> Answered | None:
        """The question and the helpers' words."""
        case = await self.load(number)
        said = (
            (LETTERS.c.case_number == number)
            & (LETTERS.c.way == Way.PERSON)
            & (LETTERS.c.kind == Kind.TEXT)
        )
        query = select(LETTERS.c.text).where(said).order_by(LETTERS.c.number)
        async with self._database.read() as connection:
            texts = tuple(filter(None, (await connection.scalars(query)).all()))
        if case is None or not texts:
            return None
        return Answered(number, case.language, case.text, texts)

    async def _letter(self, which: ColumnElement[bool]) -> Letter | None:
        query = select(LETTERS).where(which).order_by(LETTERS.c.number).limit(1)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).first()
        return _letter(row) if row else None

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

    # For statistics

    async def waits(self, since: float, chats: Iterable[str] | None = None) -> tuple[float, ...]:
        """Seconds to the first answer of people, of the cases opened since; of these chats only."""
        query = select(CASES.c.first_answer_at - CASES.c.opened_at).where(
            CASES.c.opened_at >= since, CASES.c.first_answer_at.is_not(None)
        )
        if chats is not None:
            query = query.where(CASES.c.chat.in_(list(chats)))
        async with self._database.read() as connection:
            return tuple((await connection.scalars(query)).all())


async def _put(connection: AsyncConnection, letter: Letter, person: str, now: float) -> bool:
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


async def _wait(
    connection: AsyncConnection, number: int, person: str, now: float, remind: float
) -> None:
    values = {"closed_at": None, "waiting_since": now}
    await connection.execute(update(CASES).where(CASES.c.number == number).values(**values))
    await put_job(connection, _reminder(number, person, now + remind))


def _holds(column: Column[str], message: str) -> ColumnElement[bool]:
    """Whether a list of messages with commas between has this one."""
    return literal(",").concat(column).concat(",").contains(f",{message},", autoescape=True)


def _reminder(number: int, person: str, due_at: float) -> Job:
    return Job(REMIND, str(number), due_at, person=person)


def _is_reminder(number: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return JOBS.c.kind == REMIND, JOBS.c.key == str(number)


def _values(case: Case) -> dict[str, object]:
    return {
        "person": case.person,
        "chat": case.chat,
        "desk_chat": case.desk,
        "language": case.language,
        "text": case.text,
        "facts": encode(case.facts),
        "thread": case.thread,
        "message": case.message,
        "topic": "",
        "card": "",
        "assignee": "",
    }


def _case(row: Row[Any]) -> Case:
    try:
        facts = decode(Facts, row.facts)
    except CodecError:  # of another version: the person's words are what counts
        facts = Facts()
    return Case(
        row.person,
        row.chat,
        row.desk_chat,
        Language(row.language),
        row.text,
        facts,
        row.thread,
        row.message,
        row.number,
        row.topic,
        row.card,
        row.assignee,
        row.opened_at,
        row.first_answer_at,
        row.closed_at,
        row.waiting_since,
    )


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
