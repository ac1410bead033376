"""Whole dialogues on Telegram: python-telegram-bot unmodified, against the double."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from tests.doubles.botapi import BotApi, Fault
from tests.frontends.telegram.telegram_kit import Gates, ScriptedChecks, make_desk, running, slow

SCALE = 0.05


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(limits=slow(SCALE)) as server:
        yield server


def texts(api: BotApi, chat: int) -> list[str]:
    return [message.text for message in api.world.shown(chat)]


@pytest.mark.parametrize(
    ("code", "greeting"),
    [("pl", "Cześć, tu Listonosz."), ("en", "Hello"), ("pl-PL", "Cześć"), ("de", "Hello")],
)
async def test_start_greets_in_the_persons_language(api: BotApi, code: str, greeting: str) -> None:
    async with running(api):
        api.world.person(7, code).writes("/start")
        await api.until(lambda: api.world.shown(7))
    (message,) = api.world.shown(7)
    assert message.text.startswith(greeting)
    assert not message.previews
    assert message.reply_to is None
    assert message.buttons


async def test_a_question_is_answered(api: BotApi) -> None:
    async with running(api):
        anna = api.world.person(7)
        anna.writes("imap czy pop3?")
        await api.until(lambda: api.world.shown(7))
    assert "IMAP" in api.world.shown(7)[0].text


async def test_a_check_is_one_message_that_grows(api: BotApi) -> None:
    gates = Gates()
    async with running(api, make_desk(ScriptedChecks(gates))):
        anna = api.world.person(7)
        anna.writes("/check firma.pl")
        await api.until(lambda: api.world.shown(7))
        gates.open("firma.pl", "mx")
        await api.until(lambda: "mx-done" in texts(api, 7)[0])
        assert "dmarc-done" not in texts(api, 7)[0]
        gates.open("firma.pl")
        await api.until(lambda: "ptr-done" in texts(api, 7)[0])
        await api.until(lambda: "In English" in api.world.shown(7)[0].buttons)
    assert len(api.world.shown(7)) == 1


async def test_a_comparison_is_one_message_that_grows_with_a_button_to_each_report(
    api: BotApi,
) -> None:
    gates = Gates()
    async with running(api, make_desk(ScriptedChecks(gates))):
        anna = api.world.person(7)
        anna.writes("/compare firma.pl sklep.pl")
        await api.until(lambda: api.world.shown(7))
        assert "Porównuję firma.pl i sklep.pl" in texts(api, 7)[0]
        gates.open("firma.pl")
        await api.until(lambda: "SPF: ❔ nie sprawdzono | ⏳ sprawdzam" in texts(api, 7)[0])
        gates.open("sklep.pl")
        await api.until(lambda: "In English" in api.world.shown(7)[0].buttons)
        (message,) = api.world.shown(7)
        assert "firma.pl | sklep.pl" in message.text
        assert "Cały raport: firma.pl" in message.buttons
        anna.presses("Cały raport: sklep.pl", message.message_id)
        await api.until(lambda: len(api.world.shown(7)) == 2)
        await api.until(lambda: "ptr-done" in texts(api, 7)[1])
        assert texts(api, 7)[1].startswith("Poczty sklep.pl")


async def test_a_comparison_is_stopped_by_its_button(api: BotApi) -> None:
    gates = Gates()
    async with running(api, make_desk(ScriptedChecks(gates))):
        anna = api.world.person(7)
        anna.writes("/compare firma.pl sklep.pl")
        await api.until(lambda: api.world.shown(7))
        gates.open("firma.pl")
        await api.until(lambda: "SPF: ❔ nie sprawdzono | ⏳ sprawdzam" in texts(api, 7)[0])
        anna.presses("Przerwij", api.world.shown(7)[0].message_id)
        await api.until(lambda: "Przerwane" in texts(api, 7)[0])
        assert "⏳" not in texts(api, 7)[0]


async def test_the_talk_goes_on_beside_a_check(api: BotApi) -> None:
    gates = Gates()
    async with running(api, make_desk(ScriptedChecks(gates))):
        anna = api.world.person(7)
        anna.writes("/check firma.pl")
        await api.until(lambda: api.world.shown(7))
        anna.writes("/help")
        await api.until(lambda: len(api.world.shown(7)) == 2)
        gates.open("firma.pl")
        await api.until(lambda: "ptr-done" in texts(api, 7)[0])


async def test_a_check_is_stopped_by_its_button(api: BotApi) -> None:
    gates, checks = Gates(), ScriptedChecks()
    checks.gate = gates
    async with running(api, make_desk(checks)):
        anna = api.world.person(7)
        anna.writes("/check firma.pl sklep.pl")
        await api.until(lambda: len(api.world.shown(7)) == 2)
        gates.open("firma.pl", "mx")
        await api.until(lambda: "mx-done" in texts(api, 7)[0])
        anna.presses("Przerwij", api.world.shown(7)[0].message_id)
        await api.until(lambda: "Przerwane" in texts(api, 7)[0])
        gates.open("sklep.pl")  # the other goes on
        await api.until(lambda: "ptr-done" in texts(api, 7)[1])
        await api.until(lambda: not api.waiting)
    assert "mx-done" in texts(api, 7)[0]
    assert checks.cancelled == 1
    assert not any("Przerwij" in label for m in api.world.shown(7) for label in m.buttons)


async def test_typing_stop_stops_the_checks_of_this_conversation(api: BotApi) -> None:
    gates = Gates()
    async with running(api, make_desk(ScriptedChecks(gates))):
        anna, jan = api.world.person(7), api.world.person(8)
        anna.writes("/check firma.pl")
        jan.writes("/check firma.pl")
        await api.until(lambda: api.world.shown(7) and api.world.shown(8))
        anna.writes("przerwij")
        await api.until(lambda: "Przerwane" in texts(api, 7)[0])
        gates.open("firma.pl")
        await api.until(lambda: "ptr-done" in texts(api, 8)[0])
        anna.writes("przerwij")  # nothing is under way now: an ordinary word
        await api.until(lambda: len(api.world.shown(7)) == 2)


async def test_a_stop_button_left_from_before_a_kill_says_that_it_is_old(api: BotApi) -> None:
    gates = Gates()
    anna = api.world.person(7)
    async with running(api, make_desk(ScriptedChecks(gates))):
        anna.writes("/check firma.pl")
        await api.until(lambda: api.world.shown(7))
        message = dict(api.world.chats[7].messages[api.world.shown(7)[0].message_id])
    async with running(api):
        anna.presses_data("stop", message)
        await api.until(lambda: api.world.toasts)
    assert api.world.toasts[0][1].startswith("Ten przycisk już nie działa")


async def test_buttons_work_and_stop_turning(api: BotApi) -> None:
    async with running(api):
        anna = api.world.person(7)
        anna.writes("/start")
        await api.until(lambda: api.world.shown(7))
        anna.presses("In English")
        await api.until(lambda: "Hello" in texts(api, 7)[-1])
        assert api.world.toasts == [(7, "")]


async def test_an_old_button_is_answered_with_a_toast(api: BotApi) -> None:
    async with running(api):
        anna = api.world.person(7)
        anna.writes("/start")
        await api.until(lambda: api.world.shown(7))
        message = api.world.chats[7].messages[api.world.shown(7)[0].message_id]
        anna.presses_data("rubbish", message)
        await api.until(lambda: api.world.toasts)
    assert api.world.toasts[0][1].startswith("Ten przycisk już nie działa")
    assert len(api.world.shown(7)) == 1


async def test_buttons_of_a_report_work_after_a_restart(api: BotApi) -> None:
    anna = api.world.person(7)
    async with running(api):
        anna.writes("/check firma.pl")
        await api.until(
            lambda: api.world.shown(7) and "In English" in api.world.shown(7)[0].buttons
        )
    async with running(api):
        anna.presses("In English")
        await api.until(
            lambda: "ptr-done" in texts(api, 7)[0] and "fault is mine" in texts(api, 7)[0]
        )
    assert len(api.world.shown(7)) == 1


async def test_twenty_conversations_side_by_side_and_each_in_order(api: BotApi) -> None:
    gates = Gates()
    people = [api.world.person(number) for number in range(1, 21)]
    async with running(api, make_desk(ScriptedChecks(gates))):
        for round_ in range(3):
            for anna in people:
                anna.writes(f"/check strona{round_}.pl")
                anna.writes("/language " + ("polski", "english")[round_ % 2])
        # Every check is still under way, and yet everybody has had every answer.
        await api.until(lambda: all(len(api.world.shown(anna)) == 6 for anna in people), 20)
        for anna in people:
            said = texts(api, anna.id)
            assert [f"strona{n}.pl" in said[2 * n] for n in range(3)] == [True] * 3
            assert ["po polsku" in text or "English" in text for text in said[1::2]] == [True] * 3
        for round_ in range(3):
            gates.open(f"strona{round_}.pl")
        await api.until(lambda: all("ptr-done" in texts(api, anna.id)[0] for anna in people), 20)
    assert api.waiting == []


async def test_a_flood_wait_is_obeyed_and_stops_only_its_chat(api: BotApi) -> None:
    async with running(api):
        anna, jan = api.world.person(7), api.world.person(8)
        api.fail("sendMessage", Fault(flood=0.7))
        anna.writes("/start")
        await api.until(lambda: api.made("sendMessage"))
        jan.writes("/start")
        await api.until(lambda: api.world.shown(8))
        assert not api.world.shown(7)
        await api.until(lambda: api.world.shown(7))
    first, *rest = [call for call in api.made("sendMessage") if call.params["chat_id"] == "7"]
    assert "retry after" in first.error
    assert [call.error for call in rest] == [""]
    assert rest[0].at - first.at >= 0.7


async def test_a_flood_wait_in_a_check_shows_the_last_state_all_the_same(api: BotApi) -> None:
    async with running(api, make_desk(ScriptedChecks(pause=0.03))):
        api.world.person(7).writes("/check firma.pl")
        await api.until(lambda: api.world.shown(7))
        api.fail("editMessageText", Fault(flood=0.4))
        await api.until(lambda: "ptr-done" in texts(api, 7)[0])
    assert len(api.world.shown(7)) == 1


async def test_everything_arrives_when_everybody_asks_at_once(api: BotApi) -> None:
    async with running(api, make_desk(ScriptedChecks(pause=0.01))):
        for number in range(1, 9):
            person = api.world.person(number)
            for n in range(6):
                person.writes(f"/check strona{n}.pl")
        await api.until(
            lambda: all(
                len(api.world.shown(n)) == 6 and all("ptr-done" in x for x in texts(api, n))
                for n in range(1, 9)
            ),
            20,
        )


async def test_lost_connections_are_survived(api: BotApi) -> None:
    async with running(api):
        anna = api.world.person(7)
        api.fail("sendMessage", Fault(), times=2)
        api.fail("sendMessage", Fault(status=502))
        anna.writes("/start")
        await api.until(lambda: api.world.shown(7))
        api.fail("getUpdates", Fault(), times=2)
        anna.writes("/help")
        await api.until(lambda: len(api.world.shown(7)) == 2)


async def test_telegram_away_and_back(api: BotApi) -> None:
    anna = api.world.person(7)
    async with running(api):
        await api.until(lambda: api.made("getUpdates"))
        await api.stop()
        anna.writes("/start")
        await asyncio.sleep(0.3)
        await api.start(api.port)
        await api.until(lambda: api.world.shown(7))


async def test_it_starts_while_telegram_is_away() -> None:
    async with BotApi() as api:
        port = api.port
    api = BotApi()
    api.url = f"http://127.0.0.1:{port}"
    async with running(api):
        await asyncio.sleep(0.1)
        await api.start(port)
        api.world.person(7).writes("/start")
        await api.until(lambda: api.world.shown(7))
    await api.stop()


async def test_another_poller_is_survived(api: BotApi) -> None:
    async with running(api):
        api.fail("getUpdates", Fault(status=409, description="terminated by other"))
        api.world.person(7).writes("/start")
        await api.until(lambda: api.world.shown(7))


@pytest.mark.parametrize(
    "content",
    [
        {"sticker": {"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1,
                     "is_animated": False, "is_video": False, "type": "regular"}},
        {"photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]},
        {"voice": {"file_id": "a", "file_unique_id": "b", "duration": 1}},
        {"location": {"latitude": 52.2, "longitude": 21.0}},
        {"contact": {"phone_number": "1", "first_name": "A"}},
        {"poll": {"id": "1", "question": "?", "options": [], "total_voter_count": 0,
                  "is_closed": False, "is_anonymous": True, "type": "regular",
                  "allows_multiple_answers": False}},
    ],
    ids=lambda content: next(iter(content)),
)  # fmt: skip
async def test_strange_kinds_get_one_sentence_in_private_and_none_in_a_group(
    api: BotApi, content: dict[str, object]
) -> None:
    group = api.world.group()
    async with running(api):
        anna = api.world.person(7)
        anna.message(group, **content)
        anna.message(**content)
        await api.until(lambda: not api.waiting)
    assert [text.startswith("Czytam tylko tekst") for text in texts(api, 7)] == [True]
    assert api.world.shown(group) == []


async def test_service_messages_and_channel_posts_are_ignored(api: BotApi) -> None:
    group = api.world.group()
    async with running(api):
        anna = api.world.person(7)
        anna.message(group, new_chat_members=[anna.user])
        anna.message(group, left_chat_member=anna.user)
        anna.message(pinned_message=anna.message(text="/help"))
        api.world.channel_post("/start")
        api.emit_raw({"message_reaction": {"x": 1}})
        anna.writes("/start")
        await api.until(lambda: len(api.world.shown(7)) == 2)
        await api.until(lambda: not api.waiting)
    assert api.world.shown(group) == []
    assert len(api.world.shown(7)) == 2  # /help and /start


async def test_an_album_gets_one_sentence(api: BotApi) -> None:
    photo = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
    async with running(api):
        anna = api.world.person(7)
        for _ in range(4):
            anna.message(photo=photo, media_group_id="x")
        await api.until(lambda: api.world.shown(7) and not api.waiting)
    assert len(api.world.shown(7)) == 1


async def test_a_caption_is_read(api: BotApi) -> None:
    photo = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
    async with running(api):
        api.world.person(7).message(photo=photo, caption="imap czy pop3?")
        await api.until(lambda: api.world.shown(7))
    assert "IMAP" in texts(api, 7)[0]


async def test_an_update_that_cannot_be_read_is_passed_over(
    api: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(api):
        anna = api.world.person(7)
        api.emit_raw({"message": {"message_id": "x", "chat": 5, "text": "sekret"}})
        anna.message(poll={"a kind": "newer than the library"})
        anna.message(hologram={"file_id": "x"})
        anna.writes("/start")
        await api.until(lambda: len(api.world.shown(7)) == 3)
        await api.until(lambda: not api.waiting)
    assert [text.startswith("Czytam tylko tekst") for text in texts(api, 7)] == [True, True, False]
    assert "update 700000 cannot be read" in caplog.text
    assert "sekret" not in caplog.text


class BrokenMatcher:
    """Our own bug."""

    def __getattr__(self, name: str) -> object:
        raise ZeroDivisionError("boom")


async def test_a_bug_of_ours_gets_an_incident_number(
    api: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    desk = make_desk()
    desk.mind = replace(desk.mind, matcher=BrokenMatcher())  # type: ignore[arg-type]
    async with running(api, desk):
        anna = api.world.person(7)
        anna.writes("imap czy pop3?")
        await api.until(lambda: api.world.shown(7))
        anna.writes("/privacy")
        await api.until(lambda: not api.waiting)
    told = texts(api, 7)[0]
    incident = re.search("incident ([0-9a-f]+)", caplog.text)
    assert incident is not None
    assert incident[1] in told
    assert "boom" in caplog.text
    assert "boom" not in told


async def test_an_edited_question_gets_its_answer_edited(api: BotApi) -> None:
    async with running(api):
        anna = api.world.person(7)
        question = anna.writes("imap czy pop3?")
        await api.until(lambda: api.world.shown(7))
        before = texts(api, 7)[0]
        anna.edits(question, "imap czy pop3?")  # a preview was added: nothing changed
        anna.edits(question, "/help")
        await api.until(lambda: texts(api, 7)[0] != before)
        assert len(api.world.shown(7)) == 1
        assert "/check firma.pl" in texts(api, 7)[0]


async def test_an_edited_check_is_made_anew_in_its_place(api: BotApi) -> None:
    gates = Gates()
    checks = ScriptedChecks(gates)
    async with running(api, make_desk(checks)):
        anna = api.world.person(7)
        question = anna.writes("/check firma.pl")
        await api.until(lambda: api.world.shown(7))
        gates.open("sklep.pl")
        anna.edits(question, "/check sklep.pl")
        await api.until(lambda: "sklep.pl" in texts(api, 7)[0] and "ptr-done" in texts(api, 7)[0])
    assert checks.cancelled == 1
    assert len(api.world.shown(7)) == 1


async def test_an_edit_of_what_is_not_known_is_ignored(api: BotApi) -> None:
    anna = api.world.person(7)
    async with running(api):
        question = anna.writes("/start")
        await api.until(lambda: api.world.shown(7))
    async with running(api):
        anna.edits(question, "/help")
        await api.until(lambda: not api.waiting)
    assert len(api.world.shown(7)) == 1


async def test_a_blocked_bot_drops_the_conversation(api: BotApi) -> None:
    async with running(api):
        anna, jan = api.world.person(7), api.world.person(8)
        api.world.chats[7].gone = "bot was blocked by the user"
        for _ in range(3):
            anna.writes("/check firma.pl")
        jan.writes("/start")
        await api.until(lambda: api.world.shown(8))
        await api.until(lambda: not api.waiting)
        assert len(api.made("sendMessage")) < 4
        api.world.chats[7].gone = ""
        anna.writes("/start")
        await api.until(lambda: api.world.shown(7))


async def test_a_group_that_moved_is_followed(api: BotApi) -> None:
    old, new = api.world.group(-5), api.world.group(-1005)
    async with running(api):
        anna = api.world.person(7)
        anna.writes("/help", old)
        old.migrated_to = new.id
        await api.until(lambda: api.world.shown(new))
    assert "/check" in texts(api, new.id)[0]


async def test_in_a_group_it_answers_what_is_meant_for_it(api: BotApi) -> None:
    group = api.world.group()
    api.world.bot["can_read_all_group_messages"] = True  # else nobody tells it of a mention
    async with running(api):
        anna = api.world.person(7)
        anna.writes("imap czy pop3?", group)
        anna.writes("/help@other_bot", group)
        anna.writes("/unknown", group)
        asked = anna.writes("@Listonosz_bot imap czy pop3?", group)
        await api.until(lambda: api.world.shown(group))
        help_ = anna.writes("/help@listonosz_bot", group)
        await api.until(lambda: len(api.world.shown(group)) == 2)
        replied = anna.writes("/help", group, reply_to=api.world.shown(group)[0].message_id)
        await api.until(lambda: len(api.world.shown(group)) == 3)
        spoken = anna.writes(
            "co to jest SMTP?", group, reply_to=api.world.shown(group)[0].message_id
        )
        await api.until(lambda: len(api.world.shown(group)) == 4)
        await api.until(lambda: not api.waiting)
    shown = api.world.shown(group)
    assert [message.reply_to for message in shown] == [asked, help_, replied, spoken]
    assert "SMTP" in shown[3].text


async def test_a_bare_mention_answers_the_message_it_replies_to(api: BotApi) -> None:
    group = api.world.group()
    api.world.bot["can_read_all_group_messages"] = True  # else nobody tells it of a mention
    async with running(api):
        anna, jan = api.world.person(7), api.world.person(8)
        question = anna.writes("imap czy pop3?", group)
        jan.writes("@listonosz_bot", group, reply_to=question)
        await api.until(lambda: api.world.shown(group))
    assert "IMAP" in texts(api, group.id)[0]


async def test_a_forum_is_answered_in_its_topic_and_general_without_one(api: BotApi) -> None:
    forum = api.world.group(-1002, topics={5})
    async with running(api):
        anna = api.world.person(7)
        anna.writes("/help", forum, thread=5)
        await api.until(lambda: api.world.shown(forum))
        anna.writes("/help", forum)
        await api.until(lambda: len(api.world.shown(forum)) == 2)
        anna.writes("/check firma.pl", forum, thread=5)
        await api.until(lambda: len(api.world.shown(forum)) == 3)
    assert [message.thread for message in api.world.shown(forum)] == [5, None, 5]


async def test_what_opens_a_topic_is_no_reply_to_us(api: BotApi) -> None:
    forum = api.world.group(-1002, topics={5})
    opening = api.world.message(
        forum, api.world.bot, forum_topic_created={"name": "x", "icon_color": 1}
    )
    async with running(api):
        anna = api.world.person(7)
        anna.writes("imap czy pop3?", forum, thread=5, reply_to=opening["message_id"])
        await api.until(lambda: not api.waiting)
        await asyncio.sleep(0.05)
    assert not api.made("sendMessage")


async def test_only_the_asker_may_press_also_after_a_restart(api: BotApi) -> None:
    group = api.world.group()
    anna, jan = api.world.person(7), api.world.person(8)
    async with running(api):
        anna.writes("/check firma.pl", group)
        await api.until(lambda: "ptr-done" in str(texts(api, group.id)))
    async with running(api):
        jan.presses("In English", chat=group)
        await api.until(lambda: api.world.toasts)
        assert "dla osoby, która pytała" in api.world.toasts[0][1]
        anna.presses("In English", chat=group)
        await api.until(lambda: "fault is mine" in texts(api, group.id)[0])


async def test_anonymous_administrators_are_answered(api: BotApi) -> None:
    group = api.world.group()
    ghost = {
        "id": 1087968824,
        "is_bot": True,
        "first_name": "Group",
        "username": "GroupAnonymousBot",
    }
    async with running(api):
        message = api.world.message(
            group, ghost, text="/help", sender_chat=group.as_json(),
            entities=[{"type": "bot_command", "offset": 0, "length": 5}],
        )  # fmt: skip
        api.emit("message", message)
        await api.until(lambda: api.world.shown(group))


async def test_other_bots_are_not_answered(api: BotApi) -> None:
    group = api.world.group()
    other = {"id": 99, "is_bot": True, "first_name": "Other", "username": "other_bot"}
    async with running(api):
        api.emit("message", api.world.message(group, other, text="/help@listonosz_bot"))
        await api.until(lambda: not api.waiting)
    assert api.world.shown(group) == []


async def test_menus_are_set_once_for_both_languages_and_scopes(api: BotApi) -> None:
    async with running(api):
        await api.until(lambda: len(api.commands) == 9)
    private = '{"type": "all_private_chats"}'
    group = '{"type": "all_group_chats"}'
    rulers = '{"type": "all_chat_administrators"}'
    scopes = (private, group, rulers)
    assert set(api.commands) == {(scope, c) for scope in scopes for c in ("", "en", "pl")}
    names = [command["command"] for command in api.commands[private, "pl"]]
    assert names[:3] == ["start", "help", "check"]
    assert "privacy" in names
    assert "privacy" not in [command["command"] for command in api.commands[group, "pl"]]
    assert api.commands[private, "pl"] != api.commands[private, "en"] == api.commands[private, ""]
    count = len(api.made("setMyCommands"))
    async with running(api):
        await api.until(lambda: len(api.made("getMyCommands")) == 18)
    assert len(api.made("setMyCommands")) == count == 9


async def test_an_end_says_interrupted_and_leaves_nothing_unconfirmed(api: BotApi) -> None:
    gates = Gates()
    async with running(api, make_desk(ScriptedChecks(gates))):
        anna = api.world.person(7)
        anna.writes("/check firma.pl")
        await api.until(lambda: api.world.shown(7))
        gates.open("firma.pl", "mx")
        await api.until(lambda: "mx-done" in texts(api, 7)[0])
    assert "Przerwane" in texts(api, 7)[0]
    assert "mx-done" in texts(api, 7)[0]
    assert api.waiting == []


async def test_updates_under_way_are_not_confirmed(api: BotApi) -> None:
    gates = Gates()
    async with running(api, make_desk(ScriptedChecks(gates))):
        anna, jan = api.world.person(7), api.world.person(8)
        anna.writes("/check firma.pl")
        await api.until(lambda: api.world.shown(7))
        count = len(api.made("getUpdates"))
        await api.until(lambda: len(api.made("getUpdates")) > count + 1)
        assert len(api.waiting) == 1  # a process killed now would be given it again
        jan.writes("/start")
        await api.until(lambda: api.world.shown(8))
        gates.open("firma.pl")
        await api.until(lambda: not api.waiting)
    assert len(api.world.shown(8)) == 1  # given again meanwhile, and yet answered once


async def test_more_than_a_window_of_updates_passes(api: BotApi) -> None:
    gates = Gates()
    async with running(api, make_desk(ScriptedChecks(gates))):
        for number in range(100, 230):
            api.world.person(number).writes("/check firma.pl")
        await api.until(lambda: all(api.world.shown(n) for n in range(100, 230)), 20)
        gates.open("firma.pl")
        await api.until(lambda: not api.waiting, 20)
