"""What is kept of a person is told, erased on their word, and cleared away when it is old."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, Double, Float, Integer, Table, func, insert, select

from bot.knowledge import load_knowledge
from bot.model.language import WRITTEN, Language
from bot.storage.schema import METADATA, chat_columns, conversation_columns, personal_columns
from bot.storage.store import Store
from tests.storage.clock import DAY, Clock
from tests.storage.conftest import DAYS

TABLES = METADATA.sorted_tables
ANNA, BASIA, GROUP = "tg:5", "tg:6", "tg:-100"
PERSONAL = {"person", "helper", "author", "asker", "user", "owner", "curator", "assignee"}


def row(table: Table, number: int, **named: str) -> dict[str, Any]:
    """A row of a table that nobody here knows: every column filled by its type and marks."""
    values: dict[str, Any] = {}
    for column in table.columns:
        if column.foreign_keys:
            values[column.name] = number
        elif column.name in named:
            values[column.name] = named[column.name]
        elif column.primary_key and isinstance(column.type, Integer):
            values[column.name] = number
        else:
            values[column.name] = filler(column, number)
    return values


def filler(column: Column[Any], number: int) -> Any:
    if isinstance(column.type, Boolean):
        return True
    if isinstance(column.type, Integer):
        return number
    if isinstance(column.type, Double | Float):
        return float(number)
    return f"tg:-{number}" if column.name == "chat" else f"{number}"


def personal(table: Table) -> Iterator[str]:
    yield from (column.name for column, _ in personal_columns(table))


async def fill(store: Store) -> None:
    """In every table: rows of Anna in a group, of Anna in private, and of Basia."""
    async with store.database.write() as connection:
        for table in TABLES:
            people, chats = list(personal(table)), [each.name for each in chat_columns(table)]
            for number, (person, chat) in enumerate(
                [(ANNA, GROUP), (ANNA, ANNA), (BASIA, GROUP)], start=1
            ):
                named = dict.fromkeys(people, person) | dict.fromkeys(chats, chat)
                if not people and number == 3:
                    named = dict.fromkeys(chats, BASIA)
                await connection.execute(insert(table).values(**row(table, number, **named)))


async def count(store: Store, table: Table) -> int:
    async with store.database.read() as connection:
        return int(await connection.scalar(select(func.count()).select_from(table)) or 0)


async def mentions(store: Store, person: str) -> list[str]:
    """Where a person is still named, in any column of any table."""
    found = []
    async with store.database.read() as connection:
        for table in TABLES:
            for each in (await connection.execute(select(table))).mappings():
                found += [f"{table.name}.{name}" for name, value in each.items() if value == person]
    return found


async def test_forgetting_leaves_a_person_in_no_table(store: Store) -> None:
    await fill(store)
    assert await mentions(store, ANNA)
    erased = await store.archive.erase(ANNA)
    assert await mentions(store, ANNA) == []
    told = {each.kind for each in erased}
    assert told == {
        table.name
        for table in TABLES
        if (list(personal(table)) or list(chat_columns(table))) and not table.info.get("hidden")
    }
    assert all(each.count > 0 for each in erased)


async def test_forgetting_leaves_others_alone(store: Store) -> None:
    await fill(store)
    before = await mentions(store, BASIA)
    assert before
    await store.archive.erase(ANNA)
    assert await mentions(store, BASIA) == before


async def test_whom_nothing_is_kept_of_is_told_so(store: Store) -> None:
    assert await store.archive.erase(ANNA) == ()
    assert await store.archive.erase("") == ()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_that_names_somebody_is_marked(table: Table) -> None:
    marked = set(personal(table))
    named = {each.name for each in table.columns if set(each.name.split("_")) & PERSONAL}
    assert named <= marked
    chats = {each.name for each in table.columns if "chat" in each.name.split("_")}
    assert chats <= {each.name for each in chat_columns(table)}
    conversations = {each.name for each in table.columns if "conversation" in each.name}
    assert conversations <= {each.name for each in conversation_columns(table)}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_age_is_a_setting_and_a_column(table: Table) -> None:
    if "keep" in table.info:
        assert table.info["keep"] in DAYS
        assert table.info["since"] in table.columns


# What no clock takes away, and what does instead.
AGELESS = {
    "case_letters": "goes with its case",
    "counts": "numbers without persons",
    "desk_links": "stands until an administrator ends it",
    "desks": "stands until an administrator ends it",
    "drafts": "goes when it is taken over or discarded",
    "editions": "a row for each kind, of no person",
    "group_helpers": "stands until an administrator takes them off",
    "groups": "stands until an administrator changes it",
    "jobs": "goes when it is done",
    "outage_counts": "numbers without persons, four weeks long: StoredCounts.tidy",
    "watched": "goes with the last watch",
    "watches": "stands until somebody ends it",
}


def test_whatever_has_no_age_goes_in_another_way() -> None:
    assert {table.name for table in TABLES if "keep" not in table.info} == set(AGELESS)


@pytest.mark.parametrize("language", WRITTEN)
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_whatever_is_kept_is_told_and_its_erasing_too(table: Table, language: Language) -> None:
    if table.info.get("hidden"):
        return
    phrases, name = load_knowledge().phrases, table.name.replace("_", "-")
    assert phrases.say(f"privacy.kept.{name}", language)
    if list(personal(table)) or list(chat_columns(table)):
        for number in (1, 2, 5):
            assert str(number) in phrases.say(f"privacy.erased.{name}", language, count=number)


async def test_only_what_is_too_old_is_cleared(store: Store, clock: Clock) -> None:
    aged = [table for table in TABLES if "keep" in table.info]
    async with store.database.write() as connection:
        for table in aged:
            limit = DAYS[table.info["keep"]] * DAY
            for number, age in enumerate((limit - 60, limit + 60), start=1):
                values = row(table, number) | {table.info["since"]: clock() - age}
                await connection.execute(insert(table).values(**values))
    await store.archive.clear(clock())
    assert [await count(store, table) for table in aged] == [1] * len(aged)


async def test_holdings_name_the_days_that_are_set(store: Store) -> None:
    days = {each.kind: each.days for each in store.archive.holdings()}
    assert days["sessions"] == DAYS["sessions"]
    assert days["groups"] is None
    assert "jobs" not in days
