"""/topic and /drafts: topics begun of people's answers, and what waits to be written out."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.conversation.groups.group import GroupSettings
from bot.model.language import Language
from bot.storage.store import Store, open_store
from tests.conversation.curating.learning_kit import (
    ADMINISTRATOR,
    ANNA,
    IN_GROUP,
    OLA,
    Talk,
    database,
    labels,
    text_of,
)
from tests.storage.conftest import DAYS

ANSWER = "Zadzwoń do Anny Nowak, 600 700 800.\n\nPotem zmień port na 587."
HELPER = replace(IN_GROUP, group=GroupSettings(helpers=(IN_GROUP.person,)))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(database(tmp_path), DAYS) as opened:
        yield opened


@pytest.fixture
async def talk(store: Store) -> Talk:
    talk = Talk(store, {})
    for who in (ANNA, IN_GROUP):
        await talk.says(who, "co z tą kwarantanną poczty")
    return talk


async def number_of(talk: Talk) -> int:
    (newest, *_) = await talk.store.questions.open(None, 10)
    return newest.number


async def test_a_topic_begins_under_the_message_with_the_answer(talk: Talk) -> None:
    number = await number_of(talk)
    said = await talk.says(replace(OLA, quoted=ANSWER), f"/topic {number} mail-quarantine")
    assert "Szkic tematu „mail-quarantine”" in text_of(said)
    (draft,) = await talk.store.questions.drafts()
    assert draft.is_new
    assert (draft.topic, draft.language) == ("mail-quarantine", Language.PL)
    assert draft.asked == ("co z tą kwarantanną poczty",)
    assert draft.answer == ("Zadzwoń do N. N., 0000.", "Potem zmień port na 587.")
    # They were decided about.
    assert await talk.store.questions.open(None, 10) == ()


async def test_the_answer_may_be_typed_behind_the_name(talk: Talk) -> None:
    await talk.says(OLA, f"/topic {await number_of(talk)} mail-quarantine Zajrzyj do panelu.")
    (draft,) = await talk.store.questions.drafts()
    assert draft.answer == ("Zajrzyj do panelu.",)


async def test_a_question_that_nobody_put_to_the_bot_is_typed(talk: Talk) -> None:
    who = replace(HELPER, quoted="W panelu kliknij Zwolnij.")
    await talk.says(who, "/topic free-mail Jak zwolnić list z kwarantanny?")
    (draft,) = await talk.store.questions.drafts()
    assert draft.asked == ("Jak zwolnić list z kwarantanny?",)
    assert draft.answer == ("W panelu kliknij Zwolnij.",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/topic", "nazwą tematu"),
        ("/topic 12", "nazwą tematu"),
        ("/topic Nowy-Temat jak to", "nazwą tematu"),
        ("/topic free-mail Jak zwolnić list?", "Brakuje odpowiedzi"),
        ("/topic 999 free-mail Tak", "już tu nie ma"),
        ("/topic imap-or-pop3 Jak to? Tak", "Brakuje odpowiedzi"),
    ],
)
async def test_what_is_lacking_is_said(talk: Talk, text: str, words: str) -> None:
    assert words in text_of(await talk.says(OLA, text))
    assert await talk.store.questions.drafts() == ()


async def test_a_name_that_is_taken_is_refused(talk: Talk) -> None:
    who = replace(OLA, quoted="Tak.")
    assert "już jest" in text_of(await talk.says(who, "/topic imap-or-pop3 Jak to zrobić?"))
    await talk.says(who, "/topic free-mail Jak to zrobić?")
    assert "już jest" in text_of(await talk.says(who, "/topic free-mail A jak to?"))
    # The same once more is only somebody's second try.
    assert "jest zapisany" in text_of(await talk.says(who, "/topic free-mail Jak to zrobić?"))
    assert len(await talk.store.questions.drafts()) == 1


async def test_a_password_in_an_answer_begins_nothing(talk: Talk) -> None:
    who = replace(OLA, quoted="login: anna@firma.pl hasło: Tajne123!")
    assert "nie da się" in text_of(await talk.says(who, "/topic free-mail Jak to zrobić?"))
    assert await talk.store.questions.drafts() == ()


async def test_drafts_are_listed_and_discarded(talk: Talk) -> None:
    assert "Żaden szkic nie czeka" in text_of(await talk.says(OLA, "/drafts"))
    await talk.says(OLA, f"/attach {await number_of(talk)} imap-or-pop3")
    await talk.says(replace(OLA, quoted="Tak."), "/topic free-mail Jak to zrobić?")
    said = await talk.says(OLA, "/drafts")
    text = text_of(said)
    assert "2 szkice" in text
    assert "nowy temat free-mail: Jak to zrobić?" in text
    assert "pytanie do tematu imap-or-pop3: co z tą kwarantanną poczty" in text
    ((shown, _),) = (await talk.presses(OLA, said, "free-mail")).replaced
    assert labels(shown) == ["🗑 1. imap-or-pop3"]
    ((gone, _),) = (await talk.presses(OLA, said, "free-mail")).replaced
    assert "już nie ma" in text_of(gone)
    assert [each.topic for each in await talk.store.questions.drafts()] == ["imap-or-pop3"]


async def test_many_drafts_come_in_pages(talk: Talk) -> None:
    for number in range(9):
        asked = f"Jak zrobić to {'abcdefghi'[number] * 4}?"
        await talk.says(replace(OLA, quoted="Tak."), f"/topic new-{number} {asked}")
    said = await talk.says(OLA, "/drafts")
    assert len(labels(said)) == 9
    ((second, _),) = (await talk.presses(OLA, said, "▶")).replaced
    assert labels(second) == ["🗑 1. new-0", "◀"]


async def test_a_group_s_people_see_what_was_decided_there(talk: Talk) -> None:
    await talk.says(replace(OLA, quoted="Tak."), "/topic free-mail Jak to zrobić?")
    await talk.says(HELPER, "/attach 2 imap-or-pop3")
    assert "1 szkic " in text_of(await talk.says(ADMINISTRATOR, "/drafts"))
    assert "2 szkice" in text_of(await talk.says(OLA, "/drafts"))
    listed = await talk.says(OLA, "/drafts")
    # Another's draft is not discarded by its number.
    outlet = await talk.presses(ADMINISTRATOR, listed, "free-mail")
    assert "już nie ma" in text_of(outlet.replaced[-1][0])
    for who in (ANNA, IN_GROUP):
        assert "tylko dla" in text_of(await talk.says(who, "/drafts"))
        assert "tylko dla" in text_of(await talk.says(who, "/topic free-mail Jak to? Tak"))
