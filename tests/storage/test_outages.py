"""Outages are counted without names that stay, opened once, and told to each who asked, once."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from bot.conversation.keeping import Job
from bot.conversation.outages.burst import HOUR, Usual
from bot.conversation.outages.outage import (
    EVERYBODY,
    Card,
    Complaint,
    Course,
    Health,
    Look,
    News,
    Outage,
    Sight,
    Spot,
    State,
    Symptom,
)
from bot.model.finding import Finding, Severity
from bot.model.language import Language
from bot.model.trouble import Gap, Trouble
from bot.storage.codec import decode, encode
from bot.storage.outages import CARD, LOOK, TELL
from bot.storage.outages_counts import MOST_PLACES, WEIGH
from bot.storage.outages_tables import ASKS, CARDS, COUNTS
from bot.storage.store import Store, open_store
from tests.storage.clock import DAY, Clock
from tests.storage.conftest import DAYS

ANNA, BASIA, GROUP, DESK = "tg:5", "tg:6", "tg:-100", "tg:-200"
WINDOW, LEAST = HOUR, 3
SENDING = Symptom.SENDING
SPOT = Spot(EVERYBODY, "onet", SENDING)


def complaint(person: str = ANNA, chat: str = "", place: str = "onet", **more: object) -> Complaint:
    known = Complaint(place, SENDING, person, chat or person, "", Language.PL)
    return replace(known, **more)  # type: ignore[arg-type]


def outage(now: float, scope: str = EVERYBODY, **course: object) -> Outage:
    known = Course((SENDING,), now - 600, 4, 0.1, asked_at=now)
    return Outage("onet", replace(known, **course), scope)  # type: ignore[arg-type]


async def note(store: Store, clock: Clock, *complaints: Complaint) -> list[bool]:
    return [await store.outages.note(each, clock(), WINDOW, LEAST) for each in complaints]


async def planned(store: Store, clock: Clock, *kinds: str) -> list[Job]:
    return [claimed.job for claimed in await store.schedule.claim(kinds, clock(), 60.0, 100)]


async def rows(store: Store, table: object) -> int:
    async with store.database.read() as connection:
        query = select(func.count()).select_from(table)  # type: ignore[arg-type]
        return int(await connection.scalar(query) or 0)


async def confirmed(store: Store, clock: Clock, scope: str = EVERYBODY) -> Outage:
    begun = await store.outages.begin(outage(clock(), scope), clock())
    assert begun is not None
    changed = await store.outages.change(replace(begun, state=State.CONFIRMED), clock(), BASIA)
    assert changed is not None
    return changed


async def test_a_person_counts_once_in_a_window_however_often_they_ask(
    store: Store, clock: Clock
) -> None:
    first = clock()
    await note(store, clock, complaint())
    for _ in range(5):
        clock.passes(600)
        await note(store, clock, complaint())
    (asker,) = await store.outages.askers(SPOT, first - 1)
    assert asker.at == first
    clock.passes(700)
    await note(store, clock, complaint())
    (asker,) = await store.outages.askers(SPOT, first - 1)
    assert asker.at == clock()


async def test_enough_people_are_weighed_and_fewer_are_not(store: Store, clock: Clock) -> None:
    people = [complaint(f"tg:{number}") for number in range(10, 14)]
    assert await note(store, clock, *people) == [False, False, True, True]
    (job,) = await planned(store, clock, WEIGH)
    assert decode(Spot, job.payload) == SPOT
    # Who was there already is no news.
    assert await note(store, clock, people[0]) == [False]


async def test_with_nobody_to_be_enough_nothing_is_weighed(store: Store, clock: Clock) -> None:
    for number in range(10):
        assert not await store.outages.note(complaint(f"tg:{number}"), clock(), WINDOW, 0)
    assert len(await store.outages.askers(SPOT, 0)) == 10


async def test_other_places_and_other_symptoms_are_counted_apart(
    store: Store, clock: Clock
) -> None:
    await note(store, clock, complaint(), complaint(place="wp"))
    await note(store, clock, replace(complaint(BASIA), symptom=Symptom.SLOW))
    assert len(await store.outages.askers(SPOT, 0)) == 1
    assert len(await store.outages.askers(replace(SPOT, place="wp"), 0)) == 1
    assert len(await store.outages.askers(replace(SPOT, symptom=Symptom.SLOW), 0)) == 1


async def test_who_names_one_provider_after_another_is_not_believed(
    store: Store, clock: Clock
) -> None:
    places = [f"provider-{number}" for number in range(MOST_PLACES + 10)]
    await note(store, clock, *(complaint(place=place) for place in places))
    assert await rows(store, ASKS) == MOST_PLACES


async def test_a_desk_counts_its_own_people_and_everybodys_count_too(
    store: Store, clock: Clock
) -> None:
    await note(store, clock, complaint(chat=GROUP, desk=DESK), complaint(BASIA))
    assert len(await store.outages.askers(SPOT, 0)) == 2
    (own,) = await store.outages.askers(replace(SPOT, scope=DESK), 0)
    assert (own.chat, own.is_own) == (GROUP, True)


async def test_what_is_usual_is_counted_by_the_hour_without_anybody(
    store: Store, clock: Clock
) -> None:
    clock.now = HOUR * 480_000 + 60
    assert await store.outages.usual(SPOT, clock()) == Usual()
    for day in range(3):
        for hour in range(24):
            await store.outages.beat(clock())
            await store.outages.beat(clock())
            if hour == 0:
                await note(store, clock, complaint(f"tg:{day}"), complaint(f"tg:{day}1"))
            clock.passes(HOUR)
    # It is the hour again in which they ask; the one before and the one after are like it.
    assert await store.outages.usual(SPOT, clock()) == Usual(6, 72, 6, 9)
    await store.outages.tidy(clock(), WINDOW)
    assert await rows(store, ASKS) == 0
    assert await rows(store, COUNTS) == 72 + 3
    clock.passes(29 * DAY)
    await store.outages.tidy(clock(), WINDOW)
    assert await rows(store, COUNTS) == 0


async def test_the_hours_of_an_outage_are_not_usual(store: Store, clock: Clock) -> None:
    clock.now = HOUR * 480_000 + 60
    for hour in range(10):
        await store.outages.beat(clock())
        await note(
            store, clock, *(complaint(f"tg:{hour}{n}") for n in range(5 if hour == 4 else 1))
        )
        if hour == 4:
            burst = await confirmed(store, clock)
            over = replace(burst, state=State.OVER, ended_at=clock() + 60)
            assert await store.outages.end(over, clock() + 60, "Onet", "", {})
        clock.passes(HOUR)
    usual = await store.outages.usual(SPOT, clock())
    # Its beginning lay ten minutes back, in the hour before.
    assert (usual.people, usual.hours) == (8, 8)


async def test_of_two_who_see_a_burst_one_opens_it(address: str, clock: Clock) -> None:
    async with open_store(address, DAYS, clock) as one, open_store(address, DAYS, clock) as other:
        begun = await asyncio.gather(
            one.outages.begin(outage(clock()), clock()),
            other.outages.begin(outage(clock()), clock()),
        )
        assert sum(each is not None for each in begun) == 1
        assert len(await planned(one, clock, LOOK)) == 1
        # A desk's own is another matter.
        assert await one.outages.begin(outage(clock(), DESK), clock()) is not None


async def test_it_is_there_after_a_restart_with_all_that_was_seen(
    address: str, clock: Clock
) -> None:
    sights = (
        Sight("imap", "imap.onet.pl", Health.FAILING, gap=Gap("x", Trouble.TIMEOUT)),
        Sight(
            "pop3",
            "pop3.onet.pl",
            Health.FAILING,
            Finding("pop3.tls-failed", Severity.ERROR, "x", {"detail": "y"}),
        ),
        Sight("smtp", "mx.onet.pl", Health.WELL),
    )
    known = outage(clock(), look=Look(5.0, sights), well=2, has_failed=True, quiet=3.5)
    async with open_store(address, DAYS, clock) as store:
        assert await store.outages.begin(known, clock())
    async with open_store(address, DAYS, clock) as store:
        found = await store.outages.open_at(EVERYBODY, "onet")
        assert found is not None
        assert replace(found, number=0) == known
        assert await store.outages.open({EVERYBODY}) == (found,)
        assert await store.outages.open({DESK}) == ()


async def test_of_two_changes_at_once_one_is_kept(address: str, clock: Clock) -> None:
    async with open_store(address, DAYS, clock) as one, open_store(address, DAYS, clock) as other:
        begun = await one.outages.begin(outage(clock()), clock())
        assert begun is not None
        done = await asyncio.gather(
            one.outages.change(replace(begun, state=State.CONFIRMED), clock(), ANNA),
            other.outages.change(replace(begun, state=State.DISMISSED), clock(), BASIA),
        )
        assert sum(each is not None for each in done) == 1
        assert len(await planned(one, clock, CARD)) == 1


async def test_what_is_no_news_changes_no_card(store: Store, clock: Clock) -> None:
    begun = await store.outages.begin(outage(clock()), clock())
    assert begun is not None
    assert await store.outages.change(begun, clock(), is_news=False)
    assert await planned(store, clock, CARD) == []


async def test_all_who_asked_are_told_once_and_a_group_once_for_all(
    store: Store, clock: Clock
) -> None:
    english = complaint("tg:7", language=Language.EN)
    in_group = [complaint(f"tg:{n}", GROUP, thread="17") for n in (8, 9)]
    elsewhere = complaint("tg:10", place="wp")
    before = replace(complaint("tg:11"), person="tg:11")
    await note(store, clock, before)
    clock.passes(1200)
    await note(store, clock, complaint(), english, *in_group, elsewhere)
    current = await confirmed(store, clock)
    over = replace(current, state=State.OVER, ended_at=clock())
    ended = await store.outages.end(over, clock(), "Onet", "", {DESK: Language.EN})
    assert ended is not None
    # The second who ends it ends nothing.
    assert await store.outages.end(over, clock(), "Onet", "", {}) is None
    jobs = await planned(store, clock, TELL)
    told = {job.chat: decode(News, job.payload) for job in jobs}
    assert len(jobs) == len(told)
    assert set(told) == {ANNA, "tg:7", GROUP, DESK}
    since = current.course.since
    news = News("onet", "Onet", (SENDING,), since, clock(), Language.PL)
    assert told[ANNA] == news
    assert told["tg:7"] == replace(news, language=Language.EN)
    assert told[GROUP] == replace(news, thread="17")
    assert told[DESK] == replace(news, language=Language.EN, to_helpers=True)


async def test_who_was_forgotten_is_not_told_and_not_counted(store: Store, clock: Clock) -> None:
    await note(store, clock, complaint(), complaint(BASIA))
    current = await confirmed(store, clock)
    kinds = {each.kind for each in await store.archive.erase(ANNA)}
    assert "outage_asks" in kinds
    assert len(await store.outages.askers(SPOT, 0)) == 1
    over = replace(current, state=State.OVER, ended_at=clock())
    await store.outages.end(over, clock(), "Onet", "", {})
    await store.archive.erase(BASIA)  # between the end and the word of it
    assert await planned(store, clock, TELL) == []


async def test_names_stay_as_long_as_an_outage_and_no_longer(store: Store, clock: Clock) -> None:
    await note(store, clock, complaint(), complaint(BASIA, place="wp"))
    current = await confirmed(store, clock)
    clock.passes(5 * HOUR)
    await store.outages.tidy(clock(), WINDOW)
    assert await rows(store, ASKS) == 1
    await store.outages.end(
        replace(current, state=State.OVER, ended_at=clock()), clock(), "Onet", "", {}
    )
    await store.outages.tidy(clock(), WINDOW)
    assert await rows(store, ASKS) == 0


async def test_a_desks_own_outage_is_told_to_its_own_people(store: Store, clock: Clock) -> None:
    await note(store, clock, complaint(chat=GROUP, desk=DESK), complaint(BASIA))
    current = await confirmed(store, clock, DESK)
    over = replace(current, state=State.OVER, ended_at=clock())
    await store.outages.end(over, clock(), "Onet", "", {})
    assert [job.chat for job in await planned(store, clock, TELL)] == [GROUP]


async def test_a_card_is_reserved_by_one_and_by_the_next_when_that_one_died(
    store: Store, clock: Clock
) -> None:
    begun = await store.outages.begin(outage(clock()), clock())
    assert begun is not None
    assert await store.outages.reserve(begun.number, DESK, clock())
    assert not await store.outages.reserve(begun.number, DESK, clock())
    clock.passes(61)
    assert await store.outages.reserve(begun.number, DESK, clock())
    assert await store.outages.cards(begun.number) == ()
    card = Card(DESK, "17,18", "abc")
    await store.outages.keep_card(begun.number, card, clock())
    clock.passes(61)
    assert not await store.outages.reserve(begun.number, DESK, clock())
    assert await store.outages.cards(begun.number) == (card,)


async def test_everything_follows_a_group_that_moves(store: Store, clock: Clock) -> None:
    await note(store, clock, complaint(chat=GROUP, desk=GROUP))
    current = await confirmed(store, clock, GROUP)
    await store.outages.keep_card(current.number, Card(GROUP, "17", "abc"), clock())
    await store.groups.moved(GROUP, "tg:-1001")
    (moved,) = await store.outages.open({"tg:-1001"})
    assert moved.number == current.number
    assert len(await store.outages.askers(Spot("tg:-1001", "onet", SENDING), 0)) == 1
    assert await store.outages.cards(current.number) == (Card("tg:-1001", "17", "abc"),)
    over = replace(moved, state=State.OVER, ended_at=clock())
    assert await store.outages.end(over, clock(), "Onet", "", {})
    assert [job.chat for job in await planned(store, clock, TELL)] == ["tg:-1001"]


async def test_old_outages_go_and_open_ones_stay(store: Store, clock: Clock) -> None:
    current = await confirmed(store, clock)
    await store.outages.keep_card(current.number, Card(DESK, "17", "abc"), clock())
    clock.passes((DAYS["cases"] + 1) * DAY)
    await store.archive.clear(clock())
    assert await store.outages.load(current.number) is not None
    over = replace(current, state=State.OVER, ended_at=clock() - (DAYS["cases"] + 1) * DAY)
    await store.outages.end(over, clock(), "Onet", "", {})
    await store.archive.clear(clock())
    assert await store.outages.load(current.number) is None
    assert await rows(store, CARDS) == 0


@pytest.mark.parametrize("symptom", list(Symptom))
def test_every_symptom_is_kept_as_it_is(symptom: Symptom) -> None:
    assert decode(Spot, encode(Spot(DESK, "onet", symptom))) == Spot(DESK, "onet", symptom)
