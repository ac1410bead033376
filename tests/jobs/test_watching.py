"""Watching from the first look to the news in the chat, by a clock that the tests turn."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

import pytest

from bot.conversation.keeping import Job
from bot.conversation.ports import Progress
from bot.conversation.watching.compare import Change, ChangeKind
from bot.conversation.watching.watch import Notice, Watch
from bot.jobs.clerk import Clerk
from bot.jobs.watching import MAKE_UP, SOON, SPREAD, Herald, Watchman
from bot.model.check import CheckRequest, Judged, Outcome, Refused, Report, Target, TargetKind
from bot.model.language import Language
from bot.storage.codec import encode
from bot.storage.store import Store, open_store
from bot.storage.watches import LOOK, NOTICE
from tests.conversation.couriers import WrittenCourier
from tests.conversation.people import knowledge
from tests.conversation.watching.watching_kit import (
    DMARC,
    FIRMA,
    MX,
    SPF,
    dns_report,
    report,
    several_spf,
)
from tests.storage.clock import DAY, Clock
from tests.storage.conftest import DAYS

EVERY = 21_600.0
ANNA, GROUP = "tg:5", "tg:-100"


@dataclass
class Servers:
    """Fulfils ports.Checks: firma.pl as it is at the moment."""

    spf: Sequence[str] = (SPF,)
    faults: tuple[Outcome, ...] = ()
    whole: Report | None = None
    requests: list[CheckRequest] = field(default_factory=list)

    async def run(self, request: CheckRequest, progress: Progress) -> Report:
        self.requests.append(request)
        if request.probes != ("dns",):
            return self.whole or report(*self.faults)
        if request.record == "MX":
            return dns_report([MX])
        return dns_report([DMARC] if request.target.name.startswith("_dmarc.") else self.spf)

    @property
    def looks(self) -> int:
        return sum(not request.probes for request in self.requests)


@dataclass
class World:
    """A bot that watches: stopped and started again at will."""

    file: Path
    clock: Clock = field(default_factory=Clock)
    servers: Servers = field(default_factory=Servers)
    courier: WrittenCourier = field(default_factory=WrittenCourier)

    @property
    def address(self) -> str:
        return f"sqlite:///{self.file}"

    def clerk(self, store: Store) -> Clerk:
        watchman = Watchman(
            store.watches, self.servers, lambda: None, EVERY, self.clock, chance=lambda: 0.5
        )
        herald = Herald(store.watches, self.courier, knowledge)
        doers = {LOOK: watchman.look, NOTICE: herald.tell}
        return Clerk(store.schedule, doers, self.clock)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "db")


@pytest.fixture
async def store(world: World) -> AsyncIterator[Store]:
    async with open_store(world.address, DAYS, world.clock) as opened:
        yield opened


async def begin(world: World, store: Store, chat: str = ANNA, thread: str = "") -> Clerk:
    watch = Watch(chat, FIRMA, Language.PL, ANNA, thread)
    await store.watches.add(watch, 10, world.clock())
    clerk = world.clerk(store)
    await clerk.step()
    return clerk


async def pass_by(world: World, clerk: Clerk, seconds: float) -> None:
    world.clock.passes(seconds)
    await clerk.step()


async def test_a_change_is_told_when_a_second_look_confirms_it(world: World, store: Store) -> None:
    clerk = await begin(world, store, thread="17")
    assert world.servers.looks == 1
    world.servers.spf = ['"v=spf1 mx ip4:192.0.2.1 -all"']
    await pass_by(world, clerk, EVERY)
    assert world.courier.delivered == []
    await pass_by(world, clerk, SOON)
    ((chat, thread, text),) = world.courier.delivered
    assert (chat, thread) == (ANNA, "17")
    assert "Zmienił się rekord SPF." in text
    assert "było: v=spf1 mx -all" in text
    assert "jest: v=spf1 mx ip4:192.0.2.1 -all" in text
    assert "różnica: +ip4:192.0.2.1" in text
    for _ in range(5):
        await pass_by(world, clerk, EVERY)
    assert len(world.courier.delivered) == 1


async def test_every_look_is_fresh_and_asks_for_the_records_too(world: World, store: Store) -> None:
    await begin(world, store)
    assert all(request.fresh for request in world.servers.requests)
    asked = {(request.target.name, request.record) for request in world.servers.requests}
    assert asked == {
        ("firma.pl", ""),
        ("firma.pl", "MX"),
        ("firma.pl", "TXT"),
        ("_dmarc.firma.pl", "TXT"),
    }


async def test_a_week_without_the_bot_is_made_up_with_one_look(world: World) -> None:
    async with open_store(world.address, DAYS, world.clock) as store:
        await begin(world, store)
    world.clock.passes(7 * DAY)
    async with open_store(world.address, DAYS, world.clock) as store:
        clerk = world.clerk(store)
        await clerk.step()
        await pass_by(world, clerk, MAKE_UP / 2)
        assert world.servers.looks == 2
        assert await store.schedule.next_due([LOOK]) == world.clock() + EVERY


async def test_looks_that_many_watches_missed_are_no_storm(world: World, store: Store) -> None:
    chances = Random(5)
    watchman = Watchman(
        store.watches, world.servers, lambda: None, EVERY, world.clock, chances.random
    )
    clerk = Clerk(store.schedule, {LOOK: watchman.look}, world.clock)
    names = [f"firma{number}.pl" for number in range(50)]
    for name in names:
        watch = Watch(ANNA, Target(TargetKind.NAME, name, name), Language.PL, ANNA)
        await store.watches.add(watch, 50, world.clock())
    await clerk.step()
    assert world.servers.looks == 50
    world.clock.passes(7 * DAY)
    await clerk.step()
    minutes = []
    for _ in range(int(MAKE_UP // 60)):
        before = world.servers.looks
        await pass_by(world, clerk, 60)
        minutes.append(world.servers.looks - before)
    assert sum(minutes) == 50
    assert max(minutes) <= 5
    looked = {request.target.name for request in world.servers.requests if not request.probes}
    assert looked == set(names)


@pytest.mark.parametrize(("chance", "share"), [(0.0, 1 - SPREAD / 2), (1.0, 1 + SPREAD / 2)])
async def test_looks_are_spread(world: World, store: Store, chance: float, share: float) -> None:
    await store.watches.add(Watch(ANNA, FIRMA, Language.PL, ANNA), 10, world.clock())
    watchman = Watchman(
        store.watches, world.servers, lambda: None, EVERY, world.clock, lambda: chance
    )
    await Clerk(store.schedule, {LOOK: watchman.look}, world.clock).step()
    assert await store.schedule.next_due([LOOK]) == pytest.approx(world.clock() + EVERY * share)


async def test_news_found_before_a_restart_is_told_after_it(world: World) -> None:
    async with open_store(world.address, DAYS, world.clock) as store:
        await begin(world, store)
        world.servers.faults = (Judged("spf", (several_spf(),)),)
        looking = {
            LOOK: Watchman(
                store.watches, world.servers, lambda: None, EVERY, world.clock, lambda: 0.5
            ).look
        }
        clerk = Clerk(store.schedule, looking, world.clock)  # nobody brings notices
        for pause in (EVERY, SOON):
            await pass_by(world, clerk, pause)
        assert world.courier.delivered == []
    async with open_store(world.address, DAYS, world.clock) as store:
        clerk = world.clerk(store)
        await clerk.step()
        assert len(world.courier.delivered) == 1
        await pass_by(world, clerk, EVERY)
        assert len(world.courier.delivered) == 1


async def test_news_of_another_version_that_lacks_words_is_left_out(
    world: World, store: Store
) -> None:
    old = replace(several_spf(), params={})  # as a version wrote it that had no count
    gone = replace(several_spf(), code="spf.no-longer-found")
    changes = [Change(ChangeKind.WORSE, "firma.pl", finding=each) for each in (old, gone)]
    whole = Change(ChangeKind.HEALED, "firma.pl", finding=several_spf())
    for key, told in (("mixed", (*changes, whole)), ("old", tuple(changes))):
        news = encode(Notice(FIRMA, Language.PL, "", told))
        await store.schedule.put(Job(NOTICE, key, world.clock(), news, ANNA))
    await store.schedule.put(Job(NOTICE, "none", world.clock(), '{"target": 5}', ANNA))
    await world.clerk(store).step()
    ((_, _, text),) = world.courier.delivered
    assert text.count("rekord") == 1
    assert await store.schedule.next_due([NOTICE]) is None


async def test_a_chat_that_is_gone_is_no_longer_watched_for(world: World, store: Store) -> None:
    await begin(world, store, GROUP)
    clerk = await begin(world, store)
    world.courier.gone.add(GROUP)
    world.servers.faults = (Judged("spf", (several_spf(),)),)
    for pause in (EVERY, SOON):
        await pass_by(world, clerk, pause)
    assert [chat for chat, _, _ in world.courier.delivered] == [ANNA]
    assert await store.watches.of_chat(GROUP) == ()
    assert len(await store.watches.of_chat(ANNA)) == 1


async def test_news_has_buttons_to_look_and_to_stop(world: World, store: Store) -> None:
    clerk = await begin(world, store)
    world.servers.faults = (Judged("spf", (several_spf(),)),)
    for pause in (EVERY, SOON):
        await pass_by(world, clerk, pause)
    (row,) = world.courier.documents[0].choices
    assert [choice.action for choice in row] == ["f|pl|-|firma.pl", "z|pl|firma.pl"]


async def test_what_nobody_watches_any_more_is_not_looked_at(world: World, store: Store) -> None:
    clerk = await begin(world, store)
    await store.archive.erase(ANNA)
    await pass_by(world, clerk, EVERY)
    assert world.servers.looks == 1
    assert await store.schedule.next_due([LOOK]) is None


async def test_what_is_not_public_is_told_once_and_watched_no_more(
    world: World, store: Store
) -> None:
    world.servers.whole = Report(FIRMA, (Refused("smtp"), Refused("ptr")))
    await begin(world, store)
    ((chat, _, text),) = world.courier.delivered
    assert chat == ANNA
    assert text.startswith("Tego adresu nie sprawdzam")
    assert await store.watches.of_chat(ANNA) == ()
    assert await store.schedule.next_due([LOOK, NOTICE]) is None
