"""Sessions are found again, whatever became of the process or of the row."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from bot.conversation.ports import Incoming
from bot.conversation.session import Session
from bot.model.language import Language
from bot.storage.codec import decode, encode
from bot.storage.sessions import SESSIONS
from bot.storage.store import Store, open_store
from tests.storage.clock import DAY, Clock
from tests.storage.conftest import DAYS

ANNA = Incoming("tg:5", person="tg:5", chat="tg:5")
FULL = Session(
    language=Language.PL,
    awaiting="check",
    misses=1,
    options=("imap-or-pop3", "cannot-send"),
    values=(("program:outlook", "imap-or-pop3"),),
    asked=(("a", "b"), ("c",)),
    domain="firma.pl",
    slots=(("program", "outlook"),),
    in_full=True,
)


async def test_a_conversation_nobody_had_is_new(store: Store) -> None:
    assert await store.sessions.load(ANNA) == Session()


async def test_a_session_is_the_same_after_a_restart(address: str) -> None:
    async with open_store(address, DAYS) as store:
        await store.sessions.save(ANNA, FULL)
    async with open_store(address, DAYS) as store:
        assert await store.sessions.load(ANNA) == FULL


async def test_an_update_given_again_finds_the_session_before_it(store: Store) -> None:
    first, second = (replace(ANNA, id=f"tg:{number}") for number in (1, 2))
    await store.sessions.save(first, Session(awaiting="dkim"))
    await store.sessions.save(second, Session(domain="firma.pl"))
    assert await store.sessions.load(second) == Session(awaiting="dkim")
    # Saved again, it still knows what was before.
    await store.sessions.save(second, Session(domain="sklep.pl"))
    assert await store.sessions.load(second) == Session(awaiting="dkim")
    assert await store.sessions.load(replace(ANNA, id="tg:3")) == Session(domain="sklep.pl")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("{", id="cut off"),
        pytest.param("[]", id="another shape"),
        pytest.param('{"domain": 5}', id="a number for a name"),
        pytest.param('{"language": "Klingon"}', id="what names no language"),
        pytest.param('{"options": "imap"}', id="a word for a list"),
        pytest.param("[" * 100_000, id="as deep as it goes"),
    ],
)
async def test_a_broken_row_is_a_new_session(store: Store, text: str) -> None:
    await store.sessions.save(ANNA, FULL)
    async with store.database.write() as connection:
        await connection.execute(update(SESSIONS).values(state=text))
    assert await store.sessions.load(ANNA) == Session()


async def test_fields_of_a_later_version_are_passed_over(store: Store) -> None:
    await store.sessions.save(ANNA, Session(domain="firma.pl"))
    async with store.database.write() as connection:
        text = '{"domain":"firma.pl","mood":"fine","misses":2}'
        await connection.execute(update(SESSIONS).values(state=text))
    assert await store.sessions.load(ANNA) == Session(domain="firma.pl", misses=2)


async def test_a_session_that_remembers_nothing_leaves_no_row(store: Store) -> None:
    await store.sessions.save(replace(ANNA, id="tg:1"), FULL)
    await store.sessions.save(replace(ANNA, id="tg:2"), Session())
    async with store.database.read() as connection:
        assert (await connection.execute(SESSIONS.select())).all() == []


async def test_a_silent_conversation_is_forgotten_in_time(store: Store, clock: Clock) -> None:
    await store.sessions.save(ANNA, FULL)
    clock.passes(29 * DAY)
    assert await store.archive.clear(clock()) == ()
    assert await store.sessions.load(ANNA) == FULL
    clock.passes(2 * DAY)
    assert [erased.kind for erased in await store.archive.clear(clock())] == ["sessions"]
    assert await store.sessions.load(ANNA) == Session()


def test_a_session_goes_through_json_unchanged() -> None:
    assert decode(Session, encode(FULL)) == FULL
    assert encode(Session()) == "{}"
