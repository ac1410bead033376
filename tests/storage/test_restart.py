"""A PostgreSQL that is restarted under a bot at work: nothing is lost, and nobody need notice."""

import asyncio
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import time

import pytest

from bot.conversation.keeping import Job
from bot.conversation.ports import Incoming
from bot.conversation.session import Session
from bot.jobs.clerk import Again, Clerk
from bot.storage.address import StorageError
from bot.storage.database import Database
from bot.storage.store import open_store
from tests.storage.conftest import DAYS
from tests.storage.postgres import binaries, postgres, start_again, stop


@dataclass
class Server:
    """A cluster of this test's own."""

    programs: Path
    folder: Path
    address: str

    async def stop(self) -> None:
        await asyncio.to_thread(stop, self.programs, self.folder)

    async def start(self) -> None:
        await asyncio.to_thread(start_again, self.programs, self.folder)


@pytest.fixture
def own() -> Iterator[Server]:
    programs = binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: a restart is not tried")
    with tempfile.TemporaryDirectory(prefix="listonosz-pg-") as name:
        folder = Path(name)
        with postgres(programs, folder) as url:
            yield Server(programs, folder, f"{url}/postgres")


async def test_whoever_asks_while_it_starts_waits_for_it(own: Server) -> None:
    async with open_store(own.address, DAYS) as store:
        await store.sessions.save(Incoming("tg:5"), Session(domain="firma.pl"))
        await own.stop()
        asked = asyncio.create_task(store.sessions.load(Incoming("tg:5")))
        written = asyncio.create_task(store.schedule.put(Job("a", "b", 1.0)))
        await asyncio.sleep(0.5)
        assert not asked.done()
        await own.start()
        assert (await asked).domain == "firma.pl"
        await written
        assert await store.schedule.next_due(["a"]) == 1.0


async def test_every_job_is_done_through_restarts(own: Server) -> None:
    done: list[str] = []

    async def do(job: Job) -> Again | None:
        await asyncio.sleep(0.05)
        done.append(job.key)
        return None

    async with open_store(own.address, DAYS) as store:
        clerk = Clerk(store.schedule, {"a": do}, lease=0.5)
        working = asyncio.create_task(clerk.run())
        numbers = [f"{number}" for number in range(60)]
        for number in numbers:
            await store.schedule.put(Job("a", number, time()))
            clerk.poke()
            if number in ("20", "40"):
                await own.stop()
                await own.start()
        for _ in range(600):
            if set(done) == set(numbers) and await store.schedule.next_due(["a"]) is None:
                break
            await asyncio.sleep(0.05)
        assert set(done) == set(numbers)
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def test_a_transaction_that_was_cut_off_left_nothing(own: Server) -> None:
    async with open_store(own.address, DAYS) as store:

        async def write() -> None:
            async with store.database.write() as connection:
                await connection.exec_driver_sql("INSERT INTO editions VALUES ('x', 1, '', '')")
                await own.stop()
                await own.start()
                await connection.exec_driver_sql("SELECT 1")

        with pytest.raises(StorageError):
            await write()
        async with store.database.read() as connection:
            found = await connection.exec_driver_sql("SELECT count(*) FROM editions")
            assert found.scalar_one() == 0


async def test_a_server_that_never_was_there_is_told_at_once(own: Server) -> None:
    await own.stop()
    database = Database(own.address)
    with pytest.raises(StorageError):
        async with asyncio.timeout(5), database.read():
            raise AssertionError
    await database.close()
    await own.start()
