"""One contract, two real databases: every test that takes `address` or `store` runs on both."""

import secrets
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from bot.storage.store import Store, open_store
from tests.storage.clock import Clock
from tests.storage.postgres import binaries, postgres

DAYS = {"sessions": 30, "questions": 30, "cases": 365}


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """PostgreSQL for this run of the tests; made when the first test asks for it."""
    programs = binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: the store is proved on SQLite alone")
    # Beside pytest's own folders, which only their owner may enter.
    folder = tempfile.TemporaryDirectory(prefix="listonosz-pg-")
    with folder as name, postgres(programs, Path(name)) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
async def address(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """DATABASE_URL of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'listonosz.db'}"
        return
    url = request.getfixturevalue("server")
    name = f"test_{secrets.token_hex(6)}"
    connection = await asyncpg.connect(f"{url}/postgres")
    await connection.execute(f'CREATE DATABASE "{name}"')
    yield f"{url}/{name}"
    await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    await connection.close()


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still until it is told otherwise."""
    return Clock()


@pytest.fixture
async def store(address: str, clock: Clock) -> AsyncIterator[Store]:
    """An open store."""
    async with open_store(address, DAYS, clock) as opened:
        yield opened
