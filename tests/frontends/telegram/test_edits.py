"""An edited question gets its answer edited, also when the bot was started anew in between."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage.store import open_store
from tests.doubles.botapi import BotApi
from tests.frontends.telegram.telegram_kit import slow
from tests.frontends.telegram.test_cases import SCALE, serving
from tests.storage.conftest import DAYS

IMAP, SPF = "imap czy pop3?", "co to jest SPF?"
GROUP = -1005


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(limits=slow(SCALE)) as server:
        yield server


@pytest.mark.parametrize("where", ["private", "group"])
async def test_after_a_restart_the_same_message_is_edited(
    api: BotApi, tmp_path: Path, where: str
) -> None:
    database = f"sqlite:///{tmp_path / 'bot.db'}"
    anna = api.world.person(5)
    group = api.world.group(GROUP, "Biuro") if where == "group" else None
    chat, call = (GROUP, "/ask@listonosz_bot ") if group else (5, "")
    async with serving(api, database):
        question = anna.writes(call + IMAP, group)
        await api.until(lambda: api.world.shown(chat))
    (before,) = api.world.shown(chat)
    assert "IMAP" in before.text
    async with serving(api, database):
        anna.edits(question, call + SPF, group)
        await api.until(lambda: "SPF" in api.world.shown(chat)[0].text)
    (after,) = api.world.shown(chat)
    assert after.message_id == before.message_id


async def test_what_was_not_answered_stays_unanswered_when_edited(
    api: BotApi, tmp_path: Path
) -> None:
    database = f"sqlite:///{tmp_path / 'bot.db'}"
    anna = api.world.person(5)
    api.world.bot["can_read_all_group_messages"] = True
    group = api.world.group(GROUP, "Biuro")
    aside = anna.writes("dzień dobry wszystkim", group)
    async with serving(api, database):
        anna.edits(aside, f"/ask@listonosz_bot {IMAP}", group)
        anna.writes(f"/ask@listonosz_bot {SPF}", group)
        await api.until(lambda: api.world.shown(GROUP))
    (only,) = api.world.shown(GROUP)
    assert "SPF" in only.text


async def test_who_is_forgotten_is_answered_by_no_edit(api: BotApi, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'bot.db'}"
    anna = api.world.person(5)
    async with serving(api, database):
        question = anna.writes(IMAP)
        await api.until(lambda: api.world.shown(5))
    async with open_store(database, DAYS) as store:
        assert await store.replies.find("tg:5", str(question)) is not None
        await store.archive.erase("tg:5")
        assert await store.replies.find("tg:5", str(question)) is None
