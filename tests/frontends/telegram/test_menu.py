"""The menus are set for everybody, once, and a failure costs nothing but time."""

import json
from collections.abc import AsyncIterator

import pytest

from bot.frontends.telegram import menu
from bot.frontends.telegram.menu import offer_commands
from bot.model.language import Language
from tests.doubles.botapi import BotApi, Fault
from tests.frontends.telegram.telegram_kit import make_bot, make_desk, running, wits

KINDS = ("private_chats", "group_chats", "chat_administrators")


@pytest.fixture
async def api(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[BotApi]:
    monkeypatch.setattr(menu, "PAUSES", (0, 0, 0))
    async with BotApi() as server:
        yield server


async def offer(api: BotApi) -> None:
    bot, _ = make_bot(api)
    async with bot:
        await offer_commands(bot, make_desk().mind)


async def test_failures_and_flood_waits_are_tried_again(api: BotApi) -> None:
    api.fail("setMyCommands", Fault(status=502))
    api.fail("setMyCommands", Fault(flood=0.05))
    await offer(api)
    assert len(api.commands) == 9


async def test_it_is_given_up_in_the_end(api: BotApi, caplog: pytest.LogCaptureFixture) -> None:
    api.fail("getMyCommands", Fault(status=502), times=3)
    await offer(api)
    assert api.commands == {}
    assert "menu" in caplog.text


async def test_only_what_differs_is_set(api: BotApi) -> None:
    await offer(api)
    scope = '{"type": "all_group_chats"}'
    api.commands[scope, "pl"] = [{"command": "old", "description": "stare"}]
    count = len(api.made("setMyCommands"))
    await offer(api)
    assert len(api.made("setMyCommands")) == count + 1
    described = {one["command"]: one["description"] for one in api.commands[scope, "pl"]}
    assert described["check"] == wits()[0].phrases.say("commands.check.help", Language.PL)


async def test_a_menu_in_a_language_spoken_no_more_is_taken_away_when_somebody_would_see_it(
    api: BotApi,
) -> None:
    scopes = [json.dumps({"type": f"all_{kind}"}) for kind in KINDS]
    for scope in scopes:
        api.commands[scope, "de"] = [{"command": "check", "description": "prüfen"}]
    async with running(api):
        german, turk = api.world.person(7, "de-at"), api.world.person(8, "tr")
        german.writes("/help")
        await api.until(lambda: not any((scope, "de") in api.commands for scope in scopes))
        turk.writes("/help")
        await api.until(lambda: api.world.shown(8))
        german.writes("/help")
        await api.until(lambda: len(api.world.shown(7)) == 2)
    looked = [call.params.get("language_code") for call in api.made("getMyCommands")]
    assert looked.count("de") == len(KINDS)  # once, however often they come
    assert len(api.made("deleteMyCommands")) == len(KINDS)
