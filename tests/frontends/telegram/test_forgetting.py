"""/forget after a whole life with the bot: nothing of the person is left in any table."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import select

from bot.storage.schema import METADATA, personal_columns
from bot.storage.store import Store
from tests.doubles.botapi import BotApi
from tests.doubles.botapi_chats import Chat, Person
from tests.frontends.telegram.telegram_kit import (
    keeping,
    slow,
)
from tests.frontends.telegram.test_cases import OPERATOR, forum, set_up, shows
from tests.storage.conftest import address, server

__all__ = ["address", "server"]  # fixtures: SQLite, and PostgreSQL where it is installed

SCALE = 0.01
OFFICE = -1003
# What is nowhere else in this test: her number, her name, and the words that only she wrote.
NUMBER, NAME = 98_765_431, "Zyzanna"
HELPER = {f"tg:{OPERATOR}", "Basia"}
PERSONAL = {
    table.name
    for table in METADATA.sorted_tables
    if any(personal_columns(table)) and not table.info.get("hidden")
}
OF_HELPERS = {"drafts", "outages"}  # where only helpers are named
WORDS = ("flaming", "pelargoni", "storczyk", "rododendron", "zyzdomena", "magnoli")
TRACES = (f"{NUMBER}", NAME, *WORDS)


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(limits=slow(SCALE)) as server:
        yield server


@asynccontextmanager
async def living(api: BotApi, address: str) -> AsyncIterator[Store]:
    """The whole bot: it learns, and it has a radar."""
    async with keeping(api, address, OPERATOR, SCALE) as (store, _):
        yield store


async def left(store: Store, traces: tuple[str, ...]) -> set[str]:
    """Where a trace is, in any column of any table that there is."""
    found = set()
    async with store.database.read() as connection:
        for table in METADATA.sorted_tables:
            for row in (await connection.execute(select(table))).mappings():
                for name, value in row.items():
                    said = f"{value}".casefold()
                    found |= {
                        f"{table.name}.{name}: {trace}"
                        for trace in traces
                        if trace.casefold() in said
                    }
    return found


async def forgets(store: Store, api: BotApi, person: Person, traces: tuple[str, ...]) -> None:
    """The words of the answer, and a moment in which what follows is done."""
    person.writes("/forget")
    await shows(api, person.id, "Usunąłem wszystko")
    for _ in range(200):
        if not (after := await left(store, traces)):
            return
        await asyncio.sleep(0.05)
    assert after == set()


async def lives(api: BotApi, helpers: Chat, basia: Person, anna: Person) -> None:
    """Everything that the bot keeps anything of."""
    office = api.world.group(OFFICE, "Biuro")
    office.members |= {NUMBER: "creator"}
    anna.writes("/human jak podlewać flamingowy kwiat w doniczce na oknie")
    await shows(api, NUMBER, "Przekażę to ludziom")
    anna.presses("Wyślij")
    await shows(api, NUMBER, "Przekazałem ludziom")
    thread = (await shows(api, helpers.id, "flamingowy")).thread
    passed = await shows(api, NUMBER, "Przekazałem ludziom")
    anna.writes("dodam, że to pelargonia", reply_to=passed.message_id)
    await shows(api, helpers.id, "pelargonia")
    helped = basia.writes("Zyzanno, podlewaj rzadziej", helpers, thread=thread)
    answer = await shows(api, NUMBER, "podlewaj rzadziej")
    anna.writes("a storczyki?", reply_to=answer.message_id)
    await shows(api, helpers.id, "storczyki")
    anna.writes("/watch zyzdomena.example")
    await shows(api, NUMBER, "Obserwuję zyzdomena.example")
    edited = anna.writes("nie mogę wysłać maila z onetu")
    await shows(api, NUMBER, "Nie mogę wysłać")
    anna.presses("👎")
    await api.until(lambda: any("Zapisałem" in text for _, text in api.world.toasts))
    anna.edits(edited, "czym się różni imap od pop3?")
    await shows(api, NUMBER, "Wybierz IMAP")
    anna.writes(f"/group helpers add {NUMBER}", office)
    await shows(api, OFFICE, "Zapisałem")
    anna.writes("/ask@listonosz_bot jak przycinać rododendron w ogródku jesienią", office)
    await api.until(lambda: len(api.world.shown(OFFICE)) == 2)  # whatever it says to that
    anna.writes("/human")
    await shows(api, NUMBER, "Napisz w jednej wiadomości")
    anna.writes("jak przesadzić magnolię z ogródka do donicy")
    await shows(api, NUMBER, "magnolię")
    basia.writes("/outage wp.pl cannot-send 23:59", helpers)
    await shows(api, helpers.id, "WP: awaria potwierdzona")
    basia.writes("/topic kwiaty-w-domu Jak je podlewać?", helpers, reply_to=helped)
    await shows(api, helpers.id, "Szkic tematu „kwiaty-w-domu”")


async def test_after_a_whole_life_nothing_is_left_in_any_column_of_any_table(
    api: BotApi, address: str
) -> None:
    helpers, anna = forum(api), api.world.person(NUMBER, name=NAME)
    async with living(api, address) as store:
        basia = await set_up(api, helpers)
        await lives(api, helpers, basia, anna)
        before = await left(store, TRACES)
        # A table that is new and missing here is not tried: let her leave something in it.
        assert {each.partition(".")[0] for each in before} >= PERSONAL - OF_HELPERS
        await forgets(store, api, anna, TRACES)
        helped = await left(store, tuple(HELPER))
        assert {each.partition(".")[0] for each in helped} >= OF_HELPERS
        await forgets(store, api, basia, tuple(HELPER))
