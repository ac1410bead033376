"""Sessions in the database: a conversation goes on after a restart."""

import logging
from collections.abc import Callable
from time import time

from sqlalchemy import Column, Table, delete, select

from bot.conversation.ports import Incoming
from bot.conversation.session import Session
from bot.storage.codec import CodecError, decode, encode
from bot.storage.database import Database
from bot.storage.schema import (
    INSTANT,
    KEY,
    LONG,
    METADATA,
    chat_column,
    conversation_column,
    kept,
    person_column,
)
from bot.storage.upsert import upsert

log = logging.getLogger(__name__)

SESSIONS = Table(
    "sessions",
    METADATA,
    conversation_column(primary_key=True),
    person_column(),
    chat_column(),
    Column("state", LONG, nullable=False),
    # What was done last, and the session before it: given again, it is answered as at first.
    Column("update_id", KEY, nullable=False),
    Column("state_before", LONG, nullable=False),
    Column("used_at", INSTANT, nullable=False, index=True),
    info=kept("sessions", "used_at"),
)


class StoredSessions:
    """Fulfils ports.Sessions."""

    def __init__(self, database: Database, clock: Callable[[], float] = time) -> None:
        self._database = database
        self._clock = clock

    async def load(self, incoming: Incoming) -> Session:
        """The session before this one; a new one where the row cannot be read."""
        columns = SESSIONS.c.state, SESSIONS.c.update_id, SESSIONS.c.state_before
        query = select(*columns).where(SESSIONS.c.conversation == incoming.conversation)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).first()
        if row is None:
            return Session()
        is_again = incoming.id and row.update_id == incoming.id
        return _read(row.state_before if is_again else row.state)

    async def save(self, incoming: Incoming, session: Session) -> None:
        """Keep it; a session that remembers nothing leaves nothing."""
        key = SESSIONS.c.conversation == incoming.conversation
        columns = SESSIONS.c.state, SESSIONS.c.update_id, SESSIONS.c.state_before
        async with self._database.write() as connection:
            if session == Session():
                await connection.execute(delete(SESSIONS).where(key))
                return
            row = (await connection.execute(select(*columns).where(key))).first()
            before = row.state if row else encode(Session())
            if row and incoming.id and row.update_id == incoming.id:
                before = row.state_before
            values = {
                "conversation": incoming.conversation,
                "person": incoming.person,
                "chat": incoming.chat,
                "state": encode(session),
                "update_id": incoming.id,
                "state_before": before,
                "used_at": self._clock(),
            }
            await connection.execute(upsert(connection, SESSIONS, values, ["conversation"]))


def _read(text: str) -> Session:
    try:
        return decode(Session, text)
    except CodecError as error:
        log.warning("a session is begun anew: %s", error)
        return Session()
