"""Jobs for later: durable, claimed by one process at a time, and made up once after a pause."""

import secrets
from collections.abc import Sequence

from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    Table,
    UniqueConstraint,
    case,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation.keeping import Claimed, Job
from bot.storage.database import Database
from bot.storage.schema import INSTANT, KEY, LONG, METADATA, chat_column, person_column
from bot.storage.upsert import insert, upsert

JOBS = Table(
    "jobs",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("kind", KEY, nullable=False),
    Column("key", KEY, nullable=False),
    Column("due_at", INSTANT, nullable=False, index=True),
    Column("payload", LONG, nullable=False),
    chat_column(),
    person_column(),
    Column("attempts", Integer, nullable=False),
    Column("leased_until", INSTANT, nullable=False),  # 0: nobody is at it
    Column("token", KEY, nullable=False),
    UniqueConstraint("kind", "key"),
    info={"hidden": True},  # means to an end: told of by what it serves
)


class StoredSchedule:
    """Fulfils keeping.Schedule."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, job: Job) -> None:
        """Plan it, in the place of one of the same kind and key."""
        async with self._database.write() as connection:
            await put_job(connection, job)

    async def add(self, job: Job) -> bool:
        """Plan it unless it is planned."""
        async with self._database.write() as connection:
            statement = insert(connection, JOBS).values(**_row(job))
            statement = statement.on_conflict_do_nothing(index_elements=["kind", "key"])
            return bool((await connection.execute(statement)).rowcount)

    async def claim(
        self, kinds: Sequence[str], now: float, lease: float, most: int = 10
    ) -> tuple[Claimed, ...]:
        """Take what is due and what nobody finished."""
        token = secrets.token_hex(8)
        due = (
            select(JOBS.c.number)
            .where(JOBS.c.kind.in_(kinds), JOBS.c.due_at <= now, JOBS.c.leased_until <= now)
            .order_by(JOBS.c.due_at, JOBS.c.number)
            .limit(most)
            .with_for_update(skip_locked=True)  # SQLite's only writer is this one anyway
        )
        async with self._database.write() as connection:
            numbers = (await connection.scalars(due)).all()
            if not numbers:
                return ()
            mine = JOBS.c.number.in_(numbers)
            taken = {"leased_until": now + lease, "token": token}
            await connection.execute(
                update(JOBS).where(mine).values(**taken, attempts=JOBS.c.attempts + 1)
            )
            ordered = select(JOBS).where(mine).order_by(JOBS.c.due_at, JOBS.c.number)
            rows = (await connection.execute(ordered)).all()
        return tuple(
            Claimed(
                Job(row.kind, row.key, row.due_at, row.payload, row.chat, row.person),
                row.number,
                row.attempts,
                row.token,
            )
            for row in rows
        )

    async def done(self, claimed: Claimed) -> None:
        """Strike it out, if it is still ours."""
        async with self._database.write() as connection:
            await finish_job(connection, claimed)

    async def postpone(self, claimed: Claimed, due_at: float) -> None:
        """Give it out again then, if it is still ours."""
        async with self._database.write() as connection:
            await connection.execute(
                update(JOBS).where(*_is(claimed)).values(due_at=due_at, leased_until=0.0, token="")
            )

    async def renew(self, claimed: Claimed, until: float) -> None:
        """Lengthen the lease, if it is still ours."""
        async with self._database.write() as connection:
            await connection.execute(update(JOBS).where(*_is(claimed)).values(leased_until=until))

    async def cancel(self, kind: str, key: str) -> bool:
        """Strike it out."""
        statement = delete(JOBS).where(JOBS.c.kind == kind, JOBS.c.key == key)
        async with self._database.write() as connection:
            return bool((await connection.execute(statement)).rowcount)

    async def next_due(self, kinds: Sequence[str]) -> float | None:
        """When there is something to claim next."""
        free_at = case(
            (JOBS.c.leased_until > JOBS.c.due_at, JOBS.c.leased_until), else_=JOBS.c.due_at
        )
        query = select(func.min(free_at)).where(JOBS.c.kind.in_(kinds))
        async with self._database.read() as connection:
            due: float | None = await connection.scalar(query)
        return due


async def put_job(connection: AsyncConnection, job: Job) -> None:
    """Plan a job within a transaction that also changes other things."""
    await connection.execute(upsert(connection, JOBS, _row(job), ["kind", "key"]))


async def finish_job(connection: AsyncConnection, claimed: Claimed) -> bool:
    """Strike a job out within a transaction; False when it is no longer ours."""
    statement = delete(JOBS).where(*_is(claimed))
    return bool((await connection.execute(statement)).rowcount)


def _is(claimed: Claimed) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return JOBS.c.number == claimed.number, JOBS.c.token == claimed.token


def _row(job: Job) -> dict[str, object]:
    return {
        "kind": job.kind,
        "key": job.key,
        "due_at": job.due_at,
        "payload": job.payload,
        "chat": job.chat,
        "person": job.person,
        "attempts": 0,
        "leased_until": 0.0,
        "token": "",
    }
