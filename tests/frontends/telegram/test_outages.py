"""Outages on Telegram: people, helpers and strangers, against the strict double."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from time import time

import pytest
from sqlalchemy import insert, update

from bot.conversation.outages.burst import HOUR
from bot.conversation.outages.outage import EVERYBODY, Spot, State, Symptom
from bot.service import Service
from bot.storage.outages_tables import ASKS, COUNTS
from bot.storage.schedule import JOBS
from bot.storage.store import Store, open_store
from tests.conversation.outages.outage_kit import Servers
from tests.doubles.botapi import BotApi, Fault
from tests.doubles.botapi_chats import Chat
from tests.frontends.telegram.telegram_kit import keeping, slow
from tests.frontends.telegram.test_cases import shows, texts
from tests.frontends.telegram.test_process import environment, program
from tests.storage.conftest import DAYS

HELPERS, OFFICE = -1002, -1003
BASIA = 8  # runs the bot, and helps
SCALE = 0.01
PATIENCE = 60.0  # a killed process's work is free again after half a minute
SMTP = "smtp.poczta.onet.pl"
QUESTION = "nie mogę wysłać maila z onetu"
NOTICE = "To nie Twoje ustawienia: od "


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(limits=slow(SCALE)) as server:
        yield server


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'bot.db'}"


async def lived(store: Store) -> None:
    """The bot has been there for two weeks, and nobody asked about trouble."""
    this = int(time() // HOUR)
    row = {"scope_chat": "", "place": "", "symptom": "", "people": 0}
    async with store.database.write() as connection:
        hours = range(this - 14 * 24, this)
        await connection.execute(insert(COUNTS), [{**row, "hour": hour} for hour in hours])


@asynccontextmanager
async def serving(api: BotApi, database: str, servers: Servers) -> AsyncIterator[Service]:
    """The bot with its radar; ended in good order."""
    async with keeping(api, database, BASIA, SCALE, servers) as (_, service):
        yield service


def helpers(api: BotApi) -> Chat:
    chat = api.world.group(HELPERS, "Pomagający")
    chat.members[BASIA] = "administrator"
    return chat


async def set_up(api: BotApi, chat: Chat) -> None:
    api.world.person(BASIA, name="Basia").writes("/desk", chat)
    await shows(api, chat.id, "ze wszystkich rozmów")


async def ask(api: BotApi, *numbers: int) -> None:
    for number in numbers:
        person = api.world.person(number, name=f"Osoba {number}")
        before = len(api.world.shown(number))
        person.writes(QUESTION)
        await api.until(lambda who=number, had=before: len(api.world.shown(who)) > had)


async def due_now(service: Service) -> None:
    """As though the time for everything planned had come."""
    async with service.store.database.write() as connection:
        await connection.execute(update(JOBS).values(due_at=0.0))
    service.poke()


async def test_people_a_group_and_helpers_go_through_an_outage(api: BotApi, database: str) -> None:
    chat, office, servers = helpers(api), api.world.group(OFFICE, "Biuro"), Servers({SMTP})
    async with serving(api, database, servers) as service:
        await lived(service.store)
        await set_up(api, chat)
        await ask(api, 11, 12, 13, 14)
        card = await shows(api, HELPERS, "Czy Onet ma awarię?")
        assert f"{SMTP}: nie odpowiada" in card.text
        stranger = api.world.person(99, name="Zenek")
        chat.members[99] = "left"  # the card is still on a screen
        stranger.presses("Potwierdź", card.message_id, chat=chat)
        await api.until(lambda: any("decydują" in each for each in toasts(api)))
        api.world.person(BASIA, name="Basia").presses("Potwierdź", card.message_id, chat=chat)
        await shows(api, HELPERS, "Onet: awaria potwierdzona")
        assert len([text for text in texts(api, HELPERS) if "Onet" in text]) == 1
        await ask(api, 15)
        notice = await shows(api, 15, NOTICE)
        assert "Napiszę do Ciebie" in notice.text
        api.world.person(15).presses("Zwykła porada", notice.message_id)
        await api.until(lambda: len(api.world.shown(15)) == 2)
        assert NOTICE not in texts(api, 15)[1]
        question = stranger.writes(f"/ask@listonosz_bot {QUESTION}", office)
        told = await shows(api, OFFICE, NOTICE)
        assert told.reply_to == question
        api.world.person(15).writes("/outages")
        await shows(api, 15, "Onet: wysyłanie poczty, od ")
        confirmed = await shows(api, HELPERS, "Onet: awaria potwierdzona")
        api.world.person(BASIA).presses("Już po awarii", confirmed.message_id, chat=chat)
        for place in (11, 12, 13, 14, 15, OFFICE):
            await shows(api, place, "Onet: awaria się skończyła")
        await shows(api, HELPERS, "Onet: po awarii")
        assert len([text for text in texts(api, OFFICE) if "się skończyła" in text]) == 1


async def test_it_ends_by_itself_and_nobody_is_told_twice_whatever_telegram_says(
    api: BotApi, database: str
) -> None:
    chat, servers = helpers(api), Servers({SMTP})
    async with serving(api, database, servers) as service:
        await lived(service.store)
        await set_up(api, chat)
        await ask(api, 11, 12, 13, 14)
        card = await shows(api, HELPERS, "Czy Onet ma awarię?")
        api.world.person(BASIA).presses("Potwierdź", card.message_id, chat=chat)
        await shows(api, HELPERS, "Onet: awaria potwierdzona")
        api.world.chats[12].gone = "bot was blocked by the user"
        api.fail("sendMessage", Fault(flood=0.05))
        servers.silent = set()
        await calm(service)
        for _ in range(30):  # three looks, however long the machine takes for one
            await due_now(service)
            await asyncio.sleep(0.3)
            if any("się skończyła" in text for text in texts(api, 11)):
                break
        await shows(api, 11, "Onet: awaria się skończyła")
        await shows(api, HELPERS, "Pytań jest już tyle co zwykle")
        for number in (11, 13, 14):
            await shows(api, number, "Onet: awaria się skończyła")
            assert len([text for text in texts(api, number) if "skończyła" in text]) == 1


async def test_a_group_that_becomes_a_supergroup_keeps_its_card_and_its_news(
    api: BotApi, database: str
) -> None:
    chat, servers = helpers(api), Servers({SMTP})
    office = api.world.group(OFFICE, "Biuro")
    async with serving(api, database, servers) as service:
        await lived(service.store)
        await set_up(api, chat)
        zenek = api.world.person(99, name="Zenek")
        zenek.writes(f"/ask@listonosz_bot {QUESTION}", office)
        await api.until(lambda: api.world.shown(OFFICE))
        await ask(api, 11, 12, 13)
        card = await shows(api, HELPERS, "Czy Onet ma awarię?")
        api.world.person(BASIA).presses("Potwierdź", card.message_id, chat=chat)
        await shows(api, HELPERS, "Onet: awaria potwierdzona")
        api.world.migrates(office, api.world.group(-1009, "Biuro"), zenek)
        spot = Spot(EVERYBODY, "onet", Symptom.SENDING)
        for _ in range(500):
            asked = await service.store.outages.askers(spot, 0.0)
            if "tg:-1009" in {each.chat for each in asked}:
                break
            await asyncio.sleep(0.02)
        card = await shows(api, HELPERS, "Onet: awaria potwierdzona")
        api.world.person(BASIA).presses("Już po awarii", card.message_id, chat=chat)
        await shows(api, -1009, "Onet: awaria się skończyła")


async def test_killed_outright_the_program_forgets_no_question_and_no_decision(
    api: BotApi, tmp_path: Path
) -> None:
    """Nothing answers here, so its own network is not proved, and the card says so."""
    env = environment(api.url) | {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'killed.db'}",
        "LISTONOSZ_OPERATORS": f"{BASIA}",
        "LISTONOSZ_OUTAGE_PEOPLE": "3",
    }
    async with open_store(env["DATABASE_URL"], DAYS) as store:
        await lived(store)
    chat, basia = helpers(api), api.world.person(BASIA, name="Basia")
    async with program(env) as process:
        basia.writes("/desk", chat)
        await shows(api, HELPERS, "ze wszystkich rozmów", PATIENCE)
        await ask(api, 11, 12)
        process.kill()
        await process.wait()
    async with program(env) as process:
        api.world.person(13).writes(QUESTION)
        card = await shows(api, HELPERS, "Czy Onet ma awarię?", PATIENCE)
        assert "nie dało się sprawdzić" in card.text
        basia.presses("Potwierdź", card.message_id, chat=chat)
        await api.until(lambda: any("Potwierdzone" in text for text in toasts(api)))
        process.kill()
        await process.wait()
    async with program(env):
        api.world.person(14).writes(QUESTION)
        await shows(api, 14, NOTICE, PATIENCE)
        await shows(api, HELPERS, "Onet: awaria potwierdzona", PATIENCE)
        basia.presses("Już po awarii", card.message_id, chat=chat)
        for number in (11, 12, 13, 14):
            await shows(api, number, "Onet: awaria się skończyła", PATIENCE)


async def calm(service: Service) -> None:
    """Nobody has asked for a while."""
    found = await service.store.outages.last_at("", "onet")
    assert found is not None
    assert found.state is State.CONFIRMED
    quiet = replace(found, course=replace(found.course, asked_at=0.0))
    assert await service.store.outages.change(quiet, time())
    async with service.store.database.write() as connection:
        await connection.execute(update(ASKS).values(counted_at=0.0))


def toasts(api: BotApi) -> list[str]:
    return [str(call.params.get("text", "")) for call in api.made("answerCallbackQuery")]
