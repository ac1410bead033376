"""What is set for a group outlives restarts, removals, and a move to a supergroup."""

from bot.conversation.groups.group import GroupSettings, QuietHours, Speaking
from bot.conversation.keeping import Job
from bot.conversation.ports import Incoming
from bot.conversation.session import Session
from bot.model.language import Language
from bot.storage.store import Store, open_store
from tests.storage.conftest import DAYS

GROUP, SUPERGROUP = "tg:-100", "tg:-1001234"
SET = GroupSettings(
    language=Language.PL,
    is_listening=True,
    quiet=QuietHours(22 * 60, 7 * 60),
    commands=frozenset({"check", "mx"}),
    helpers=("tg:9", "tg:7"),
    domain="firma.pl",
    provider="ovh",
    greeting="Cześć! Zapytaj mnie o pocztę.",
    deletes_secrets=True,
    topics={"17": Speaking.NEVER},
)


async def test_a_group_nobody_set_up_has_the_usual_settings(store: Store) -> None:
    assert await store.groups.load(GROUP) == GroupSettings()


async def test_settings_are_the_same_after_a_restart(address: str) -> None:
    async with open_store(address, DAYS) as store:
        await store.groups.save(GROUP, SET)
    async with open_store(address, DAYS) as store:
        assert await store.groups.load(GROUP) == SET


async def test_helpers_who_are_taken_off_are_gone(store: Store) -> None:
    await store.groups.save(GROUP, SET)
    await store.groups.save(GROUP, GroupSettings(helpers=("tg:7",)))
    assert await store.groups.load(GROUP) == GroupSettings(helpers=("tg:7",))


async def test_removed_and_added_again_the_settings_are_there(store: Store) -> None:
    await store.groups.joined(GROUP, "Pomoc")
    await store.groups.save(GROUP, SET)
    await store.groups.left(GROUP)
    assert await store.groups.members() == ()
    await store.groups.joined(GROUP, "Pomoc i poczta")
    assert await store.groups.members() == (GROUP,)
    assert await store.groups.load(GROUP) == SET


async def test_everything_follows_a_group_that_moves(store: Store) -> None:
    asked = Incoming(f"{GROUP}:5", person="tg:5", chat=GROUP)
    await store.groups.save(GROUP, SET)
    await store.sessions.save(asked, Session(domain="firma.pl"))
    await store.schedule.put(Job("remind", "1", 5.0, chat=GROUP))
    # The new group may have told of itself before the old one told of the move.
    await store.groups.joined(SUPERGROUP, "Pomoc")
    await store.groups.moved(GROUP, SUPERGROUP)
    assert await store.groups.load(SUPERGROUP) == SET
    assert await store.groups.load(GROUP) == GroupSettings()
    (claimed,) = await store.schedule.claim(["remind"], 5.0, 60.0)
    assert claimed.job.chat == SUPERGROUP
    there = Incoming(f"{SUPERGROUP}:5", person="tg:5", chat=SUPERGROUP)
    assert (await store.sessions.load(there)).domain == "firma.pl"
    # Telegram tells of it twice, on both sides.
    await store.groups.moved(GROUP, SUPERGROUP)
    assert await store.groups.load(SUPERGROUP) == SET


def test_quiet_hours_may_go_over_midnight() -> None:
    night, noon = QuietHours(22 * 60, 7 * 60), QuietHours(12 * 60, 13 * 60)
    assert [night.holds(hour * 60) for hour in (21, 22, 0, 6, 7)] == [
        False,
        True,
        True,
        True,
        False,
    ]
    assert [noon.holds(hour * 60) for hour in (11, 12, 13)] == [False, True, False]
