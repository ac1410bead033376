"""Brings a database to this program's tables, once, however many processes start together."""

import asyncio
import sys
from pathlib import Path

from sqlalchemy import Connection, inspect, make_url, text

from bot.storage.address import StorageError
from bot.storage.database import Database

FOLDER = Path(__file__).parent / "migrations"
LOCK = 0x4C69_7374  # PostgreSQL's advisory lock, by a number that nobody else takes
VERSIONS = "alembic_version"


def revisions() -> tuple[str, ...]:
    """All revisions, oldest first: a file's name begins with its revision, "0001_first.py"."""
    files = sorted((FOLDER / "versions").glob("[0-9]*_*.py"))
    return tuple(path.name.partition("_")[0] for path in files)


async def migrate(database: Database, revision: str = "head") -> None:
    """Upgrade to the revision. Who comes second waits, and then finds nothing to do."""
    async with database.read() as connection:
        if revision == "head" and await connection.run_sync(_current) == revisions()[-1]:
            return
    async with database.write() as connection:
        if not database.is_sqlite:  # SQLite's writer holds the lock already
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        await connection.run_sync(upgrade, revision, database.place)


async def migrate_apart(database: Database) -> None:
    """Upgrade in a process of its own: ten megabytes of tools would else stay for good.

    What goes wrong there is found and told by `migrate`, which is to follow.
    """
    async with database.read() as connection:
        if await connection.run_sync(_current) == revisions()[-1]:
            return
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", __name__), stdin=asyncio.subprocess.PIPE, stdout=quiet, stderr=quiet
    )
    # Not as an argument: everybody on the machine may read those.
    await process.communicate(database.url.render_as_string(hide_password=False).encode())


async def _migrate_here(address: str) -> None:
    database = Database(make_url(address))
    try:
        await migrate(database)
    finally:
        await database.close()


def _current(connection: Connection) -> str:
    if not inspect(connection).has_table(VERSIONS):
        return ""
    return str(connection.scalar(text(f"SELECT version_num FROM {VERSIONS}")) or "")


def upgrade(connection: Connection, revision: str, place: str) -> None:
    """Upgrade within this transaction; StorageError when a newer program was here."""
    # Here, because it is wanted only after an update of the program.
    from alembic import command
    from alembic.config import Config

    current = _current(connection)
    if current and current not in revisions():
        raise StorageError("newer", place, current)
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


if __name__ == "__main__":
    asyncio.run(_migrate_here(sys.stdin.read()))
