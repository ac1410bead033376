"""Two processes that carry letters on one database: each arrives once, in order; none is lost."""

import asyncio
import json
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from time import monotonic, time

from bot.conversation.cases.case import Case, Desk, Kind, Letter, Reach, Way
from bot.model.language import Language
from bot.storage.store import Store, open_store
from tests.conversation.cases.cases_kit import ANNA, BASIA, PLAIN
from tests.storage.cases_process import carry
from tests.storage.conftest import DAYS

CASES, LETTERS = 4, 8
KILLS = 6
PATIENCE = 60.0
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.storage.cases_process"])


class Bots:
    """Two processes, and what they have sent."""

    def __init__(self, address: str, folder: Path) -> None:
        self._address = address
        self._folder = folder
        self.running = [self.begin(), self.begin()]

    def begin(self) -> BaseProcess:
        process = FORKS.Process(target=carry, args=(self._address, self._folder))
        process.start()
        return process

    def kill(self, number: int) -> None:
        """As by kill -9; another takes its place."""
        self.running[number].kill()
        self.running[number].join()
        self.running[number] = self.begin()

    def told(self, person: str) -> list[str]:
        """What people's own words were sent to one of those who asked."""
        file = self._folder / "told"
        lines = file.read_text().splitlines() if file.exists() else []
        return [text.splitlines()[1] for chat, text in map(json.loads, lines) if chat == person]


@contextmanager
def two_bots(address: str, folder: Path) -> Iterator[Bots]:
    bots = Bots(address, folder)
    try:
        yield bots
    finally:
        for process in bots.running:
            process.kill()
            process.join()


async def opened(store: Store) -> dict[str, int]:
    """A case for each of several people: their numbers."""
    await store.cases.set_desk(Desk(PLAIN, Reach.ALL, Language.PL))
    found = {}
    for at in range(CASES):
        person = f"{ANNA}{at}"
        case = Case(person, person, PLAIN, Language.PL, "nie działa mi poczta")
        kept = await store.cases.open(case, person, f"tg:open-{at}", time(), 3600)
        found[person] = kept.number
    return found


async def answer(store: Store, numbers: dict[str, int], at: int) -> None:
    for person, number in numbers.items():
        name = f"{person}-{at}"
        letter = Letter(number, Way.PERSON, Kind.TEXT, PLAIN, name, BASIA, f"odpowiedź {at}")
        await store.cases.write(letter, time(), 3600)


async def arrived(bots: Bots, numbers: dict[str, int]) -> None:
    wanted = {f"odpowiedź {at}" for at in range(LETTERS)}
    until = monotonic() + PATIENCE
    while monotonic() < until:
        if all(wanted <= set(bots.told(person)) for person in numbers):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"lost: {[bots.told(person) for person in numbers]}")


async def test_two_processes_carry_every_letter_once_and_in_order(
    address: str, tmp_path: Path
) -> None:
    async with open_store(address, DAYS) as store:
        numbers = await opened(store)
        with two_bots(address, tmp_path) as bots:
            for at in range(LETTERS):
                await answer(store, numbers, at)
            await arrived(bots, numbers)
            await asyncio.sleep(0.3)
            for person in numbers:
                assert bots.told(person) == [f"odpowiedź {at}" for at in range(LETTERS)]


async def test_kills_lose_no_letter_and_double_only_what_was_on_its_way(
    address: str, tmp_path: Path
) -> None:
    async with open_store(address, DAYS) as store:
        numbers = await opened(store)
        with two_bots(address, tmp_path) as bots:
            for at in range(LETTERS):
                await answer(store, numbers, at)
                if at < KILLS:
                    await asyncio.sleep(0.1)
                    bots.kill(at % 2)
            await arrived(bots, numbers)
            for person in numbers:
                told = bots.told(person)
                first = list(dict.fromkeys(told))
                assert first == [f"odpowiedź {at}" for at in range(LETTERS)]
                assert len(told) - len(first) <= KILLS
