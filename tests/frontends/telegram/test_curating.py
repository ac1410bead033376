"""Votes and curators in a group, against the strict double: who counts, how often, and who may."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.frontends.telegram import members
from bot.storage.questions import VOTES
from bot.storage.store import Store
from tests.doubles.botapi import BotApi, Fault
from tests.frontends.telegram.telegram_kit import slow
from tests.frontends.telegram.test_cases import SCALE, UNKNOWN, shows
from tests.frontends.telegram.test_forgetting import living

OFFICE = -1003


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(limits=slow(SCALE)) as server:
        yield server


async def votes(store: Store) -> dict[str, bool]:
    async with store.database.read() as connection:
        rows = await connection.execute(select(VOTES.c.person, VOTES.c.is_up))
        return {row.person: row.is_up for row in rows}


async def pressed(api: BotApi, number: int) -> None:
    await api.until(lambda: len(api.world.toasts) == number)


async def test_everybody_in_a_group_votes_once_and_may_change_it(
    api: BotApi, tmp_path: Path
) -> None:
    group = api.world.group(OFFICE, "Biuro")
    anna, jan = api.world.person(5, name="Anna"), api.world.person(6, name="Jan")
    async with living(api, f"sqlite:///{tmp_path / 'bot.db'}") as store:
        anna.writes("/ask czym się różni imap od pop3?", group)
        await shows(api, OFFICE, "Wybierz IMAP")
        for number, (person, thumb) in enumerate(
            [(anna, "👍"), (jan, "👎"), (jan, "👎"), (jan, "👍"), (anna, "👎")], start=1
        ):
            if number == 3:
                api.fail("answerCallbackQuery", Fault(flood=0.05))
            person.presses(thumb, chat=group)
            await pressed(api, number)
        assert await votes(store) == {"tg:5": False, "tg:6": True}
        assert len(api.world.shown(OFFICE)) == 1  # a vote says nothing to the group


async def test_only_curators_curate_and_a_press_of_another_changes_nothing(
    api: BotApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(members, "FRESH", 0.0)  # rights change between two presses here
    group = api.world.group(OFFICE, "Biuro")
    group.members[1] = "creator"
    anna, boss = api.world.person(5, name="Anna"), api.world.person(1, name="Ewa")
    async with living(api, f"sqlite:///{tmp_path / 'bot.db'}") as store:
        anna.writes(f"/ask {UNKNOWN}", group)
        await shows(api, OFFICE, "nie chcę zgadywać")
        anna.writes("/questions", group)
        await shows(api, OFFICE, "tylko dla administratorów i pomagających")
        boss.writes("/questions", group)
        listed = await shows(api, OFFICE, "1 pytanie bez dobrej odpowiedzi")
        anna.presses("1. ", listed.message_id, chat=group)
        await api.until(lambda: not api.waiting)
        boss.presses("1. ", listed.message_id, chat=group)
        opened = await shows(api, OFFICE, "Najbliższy temat")
        assert f"• {UNKNOWN}" in opened.text  # without the command before it
        assert opened.message_id == listed.message_id
        group.members[1] = "member"  # is an administrator no more
        boss.presses("➕", opened.message_id, chat=group)
        await api.until(lambda: not api.waiting)
        assert await store.questions.drafts() == ()


async def test_many_questions_are_pages_within_telegrams_limits(
    api: BotApi, tmp_path: Path
) -> None:
    anna, basia = api.world.person(5, name="Anna"), api.world.person(8, name="Basia")
    long = "bardzo " * 60
    async with living(api, f"sqlite:///{tmp_path / 'bot.db'}") as store:
        for number in range(30):
            letters = "".join(chr(97 + (number * 7 + at) % 26) for at in range(6))
            before = len(api.world.shown(5))
            anna.writes(f"{letters} {letters} {letters} rododendron {long} {letters}?")
            await api.until(lambda had=before: len(api.world.shown(5)) > had)
        async with store.database.read() as connection:
            assert await connection.scalar(select(func.count()).select_from(VOTES)) == 0
        basia.writes("/questions")
        listed = await shows(api, 8, "bez dobrej odpowiedzi")
        assert len(listed.text) <= 4096
        assert listed.buttons
        assert not [call for call in api.calls if call.error]
