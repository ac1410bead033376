"""Thumbs under answers, and what is kept of questions that got no good one."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.conversation.curating.learning import keepable
from bot.conversation.groups.group import GroupSettings, Hearing
from bot.faq.match import Ambiguous, Matched, Unmatched
from bot.model.document import Document
from bot.storage.store import Store, open_store
from tests.conversation.curating.learning_kit import ANNA, BEN, IN_GROUP, Talk, database, labels
from tests.conversation.people import make_mind
from tests.storage.conftest import DAYS

IMAP = "imap czy pop3"
VAGUE = "nie działa poczta"
STRANGE = "co z tą kwarantanną"
MATCHES = {
    IMAP: Matched("imap-or-pop3", 0.9),
    VAGUE: Ambiguous(("cannot-send", "cannot-receive"), {}, 0.9),
    STRANGE: Unmatched(),
}


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(database(tmp_path), DAYS) as opened:
        yield opened


@pytest.fixture
def talk(store: Store) -> Talk:
    return Talk(store, dict(MATCHES))


async def waiting(store: Store) -> list[str]:
    return [each.text for each in await store.questions.open(None, 10)]


async def test_a_thumb_down_lets_a_curator_see_the_question(talk: Talk) -> None:
    said = await talk.says(ANNA, IMAP)
    assert labels(said)[-2:] == ["👍", "👎"]
    assert await waiting(talk.store) == []
    outlet = await talk.presses(ANNA, said, "👎")
    assert outlet.toasts == ["Dzięki. Zapisałem to bez Twoich danych, żeby poprawić odpowiedź."]
    assert await waiting(talk.store) == [IMAP]


async def test_in_a_group_anybody_may_vote(talk: Talk) -> None:
    said = await talk.says(IN_GROUP, IMAP)
    outlet = await talk.presses(BEN, said, "👍")
    assert outlet.toasts == ["Dzięki, cieszę się."]


async def test_a_vote_does_not_put_the_question_aside_that_stands(talk: Talk) -> None:
    first = await talk.says(ANNA, IMAP)
    await talk.says(ANNA, VAGUE)
    await talk.presses(ANNA, first, "👍")
    chosen = await talk.does(ANNA, "1")
    assert labels(chosen.said[-1])[-2:] == ["👍", "👎"]


async def test_the_thumbs_stay_when_more_is_shown(talk: Talk) -> None:
    said = await talk.says(ANNA, IMAP)
    ((document, _),) = (await talk.presses(ANNA, said, "Więcej")).replaced
    assert labels(document)[-2:] == ["👍", "👎"]


@pytest.mark.parametrize(
    ("first", "then"), [(STRANGE, ""), (VAGUE, "żadne"), (IMAP, "nie pomogło")]
)
async def test_what_was_not_answered_well_waits(talk: Talk, first: str, then: str) -> None:
    await talk.says(ANNA, first)
    if then:
        assert await waiting(talk.store) == []
        await talk.says(ANNA, then)
    assert await waiting(talk.store) == [first]


async def test_an_answer_that_helped_waits_for_nobody(talk: Talk) -> None:
    await talk.says(ANNA, IMAP)
    await talk.says(ANNA, VAGUE)
    await talk.says(ANNA, "1")
    assert await waiting(talk.store) == []
    tallies = await talk.store.questions.tallies("2000-01-01", None)
    assert {each.what: each.count for each in tallies} == {
        "answered": 1,
        "clarified": 1,
        "chosen": 1,
    }


async def test_an_edited_or_repeated_question_is_one(talk: Talk) -> None:
    for _ in range(2):
        talk.updates = 0
        await talk.says(ANNA, STRANGE)
    assert await waiting(talk.store) == [STRANGE]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("nie mogę wysłać z anna@kwiaty.pl", "nie mogę wysłać z …@…"),
        (
            "tu Anna Nowak, tel. 600 700 800, gmail nie działa",
            "tu N. N., tel. 0000, gmail nie działa",
        ),
        ("outlook z onet.pl pyta o hasło", "outlook z onet.pl pyta o hasło"),
        ("moje hasło to Kotek12! i nie działa", ""),
        ("Received: from a by b\nMessage-ID: <x@y>\nSubject: z\nTo: a@b.pl", ""),
    ],
)
def test_nothing_is_kept_that_tells_whose_it_is(text: str, kept: str) -> None:
    assert keepable(text, make_mind()) == kept


OVERHEARD = replace(
    IN_GROUP, hearing=Hearing.OVERHEARD, group=GroupSettings(is_listening=True), message="50"
)
PLAIN = "czym się różni imap od pop3?"


async def unasked(talk: Talk) -> Document:
    talk.matches[PLAIN] = Matched("imap-or-pop3", 0.99)
    return await talk.says(OVERHEARD, PLAIN)


async def test_an_unasked_answer_has_one_thumb_beside_the_way_out(store: Store) -> None:
    talk = Talk(store, {})
    said = await unasked(talk)
    assert said.choices[-1][0].label == "👍"
    assert "usuń" in said.choices[-1][1].label
    await talk.presses(replace(IN_GROUP, person="tg:6", conversation="tg:-100:6"), said, "👍")
    counts = {each.what: each.count for each in await store.questions.tallies("", None)}
    assert counts == {"answered": 1, "useful": 1}


async def test_taking_an_unasked_answer_away_counts_as_not_useful(store: Store) -> None:
    talk = Talk(store, {})
    said = await unasked(talk)
    for _ in range(2):  # a press that Telegram gives twice
        outlet = await talk.presses(IN_GROUP, said, "usuń")
        assert outlet.dismissed == 1
    counts = {each.what: each.count for each in await store.questions.tallies("", None)}
    assert counts == {"answered": 1, "useless": 1}
    (waiting,) = await store.questions.open("tg:-100", 5)
    assert (waiting.text, waiting.topic) == (PLAIN, "imap-or-pop3")


async def test_an_unasked_answer_of_before_can_still_be_taken_away(store: Store) -> None:
    outlet = await Talk(store, {}).does(IN_GROUP, action="j|pl")
    assert outlet.dismissed == 1
    assert await store.questions.tallies("", None) == ()
