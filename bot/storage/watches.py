"""Watches, what is known of their targets, and the notices that follow from a look."""

import logging

from sqlalchemy import Column, Integer, Table, delete, func, select
from sqlalchemy import insert as plain_insert
from sqlalchemy import update as plain_update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation.keeping import Job
from bot.conversation.watching.compare import Change, State
from bot.conversation.watching.watch import Added, Notice, Watch, Watched
from bot.model.check import Target, TargetKind
from bot.model.language import Language
from bot.storage.codec import CodecError, decode, encode
from bot.storage.database import Database
from bot.storage.schedule import JOBS, put_job
from bot.storage.schema import INSTANT, KEY, LONG, METADATA, chat_column, person_column
from bot.storage.upsert import insert

log = logging.getLogger(__name__)

LOOK, NOTICE = "watch-look", "watch-notice"

WATCHES = Table(
    "watches",
    METADATA,
    chat_column(primary_key=True),
    Column("target", KEY, primary_key=True),
    Column("kind", KEY, nullable=False),
    Column("shown", LONG, nullable=False),
    Column("thread", KEY, nullable=False),
    Column("language", KEY, nullable=False),
    # In a private chat the row goes with the chat; a group's watch stays the group's.
    person_column(erase="blank"),
    Column("since", INSTANT, nullable=False),
)
WATCHED = Table(
    "watched",
    METADATA,
    Column("target", KEY, primary_key=True),
    Column("state", LONG, nullable=False),
    Column("version", Integer, nullable=False),
    info={"hidden": True},  # about domains, and gone with the last watch
)


class StoredWatches:
    """Fulfils watching.Watches."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, watch: Watch, most: int, now: float) -> Added:
        """Watch; the first of a target plans its first look."""
        mine = WATCHES.c.chat == watch.chat
        async with self._database.write() as connection:
            names = (await connection.scalars(select(WATCHES.c.target).where(mine))).all()
            if watch.target.name in names:
                return Added.ALREADY
            if len(names) >= most:
                return Added.TOO_MANY
            await connection.execute(plain_insert(WATCHES).values(**_row(watch, now)))
            known = {"target": watch.target.name, "state": encode(State()), "version": 0}
            statement = insert(connection, WATCHED).values(**known)
            is_first = await connection.execute(statement.on_conflict_do_nothing())
            if is_first.rowcount:
                await put_job(connection, Job(LOOK, watch.target.name, now))
        return Added.ADDED

    async def remove(self, chat: str, target: str) -> bool:
        """Watch no more."""
        statement = delete(WATCHES).where(WATCHES.c.chat == chat, WATCHES.c.target == target)
        async with self._database.write() as connection:
            was = bool((await connection.execute(statement)).rowcount)
            await _tidy(connection, target)
        return was

    async def of_chat(self, chat: str) -> tuple[Watch, ...]:
        """What is watched for a chat."""
        query = select(WATCHES).where(WATCHES.c.chat == chat)
        async with self._database.read() as connection:
            rows = await connection.execute(query.order_by(WATCHES.c.since, WATCHES.c.target))
            return tuple(map(_watch, rows))

    async def load(self, target: str) -> Watched | None:
        """What is known of a target. What nobody watches any more is forgotten here."""
        async with self._database.write() as connection:
            if not await _tidy(connection, target):
                return None
            row = (
                await connection.execute(select(WATCHED).where(WATCHED.c.target == target))
            ).one()
            watch = select(WATCHES).where(WATCHES.c.target == target).limit(1)
            known = _watch((await connection.execute(watch)).one())
        return Watched(known.target, _state(row.state), row.version)

    async def record(
        self, watched: Watched, state: State, changes: tuple[Change, ...], now: float
    ) -> bool:
        """Keep the state and the notices together."""
        target = watched.target.name
        is_ours = (WATCHED.c.target == target, WATCHED.c.version == watched.version)
        changed = {"state": encode(state), "version": watched.version + 1}
        async with self._database.write() as connection:
            result = await connection.execute(
                plain_update(WATCHED).where(*is_ours).values(**changed)
            )
            if not result.rowcount:
                return False
            if changes:
                rows = await connection.execute(select(WATCHES).where(WATCHES.c.target == target))
                for watch in map(_watch, rows):
                    job = _notice(watch, changes, watched.version + 1, now)
                    await put_job(connection, job)
        return True

    async def end(self, target: str) -> None:
        """Nobody watches it any more."""
        async with self._database.write() as connection:
            await connection.execute(delete(WATCHES).where(WATCHES.c.target == target))
            await _tidy(connection, target)

    async def drop_chat(self, chat: str) -> None:
        """Nobody is there any more."""
        async with self._database.write() as connection:
            mine = WATCHES.c.chat == chat
            names = (await connection.scalars(select(WATCHES.c.target).where(mine))).all()
            await connection.execute(delete(WATCHES).where(mine))
            await connection.execute(delete(JOBS).where(JOBS.c.kind == NOTICE, JOBS.c.chat == chat))
            for name in names:
                await _tidy(connection, name)


async def forget_unwatched(connection: AsyncConnection) -> None:
    """Who watched a domain may be gone with all their rows: then nothing is kept of it either."""
    watched = select(WATCHES.c.target)
    await connection.execute(delete(WATCHED).where(WATCHED.c.target.not_in(watched)))
    looks = (JOBS.c.kind == LOOK) & JOBS.c.key.not_in(watched)
    await connection.execute(delete(JOBS).where(looks))


async def _tidy(connection: AsyncConnection, target: str) -> bool:
    """Whether somebody watches it; if not, nothing is kept of it."""
    query = select(func.count()).select_from(WATCHES).where(WATCHES.c.target == target)
    if await connection.scalar(query):
        return True
    await connection.execute(delete(WATCHED).where(WATCHED.c.target == target))
    await connection.execute(delete(JOBS).where(JOBS.c.kind == LOOK, JOBS.c.key == target))
    return False


def _notice(watch: Watch, changes: tuple[Change, ...], version: int, now: float) -> Job:
    notice = Notice(watch.target, watch.language, watch.thread, changes)
    key = f"{watch.chat} {watch.target.name} {version}"
    is_private = watch.chat == watch.person
    return Job(NOTICE, key, now, encode(notice), watch.chat, watch.person if is_private else "")


def _row(watch: Watch, now: float) -> dict[str, object]:
    return {
        "chat": watch.chat,
        "target": watch.target.name,
        "kind": watch.target.kind,
        "shown": watch.target.shown,
        "thread": watch.thread,
        "language": watch.language,
        "person": watch.person,
        "since": now,
    }


def _watch(row: Row[tuple[object, ...]]) -> Watch:
    target = Target(TargetKind(row.kind), row.target, row.shown)
    return Watch(row.chat, target, Language(row.language), row.person, row.thread)


def _state(text: str) -> State:
    """A state that cannot be read begins anew: the next look tells nothing and is the base."""
    try:
        return decode(State, text)
    except CodecError as error:
        log.warning("the state of a watched target is begun anew: %s", error)
        return State()
