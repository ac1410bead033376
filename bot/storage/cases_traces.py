"""What is left of a person's cases at the helpers' when the person is forgotten."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation.cases.case import Kind, Trace, Way
from bot.conversation.keeping import Job
from bot.storage.cases_letters import LOST, ON_ITS_WAY
from bot.storage.cases_tables import CASES, LETTERS
from bot.storage.codec import encode
from bot.storage.database import Database
from bot.storage.schedule import put_job

WIPE = "case-wipe"  # the kind of job that removes it


class StoredTraces:
    """Plans the removal; to be called before the rows are erased."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def plan(self, person: str, now: float) -> None:
        """A job for each case: it names messages and nobody, so that it outlives the erasing."""
        query = select(CASES).where(CASES.c.person == person)
        async with self._database.write() as connection:
            for case in (await connection.execute(query)).all():
                texts, copies = await _messages(connection, case.number)
                texts = dict.fromkeys((*filter(None, case.card.split(",")), *texts))
                if not texts and not copies:
                    continue
                is_open = case.closed_at is None
                trace = Trace(case.number, case.topic, tuple(texts), tuple(copies), is_open)
                job = Job(WIPE, str(case.number), now, encode(trace), chat=case.desk_chat)
                await put_job(connection, job)


async def _messages(
    connection: AsyncConnection, number: int
) -> tuple[dict[str, None], dict[str, None]]:
    there = (LETTERS.c.case_number == number) & (LETTERS.c.way == Way.HELPERS)
    rows = await connection.execute(select(LETTERS).where(there).order_by(LETTERS.c.number))
    texts: dict[str, None] = {}
    copies: dict[str, None] = {}
    for row in rows:
        if row.arrived not in (ON_ITS_WAY, LOST):
            kind = copies if row.kind == Kind.COPY else texts
            kind.update(dict.fromkeys(row.arrived.split(",")))
    return texts, copies
