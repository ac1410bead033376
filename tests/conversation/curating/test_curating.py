"""/questions and /attach: who may, what they see, and what comes of it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.conversation.action import Action
from bot.conversation.cases.case import Answered, Case
from bot.conversation.curating.questions import Draft
from bot.conversation.groups.group import GroupSettings
from bot.faq.match import Matched
from bot.model.language import Language
from bot.storage.store import Store, open_store
from tests.conversation.curating.learning_kit import (
    ADMINISTRATOR,
    ANNA,
    BEN,
    IN_GROUP,
    OLA,
    Talk,
    database,
    labels,
    text_of,
)
from tests.storage.conftest import DAYS

ALIKE = ("co z tą kwarantanną poczty", "kwarantanna poczty co z tym", "co z kwarantanną poczty")
OTHER = "gdzie jest śluza w zwrotnicy"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(database(tmp_path), DAYS) as opened:
        yield opened


@pytest.fixture
async def talk(store: Store) -> Talk:
    talk = Talk(store, {})
    for who, text in zip((ANNA, BEN, IN_GROUP), ALIKE, strict=True):
        await talk.says(who, text)
    await talk.says(ANNA, OTHER)
    return talk


async def test_an_operator_sees_questions_grouped_with_how_often(talk: Talk) -> None:
    said = await talk.says(OLA, "/questions")
    text = text_of(said)
    assert "4 pytania bez dobrej odpowiedzi" in text
    assert "3 razy" in text
    assert "1 raz" in text
    assert len([label for label in labels(said) if label[0].isdigit()]) == 2


async def test_nobody_else_sees_them(talk: Talk) -> None:
    assert "tylko dla opiekunów" in text_of(await talk.says(ANNA, "/questions"))
    assert "tylko dla administratorów" in text_of(await talk.says(IN_GROUP, "/questions"))
    said = await talk.says(OLA, "/questions")
    outlet = await talk.presses(BEN, said, "1.")
    assert "tylko dla opiekunów" in text_of(outlet.said[-1])


async def test_a_group_s_people_see_what_was_asked_there(talk: Talk) -> None:
    for who in (
        ADMINISTRATOR,
        replace(IN_GROUP, group=GroupSettings(helpers=(IN_GROUP.person,))),
    ):
        text = text_of(await talk.says(who, "/questions"))
        assert "1 pytanie bez dobrej odpowiedzi" in text
        assert ALIKE[2] in text


async def test_attaching_settles_the_group_and_makes_one_draft(talk: Talk) -> None:
    said = await talk.says(OLA, "/questions")
    ((shown, _),) = (await talk.presses(OLA, said, "1.")).replaced
    assert "3 podobne pytania" in text_of(shown)
    outlet = await talk.presses(OLA, shown, "IMAP czy POP3")
    assert "listonosz knowledge export" in text_of(outlet.said[-1])
    (draft,) = await talk.store.questions.drafts()
    assert draft.topic == "imap-or-pop3"
    assert draft.asked[0] in ALIKE
    again = await talk.presses(OLA, shown, "IMAP czy POP3")
    assert "już tu nie ma" in text_of(again.said[-1])
    assert len(await talk.store.questions.drafts()) == 1
    assert "1 pytanie bez" in text_of(await talk.says(OLA, "/questions"))


async def test_a_curator_types_another_topic_and_better_words(talk: Talk) -> None:
    (newest, *_) = await talk.store.questions.open(None, 10)
    wrong = await talk.says(OLA, f"/attach {newest.number} no-such-topic")
    assert text_of(wrong).strip() == "Nie ma tematu „no-such-topic”."
    assert "/attach 12" in text_of(await talk.says(OLA, "/attach"))
    await talk.says(OLA, f"/attach {newest.number} cannot-send gdzie są moje wysłane listy")
    (draft,) = await talk.store.questions.drafts()
    assert (draft.topic, draft.asked) == ("cannot-send", ("gdzie są moje wysłane listy",))


async def test_dismissed_questions_are_gone(talk: Talk) -> None:
    said = await talk.says(OLA, "/questions")
    ((shown, _),) = (await talk.presses(OLA, said, "1.")).replaced
    ((told, _),) = (await talk.presses(OLA, shown, "Odrzuć")).replaced
    assert "3 pytania" in text_of(told)
    assert await talk.store.questions.drafts() == ()
    assert len(await talk.store.questions.open(None, 10)) == 1


async def test_many_groups_come_in_pages(talk: Talk) -> None:
    words = ("alfa", "brzoza", "ceglany", "dorożka", "elipsa", "fujarka", "gorąco")
    for word in words:
        await talk.says(ANNA, f"{word} {word[::-1]} {word * 2}")
    said = await talk.says(OLA, "/questions")
    assert labels(said)[-1] == "▶"
    ((second, _),) = (await talk.presses(OLA, said, "▶")).replaced
    assert labels(second)[-1] == "◀"
    assert labels(second)[0].startswith("6.")


@dataclass
class AnsweredCase:
    """Case 7 of the desk tg:-100; fulfils what is needed of cases.Cases."""

    answers: tuple[str, ...] = ("Zadzwoń do Anny Nowak, 600 700 800, i zmień port na 587.",)

    async def load(self, number: int) -> Case | None:
        return Case("tg:5", "tg:5", "tg:-100", Language.PL, "x") if number == 7 else None

    async def answered(self, number: int) -> Answered | None:
        question = "nie wysyła z anna@kwiaty.pl"
        return Answered(number, Language.PL, question, self.answers) if self.answers else None

    async def waits(self, since: float, chats: object = None) -> tuple[float, ...]:
        return ()


async def test_a_closed_case_becomes_a_masked_draft_of_a_topic_with_one_press(
    store: Store,
) -> None:
    store.cases = AnsweredCase()  # type: ignore[assignment]
    talk = Talk(store, {})
    press = str(Action("learn", Language.PL, ("c", "7")))
    for _ in range(2):
        made = await talk.does(IN_GROUP, action=press)
        assert "Szkic tematu „nie-wysyla-z” jest zapisany" in text_of(made.said[-1])
        assert "/attach #7" in text_of(made.said[-1])
    assert [each.topic for each in await store.questions.drafts()] == ["nie-wysyla-z"]
    assert "już jest" in text_of(await talk.says(IN_GROUP, "/attach #7 cannot-send"))
    for _ in range(2):
        said = await talk.says(IN_GROUP, "/attach #7 wrong-port")
        assert "Szkic tematu „wrong-port” jest zapisany" in text_of(said)
    (draft,) = await store.questions.drafts()
    assert draft.asked == ("nie wysyła z …@…",)
    assert draft.answer == ("Zadzwoń do N. N., 0000, i zmień port na 587.",)


async def test_a_draft_made_by_a_press_takes_no_name_that_is_taken(store: Store) -> None:
    store.cases = AnsweredCase()  # type: ignore[assignment]
    talk = Talk(store, {})
    other = Draft("nie-wysyla-z", Language.PL, ("coś innego",), ("inaczej",))
    await store.questions.settle((), other, "tg:1", 1.0, "")
    press = str(Action("learn", Language.PL, ("c", "7")))
    made = await talk.does(IN_GROUP, action=press)
    assert "Szkic tematu „nie-wysyla-z-7” jest zapisany" in text_of(made.said[-1])


async def test_a_case_of_others_or_without_an_answer_makes_no_topic(store: Store) -> None:
    store.cases = AnsweredCase(())  # type: ignore[assignment]
    talk = Talk(store, {})
    assert "tylko dla opiekunów" in text_of(await talk.says(ANNA, "/attach #7 wrong-port"))
    assert "tylko dla opiekunów" in text_of(await talk.says(ANNA, "/attach #8 wrong-port"))
    assert "nikt w niej nie odpowiedział" in text_of(await talk.says(OLA, "/attach #7 wrong-port"))
    assert await store.questions.drafts() == ()


async def test_nothing_waits(store: Store) -> None:
    talk = Talk(store, {"imap": Matched("imap-or-pop3", 0.9)})
    await talk.says(ANNA, "imap")
    assert "brakuje" in text_of(await talk.says(OLA, "/questions"))
