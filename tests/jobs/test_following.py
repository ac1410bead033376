"""Another process has had the knowledge read anew: this one follows, or says that it cannot."""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from bot.conversation.curating.reloading import RELOAD
from bot.conversation.keeping import Job
from bot.conversation.mind import Understanding
from bot.jobs.following import Follower
from bot.jobs.reloading import Reloader
from bot.knowledge import Knowledge, load_knowledge
from bot.knowledge.fault import Fault
from bot.model.language import Language
from bot.storage.store import Store, open_store
from tests.frontends.telegram.telegram_kit import wits
from tests.jobs.test_reloading import WrittenCourier
from tests.storage.conftest import DAYS

SELECTORS = """
- whose: our own
  selectors: [ours2026]
  source: https://firma.pl/dkim
"""


class Process:
    """One of the bot's: what it answers from, and what it said that it could not read."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.knowledge = load_knowledge(folder)
        self.swaps = 0
        self.faults: list[str] = []
        self.courier = WrittenCourier()
        self.reloader = Reloader(
            folder, self.courier, lambda: self.knowledge, self.swap, store.editions
        )
        self.follower = Follower(
            store.editions, folder, lambda: self.knowledge, self.swap, self.tell
        )

    def swap(self, knowledge: Knowledge, matcher: Understanding) -> None:
        self.knowledge = knowledge
        self.swaps += 1

    async def tell(self, language: Language, faults: Sequence[Fault]) -> None:
        self.faults += [f"{language} {each}" for each in faults]

    async def reloads(self) -> None:
        assert await self.reloader.do(Job(RELOAD, "tg:9", 1.0, "pl", "tg:9")) is None


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    wits()  # a first run learns for a while
    laid = tmp_path / "knowledge"
    laid.mkdir()
    return laid


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(f"sqlite:///{tmp_path / 'bot.db'}", DAYS) as opened:
        yield opened


async def test_all_processes_answer_from_what_one_has_read(store: Store, folder: Path) -> None:
    one, other = Process(store, folder), Process(store, folder)
    assert not await other.follower.step()
    (folder / "selectors.yaml").write_text(SELECTORS)
    await one.reloads()
    assert await other.follower.step()
    assert one.knowledge.edition == other.knowledge.edition
    assert (one.swaps, other.swaps) == (1, 1)
    assert not await other.follower.step()
    assert not await one.follower.step()


async def test_a_process_of_its_own_follows_while_it_runs(
    store: Store, folder: Path, tmp_path: Path
) -> None:
    arguments = ("-m", "tests.jobs.following_process", str(tmp_path / "bot.db"), str(folder))
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        first = (await asyncio.wait_for(process.stdout.readline(), 60)).decode().strip()
        one = Process(store, folder)
        assert first == one.knowledge.edition
        (folder / "selectors.yaml").write_text(SELECTORS)
        await one.reloads()
        second = (await asyncio.wait_for(process.stdout.readline(), 60)).decode().strip()
        assert second == one.knowledge.edition != first
    finally:
        process.kill()
        await process.wait()


async def test_what_is_refused_is_followed_by_nobody(store: Store, folder: Path) -> None:
    one, other = Process(store, folder), Process(store, folder)
    await other.follower.step()
    (folder / "topics").mkdir()
    (folder / "topics" / "broken.yaml").write_text("area: x\nasked:\n  - a: [\n")
    await one.reloads()
    assert "topics/broken.yaml:" in one.courier.delivered[-1][1]
    assert not await other.follower.step()
    assert (one.swaps, other.swaps, other.faults) == (0, 0, [])


async def test_a_process_with_another_folder_says_so_and_stays(
    store: Store, folder: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "topics").mkdir(parents=True)
    other = Process(store, elsewhere)
    await other.follower.step()
    await store.editions.publish("read somewhere", Language.PL)
    assert await other.follower.step()
    assert other.swaps == 0
    assert [each[:21] for each in other.faults] == ["pl : the folder here "]
    (elsewhere / "topics" / "broken.yaml").write_text("area: x\nasked:\n  - a: [\n")
    await store.editions.publish("read somewhere else", Language.EN)
    assert await other.follower.step()
    assert any("topics/broken.yaml:" in fault for fault in other.faults)


async def test_a_process_that_begins_reads_the_folder_as_it_is(store: Store, folder: Path) -> None:
    await store.editions.publish("of long ago", Language.PL)
    other = Process(store, folder)
    assert not await other.follower.step()
    assert not await other.follower.step()
    assert (other.swaps, other.faults) == (0, [])
