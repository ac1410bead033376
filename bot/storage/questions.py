"""Questions for a curator, votes about answers, drafts, and counts by the day."""

from typing import Any

from sqlalchemy import Boolean, Column, Integer, Table, delete, func, select, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation.curating.questions import Asked, Count, Draft, Fate, Open, Tally
from bot.model.language import Language
from bot.storage.codec import decode, encode
from bot.storage.database import Database
from bot.storage.schema import INSTANT, KEY, LONG, METADATA, chat_column, kept, person_column
from bot.storage.upsert import insert, upsert

PLAIN, WAITING, SETTLED = 0, 1, 2  # a question's state

QUESTIONS = Table(
    "questions",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("update_id", KEY, nullable=False, unique=True),
    person_column(),
    chat_column(),
    Column("counted_in", KEY, nullable=False),  # the group; "" for all private chats together
    Column("language", KEY, nullable=False),
    Column("text", LONG, nullable=False),
    Column("topic", KEY, nullable=False),
    Column("fate", KEY, nullable=False),
    Column("state", Integer, nullable=False),
    Column("marks", KEY, nullable=False),  # what was counted for it already
    Column("asked_at", INSTANT, nullable=False, index=True),
    info=kept("questions", "asked_at"),
)
VOTES = Table(
    "votes",
    METADATA,
    Column("question", Integer, primary_key=True, autoincrement=False),
    person_column(primary_key=True, index=True),
    Column("is_up", Boolean, nullable=False),
    Column("voted_at", INSTANT, nullable=False),
    info=kept("questions", "voted_at"),
)
DRAFTS = Table(
    "drafts",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("draft", LONG, nullable=False),
    person_column("author", erase="blank"),
    chat_column("made_in"),  # the group whose people decided it; "" for an operator
    Column("made_at", INSTANT, nullable=False),
)
# No person stands in it, so it may be kept for good.
COUNTS = Table(
    "counts",
    METADATA,
    Column("day", KEY, primary_key=True),
    chat_column(primary_key=True, index=True),
    Column("what", KEY, primary_key=True),
    Column("topic", KEY, primary_key=True),
    Column("count", Integer, nullable=False),
)


