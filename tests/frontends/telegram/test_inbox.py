"""More at once than Telegram shows: what is confirmed early is safe, and comes again in order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from telegram import Update

from bot.frontends.telegram.poll import WINDOW, Poller
from bot.storage.store import Store, open_store
from tests.doubles.botapi import BotApi
from tests.frontends.telegram.telegram_kit import make_bot
from tests.storage.conftest import DAYS

MANY = WINDOW + 20


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        yield server


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(f"sqlite:///{tmp_path / 'db'}", DAYS) as opened:
        yield opened


class Process:
    """One life of the poller: what it took over, and dealing with it when the test says so."""

    def __init__(self, api: BotApi, store: Store) -> None:
        self._api = api
        self._store = store
        self.texts: dict[int, str] = {}
        self.poller: Poller

    @asynccontextmanager
    async def alive(self) -> AsyncIterator["Process"]:
        bot, polling = make_bot(self._api)
        async with bot:
            self.poller = Poller(bot, polling, self._accept, self._store.inbox)
            running = asyncio.create_task(self.poller.run())
            yield self
            running.cancel()  # as a kill: nothing is confirmed, nothing is put in order
            await asyncio.gather(running, return_exceptions=True)

    def _accept(self, update: Update) -> None:
        assert update.update_id not in self.texts
        assert update.message is not None
        self.texts[update.update_id] = update.message.text or ""

    def deal_with_all(self) -> None:
        for number in self.texts:
            self.poller.settle(number)


async def test_a_kill_loses_nothing_that_was_confirmed_early(api: BotApi, store: Store) -> None:
    anna = api.world.person(7)
    wanted = [f"question {number}" for number in range(MANY)]
    for text in wanted:
        anna.writes(text)
    async with Process(api, store).alive() as process:
        await api.until(lambda: len(process.texts) == MANY)
        assert len(api.waiting) < MANY  # some are confirmed, and none is dealt with
    async with Process(api, store).alive() as process:
        await api.until(lambda: len(process.texts) == MANY)
        assert list(process.texts.values()) == wanted
        process.deal_with_all()
        await api.until(lambda: not api.waiting)
    async with Process(api, store).alive() as process:
        anna.writes("one more")
        await api.until(lambda: process.texts)
        assert list(process.texts.values()) == ["one more"]
        process.deal_with_all()
        await api.until(lambda: not api.waiting)
    assert await store.inbox.left() == {}


async def test_a_kill_before_the_confirmation_gives_nothing_twice(
    api: BotApi, store: Store
) -> None:
    anna = api.world.person(7)
    for number in range(3):
        anna.writes(f"question {number}")
    async with Process(api, store).alive() as process:
        await api.until(lambda: len(process.texts) == 3)
        bot, _ = make_bot(api)
        updates = {update["update_id"]: update for update in api._updates}
        async with bot:
            await store.inbox.keep(
                {n: Update.de_json(raw, bot).to_json() for n, raw in updates.items()}
            )
    async with Process(api, store).alive() as process:  # which asserts that nothing comes twice
        await api.until(lambda: len(process.texts) == 3)
        process.deal_with_all()
        await api.until(lambda: not api.waiting)


async def test_what_cannot_be_read_any_more_is_let_go(api: BotApi, store: Store) -> None:
    api.world.person(7)
    await store.inbox.keep({5: '{"update_id": 5, "message": 7}'})
    async with Process(api, store).alive() as process:
        await api.until(lambda: len(api.made("getUpdates")) > 1 or api.made("getUpdates"))
        assert process.texts == {}
    async with Process(api, store).alive():
        await api.until(lambda: api.made("getUpdates"))
