"""What an update means for us, and where the answer belongs."""

from typing import Any

import pytest
from telegram import Update

from bot.conversation.groups.group import Hearing
from bot.frontends.telegram.events import language_of
from bot.frontends.telegram.heard import Me
from bot.frontends.telegram.post import Place
from bot.frontends.telegram.reading import Pressed, Said, Strange, read_update
from bot.model.language import Language
from tests.doubles.botapi_chats import Json, entities_of

ME = Me(4242, "listonosz_bot", frozenset({"check", "help"}))
ANNA: Json = {"id": 7, "is_bot": False, "first_name": "Anna", "language_code": "pl"}
BOT: Json = {"id": 4242, "is_bot": True, "first_name": "Listonosz"}
PRIVATE: Json = {"id": 7, "type": "private"}
GROUP: Json = {"id": -1001, "type": "supergroup", "title": "Biuro"}


def message(text: str | None = "hej", chat: Json = PRIVATE, **more: Any) -> Json:
    built = {"message_id": 5, "date": 1, "chat": chat, "from": ANNA} | more
    if text is not None:
        built |= {"text": text, "entities": entities_of(text)}
    return built


def read(kind: str = "message", **content: Any) -> Any:
    update = Update.de_json({"update_id": 1, kind: content}, None)
    return read_update(update, ME)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        pytest.param("hej", "hej", id="words"),
        pytest.param("/check@listonosz_bot firma.pl", "/check firma.pl", id="with our name"),
        pytest.param("/check@LISTONOSZ_BOT\nfirma.pl", "/check\nfirma.pl", id="in capitals"),
        pytest.param("/check@other_bot firma.pl", None, id="another bot's"),
        pytest.param("/nonsense", "/nonsense", id="unknown"),
        pytest.param("anna@firma.pl", "anna@firma.pl", id="an address is no mention"),
    ],
)
def test_private_messages(text: str, meant: str | None) -> None:
    reading = read(**message(text))
    is_ours = reading is not None and reading.incoming.hearing is Hearing.ADDRESSED
    assert (reading.incoming.text if is_ours else None) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        pytest.param("hej wszystkim", None, id="words"),
        pytest.param("/check firma.pl", "/check firma.pl", id="our command"),
        pytest.param("/CHECK firma.pl", "/CHECK firma.pl", id="in capitals"),
        pytest.param("/ban anna", None, id="some other bot's command"),
        pytest.param("/ban@listonosz_bot", "/ban", id="unknown, and to us"),
        pytest.param("/check@other_bot firma.pl", None, id="another bot's"),
        pytest.param("@listonosz_bot, imap czy pop3?", "imap czy pop3?", id="mention first"),
        pytest.param("imap czy pop3? @Listonosz_Bot", "imap czy pop3?", id="mention last"),
        pytest.param("@listonosz_bot2 hej", None, id="a longer name"),
        pytest.param("pisz na x@listonosz_bot", None, id="an address"),
        pytest.param("@listonosz_bot", "", id="a bare mention"),
    ],
)
def test_group_messages(text: str, meant: str | None) -> None:
    reading = read(**message(text, GROUP))
    is_ours = reading is not None and reading.incoming.hearing is Hearing.ADDRESSED
    assert (reading.incoming.text if is_ours else None) == meant


def test_a_private_conversation_is_the_chats_and_a_groups_the_persons() -> None:
    private, group = read(**message()), read(**message("/help", GROUP))
    assert private.incoming.conversation == "tg:7"
    assert private.incoming.is_private
    assert private.place == Place(7)
    assert group.incoming.conversation == "tg:-1001:7"
    assert not group.incoming.is_private
    assert group.place == Place(-1001, None, 5)


def test_limits_count_the_person_and_the_chat() -> None:
    said, pressed = read(**message("/check a.pl", GROUP)), press(None)
    for reading in (said, pressed):
        assert (reading.incoming.person, reading.incoming.chat) == ("tg:7", "tg:-1001")


def test_the_thread_is_that_of_a_forum_only() -> None:
    forum = read(**message("/help", GROUP, message_thread_id=9, is_topic_message=True))
    replies = read(**message("/help", GROUP, message_thread_id=9))
    assert forum.place.thread == 9
    assert replies.place.thread is None


def test_an_edit_is_marked() -> None:
    reading = read("edited_message", **message("hej"))
    assert isinstance(reading, Said)
    assert reading.incoming.is_edited


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(message(None, pinned_message=message("x")), id="service"),
        pytest.param(message(None, GROUP, location={"latitude": 1, "longitude": 1}), id="group"),
        pytest.param(message("/help", GROUP, **{"from": BOT | {"id": 9}}), id="a bot"),
        pytest.param(message("/help", GROUP, is_automatic_forward=True), id="a linked channel"),
        pytest.param(message("/help", {"id": -9, "type": "channel"}), id="a channel"),
    ],
)
def test_what_is_nothing_to_us(content: Json) -> None:
    assert read(**content) is None


def test_a_location_in_private_is_strange() -> None:
    reading = read(**message(None, location={"latitude": 1, "longitude": 1}))
    assert reading == Strange(Place(7), "tg:7", Language.PL)


def press(question: Json | None, user: Json = ANNA, chat: Json = GROUP) -> Any:
    shown = {"message_id": 6, "date": 1, "chat": chat, "from": BOT, "text": "Sprawdzam firma.pl"}
    if question is not None:
        shown["reply_to_message"] = question
    return read(
        "callback_query",
        **{"id": "1", "from": user, "chat_instance": "1", "message": shown, "data": "c|pl"},
    )


def test_a_pressed_button_carries_its_state_and_its_message() -> None:
    reading = press(message(chat=GROUP))
    assert isinstance(reading, Pressed)
    assert (reading.incoming.action, reading.incoming.shown) == ("c|pl", "Sprawdzam firma.pl")
    assert reading.place == Place(-1001, None, 5)
    assert (reading.query, reading.message) == ("1", 6)


@pytest.mark.parametrize(
    ("reading", "is_theirs"),
    [
        pytest.param(press(message(chat=GROUP)), True, id="the asker"),
        pytest.param(press(message(chat=GROUP), ANNA | {"id": 8}), False, id="somebody else"),
        pytest.param(press(None, ANNA | {"id": 8}), True, id="nobody can tell"),
        pytest.param(press(None, chat=PRIVATE), True, id="private"),
        pytest.param(
            press(message(chat=GROUP, **{"from": BOT | {"id": 1087968824}}), ANNA | {"id": 8}),
            False,
            id="an anonymous administrator asked",
        ),
    ],
)
def test_whose_buttons_they_are(reading: Any, is_theirs: bool) -> None:
    assert reading.is_theirs is is_theirs


def test_a_button_under_a_message_too_old_to_be_edited_still_counts() -> None:
    reading = read(
        "callback_query",
        **{
            "id": "1",
            "from": ANNA,
            "chat_instance": "1",
            "message": {"message_id": 6, "date": 0, "chat": PRIVATE},
            "data": "x",
        },
    )
    assert (reading.message, reading.incoming.shown, reading.is_theirs) == (None, "", True)


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("pl", Language.PL),
        ("pl-PL", Language("pl-pl")),
        ("en", Language.EN),
        ("zh-hans", Language("zh-hans")),
        ("uk", Language("uk")),
        ("", None),
        ("?!", None),
    ],
)
def test_languages(code: str, language: Language) -> None:
    reading = read(**message(**{"from": ANNA | {"language_code": code}}))
    assert reading.incoming.language_hint == language


def test_no_language_is_no_hint() -> None:
    assert language_of(None) is None