class StoredQuestions:
    """Fulfils questions.Questions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, asked: Asked, day: str, now: float) -> int:
        """Keep and count it; a question that was put better takes the place of the former."""
        state = WAITING if asked.fate is Fate.UNKNOWN and asked.text else PLAIN
        known = QUESTIONS.c.update_id == asked.update
        changed = {"text": asked.text, "topic": asked.topic, "fate": asked.fate, "state": state}
        async with self._database.write() as connection:
            row = (await connection.execute(select(QUESTIONS).where(known))).first()
            if row is not None:
                if row.text != asked.text:
                    await connection.execute(update(QUESTIONS).where(known).values(**changed))
                return int(row.number)
            values = {
                **changed,
                "update_id": asked.update,
                "person": asked.person,
                "chat": asked.chat,
                "counted_in": "" if asked.is_private else asked.chat,
                "language": asked.language,
                "marks": "",
                "asked_at": now,
            }
            made = plain_insert(QUESTIONS).values(**values).returning(QUESTIONS.c.number)
            number = int((await connection.execute(made)).scalar_one())
            where = values["counted_in"]
            await _count(connection, day, str(where), asked.fate, asked.topic)
        return number

    async def mark(self, number: int, count: Count | None, day: str) -> None:
        """A curator should see it."""
        async with self._database.write() as connection:
            row = await _row(connection, number)
            if row is None:
                return
            marks = row.marks.split(",") if row.marks else []
            if count is not None and count not in marks:
                marks.append(count)
                await _count(connection, day, row.counted_in, count, row.topic)
            state = WAITING if row.state == PLAIN and row.text else row.state
            await _change(connection, number, state=state, marks=",".join(marks))

    async def choose(self, number: int, topic: str, day: str) -> None:
        """The question back led to this topic."""
        async with self._database.write() as connection:
            row = await _row(connection, number)
            if row is None or (row.fate != Fate.CLARIFIED and row.fate != Fate.UNKNOWN):
                return
            if Count.CHOSEN not in row.marks.split(","):
                await _count(connection, day, row.counted_in, Count.CHOSEN, topic)
            marks = ",".join(filter(None, (row.marks, Count.CHOSEN)))
            await _change(connection, number, topic=topic, fate=Fate.ANSWERED, marks=marks)

    async def vote(self, number: int, person: str, is_up: bool, day: str, now: float) -> bool:
        """One vote for each person: the counts follow a change of mind."""
        mine = (VOTES.c.question == number, VOTES.c.person == person)
        async with self._database.write() as connection:
            row = await _row(connection, number)
            if row is None:
                return False
            before = (await connection.execute(select(VOTES).where(*mine))).first()
            if before is not None and before.is_up == is_up:
                return True
            where = (row.counted_in, row.topic)
            await _count(connection, day, where[0], _counted(is_up), where[1])
            if before is not None:
                await _count(connection, day, where[0], _counted(not is_up), where[1], by=-1)
            values = {"question": number, "person": person, "is_up": is_up, "voted_at": now}
            await connection.execute(upsert(connection, VOTES, values, ["question", "person"]))
            if not is_up and row.state == PLAIN and row.text:
                await _change(connection, number, state=WAITING)
            elif is_up and row.state == WAITING and row.fate == Fate.ANSWERED:
                await _settle_if_liked(connection, number)
        return True

    async def open(self, chat: str | None, most: int) -> tuple[Open, ...]:
        """What waits for a curator, newest first."""
        query = select(QUESTIONS).where(QUESTIONS.c.state == WAITING)
        if chat is not None:
            query = query.where(QUESTIONS.c.chat == chat)
        async with self._database.read() as connection:
            rows = await connection.execute(query.order_by(QUESTIONS.c.number.desc()).limit(most))
            return tuple(
                Open(row.number, row.text, row.topic, Language(row.language)) for row in rows
            )

    async def settle(
        self, numbers: tuple[int, ...], draft: Draft | None, by: str, now: float, where: str = ""
    ) -> int:
        """They wait no more; a draft is made only of what still waited: once, whoever presses."""
        chosen = (QUESTIONS.c.number.in_(numbers), QUESTIONS.c.state == WAITING)
        async with self._database.write() as connection:
            done = await connection.execute(update(QUESTIONS).where(*chosen).values(state=SETTLED))
            if draft is None or (numbers and not done.rowcount):
                return 0
            return await _add_draft(connection, draft, by, now, where)

    async def drafts(self, where: str | None = None) -> tuple[Draft, ...]:
        """In the order in which they were made."""
        query = select(DRAFTS).order_by(DRAFTS.c.number)
        if where is not None:
            query = query.where(DRAFTS.c.made_in == where)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        read = ((row.number, decode(Draft, row.draft)) for row in rows)
        return tuple(
            Draft(each.topic, each.language, each.asked, each.answer, number)
            for number, each in read
        )

    async def drop_drafts(self, numbers: tuple[int, ...]) -> None:
        """They are not needed any more."""
        async with self._database.write() as connection:
            await connection.execute(delete(DRAFTS).where(DRAFTS.c.number.in_(numbers)))

    async def tallies(self, since: str, chat: str | None) -> tuple[Tally, ...]:
        """Counts by the day; those of several chats together."""
        by = (COUNTS.c.day, COUNTS.c.what, COUNTS.c.topic)
        query = select(*by, func.sum(COUNTS.c.count).label("total")).where(COUNTS.c.day >= since)
        if chat is not None:
            query = query.where(COUNTS.c.chat == chat)
        async with self._database.read() as connection:
            rows = await connection.execute(query.group_by(*by).order_by(*by))
            return tuple(Tally(row.day, row.what, row.topic, int(row.total)) for row in rows)


def _counted(is_up: bool) -> Count:
    return Count.USEFUL if is_up else Count.USELESS


async def _row(connection: AsyncConnection, number: int) -> Any:
    query = select(QUESTIONS).where(QUESTIONS.c.number == number).with_for_update()
    return (await connection.execute(query)).first()


async def _change(connection: AsyncConnection, number: int, **values: object) -> None:
    await connection.execute(update(QUESTIONS).where(QUESTIONS.c.number == number).values(**values))


async def _count(
    connection: AsyncConnection, day: str, chat: str, what: str, topic: str, *, by: int = 1
) -> None:
    row = {"day": day, "chat": chat, "what": str(what), "topic": topic, "count": by}
    statement = insert(connection, COUNTS).values(**row)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["day", "chat", "what", "topic"],
            set_={"count": COUNTS.c.count + by},
        )
    )


async def _settle_if_liked(connection: AsyncConnection, number: int) -> None:
    """Whoever disliked it has changed their mind, and nobody else dislikes it."""
    others = (VOTES.c.question == number, VOTES.c.is_up.is_(False))
    row = await _row(connection, number)
    disliked = await connection.scalar(select(func.count()).select_from(VOTES).where(*others))
    if not disliked and row.marks in ("", Count.CHOSEN):
        await _change(connection, number, state=PLAIN)


async def _add_draft(
    connection: AsyncConnection, draft: Draft, by: str, now: float, where: str
) -> int:
    values = {"draft": encode(draft), "author": by, "made_in": where, "made_at": now}
    made = plain_insert(DRAFTS).values(**values).returning(DRAFTS.c.number)
    return int((await connection.execute(made)).scalar_one())
