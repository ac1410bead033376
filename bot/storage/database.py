"""One database, SQLite or PostgreSQL: connections, and transactions that only read or also write.

SQLite's driver would begin a transaction late and as a reader, and two processes that then both
want to write would fail at once; so here every transaction begins explicitly, a writing one with
the lock in its hand.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from time import monotonic
from typing import Any

from sqlalchemy import URL, Connection, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from bot.storage.address import (
    StorageError,
    is_sqlite,
    make_folder,
    read_address,
    require_recent_sqlite,
    show,
)

PATIENCE = 30.0  # seconds that a writer waits for another process, and all for a restarted server
PAUSE = 0.2
CONNECTIONS = 4
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # what was accepted survives even a power cut
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={int(PATIENCE * 1000)}",
)


class Database:
    """Open it with `open_store`; close it at the end."""

    def __init__(self, address: str | URL = "") -> None:
        self.url = read_address(address) if isinstance(address, str) else address
        self.place = show(self.url)
        self.is_sqlite = is_sqlite(self.url)
        self._engine = self._make_engine()
        self._was_there = False

    def _make_engine(self) -> AsyncEngine:
        if not self.is_sqlite:
            return create_async_engine(
                self.url,
                pool_size=CONNECTIONS,
                pool_pre_ping=True,  # a server may have been restarted since
                connect_args={"timeout": PATIENCE},
            )
        require_recent_sqlite(self.url)
        make_folder(self.url)
        engine = create_async_engine(
            self.url, poolclass=AsyncAdaptedQueuePool, pool_size=CONNECTIONS
        )
        event.listen(engine.sync_engine, "connect", _set_up_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
        return engine

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that changes nothing."""
        async with self._told(), self._connected() as connection, connection.begin():
            yield connection

    @contextlib.asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that stands whole, or not at all when an exception leaves it."""
        async with self._told(), self._connected() as connection:
            await connection.execution_options(is_writer=True)
            async with connection.begin():
                yield connection

    @contextlib.asynccontextmanager
    async def _connected(self) -> AsyncIterator[AsyncConnection]:
        connection = await self._connect()
        try:
            yield connection
        finally:
            # Whoever is cancelled while giving it back does not leave it half closed.
            await asyncio.shield(asyncio.ensure_future(connection.close()))

    async def _connect(self) -> AsyncConnection:
        """A server that was there will be there again; one that never was is told at once."""
        end = monotonic() + PATIENCE
        while True:
            try:
                connection = await self._engine.connect()
            except (OSError, DBAPIError):
                if self.is_sqlite or not self._was_there or monotonic() > end:
                    raise
                await asyncio.sleep(PAUSE)
            else:
                self._was_there = True
                return connection

    @contextlib.asynccontextmanager
    async def _told(self) -> AsyncIterator[None]:
        """Drivers' own errors without the statement's values, which may be people's words."""
        try:
            yield
        except DBAPIError as error:
            detail = str(error.orig).partition("\n")[0]
            raise StorageError("unusable", self.place, detail) from error
        except OSError as error:
            detail = error.strerror or type(error).__name__
            raise StorageError("unusable", self.place, detail) from error

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


def _set_up_sqlite(connection: Any, record: object) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    is_writer = connection.get_execution_options().get("is_writer", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writer else "BEGIN")
