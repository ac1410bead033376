"""Two processes of the bot on one database: news is told once, and a kill loses none of it."""

import asyncio
import json
import multiprocessing
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from time import monotonic, time

from bot.conversation.watching.watch import Watch
from bot.jobs.clerk import LEASE, MOST_AT_ONCE
from bot.model.language import Language
from bot.storage.store import open_store
from tests.conversation.watching.watching_kit import FIRMA
from tests.storage.conftest import DAYS
from tests.storage.watching_process import watch

CHATS = ("tg:5", "tg:6", "tg:-100")
ROUNDS = 6  # changes in the test without kills
KILLS = 20
PATIENCE = 30.0
SHORT_LEASE = 0.5  # so that the work of a killed process is soon given out again

# Ready-made processes begin in milliseconds, however much they have imported.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.storage.watching_process"])


class Bots:
    """Two processes, and what they have told."""

    def __init__(self, address: str, folder: Path, lease: float) -> None:
        self._address = address
        self._folder = folder
        self._lease = lease
        self.running = [self.begin(), self.begin()]

    def begin(self) -> BaseProcess:
        process = FORKS.Process(target=watch, args=(self._address, self._folder, self._lease))
        process.start()
        return process

    def kill(self, number: int) -> None:
        """As by kill -9; another takes its place."""
        self.running[number].kill()
        self.running[number].join()
        self.running[number] = self.begin()

    def told(self) -> Counter[tuple[str, str]]:
        """How often each chat was told each change, "4 → 5"."""
        file = self._folder / "told"
        lines = file.read_text().splitlines() if file.exists() else []
        return Counter((chat, _difference(text)) for chat, text in map(json.loads, lines))


def _difference(text: str) -> str:
    old, new = (
        line.rpartition("192.0.2.")[2].partition(" ")[0]
        for line in text.splitlines()
        if line.startswith(("- było: ", "- jest: "))
    )
    return f"{old} → {new}"


@contextmanager
def two_bots(address: str, folder: Path, lease: float) -> Iterator[Bots]:
    bots = Bots(address, folder, lease)
    try:
        yield bots
    finally:
        for process in bots.running:
            process.kill()
            process.join()


def shows(folder: Path, number: int) -> None:
    """What stands in DNS from now on; a look sees the old or the new, never half of it."""
    (folder / "new").write_text(f"v=spf1 ip4:192.0.2.{number} -all")
    (folder / "new").rename(folder / "spf")


async def begin(address: str, folder: Path) -> None:
    shows(folder, 0)
    async with open_store(address, DAYS) as store:
        for chat in CHATS:
            await store.watches.add(Watch(chat, FIRMA, Language.PL, chat), 10, time())


async def begun(address: str) -> None:
    """Wait until the first look has been kept."""
    async with open_store(address, DAYS) as store:
        until = monotonic() + PATIENCE
        while monotonic() < until:
            watched = await store.watches.load(FIRMA.name)
            if watched is not None and watched.state.is_begun:
                return
            await asyncio.sleep(0.05)
    raise AssertionError("nobody looked")


async def arrived(bots: Bots, change: str) -> None:
    until = monotonic() + PATIENCE
    while monotonic() < until:
        told = bots.told()
        if all(told[chat, change] for chat in CHATS):
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"{change} was lost: {bots.told()}")


async def test_two_processes_tell_every_change_once(address: str, tmp_path: Path) -> None:
    await begin(address, tmp_path)
    # Nobody is killed, so nobody's lease may run out, even where the machine holds one up.
    with two_bots(address, tmp_path, LEASE) as bots:
        await begun(address)
        for number in range(1, ROUNDS + 1):
            shows(tmp_path, number)
            await arrived(bots, f"{number - 1} → {number}")
        await asyncio.sleep(0.5)
        told = bots.told()
    changes = [f"{number - 1} → {number}" for number in range(1, ROUNDS + 1)]
    assert told == {(chat, change): 1 for chat in CHATS for change in changes}


async def test_killed_at_any_moment_they_lose_no_news(address: str, tmp_path: Path) -> None:
    chance = random.Random(2026)
    await begin(address, tmp_path)
    with two_bots(address, tmp_path, SHORT_LEASE) as bots:
        await begun(address)
        for number in range(1, KILLS + 1):
            shows(tmp_path, number)
            await asyncio.sleep(chance.uniform(0.0, 0.6))
            bots.kill(chance.randrange(2))
            await arrived(bots, f"{number - 1} → {number}")
        told = bots.told()
    changes = [f"{number - 1} → {number}" for number in range(1, KILLS + 1)]
    assert set(told) == {(chat, change) for chat in CHATS for change in changes}
    # Only what was on its way at the moment of a kill may arrive a second time.
    assert sum(told.values()) - len(told) <= KILLS * MOST_AT_ONCE
