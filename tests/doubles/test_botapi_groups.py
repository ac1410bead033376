"""The double knows what a bot may do in a group, and refuses what Telegram refuses there."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.doubles.botapi import BotApi, Json
from tests.doubles.botapi_chats import Chat

BOT = 4242


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        yield server


async def call(api: BotApi, method: str, **params: Any) -> Json:
    url = f"{api.url}/bot{api.token}/{method}"
    async with aiohttp.ClientSession() as http, http.post(url, json=params) as response:
        answer: Json = await response.json()
        return answer


async def refused(api: BotApi, method: str, **params: Any) -> str:
    answer = await call(api, method, **params)
    assert not answer["ok"]
    return str(answer["description"])


def forum(api: BotApi, bot: str = "member") -> Chat:
    group = api.world.group(topics={5})
    group.members[BOT] = bot
    return group


async def test_a_parameter_that_no_method_has_is_refused(api: BotApi) -> None:
    api.world.person(7)
    assert "tekst" in await refused(api, "sendMessage", chat_id=7, text="a", tekst="b")


@pytest.mark.parametrize(
    ("bot", "is_closed", "thread", "why"),
    [
        ("restricted", False, 5, "not enough rights to send text messages"),
        ("member", True, 5, "TOPIC_CLOSED"),
        ("member", False, 6, "message thread not found"),
        ("restricted can_send_messages", False, 5, ""),
        ("administrator can_manage_topics", True, 5, ""),
    ],
)
async def test_where_a_bot_may_write(
    api: BotApi, bot: str, is_closed: bool, thread: int, why: str
) -> None:
    group = forum(api, bot)
    group.closed |= {5} if is_closed else set()
    sent = await call(api, "sendMessage", chat_id=group.id, text="a", message_thread_id=thread)
    assert sent["ok"] is not bool(why)
    assert why in sent.get("description", "")


@pytest.mark.parametrize(
    ("bot", "is_gone"),
    [("member", False), ("administrator", False), ("administrator can_delete_messages", True)],
)
async def test_whose_messages_it_may_delete(api: BotApi, bot: str, is_gone: bool) -> None:
    group = forum(api, bot)
    said = api.world.person(7).writes("hej", group)
    answer = await call(api, "deleteMessage", chat_id=group.id, message_id=said)
    assert answer["ok"] is is_gone
    assert (said not in group.messages) is is_gone


async def test_who_administers_a_group(api: BotApi) -> None:
    group = forum(api, "administrator can_manage_topics")
    api.world.person(1)
    api.world.person(7)
    group.members[1] = "creator"
    listed = await call(api, "getChatAdministrators", chat_id=group.id)
    assert {member["user"]["id"] for member in listed["result"]} == {1, BOT}
    member = await call(api, "getChatMember", chat_id=group.id, user_id=7)
    assert member["result"]["status"] == "member"
    assert "member not found" in await refused(api, "getChatMember", chat_id=group.id, user_id=9)


async def test_topics_are_made_only_with_the_right_to(api: BotApi) -> None:
    group = forum(api)
    assert "not enough rights" in await refused(
        api, "createForumTopic", chat_id=group.id, name="Sprawa 1"
    )
    group.members[BOT] = "administrator can_manage_topics"
    made = await call(api, "createForumTopic", chat_id=group.id, name="Sprawa 1")
    thread = made["result"]["message_thread_id"]
    assert (await call(api, "closeForumTopic", chat_id=group.id, message_thread_id=thread))["ok"]
    assert thread in group.closed


@pytest.mark.parametrize(
    ("bot", "text", "is_shown"),
    [
        ("member", "imap czy pop3?", False),
        ("member", "@listonosz_bot imap czy pop3?", False),
        ("member", "/help", True),
        ("administrator", "imap czy pop3?", True),
    ],
)
async def test_privacy_mode(api: BotApi, bot: str, text: str, is_shown: bool) -> None:
    api.world.person(7).writes(text, forum(api, bot))
    assert bool(api.waiting) is is_shown


async def test_what_was_sent_two_days_ago_is_deleted_only_with_the_right(api: BotApi) -> None:
    group = forum(api, "member")
    ours = (await call(api, "sendMessage", chat_id=group.id, text="a"))["result"]["message_id"]
    group.messages[ours]["date"] -= 49 * 3600
    asked = {"chat_id": group.id, "message_id": ours}
    refused = await call(api, "deleteMessage", **asked)
    assert "can't be deleted for everyone" in refused["description"]
    group.members[group.bot] = "administrator can_delete_messages"
    assert (await call(api, "deleteMessage", **asked))["ok"]


@pytest.mark.parametrize("payload", ["", "a b", "zażółć", "x" * 65])
async def test_a_link_to_the_bot_with_a_payload_that_gets_lost(api: BotApi, payload: str) -> None:
    button = {"text": "Więcej", "url": f"https://t.me/listonosz_bot?start={payload}"}
    markup = {"inline_keyboard": [[button]]}
    made = await call(api, "sendMessage", chat_id=forum(api).id, text="a", reply_markup=markup)
    assert made["description"] == "Bad Request: START_PARAM_INVALID"


ARTICLE = {
    "type": "article",
    "id": "a",
    "title": "IMAP",
    "input_message_content": {"message_text": "IMAP", "parse_mode": "HTML"},
}


@pytest.mark.parametrize(
    ("params", "why"),
    [
        ({"results": [ARTICLE, ARTICLE]}, "RESULT_ID_DUPLICATE"),
        ({"results": [ARTICLE | {"id": "x" * 65}]}, "RESULT_ID_INVALID"),
        ({"results": [ARTICLE | {"title": ""}]}, "ARTICLE_TITLE_EMPTY"),
        ({"results": [], "button": {"text": "a", "start_parameter": "a.b"}}, "START_PARAM"),
        ({"results": [ARTICLE]}, ""),
    ],
)
async def test_inline_answers(api: BotApi, params: Json, why: str) -> None:
    query = api.world.person(7).asks_inline("imap")
    answer = await call(api, "answerInlineQuery", inline_query_id=query, **params)
    assert answer["ok"] is not bool(why)
    assert why in answer.get("description", "")
    if not why:  # a query is answered once
        assert "too old" in await refused(api, "answerInlineQuery", inline_query_id=query, **params)
