"""Settings on Telegram: a card to copy from, files in the chat, the way from a group to private."""

import plistlib
from collections.abc import AsyncIterator

import pytest

from bot.conversation.drive import Desk
from bot.conversation.memory import MemorySessions
from bot.conversation.mind import Mind
from bot.model.settings import SettingsReport
from bot.render.telegram_pages import utf16
from tests.conversation.finders import ScriptedSettings
from tests.doubles.botapi import BotApi, Fault
from tests.frontends.telegram.telegram_kit import PROBES, ScriptedChecks, running, slow, wits
from tests.render.mailboxes import GOOD, MUTE, STARTTLS, found, replace, server

SCALE = 0.05
ANNA = "anna@firma.pl"


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(limits=slow(SCALE)) as server:
        yield server


def make_desk(report: SettingsReport = GOOD) -> Desk:
    knowledge, matcher = wits()
    return Desk(
        Mind(knowledge, matcher, PROBES),
        ScriptedChecks(),
        MemorySessions(),
        settings=ScriptedSettings(report),
    )


async def card(api: BotApi, text: str = f"/settings {ANNA}") -> None:
    """A person asks, and the card stands there."""
    api.world.person(7).writes(text)
    await api.until(
        lambda: api.world.shown(7) and "Krok po kroku" in api.world.shown(7)[-1].buttons
    )


async def test_the_card_has_a_button_to_copy_each_value(api: BotApi) -> None:
    async with running(api, make_desk()):
        await card(api)
    (message,) = api.world.shown(7)
    copied = [
        each["copy_text"]["text"] for row in message.rows for each in row if "copy_text" in each
    ]
    assert copied == ["imap.firma.pl", "993", "SSL/TLS", "smtp.firma.pl", "465", ANNA]
    assert not [call.error for call in api.calls if call.error]


async def test_a_profile_comes_as_a_file_with_its_words_under_it(api: BotApi) -> None:
    async with running(api, make_desk()):
        await card(api)
        api.world.person(7).presses("Profil: iPhone")
        await api.until(lambda: len(api.world.shown(7)) == 2)
    message = api.world.shown(7)[1]
    assert message.document
    name, content = message.document
    assert name == "firma.pl.mobileconfig"
    (payload,) = plistlib.loads(content)["PayloadContent"]
    assert payload["EmailAddress"] == ANNA
    assert "Profil pobrany" in message.text
    assert utf16(message.text) <= 1024


async def test_long_words_stand_before_their_file(api: BotApi) -> None:
    many = tuple(found(server("imap", port, STARTTLS)) for port in range(1143, 1153))
    report = replace(GOOD, sources=MUTE, incoming=(*GOOD.incoming, *many))
    async with running(api, make_desk(report)):
        await card(api)
        api.world.person(7).presses("Dla administratora")
        await api.until(lambda: len(api.world.shown(7)) == 3)
    _, words, file = api.world.shown(7)
    assert "_imaps._tcp.firma.pl" in words.text
    assert words.document is None
    assert file.document
    assert file.document[0] == "config-v1.1.xml"
    assert b"<hostname>imap.firma.pl</hostname>" in file.document[1]


async def test_a_file_that_did_not_arrive_is_sent_again(api: BotApi) -> None:
    async with running(api, make_desk()):
        await card(api)
        api.fail("sendDocument", Fault(502))
        api.world.person(7).presses("Profil: iPhone")
        await api.until(lambda: len(api.world.shown(7)) == 2)
    assert [message.document for message in api.world.shown(7)][1]


async def test_a_group_leads_to_the_private_chat_and_reads_no_address(api: BotApi) -> None:
    group = api.world.group()
    async with running(api, make_desk()):
        api.world.person(7).writes(f"/settings {ANNA}", group)
        await api.until(
            lambda: api.world.shown(group) and api.world.shown(group)[0].buttons[-1:] != ["Stop"]
        )
        await api.until(
            lambda: any("url" in each for row in api.world.shown(group)[0].rows for each in row)
        )
    (message,) = api.world.shown(group)
    (link,) = [each["url"] for row in message.rows for each in row if "url" in each]
    assert link == "https://t.me/listonosz_bot?start=settings-firma_pl"
    assert "anna" not in message.text
    assert "anna" not in str(message.rows)


async def test_the_private_chat_goes_on_from_the_link(api: BotApi) -> None:
    async with running(api, make_desk()):
        await card(api, "/start settings-firma_pl")
    assert "imap.firma.pl" in api.world.shown(7)[0].text


async def test_steps_take_the_place_of_the_question_which_program(api: BotApi) -> None:
    async with running(api, make_desk()):
        await card(api)
        anna = api.world.person(7)
        anna.presses("Krok po kroku")
        await api.until(lambda: len(api.world.shown(7)) == 2)
        anna.presses("Thunderbird")
        await api.until(lambda: "Konfiguruj ręcznie" in api.world.shown(7)[1].text)
    assert ANNA in api.world.shown(7)[1].text
    assert len(api.world.shown(7)) == 2


async def test_a_button_whose_address_is_too_long_finds_it_in_its_message(api: BotApi) -> None:
    long = "anna.maria.kowalska-nowakowska@bardzo-dluga-nazwa-firmy.com.pl"
    async with running(api, make_desk()):
        await card(api, f"/settings {long}")
        api.world.person(7).presses("Profil: iPhone")
        await api.until(lambda: len(api.world.shown(7)) == 2)
    message = api.world.shown(7)[1]
    assert message.document
    (payload,) = plistlib.loads(message.document[1])["PayloadContent"]
    assert payload["EmailAddress"] == long
