"""The double refuses what Telegram refuses, in Telegram's words."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.doubles.botapi import BotApi, Fault, Json
from tests.doubles.botapi_html import HtmlError, parse_html
from tests.doubles.botapi_limits import Limits


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        yield server


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def call(
    api: BotApi, http: aiohttp.ClientSession, method: str, token: str = "", **params: Any
) -> Json:
    url = f"{api.url}/bot{token or api.token}/{method}"
    async with http.post(url, json=params) as response:
        answer: Json = await response.json()
        assert answer["ok"] == (response.status == 200)
        return answer


@pytest.mark.parametrize(
    ("source", "text", "types"),
    [
        pytest.param("a &lt;b&gt; &amp; &#39;", "a <b> & '", [], id="entities"),
        pytest.param("<b>x <i>y</i></b>", "x y", ["bold", "italic"], id="nested"),
        pytest.param("<pre>a\nb</pre>", "a\nb", ["pre"], id="pre"),
        pytest.param('<a href="https://a.pl/?x=1&amp;y">z</a>', "z", ["text_link"], id="link"),
        pytest.param('<pre><code class="language-sh">x</code></pre>', "x", ["pre", "code"], id="l"),
        pytest.param("<b></b>x", "x", [], id="an empty tag is no entity"),
    ],
)
def test_telegram_html_is_read(source: str, text: str, types: list[str]) -> None:
    plain, entities = parse_html(source)
    assert plain == text
    assert [entity["type"] for entity in entities] == types


def test_offsets_count_utf16_units() -> None:
    _, entities = parse_html("📮<b>x</b>")
    assert (entities[0]["offset"], entities[0]["length"]) == (2, 1)


@pytest.mark.parametrize(
    "source",
    [
        "<b>x",
        "x</b>",
        "<b><i>x</b></i>",
        "<div>x</div>",
        "<br>",
        "a < b",
        "a > b",
        "a & b",
        "&nbsp;",
        "<b onclick='x'>y</b>",
        "<a>x</a>",
        "<a href=x>y</a>",
        "<span>x</span>",
        "<code><b>x</b></code>",
        "<!-- x -->",
        "<b",
    ],
)
def test_anything_else_is_refused(source: str) -> None:
    with pytest.raises(HtmlError):
        parse_html(source)


@pytest.mark.parametrize(
    ("params", "error"),
    [
        pytest.param({"text": ""}, "message text is empty", id="empty"),
        pytest.param({"text": " \n"}, "message text is empty", id="blank"),
        pytest.param({"text": "a" * 4097}, "message is too long", id="long"),
        pytest.param({"text": "📮" * 2049}, "message is too long", id="long in UTF-16"),
        pytest.param({"text": "<x>", "parse_mode": "HTML"}, "can't parse entities: ", id="html"),
        pytest.param({"text": "a", "chat_id": 999}, "chat not found", id="chat"),
        pytest.param({"text": "a", "message_thread_id": 1}, "message thread not found", id="topic"),
        pytest.param(
            {"text": "a", "reply_parameters": {"message_id": 5}},
            "message to be replied not found",
            id="reply",
        ),
        pytest.param(
            {
                "text": "a",
                "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "ą" * 33}]]},
            },
            "BUTTON_DATA_INVALID",
            id="button",
        ),
        pytest.param(
            {"text": "a", "reply_markup": {"inline_keyboard": [[{"text": "x"}]]}},
            "text buttons are unallowed in the inline keyboard",
            id="text button",
        ),
    ],
)
async def test_bad_messages_get_the_real_error(
    api: BotApi, http: aiohttp.ClientSession, params: Json, error: str
) -> None:
    api.world.person(7)
    answer = await call(api, http, "sendMessage", **({"chat_id": 7} | params))
    assert answer["error_code"] == 400
    assert answer["description"].startswith(f"Bad Request: {error}")


async def test_4096_after_parsing_pass(api: BotApi, http: aiohttp.ClientSession) -> None:
    api.world.person(7)
    text = "<b>" + "&amp;" * 4096 + "</b>"
    answer = await call(api, http, "sendMessage", chat_id=7, text=text, parse_mode="HTML")
    assert answer["ok"]
    assert len(api.world.shown(7)[0].text) == 4096


async def test_method_and_token(api: BotApi, http: aiohttp.ClientSession) -> None:
    assert (await call(api, http, "sendMesage"))["error_code"] == 404
    assert (await call(api, http, "getMe", token="4242:" + "B" * 35))["error_code"] == 401
    assert (await call(api, http, "getMe", token="rubbish"))["error_code"] == 404
    assert (await call(api, http, "GETME"))["result"]["is_bot"] is True


async def test_edits(api: BotApi, http: aiohttp.ClientSession) -> None:
    anna = api.world.person(7)
    sent = (await call(api, http, "sendMessage", chat_id=7, text="a"))["result"]["message_id"]
    same = await call(api, http, "editMessageText", chat_id=7, message_id=sent, text="a")
    assert "message is not modified" in same["description"]
    lost = await call(api, http, "editMessageText", chat_id=7, message_id=1, text="b")
    assert lost["description"] == "Bad Request: message to edit not found"
    theirs = anna.writes("x")
    other = await call(api, http, "editMessageText", chat_id=7, message_id=theirs, text="b")
    assert other["description"] == "Bad Request: message can't be edited"
    assert (await call(api, http, "editMessageText", chat_id=7, message_id=sent, text="b"))["ok"]
    assert [message.text for message in api.world.shown(7)] == ["b"]


async def test_a_blocked_bot_is_told(api: BotApi, http: aiohttp.ClientSession) -> None:
    api.world.person(7)
    api.world.chats[7].gone = "bot was blocked by the user"
    answer = await call(api, http, "sendMessage", chat_id=7, text="a")
    assert answer["error_code"] == 403
    assert answer["description"] == "Forbidden: bot was blocked by the user"


async def test_a_migrated_group_is_told(api: BotApi, http: aiohttp.ClientSession) -> None:
    api.world.group(-5).migrated_to = -1005
    answer = await call(api, http, "sendMessage", chat_id=-5, text="a")
    assert answer["parameters"] == {"migrate_to_chat_id": -1005}


async def test_updates_stay_until_confirmed(api: BotApi, http: aiohttp.ClientSession) -> None:
    anna = api.world.person(7)
    anna.writes("/start hej @listonosz_bot")
    first = (await call(api, http, "getUpdates"))["result"]
    again = (await call(api, http, "getUpdates"))["result"]
    assert first == again
    kinds = [entity["type"] for entity in first[0]["message"]["entities"]]
    assert kinds == ["bot_command", "mention"]
    rest = await call(api, http, "getUpdates", offset=first[0]["update_id"] + 1)
    assert rest["result"] == []
    assert api.waiting == []


async def test_long_polling_waits_for_news(api: BotApi, http: aiohttp.ClientSession) -> None:
    poll = asyncio.create_task(call(api, http, "getUpdates", timeout=20))
    await api.until(lambda: api.made("getUpdates"))
    api.world.person(7).writes("hej")
    assert (await poll)["result"][0]["message"]["text"] == "hej"


async def test_kinds_not_allowed_never_come(api: BotApi, http: aiohttp.ClientSession) -> None:
    api.world.channel_post("x")
    answer = await call(api, http, "getUpdates", allowed_updates=["message"])
    assert answer["result"] == []


async def test_two_pollers_conflict(api: BotApi, http: aiohttp.ClientSession) -> None:
    first = asyncio.create_task(call(api, http, "getUpdates", timeout=20))
    await api.until(lambda: api.made("getUpdates"))
    await call(api, http, "getUpdates", timeout=0)
    answer = await first
    assert answer["error_code"] == 409
    assert answer["description"].startswith("Conflict: terminated by other getUpdates request")


async def test_a_webhook_and_a_poller_conflict(api: BotApi, http: aiohttp.ClientSession) -> None:
    await call(api, http, "setWebhook", url="https://firma.pl/hook")
    assert (await call(api, http, "getUpdates"))["error_code"] == 409
    await call(api, http, "deleteWebhook")
    assert (await call(api, http, "getUpdates"))["ok"]


async def test_more_than_one_a_second_is_a_flood(http: aiohttp.ClientSession) -> None:
    async with BotApi(limits=Limits(scale=0.05)) as api:
        api.world.person(7)
        sent = [await call(api, http, "sendMessage", chat_id=7, text=str(n)) for n in range(8)]
        refused = next(answer for answer in sent if not answer["ok"])
        assert refused["error_code"] == 429
        assert 0 < refused["parameters"]["retry_after"] <= 0.25
        await asyncio.sleep(refused["parameters"]["retry_after"])
        assert (await call(api, http, "sendMessage", chat_id=7, text="x"))["ok"]


def test_twenty_a_minute_into_a_group() -> None:
    limits = Limits(burst=1000)
    assert [limits.take(-1, is_group=True) for _ in range(20)] == [None] * 20
    wait = limits.take(-1, is_group=True)
    assert wait is not None
    assert 58 < wait <= 60
    assert limits.take(-2, is_group=True) is None


def test_thirty_a_second_overall() -> None:
    limits = Limits()
    assert [limits.take(chat, is_group=False) for chat in range(30)] == [None] * 30
    assert limits.take(99, is_group=False) is not None


async def test_pressing_and_answering(http: aiohttp.ClientSession) -> None:
    async with BotApi(callback_seconds=0.05) as api:
        anna = api.world.person(7)
        keyboard = {"inline_keyboard": [[{"text": "Tak", "callback_data": "y"}]]}
        await call(api, http, "sendMessage", chat_id=7, text="?", reply_markup=json.dumps(keyboard))
        query = anna.presses("Tak")
        update = (await call(api, http, "getUpdates"))["result"][0]["callback_query"]
        assert (update["data"], update["message"]["text"]) == ("y", "?")
        method = "answerCallbackQuery"
        assert (await call(api, http, method, callback_query_id=query, text="ok"))["ok"]
        assert api.world.toasts == [(7, "ok")]
        late = anna.presses("Tak")
        await asyncio.sleep(0.06)
        answer = await call(api, http, method, callback_query_id=late)
        assert answer["description"].startswith("Bad Request: query is too old")


async def test_faults_come_once(api: BotApi, http: aiohttp.ClientSession) -> None:
    api.fail("getMe", Fault(status=502))
    assert (await call(api, http, "getMe"))["error_code"] == 502
    api.fail("getMe", Fault())
    with pytest.raises(aiohttp.ClientError):
        await call(api, http, "getMe")
    assert (await call(api, http, "getMe"))["ok"]


async def test_commands_are_kept_by_scope_and_language(
    api: BotApi, http: aiohttp.ClientSession
) -> None:
    scope = {"type": "all_private_chats"}
    commands = [{"command": "check", "description": "Sprawdź"}]
    await call(api, http, "setMyCommands", commands=commands, scope=scope, language_code="pl")
    answer = await call(api, http, "getMyCommands", scope=scope, language_code="pl")
    assert answer["result"] == commands
    assert (await call(api, http, "getMyCommands", scope=scope))["result"] == []
    wrong = await call(
        api, http, "setMyCommands", commands=[{"command": "mta-sts", "description": "x"}]
    )
    assert wrong["description"] == "Bad Request: BOT_COMMAND_INVALID"
