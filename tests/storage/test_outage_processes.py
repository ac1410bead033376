"""Two processes with a radar on one database: a card and an end are told once, kills lose none."""

import asyncio
import json
import multiprocessing
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.process import BaseProcess
from pathlib import Path
from time import monotonic, time

from sqlalchemy import insert

from bot.conversation.outages.burst import HOUR
from bot.conversation.outages.outage import EVERYBODY, Complaint, State, Symptom
from bot.jobs.clerk import MOST_AT_ONCE
from bot.model.language import Language
from bot.storage.outages_tables import COUNTS
from bot.storage.store import Store, open_store
from tests.storage.conftest import DAYS
from tests.storage.outage_process import LEAST, OPERATOR, watch

PLACES = {"onet": "Onet", "wp": "WP", "o2": "o2", "interia": "Interia", "gmail": "Gmail"}
PEOPLE = 6
PATIENCE = 90.0  # a card that was being sent when its process was killed waits for a minute
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.storage.outage_process"])


class Bots:
    """Two processes, and what they have told."""

    def __init__(self, address: str, folder: Path) -> None:
        self._address = address
        self._folder = folder
        self.kills = 0
        self.running = [self.begin(), self.begin()]

    def begin(self) -> BaseProcess:
        process = FORKS.Process(target=watch, args=(self._address, self._folder))
        process.start()
        return process

    def kill(self, number: int) -> None:
        """As by kill -9; another takes its place."""
        self.running[number].kill()
        self.running[number].join()
        self.running[number] = self.begin()
        self.kills += 1

    def told(self) -> Counter[tuple[str, str]]:
        """How often each chat was told each thing, by its first line."""
        file = self._folder / "told"
        lines = file.read_text().splitlines() if file.exists() else []
        return Counter((chat, text.splitlines()[0]) for chat, text in map(json.loads, lines))


@contextmanager
def two_bots(address: str, folder: Path) -> Iterator[Bots]:
    bots = Bots(address, folder)
    try:
        yield bots
    finally:
        for process in bots.running:
            process.kill()
            process.join()


async def lived(store: Store) -> None:
    """Two weeks in which nobody asked."""
    this = int(time() // HOUR)
    row = {"scope_chat": "", "place": "", "symptom": "", "people": 0}
    async with store.database.write() as connection:
        hours = range(this - 14 * 24, this)
        await connection.execute(insert(COUNTS), [{**row, "hour": hour} for hour in hours])


async def ask(store: Store, place: str) -> None:
    for number in range(PEOPLE):
        person = f"tg:{number}"
        asked = Complaint(place, Symptom.SENDING, person, person, "", Language.PL)
        await store.outages.note(asked, time(), HOUR, LEAST)


async def arrived(bots: Bots, *wanted: tuple[str, str]) -> None:
    until = monotonic() + PATIENCE
    while monotonic() < until:
        told = bots.told()
        if all(told[each] for each in wanted):
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"{wanted} was lost: {bots.told()}")


async def decide(store: Store, place: str, state: State) -> None:
    """As the office does, against looks that change the same."""
    while (outage := await store.outages.open_at(EVERYBODY, place)) is not None:
        now = time()
        if state is State.CONFIRMED:
            if await store.outages.change(replace(outage, state=state), now, OPERATOR):
                return
        elif await store.outages.end(
            replace(outage, state=state, ended_at=now), now, PLACES[place], OPERATOR, {}
        ):
            return
    raise AssertionError("nothing is open")


def card(place: str) -> tuple[str, str]:
    return OPERATOR, f"Is there an outage at {PLACES[place]}?"


def ends(place: str) -> list[tuple[str, str]]:
    end = f"{PLACES[place]}: awaria się skończyła"
    return [(f"tg:{number}", end) for number in range(PEOPLE)]


async def test_two_processes_tell_every_outage_and_its_end_once(
    address: str, tmp_path: Path
) -> None:
    async with open_store(address, DAYS) as store:
        await lived(store)
        with two_bots(address, tmp_path) as bots:
            for place in PLACES:
                await ask(store, place)
                await arrived(bots, card(place))
                await decide(store, place, State.CONFIRMED)
                await decide(store, place, State.OVER)
                await arrived(bots, *ends(place))
            await asyncio.sleep(0.5)
            told = bots.told()
    wanted = [each for place in PLACES for each in (card(place), *ends(place))]
    assert told == dict.fromkeys(wanted, 1)


async def test_killed_at_any_moment_they_lose_no_outage_and_no_end(
    address: str, tmp_path: Path
) -> None:
    chance = random.Random(2026)
    async with open_store(address, DAYS) as store:
        await lived(store)
        with two_bots(address, tmp_path) as bots:

            async def dies() -> None:
                await asyncio.sleep(chance.uniform(0.0, 0.5))
                bots.kill(chance.randrange(2))

            for place in PLACES:
                await ask(store, place)
                await dies()
                await arrived(bots, card(place))
                await decide(store, place, State.CONFIRMED)
                await dies()
                await decide(store, place, State.OVER)
                await dies()
                await arrived(bots, *ends(place))
            told = bots.told()
    wanted = {each for place in PLACES for each in (card(place), *ends(place))}
    assert set(told) == wanted
    # Only what was on its way at the moment of a kill may arrive a second time.
    assert sum(told.values()) - len(told) <= bots.kills * MOST_AT_ONCE
