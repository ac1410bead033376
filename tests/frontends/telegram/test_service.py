"""The bot that keeps things, as a process: killed in the middle, and started again."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from time import time

import pytest
from sqlalchemy import select, update

from bot.conversation.ports import Incoming
from bot.conversation.session import Session
from bot.conversation.watching.compare import Change, ChangeKind, State
from bot.conversation.watching.watch import Watch
from bot.model.check import Target, TargetKind
from bot.model.language import Language
from bot.storage.schedule import JOBS
from bot.storage.schema import METADATA
from bot.storage.store import Store, open_store
from bot.storage.watches import LOOK
from tests.doubles.botapi import BotApi, Fault
from tests.frontends.telegram.telegram_kit import wits
from tests.frontends.telegram.test_process import STARTED, environment, program
from tests.storage.clock import DAY, Clock
from tests.storage.conftest import DAYS, address, server

__all__ = ["address", "server"]  # fixtures: SQLite, and PostgreSQL where it is installed

FIRMA = Target(TargetKind.NAME, "firma.pl", "firma.pl")


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        yield server


@pytest.fixture(autouse=True)
def learnt() -> None:
    """A first start learns for a while: not within the time of a test."""
    wits()


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'bot.db'}"


async def news(store: Store, chat: str) -> None:
    """A watch of firma.pl whose news is due."""
    await store.watches.add(Watch(chat, FIRMA, Language.PL, chat), 10, 0.0)
    watched = await store.watches.load("firma.pl")
    assert watched is not None
    await store.watches.record(watched, State(), (Change(ChangeKind.DOWN, "mx1.firma.pl"),), 0.0)
    await store.schedule.cancel(LOOK, "firma.pl")


async def leases_run_out(database: str) -> None:
    """What a minute would do."""
    async with open_store(database, DAYS) as store, store.database.write() as connection:
        await connection.execute(update(JOBS).values(leased_until=0.0))


async def test_news_survives_a_kill_while_it_is_told_and_arrives_once(
    api: BotApi, database: str
) -> None:
    api.world.person(7)
    async with open_store(database, DAYS) as store:
        await news(store, "tg:7")
    env = environment(api.url) | {"DATABASE_URL": database}
    api.fail("sendMessage", Fault(stall=600))
    async with program(env) as process:
        await api.until(lambda: api.made("sendMessage"), STARTED)
        process.kill()
        await process.wait()
    assert api.world.shown(7) == []
    await leases_run_out(database)
    async with program(env):
        await api.until(lambda: api.world.shown(7), STARTED)
        (message,) = api.world.shown(7)
        assert "mx1.firma.pl nie odpowiada" in message.text.replace("\xa0", " ")
        anna = api.world.person(7)
        anna.presses("Nie obserwuj", message.message_id)
        await api.until(lambda: len(api.world.shown(7)) == 2)
    async with open_store(database, DAYS) as store:
        assert await store.watches.of_chat("tg:7") == ()


async def test_a_conversation_goes_on_after_a_kill(api: BotApi, database: str) -> None:
    anna = api.world.person(7)
    env = environment(api.url) | {"DATABASE_URL": database}
    async with program(env) as process:
        anna.writes("/watch")
        await api.until(lambda: api.world.shown(7), STARTED)
        await api.until(lambda: not api.waiting)
        process.kill()
        await process.wait()
    async with program(env):
        anna.writes("firma.pl")  # the answer to the question that stood
        await api.until(lambda: len(api.world.shown(7)) == 2, STARTED)
        assert "Obserwuję firma.pl" in api.world.shown(7)[1].text
        anna.writes("/forget")
        await api.until(lambda: len(api.world.shown(7)) == 3)
        text = api.world.shown(7)[2].text.replace("\xa0", " ")
        assert "1 rozmowa" in text
        assert "1 obserwowana domena" in text


async def kept_of(address: str, person: str) -> list[str]:
    """Every column of every table in which somebody's key stands."""
    async with open_store(address, DAYS) as store, store.database.read() as connection:
        return [
            f"{table.name}.{name}"
            for table in METADATA.sorted_tables
            for row in (await connection.execute(select(table))).mappings()
            for name, value in row.items()
            if person in str(value)
        ]


async def test_what_is_kept_is_told_in_the_chat_and_erased_there(api: BotApi, address: str) -> None:
    anna = api.world.person(7)

    def said(number: int) -> str:
        return str(api.world.shown(7)[number - 1].text).replace("\xa0", " ")

    async with program(environment(api.url) | {"DATABASE_URL": address}):
        anna.writes("/watch firma.pl")
        await api.until(lambda: len(api.world.shown(7)) == 1, STARTED)
        anna.writes("/privacy")
        await api.until(lambda: len(api.world.shown(7)) == 2)
        assert "usuwam po 30 dniach" in said(2)
        assert "usuwa od razu wszystko, co trzymam o Tobie" in said(2)
        assert {each.partition(".")[0] for each in await kept_of(address, "tg:7")} >= {
            "sessions",
            "watches",
        }
        anna.writes("/forget")
        await api.until(lambda: len(api.world.shown(7)) == 3)
        assert "Usunąłem wszystko" in said(3)
        assert "1 obserwowana domena" in said(3)
        await api.until(lambda: not api.waiting)
        assert await kept_of(address, "tg:7") == []
        anna.writes("/forget")
        await api.until(lambda: len(api.world.shown(7)) == 4)
        assert said(4).startswith("Nie trzymam o Tobie niczego.")


async def test_a_bot_that_starts_clears_away_what_is_too_old(api: BotApi, address: str) -> None:
    limit = DAYS["sessions"] * DAY
    for person, age in (("tg:7", limit + DAY), ("tg:8", limit - DAY)):
        async with open_store(address, DAYS, Clock(time() - age)) as store:
            await store.sessions.save(Incoming(person, person=person), Session(domain="firma.pl"))
    assert await kept_of(address, "tg:7")
    api.world.person(7)
    async with program(environment(api.url) | {"DATABASE_URL": address}):
        async with asyncio.timeout(STARTED):
            while await kept_of(address, "tg:7"):  # noqa: ASYNC110 - another process clears
                await asyncio.sleep(0.2)
    assert await kept_of(address, "tg:8")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://u:hunter2@db/bot", "DATABASE_URL"),
        ("postgresql://u:hunter2@127.0.0.1:9/bot", "Nie mogę użyć bazy danych"),
    ],
)
async def test_a_database_that_is_not_there_is_one_sentence_without_the_password(
    api: BotApi, url: str, sentence: str
) -> None:
    env = environment(api.url) | {"DATABASE_URL": url, "LC_ALL": "pl_PL.UTF-8"}
    async with program(env) as process:
        out, err = await process.communicate()
    assert process.returncode == 2
    assert sentence in err.decode()
    assert "hunter2" not in (out + err).decode()
    assert "Traceback" not in err.decode()
