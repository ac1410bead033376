"""Watches are kept with what is known, and a look leaves its state and its notices together."""

import asyncio

from bot.conversation.watching.compare import Change, ChangeKind, State
from bot.conversation.watching.watch import Added, Notice, Watch
from bot.model.check import Target, TargetKind
from bot.model.finding import Finding, Severity
from bot.model.language import Language
from bot.storage.codec import decode
from bot.storage.schedule import JOBS
from bot.storage.store import Store, open_store
from bot.storage.watches import LOOK, NOTICE, WATCHED
from tests.storage.clock import Clock
from tests.storage.conftest import DAYS

FIRMA = Target(TargetKind.NAME, "xn--bka-8la.pl", "bąka.pl")
SKLEP = Target(TargetKind.NAME, "sklep.pl", "sklep.pl")
ANNA, GROUP = "tg:5", "tg:-100"
SEVERAL = Finding("spf.several", Severity.ERROR, "x", {"count": 2})
CHANGES = (
    Change(ChangeKind.RECORD, "SPF", "v=spf1 -all", ""),
    Change(ChangeKind.WORSE, "x", finding=SEVERAL),
)


def watch(chat: str = ANNA, target: Target = FIRMA, thread: str = "") -> Watch:
    return Watch(chat, target, Language.PL, ANNA, thread)


async def kept(store: Store) -> list[str]:
    async with store.database.read() as connection:
        looks = await connection.scalars(JOBS.select().with_only_columns(JOBS.c.key))
        known = await connection.scalars(WATCHED.select().with_only_columns(WATCHED.c.target))
        return [*looks, *known]


async def test_a_watch_is_there_after_a_restart(address: str, clock: Clock) -> None:
    async with open_store(address, DAYS, clock) as store:
        assert await store.watches.add(watch(thread="17"), 10, clock()) is Added.ADDED
    async with open_store(address, DAYS, clock) as store:
        assert await store.watches.of_chat(ANNA) == (watch(thread="17"),)
        (claimed,) = await store.schedule.claim([LOOK], clock(), 60.0)
        assert claimed.job.key == FIRMA.name


async def test_the_same_is_watched_once_in_a_chat_and_no_more_than_allowed(store: Store) -> None:
    assert await store.watches.add(watch(), 1, 1.0) is Added.ADDED
    assert await store.watches.add(watch(), 1, 2.0) is Added.ALREADY
    assert await store.watches.add(watch(target=SKLEP), 1, 3.0) is Added.TOO_MANY
    assert await store.watches.add(watch(GROUP), 1, 4.0) is Added.ADDED


async def test_two_chats_share_the_looks_at_one_target(store: Store) -> None:
    await store.watches.add(watch(), 10, 1.0)
    await store.watches.add(watch(GROUP), 10, 2.0)
    assert await kept(store) == [FIRMA.name, FIRMA.name]
    assert await store.watches.remove(ANNA, FIRMA.name)
    assert await kept(store) == [FIRMA.name, FIRMA.name]
    assert await store.watches.remove(GROUP, FIRMA.name)
    assert await kept(store) == []
    assert not await store.watches.remove(GROUP, FIRMA.name)


async def test_a_look_leaves_a_notice_for_everybody_who_watches(store: Store, clock: Clock) -> None:
    await store.watches.add(watch(), 10, clock())
    await store.watches.add(watch(GROUP, thread="17"), 10, clock())
    watched = await store.watches.load(FIRMA.name)
    assert watched is not None
    assert await store.watches.record(watched, State(is_begun=True), CHANGES, clock())
    jobs = await store.schedule.claim([NOTICE], clock(), 60.0)
    notices = {each.job.chat: decode(Notice, each.job.payload) for each in jobs}
    assert notices == {
        ANNA: Notice(FIRMA, Language.PL, "", CHANGES),
        GROUP: Notice(FIRMA, Language.PL, "17", CHANGES),
    }
    again = await store.watches.load(FIRMA.name)
    assert again is not None
    assert again.state == State(is_begun=True)


async def test_of_two_looks_at_once_only_one_is_kept(address: str, clock: Clock) -> None:
    async with open_store(address, DAYS) as one, open_store(address, DAYS) as other:
        await one.watches.add(watch(), 10, clock())
        first = await one.watches.load(FIRMA.name)
        second = await other.watches.load(FIRMA.name)
        assert first is not None
        assert second is not None
        done = await asyncio.gather(
            one.watches.record(first, State(is_begun=True), CHANGES, clock()),
            other.watches.record(second, State(is_begun=True), CHANGES, clock()),
        )
        assert sorted(done) == [False, True]
        assert len(await one.schedule.claim([NOTICE], clock(), 60.0)) == 1


async def test_what_nobody_watches_is_known_no_more(store: Store, clock: Clock) -> None:
    await store.watches.add(watch(), 10, clock())
    watched = await store.watches.load(FIRMA.name)
    assert watched is not None
    assert await store.archive.erase(ANNA)
    assert await store.watches.load(FIRMA.name) is None
    assert await kept(store) == []
    assert not await store.watches.record(watched, State(), CHANGES, clock())


async def test_the_watch_of_a_group_stays_when_its_founder_is_forgotten(store: Store) -> None:
    await store.watches.add(watch(GROUP), 10, 1.0)
    (erased,) = await store.archive.erase(ANNA)
    assert (erased.kind, erased.count) == ("watches", 1)
    (left,) = await store.watches.of_chat(GROUP)
    assert left.person == ""


async def test_a_chat_that_is_gone_leaves_no_watch_and_no_notice(
    store: Store, clock: Clock
) -> None:
    for target in (FIRMA, SKLEP):
        await store.watches.add(watch(GROUP, target), 10, clock())
    watched = await store.watches.load(FIRMA.name)
    assert watched is not None
    await store.watches.record(watched, State(), CHANGES, clock())
    await store.watches.drop_chat(GROUP)
    assert await kept(store) == []


async def test_watches_follow_a_group_that_moves(store: Store) -> None:
    await store.watches.add(watch(GROUP), 10, 1.0)
    await store.groups.moved(GROUP, "tg:-1001")
    assert await store.watches.of_chat("tg:-1001") == (watch("tg:-1001"),)


async def test_a_state_that_cannot_be_read_is_begun_anew(store: Store) -> None:
    await store.watches.add(watch(), 10, 1.0)
    async with store.database.write() as connection:
        await connection.execute(WATCHED.update().values(state='{"known": 5}'))
    watched = await store.watches.load(FIRMA.name)
    assert watched is not None
    assert watched.state == State()
