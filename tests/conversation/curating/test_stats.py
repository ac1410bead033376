"""/stats: figures for those who may see them, in words and as a picture."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.conversation.cases.case import Case, Kind, Letter, Way
from bot.conversation.curating.questions import Tally
from bot.conversation.curating.stats import summarise
from bot.conversation.groups.group import GroupSettings
from bot.faq.match import Ambiguous, Matched
from bot.model.language import Language
from bot.storage.store import open_store
from tests.conversation.curating.learning_kit import (
    ADMINISTRATOR,
    ANNA,
    BEN,
    IN_GROUP,
    OLA,
    Talk,
    database,
    text_of,
)
from tests.storage.conftest import DAYS

MATCHES = {
    "imap czy pop3": Matched("imap-or-pop3", 0.9),
    "nie działa": Ambiguous(("cannot-send", "cannot-receive"), {}, 0.9),
}


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    async with open_store(database(tmp_path), DAYS) as store:
        yield Talk(store, dict(MATCHES))


async def test_an_operator_sees_everything(talk: Talk) -> None:
    said = await talk.says(ANNA, "imap czy pop3")
    await talk.presses(ANNA, said, "👍")
    await talk.says(IN_GROUP, "imap czy pop3")
    await talk.says(BEN, "nie działa")
    await talk.says(BEN, "1")
    await talk.says(BEN, "co z tą kwarantanną")
    told = await talk.says(OLA, "/stats")
    text = text_of(told)
    for words in (
        "4 pytania przez 14 dni",
        "odpowiedź od razu: 2 (50%)",
        "dopytane: 1 (25%)",
        "odpowiedź po dopytaniu: 1",
        "bez odpowiedzi: 1 (25%)",
        "👍 1, 👎 0",
        "IMAP czy POP3: co wybrać: 2",
    ):
        assert words in text
    assert told.enclosure is not None
    assert told.enclosure.is_picture


async def test_a_group_s_administrators_see_their_group_only(talk: Talk) -> None:
    await talk.says(ANNA, "imap czy pop3")
    await talk.says(IN_GROUP, "imap czy pop3")
    assert "1 pytanie" in text_of(await talk.says(ADMINISTRATOR, "/stats"))
    helper = replace(IN_GROUP, group=GroupSettings(helpers=(IN_GROUP.person,)))
    for who in (IN_GROUP, helper, ANNA, replace(IN_GROUP, person=OLA.person)):
        assert "tylko dla" in text_of(await talk.says(who, "/stats"))


async def test_wrong_and_empty_spans(talk: Talk) -> None:
    assert "Nikt o nic nie pytał" in text_of(await talk.says(OLA, "/stats 7"))
    for wrong in ("0", "367", "dużo", "-1"):
        assert "/stats 30" in text_of(await talk.says(OLA, f"/stats {wrong}"))


def test_days_without_questions_are_there_too() -> None:
    tallies = [
        Tally("2026-11-22", "answered", "imap-or-pop3", 3),
        Tally("2026-11-22", "useless", "imap-or-pop3", 1),
        Tally("2026-11-24", "outside", "", 2),
    ]
    found = summarise(tallies, date(2026, 11, 22), date(2026, 11, 24))
    assert [count for _, count in found.days] == [3, 0, 2]
    assert (found.questions, found.useless, found.topics) == (5, 1, (("imap-or-pop3", 3),))


async def opened(talk: Talk, chat: str, wait: float, update: str) -> None:
    """A case that people answered after so many seconds."""
    cases, now = talk.store.cases, talk.clock()
    case = Case("tg:5", chat, "tg:-900", Language.PL, "nie wiem co to")
    case = await cases.open(case, chat, update, now, 3600)
    letter = Letter(case.number, Way.PERSON, Kind.TEXT, "tg:-900", update, "tg:8", "Zrób tak")
    await cases.write(letter, now + wait, 3600)
    # What is said later is no first answer.
    later = replace(letter, message=f"{update} more")
    await cases.write(later, now + wait + 9000, 3600)


async def test_how_long_people_wait_for_people(talk: Talk) -> None:
    await talk.says(ANNA, "imap czy pop3")
    await talk.says(IN_GROUP, "imap czy pop3")
    for number, wait in enumerate((120.0, 5400.0, 86_400.0)):
        await opened(talk, "tg:5", wait, f"tg:{900 + number}")
    await opened(talk, "tg:-100", 300.0, "tg:990")
    case = Case("tg:6", "tg:6", "tg:-900", Language.PL, "jeszcze nikt nie odpowiedział")
    await talk.store.cases.open(case, "tg:6", "tg:991", talk.clock(), 3600)
    everything = text_of(await talk.says(OLA, "/stats"))
    assert "zwykle po 48 min (4 sprawy)" in everything  # between 5 and 90 minutes
    assert "zwykle po 5 min (1 sprawa)" in text_of(await talk.says(ADMINISTRATOR, "/stats"))
    await opened(talk, "tg:5", 5400.0, "tg:992")
    assert "zwykle po 1 h 30 min (5 spraw)" in text_of(await talk.says(OLA, "/stats"))
