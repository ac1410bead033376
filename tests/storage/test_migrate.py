"""Every former state of the tables becomes the present one, and only once."""

import asyncio
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from bot.storage.address import StorageError
from bot.storage.database import Database
from bot.storage.migrate import FOLDER, migrate, revisions
from bot.storage.schema import METADATA
from bot.storage.store import open_store
from tests.storage.conftest import DAYS


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, METADATA))


async def test_the_migrations_make_the_tables_that_the_stores_declare(address: str) -> None:
    database = Database(address)
    await migrate(database)
    async with database.read() as connection:
        assert await connection.run_sync(differences) == []
    await database.close()


@pytest.mark.parametrize("revision", revisions())
async def test_every_former_revision_is_upgraded(address: str, revision: str) -> None:
    database = Database(address)
    await migrate(database, revision)
    await migrate(database)
    async with database.read() as connection:
        assert await connection.run_sync(differences) == []
        assert (
            await connection.scalar(text("SELECT version_num FROM alembic_version"))
            == (revisions()[-1])
        )
    await database.close()


def test_the_files_are_numbered_in_the_order_in_which_they_run() -> None:
    script = ScriptDirectory(str(FOLDER))
    walked = tuple(step.revision for step in script.walk_revisions())
    assert tuple(reversed(walked)) == revisions()


async def test_processes_that_start_together_do_not_trip_over_each_other(address: str) -> None:
    async def start() -> None:
        async with open_store(address, DAYS) as store:
            assert await store.groups.members() == ()

    await asyncio.gather(*(start() for _ in range(4)))


async def test_a_database_of_a_newer_program_is_left_alone(address: str) -> None:
    database = Database(address)
    await migrate(database)
    async with database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageError) as raised:
        await migrate(database)
    assert raised.value.reason == "newer"
    await database.close()


async def test_a_file_that_is_no_database_is_said_to_be_unusable(tmp_path: Path) -> None:
    file = tmp_path / "letter.db"
    file.write_text("Dear database, " * 100)
    with pytest.raises(StorageError) as raised:
        async with open_store(f"sqlite:///{file}", DAYS):
            pass
    assert raised.value.reason == "unusable"
    assert file.read_text().startswith("Dear database")
