"""Cases in the database: a case, its letters and the jobs that carry them change together."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.engine import Row

from bot.conversation.cases.case import Answered, Case, Facts, Kind, Letter, Way
from bot.model.language import Language
from bot.storage.cases_desks import StoredDesks
from bot.storage.cases_letters import StoredLetters, holds, is_reminder, put_letter, reminder, wait
from bot.storage.cases_tables import CASES, DRAFTS, LETTERS
from bot.storage.codec import CodecError, decode, encode
from bot.storage.schedule import JOBS, put_job


class StoredCases(StoredDesks, StoredLetters):
    """Fulfils cases.Cases."""

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
            await put_letter(connection, card, case.person, now)
            await put_job(connection, reminder(number, case.person, now + remind))
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
        within = holds(LETTERS.c.arrived, message)
        here = or_(
            (LETTERS.c.way == Way.PERSON) & (CASES.c.chat == chat) & within,
            (LETTERS.c.way == Way.HELPERS) & (CASES.c.desk_chat == chat) & within,
            (CASES.c.desk_chat == chat) & holds(CASES.c.card, message),
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
            await put_letter(connection, letter, person, now)
            await connection.execute(delete(JOBS).where(*is_reminder(number)))
        return True

    async def reopen(self, number: int, now: float, remind: float) -> bool:
        """Once; it waits for somebody again."""
        is_closed = (CASES.c.number == number) & CASES.c.closed_at.is_not(None)
        async with self._database.write() as connection:
            person = await connection.scalar(select(CASES.c.person).where(is_closed))
            if person is None:
                return False
            await wait(connection, number, person, now, remind)
        return True

    async def _change(self, number: int, **values: object) -> None:
        async with self._database.write() as connection:
            await connection.execute(update(CASES).where(CASES.c.number == number).values(**values))

    async def _case(self, which: ColumnElement[bool]) -> Case | None:
        query = select(CASES).where(which).order_by(CASES.c.number.desc()).limit(1)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).first()
        return _case(row) if row else None

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
