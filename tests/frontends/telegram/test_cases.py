"""Cases on Telegram, from the question to the answer and back, against the strict double."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.jobs.cases import BUSY
from bot.service import Service
from bot.storage.schedule import JOBS
from bot.storage.store import open_store
from tests.doubles.botapi import BotApi, Fault
from tests.doubles.botapi_chats import Chat, Person, Shown
from tests.frontends.telegram.telegram_kit import keeping, slow, wits
from tests.frontends.telegram.test_process import STARTED, environment, program
from tests.storage.conftest import DAYS

FORUM, PLAIN, OFFICE = -1001, -1002, -1003
TOPICS = "administrator can_manage_topics"
OPERATOR = 8
SCALE = 0.01
UNKNOWN = "jak przesadzić fikusa do większej doniczki"


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(limits=slow(SCALE)) as server:
        yield server


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'bot.db'}"


@asynccontextmanager
async def serving(api: BotApi, database: str) -> AsyncIterator[Service]:
    """The bot with all that it keeps; ended in good order."""
    async with keeping(api, database, OPERATOR, SCALE, learns=False) as (_, service):
        yield service


def forum(api: BotApi, status: str = TOPICS) -> Chat:
    chat = api.world.group(FORUM, "Pomagający", topics=set())
    chat.members |= {chat.bot: status, OPERATOR: "administrator"}
    return chat


def plain(api: BotApi) -> Chat:
    chat = api.world.group(PLAIN, "Pomagający")
    chat.members[OPERATOR] = "administrator"
    return chat


def texts(api: BotApi, chat: int) -> list[str]:
    return [message.text.replace("\xa0", " ") for message in api.world.shown(chat)]


def last(api: BotApi, chat: int, words: str) -> Shown:
    """The newest message of the bot with these words."""
    found = [each for each in api.world.shown(chat) if words in each.text.replace("\xa0", " ")]
    assert found, texts(api, chat)
    return found[-1]


async def shows(api: BotApi, chat: int, words: str, seconds: float = 10.0) -> Shown:
    await api.until(lambda: any(words in text for text in texts(api, chat)), seconds)
    return last(api, chat, words)


async def set_up(api: BotApi, desk: Chat) -> Person:
    basia = api.world.person(OPERATOR, name="Basia")
    basia.writes("/desk", desk)
    await shows(api, desk.id, "ze wszystkich rozmów")
    return basia


async def asks(api: BotApi, anna: Person, chat: Chat | None = None, words: str = UNKNOWN) -> int:
    """Anna has a question sent to people; her message."""
    where = chat.id if chat else anna.id
    question = anna.writes(f"/ask@listonosz_bot {words}" if chat else words, chat)
    await api.until(lambda: any("Zapytaj człowieka" in each.buttons for each in _new(api, where)))
    anna.presses("Zapytaj człowieka", chat=chat)
    await shows(api, where, "Przekażę to ludziom")
    anna.presses("Wyślij", chat=chat)
    await shows(api, where, "Przekazałem ludziom")
    return question


def _new(api: BotApi, chat: int) -> list[Shown]:
    shown = api.world.shown(chat)
    return [_labelled(each) for each in shown]


def _labelled(message: Shown) -> Shown:
    message.rows = [
        [{**button, "text": button["text"].removeprefix("🙋 ")} for button in row]
        for row in message.rows
    ]
    return message


async def test_a_private_question_is_answered_from_a_topic_of_its_own_and_back(
    api: BotApi, database: str
) -> None:
    desk, anna = forum(api), api.world.person(5, name="Anna")
    celina = api.world.person(9, name="Celina")
    async with serving(api, database):
        basia = await set_up(api, desk)
        await asks(api, anna)
        card = await shows(api, FORUM, "Sprawa 1")
        assert card.thread in (desk.topics or ())
        assert UNKNOWN in card.text
        answer = celina.writes("Weź większą doniczkę.", desk, thread=card.thread)
        got = await shows(api, 5, "Weź większą doniczkę.")
        celina.edits(answer, "Weź dużo większą doniczkę.", desk)
        await shows(api, 5, "dużo większą")
        assert len([text for text in texts(api, 5) if "doniczkę." in text]) == 1
        anna.writes("A ziemia?", reply_to=got.message_id)
        back = await shows(api, FORUM, "A ziemia?")
        assert back.thread == card.thread
        basia.writes("/answer imap czy pop3", desk, thread=card.thread)
        topic = await shows(api, 5, "Wybierz IMAP")
        assert "Odpowiada człowiek" in topic.text
        basia.writes("/close", desk, thread=card.thread)
        await shows(api, 5, "Sprawa 1 jest zamknięta")
        basia.presses("Otwórz ponownie", chat=desk)
        await shows(api, FORUM, "znowu otwarta")


async def test_two_helpers_and_two_askers_are_kept_apart(api: BotApi, database: str) -> None:
    desk, office = forum(api), api.world.group(OFFICE, "Biuro")
    anna, ewa = api.world.person(5, name="Anna"), api.world.person(6, name="Ewa")
    celina = api.world.person(9, name="Celina")
    async with serving(api, database):
        basia = await set_up(api, desk)
        question = await asks(api, ewa, office)
        await asks(api, anna)
        first, second = await shows(api, FORUM, "Sprawa 1"), await shows(api, FORUM, "Sprawa 2")
        assert first.thread != second.thread
        basia.writes("do grupy", desk, thread=first.thread)
        celina.writes("do Anny", desk, thread=second.thread)
        in_group, in_private = await shows(api, OFFICE, "do grupy"), await shows(api, 5, "do Anny")
        assert in_group.reply_to == question
        assert not any("do grupy" in text for text in texts(api, 5))
        # Somebody else in the group does not write into Ewa's case.
        anna.writes("a ja?", office, reply_to=in_group.message_id)
        ewa.writes("dzięki", office, reply_to=in_group.message_id)
        assert (await shows(api, FORUM, "dzięki")).thread == first.thread
        assert not any("a ja?" in text for text in texts(api, FORUM))
        anna.writes("nie działa", reply_to=in_private.message_id)
        assert (await shows(api, FORUM, "nie działa")).thread == second.thread
        basia.writes("/cases", desk)
        await shows(api, FORUM, "2 otwarte sprawy")


async def test_photographs_go_both_ways(api: BotApi, database: str) -> None:
    desk, anna = forum(api), api.world.person(5, name="Anna")
    photo = [{"file_id": "p", "file_unique_id": "p", "width": 9, "height": 9}]
    async with serving(api, database):
        basia = await set_up(api, desk)
        await asks(api, anna)
        card = await shows(api, FORUM, "Sprawa 1")
        basia.message(desk, thread=card.thread, photo=photo, caption="tutaj kliknij")
        got = await shows(api, 5, "tutaj kliknij")
        anna.message(reply_to=got.message_id, photo=photo, caption="nic nie widać")
        back = await shows(api, FORUM, "nic nie widać")
        assert back.thread == card.thread


@pytest.mark.parametrize("is_forum", [True, False], ids=["no right to topics", "no forum"])
async def test_without_topics_helpers_reply_and_privacy_mode_does_not_matter(
    api: BotApi, database: str, is_forum: bool
) -> None:
    desk = forum(api, "member") if is_forum else plain(api)
    anna = api.world.person(5, name="Anna")
    async with serving(api, database):
        basia = await set_up(api, desk)
        await asks(api, anna)
        card = await shows(api, desk.id, "Odpowiedz na tę wiadomość, a przekażę")
        assert card.thread is None
        basia.writes("Zrób tak", desk, reply_to=card.message_id)
        got = await shows(api, 5, "Zrób tak")
        anna.writes("nadal nic", reply_to=got.message_id)
        back = await shows(api, desk.id, "nadal nic")
        assert back.reply_to == card.message_id
        basia.writes("/close", desk, reply_to=back.message_id)
        await shows(api, 5, "Sprawa 1 jest zamknięta")


async def test_a_deleted_topic_is_opened_anew(api: BotApi, database: str) -> None:
    desk, anna = forum(api), api.world.person(5, name="Anna")
    async with serving(api, database):
        basia = await set_up(api, desk)
        await asks(api, anna)
        card = await shows(api, FORUM, "Sprawa 1")
        basia.writes("Zrób tak", desk, thread=card.thread)
        got = await shows(api, 5, "Zrób tak")
        assert desk.topics is not None
        desk.topics.clear()
        anna.writes("a dalej?", reply_to=got.message_id)
        back = await shows(api, FORUM, "a dalej?")
        assert back.thread != card.thread
        again = last(api, FORUM, "Sprawa 1:")
        assert (again.thread, UNKNOWN in again.text) == (back.thread, True)


async def test_who_is_no_member_any_more_reaches_nobody(api: BotApi, database: str) -> None:
    desk, anna = forum(api), api.world.person(5, name="Anna")
    celina = api.world.person(9, name="Celina")
    desk.members[9] = "left"
    async with serving(api, database):
        await set_up(api, desk)
        await asks(api, anna)
        card = await shows(api, FORUM, "Sprawa 1")
        celina.writes("Zrób tak", desk, thread=card.thread)
        celina.presses("Zamknij", chat=desk)
        await api.until(lambda: not api.waiting)
        await api.until(lambda: any("które tu pomagają" in text for _, text in api.world.toasts))
        assert not any("Zrób tak" in text for text in texts(api, 5))


async def test_an_anonymous_administrator_helps_too(api: BotApi, database: str) -> None:
    desk, anna = forum(api), api.world.person(5, name="Anna")
    async with serving(api, database):
        await set_up(api, desk)
        await asks(api, anna)
        card = await shows(api, FORUM, "Sprawa 1")
        api.world.nameless(desk).writes("Zrób tak", desk, thread=card.thread)
        await shows(api, 5, "Zrób tak")


async def test_a_blocked_bot_is_told_to_helpers(api: BotApi, database: str) -> None:
    desk, anna = forum(api), api.world.person(5, name="Anna")
    async with serving(api, database):
        basia = await set_up(api, desk)
        await asks(api, anna)
        card = await shows(api, FORUM, "Sprawa 1")
        api.world.chats[5].gone = "bot was blocked by the user"
        basia.writes("Zrób tak", desk, thread=card.thread)
        told = await shows(api, FORUM, "nie mogę dostarczyć")
        assert told.thread == card.thread


async def test_a_member_cannot_make_a_desk_and_in_private_there_is_none(
    api: BotApi, database: str
) -> None:
    desk, anna = plain(api), api.world.person(5, name="Anna")
    async with serving(api, database):
        anna.writes("/desk", desk)
        await shows(api, PLAIN, "tylko dla administratorów")
        anna.writes("konsultant")
        await shows(api, 5, "Nie ma tu człowieka")


async def test_killed_in_the_middle_a_case_and_its_answers_arrive_once(
    api: BotApi, database: str
) -> None:
    desk, anna = forum(api), api.world.person(5, name="Anna")
    wits()
    env = environment(api.url) | {"DATABASE_URL": database, "LISTONOSZ_OPERATORS": str(OPERATOR)}
    async with program(env) as process:
        anna.writes("/start")
        await api.until(lambda: api.world.shown(5), STARTED)
        basia = await set_up(api, desk)
        await asks(api, anna)
        card = await shows(api, FORUM, "Sprawa 1")
        api.fail("sendMessage", Fault(stall=600))
        basia.writes("raz", desk, thread=card.thread)
        count = len(api.made("sendMessage"))
        await api.until(lambda: len(api.made("sendMessage")) > count)
        process.kill()
        await process.wait()
    basia.writes("dwa", desk, thread=card.thread)
    async with open_store(database, DAYS) as store, store.database.write() as connection:
        # What a minute would do.
        await connection.execute(update(JOBS).values(leased_until=0.0))
        await connection.execute(update(JOBS).where(JOBS.c.kind == BUSY).values(due_at=0.0))
    async with program(env):
        await shows(api, 5, "dwa", STARTED)
        await api.until(lambda: not api.waiting)
        answers = [text.splitlines()[1] for text in texts(api, 5) if "Odpowiada człowiek" in text]
        assert answers == ["raz", "dwa"]
        assert len([text for text in texts(api, FORUM) if text.startswith("Sprawa 1:")]) == 1


def menu(api: BotApi, kind: str, chat: int) -> set[str]:
    """What a chat's own menu offers in Polish."""
    scope = json.dumps({"chat_id": chat, "type": kind}, sort_keys=True)
    return {each["command"] for each in api.commands.get((scope, "pl"), [])}


async def test_the_helpers_menu_is_set_when_their_desk_is(api: BotApi, database: str) -> None:
    desk, office = plain(api), api.world.group(OFFICE, "Biuro")
    async with serving(api, database):
        await set_up(api, desk)
        await api.until(lambda: "cases" in menu(api, "chat_administrators", PLAIN))
        assert {"cases", "answer"} <= menu(api, "chat", PLAIN)
        assert "desk" not in menu(api, "chat", PLAIN)
        assert menu(api, "chat", office.id) == set()
