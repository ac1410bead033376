"""What goes wrong in groups and with cases: crowds, moves in mid-case, rights, refusals, floods."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.conversation.groups.group import GroupSettings
from tests.doubles.botapi import BotApi, Fault
from tests.doubles.botapi_chats import Chat
from tests.frontends.telegram.telegram_kit import slow
from tests.frontends.telegram.test_cases import (
    FORUM,
    OFFICE,
    SCALE,
    UNKNOWN,
    asks,
    forum,
    last,
    plain,
    serving,
    set_up,
    shows,
    texts,
)

NEW = -1077
IMAP = "/ask@listonosz_bot imap czy pop3?"


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(limits=slow(SCALE)) as server:
        yield server


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'bot.db'}"


def office(api: BotApi) -> Chat:
    return api.world.group(OFFICE, "Biuro")


async def test_a_crowd_that_joins_is_greeted_once_and_holds_up_nobody(
    api: BotApi, database: str
) -> None:
    group, anna = office(api), api.world.person(5)
    async with serving(api, database) as service:
        settings = GroupSettings(greeting="Cześć, {name}!")
        await service.store.groups.save(f"tg:{OFFICE}", settings)
        for number in range(100):
            api.world.person(2000 + number, name=f"Nowy{number}").joins(group)
        anna.writes(IMAP, group)
        await shows(api, OFFICE, "IMAP")
        await api.until(lambda: not api.waiting)
        assert [text for text in texts(api, OFFICE) if "Cześć" in text] == ["Cześć, Nowy0!"]


async def test_the_askers_group_moves_in_mid_case(api: BotApi, database: str) -> None:
    desk, group, anna = forum(api), office(api), api.world.person(5)
    async with serving(api, database):
        basia = await set_up(api, desk)
        await asks(api, anna, group)
        card = await shows(api, FORUM, "Sprawa 1")
        new = api.world.group(NEW, "Biuro")
        api.world.migrates(group, new, anna)
        basia.writes("Zrób tak", desk, thread=card.thread)
        answer = await shows(api, NEW, "Zrób tak")
        anna.writes("Nadal nie", new, reply_to=answer.message_id)
        assert (await shows(api, FORUM, "Nadal nie")).thread == card.thread


async def test_the_helpers_group_moves_in_mid_case(api: BotApi, database: str) -> None:
    desk, anna = plain(api), api.world.person(5)
    async with serving(api, database):
        basia = await set_up(api, desk)
        await asks(api, anna)
        await shows(api, desk.id, "Sprawa 1")
        new = api.world.group(NEW, "Pomagający")
        new.members = dict(desk.members)
        api.world.migrates(desk, new, basia)
        await api.until(lambda: not api.waiting)
        answer = last(api, 5, "Przekazałem ludziom")
        anna.writes("/human jeszcze jedno pytanie")
        await shows(api, 5, "jeszcze jedno")
        anna.presses("Wyślij")
        told = await shows(api, NEW, "jeszcze jedno")
        basia.writes("Zrób tak", new, reply_to=told.message_id)
        await shows(api, 5, "Zrób tak")
        assert answer


async def test_a_file_goes_as_a_copy_where_text_may_and_a_refusal_is_told(
    api: BotApi, database: str
) -> None:
    desk, anna = forum(api), api.world.person(5)
    async with serving(api, database):
        basia = await set_up(api, desk)
        await asks(api, anna)
        card = await shows(api, FORUM, "Sprawa 1")
        for kind in ("voice", "sticker", "document"):
            before = len(api.world.chats[5].messages)
            content = {"file_id": "x", "file_unique_id": "y"}
            more = {
                "voice": {"duration": 1},
                "sticker": {"type": "regular", "width": 1, "height": 1, "is_animated": False,
                            "is_video": False},
                "document": {},
            }[kind]  # fmt: skip
            basia.message(desk, thread=card.thread, **{kind: content | more})
            await api.until(lambda count=before: len(api.world.chats[5].messages) > count)
        api.fail(
            "copyMessage", Fault(status=400, description="Bad Request: VOICE_MESSAGES_FORBIDDEN")
        )
        basia.message(
            desk,
            thread=card.thread,
            voice={"file_id": "z", "file_unique_id": "z", "duration": 1},
        )
        told = await shows(api, FORUM, "nie dało się przekazać")
        assert told.thread == card.thread


async def test_a_closed_topic_of_the_askers_loses_no_other_case(api: BotApi, database: str) -> None:
    desk, anna, jan = forum(api), api.world.person(5), api.world.person(6, name="Jan")
    group = office(api)
    async with serving(api, database):
        basia = await set_up(api, desk)
        await asks(api, anna, group)
        first = await shows(api, FORUM, "Sprawa 1")
        await asks(api, jan)
        second = await shows(api, FORUM, "Sprawa 2")
        group.members[group.bot] = "restricted"
        basia.writes("Do Anny", desk, thread=first.thread)
        basia.writes("Do Jana", desk, thread=second.thread)
        await shows(api, 6, "Do Jana")
        told = await shows(api, FORUM, "Sprawa 1: nie")
        assert told.thread == first.thread


@pytest.mark.parametrize("method", ["sendMessage", "editMessageText", "answerCallbackQuery"])
async def test_a_flood_wait_loses_nothing_on_the_way_to_people(
    api: BotApi, database: str, method: str
) -> None:
    desk, anna = forum(api), api.world.person(5)
    async with serving(api, database):
        basia = await set_up(api, desk)
        anna.writes(UNKNOWN)
        await api.until(
            lambda: any("Zapytaj człowieka" in str(each.rows) for each in api.world.shown(5))
        )
        api.fail(method, Fault(flood=0.3))
        anna.presses("Zapytaj człowieka")
        await shows(api, 5, "Przekażę to ludziom")
        api.fail(method, Fault(flood=0.3))
        anna.presses("Wyślij")
        card = await shows(api, FORUM, "Sprawa 1")
        await api.until(lambda: not api.world.callbacks)
        api.fail(method, Fault(flood=0.3))
        basia.writes("Zrób tak", desk, thread=card.thread)
        await shows(api, 5, "Zrób tak")


async def test_a_late_answer_opens_a_closed_case_again(api: BotApi, database: str) -> None:
    desk, anna = forum(api), api.world.person(5)
    async with serving(api, database):
        basia = await set_up(api, desk)
        await asks(api, anna)
        card = await shows(api, FORUM, "Sprawa 1")
        basia.writes("/close", desk, thread=card.thread)
        closed = await shows(api, 5, "jest zamknięta")
        anna.writes("Wróciło", reply_to=closed.message_id)
        assert (await shows(api, FORUM, "Wróciło")).thread == card.thread
        basia.writes("/cases", desk)
        await shows(api, FORUM, "1 otwarta sprawa")


async def test_a_secret_in_an_edit_or_under_a_picture_goes_nowhere(
    api: BotApi, database: str
) -> None:
    desk, anna = forum(api), api.world.person(5)
    async with serving(api, database):
        basia = await set_up(api, desk)
        await asks(api, anna)
        card = await shows(api, FORUM, "Sprawa 1")
        said = basia.writes("Wpisz port 587", desk, thread=card.thread)
        await shows(api, 5, "port 587")
        basia.edits(said, "login anna@firma.pl hasło: Tajne123!", desk)
        await shows(api, FORUM, "Nie przekazałem")
        basia.message(
            desk,
            thread=card.thread,
            photo=[{"file_id": "x", "file_unique_id": "y", "width": 1, "height": 1}],
            caption="login anna@firma.pl hasło: Tajne123!",
        )
        await api.until(
            lambda: len([text for text in texts(api, FORUM) if "Nie przekazałem" in text]) == 2
        )
        assert not any("Tajne123" in str(each) for each in api.world.chats[5].messages.values())


async def test_who_is_forgotten_in_mid_case_is_gone_from_the_helpers_chat(
    api: BotApi, database: str
) -> None:
    desk, anna = forum(api), api.world.person(5)
    async with serving(api, database):
        basia = await set_up(api, desk)
        await asks(api, anna)
        card = await shows(api, FORUM, "Sprawa 1")
        assert "fikusa" in card.text
        before = len(api.world.shown(5))
        anna.writes("/forget")
        await shows(api, FORUM, "odpowiedzi do nikogo nie dotrą")
        assert not any("fikusa" in text for text in texts(api, FORUM))
        assert api.made("editForumTopic")[-1].params["name"] == "Sprawa 1: usunięta"
        await api.until(lambda: len(api.world.shown(5)) > before)
        basia.writes("Halo?", desk, thread=card.thread)
        basia.writes("/cases", desk)
        await shows(api, FORUM, "Nie ma otwartych spraw")
        assert not any("Halo?" in text for text in texts(api, 5))


async def test_a_group_points_its_cases_to_helpers_elsewhere(api: BotApi, database: str) -> None:
    desk, group = forum(api), office(api)
    ewa, anna, celina = (api.world.person(number) for number in (9, 5, 11))
    desk.members[9] = group.members[9] = "administrator"
    async with serving(api, database):
        ewa.writes("/desk link", desk)
        offer = await shows(api, FORUM, "/desk ")
        (link,) = [button["url"] for row in offer.rows for button in row]
        assert link.startswith("https://t.me/listonosz_bot?startgroup=desk-")
        payload = link.partition("startgroup=")[2]
        celina.writes(f"/start@listonosz_bot {payload}", group)
        await shows(api, OFFICE, "tylko dla administratorów")
        ewa.writes(f"/start@listonosz_bot {payload}", group)
        await shows(api, OFFICE, "Sprawy z tej grupy trafiają")
        await asks(api, anna, group)
        card = await shows(api, FORUM, "Sprawa 1")
        celina.writes("Zrób tak", desk, thread=card.thread)
        await shows(api, OFFICE, "Zrób tak")
        ewa.writes("/desk off", group)
        await shows(api, FORUM, "nie będą tu już trafiać")


async def test_a_question_that_is_gone_is_answered_all_the_same(api: BotApi, database: str) -> None:
    group, anna = office(api), api.world.person(5)
    async with serving(api, database):
        refusal = "Bad Request: message to be replied not found"
        api.fail("sendMessage", Fault(status=400, description=refusal))
        anna.writes(IMAP, group)
        answer = await shows(api, OFFICE, "IMAP")
        assert answer.reply_to is None
