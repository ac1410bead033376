"""Which messages of ours answer which question, so that an edited one gets its answer edited."""

from sqlalchemy import Column, Table, select

from bot.conversation.keeping import Replied
from bot.storage.database import Database
from bot.storage.schema import INSTANT, KEY, LONG, METADATA, chat_column, kept, person_column
from bot.storage.upsert import upsert

REPLIES = Table(
    "replies",
    METADATA,
    chat_column(primary_key=True),
    Column("message", KEY, primary_key=True),
    person_column(),
    Column("update_id", KEY, nullable=False),
    Column("digest", KEY, nullable=False),
    Column("answers", LONG, nullable=False),
    Column("replied_at", INSTANT, nullable=False, index=True),
    info=kept("sessions", "replied_at"),
)


class StoredReplies:
    """Fulfils keeping.Replies."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, chat: str, message: str, replied: Replied, now: float) -> None:
        """The answers as they stand."""
        row = {
            "chat": chat,
            "message": message,
            "person": replied.person,
            "update_id": replied.update,
            "digest": replied.digest,
            "answers": ",".join(replied.answers),
            "replied_at": now,
        }
        async with self._database.write() as connection:
            await connection.execute(upsert(connection, REPLIES, row, ["chat", "message"]))

    async def find(self, chat: str, message: str) -> Replied | None:
        """By the question's message."""
        query = select(REPLIES).where(REPLIES.c.chat == chat, REPLIES.c.message == message)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).first()
        if row is None:
            return None
        return Replied(row.person, row.update_id, row.digest, tuple(row.answers.split(",")))
