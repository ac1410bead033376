"""Menus of chats: helpers, operators, and groups where commands are off see what they can use."""

from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

import pytest

from bot.conversation.cases.case import SERVICE as CASES
from bot.conversation.cases.case import Desk, Reach
from bot.conversation.curating.questions import SERVICE as LEARNING
from bot.conversation.groups.group import GroupSettings
from bot.conversation.groups.listening import SERVICE as GROUPS
from bot.conversation.keeping import Job, NobodyThereError
from bot.conversation.menus import ALL, MENU, group_menu, menu_job
from bot.conversation.outages.outage import SERVICE as OUTAGES
from bot.jobs.clerk import Clerk
from bot.jobs.menus import MenuKeeper
from bot.model.language import Language
from bot.storage.store import Store, open_store
from tests.conversation.people import make_mind
from tests.storage.clock import Clock
from tests.storage.conftest import DAYS

SERVICES = frozenset({CASES, GROUPS, LEARNING, OUTAGES})
DESK, OFFICE, OLA = "tg:-100", "tg:-200", "tg:9"


class WrittenMenus:
    """Fulfils keeping.Menus: names by chat, and whether they are for administrators."""

    def __init__(self) -> None:
        self.offered: dict[tuple[str, bool], tuple[str, ...]] = {}
        self.gone: set[str] = set()

    async def offer(
        self,
        chat: str,
        commands: Mapping[Language, Sequence[tuple[str, str]]],
        *,
        for_administrators: bool = False,
    ) -> None:
        if chat in self.gone:
            raise NobodyThereError(chat)
        assert all(words for rows in commands.values() for _, words in rows)
        (names,) = {tuple(name for name, _ in rows) for rows in commands.values()}
        self.offered[chat, for_administrators] = names


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(f"sqlite:///{tmp_path / 'bot.db'}", DAYS) as opened:
        yield opened


async def kept(store: Store, menus: WrittenMenus, chat: str = ALL) -> Clock:
    """All menus that there are to be put right."""
    clock, mind = Clock(), make_mind(services=SERVICES)
    keeper = MenuKeeper(
        menus, store.cases, store.groups, store.schedule, lambda: mind, frozenset({OLA}), clock
    )
    await store.schedule.put(menu_job(chat, clock()))
    await Clerk(store.schedule, keeper.doers, clock).step()
    return clock


def test_a_group_like_any_other_is_offered_nothing_for_helpers() -> None:
    menu = group_menu(SERVICES)
    assert not {"cases", "answer", "note", "questions", "group"} & set(menu.for_members)
    assert "check" in menu.for_members
    assert {"group", "desk", "questions", "stats"} <= set(menu.for_administrators)
    assert not {"cases", "outage"} & set(menu.for_administrators)


async def test_helpers_are_offered_what_helpers_do(store: Store) -> None:
    await store.cases.set_desk(Desk(DESK, Reach.ALL, Language.PL))
    await store.groups.joined(OFFICE, "Biuro")
    menus = WrittenMenus()
    await kept(store, menus)
    assert {"cases", "answer", "note", "close", "outage"} <= set(menus.offered[DESK, False])
    assert "group" not in menus.offered[DESK, False]
    assert {"cases", "group", "questions"} <= set(menus.offered[DESK, True])
    # Nothing of its own: what all groups are offered shows through.
    assert menus.offered[OFFICE, False] == menus.offered[OFFICE, True] == ()


async def test_an_operator_is_offered_more_in_private(store: Store) -> None:
    menus = WrittenMenus()
    await kept(store, menus)
    assert {"questions", "drafts", "stats", "forget"} <= set(menus.offered[OLA, False])


async def test_what_a_group_has_switched_off_is_not_offered(store: Store) -> None:
    settings = GroupSettings(commands=frozenset({"check"}))
    await store.groups.save(OFFICE, settings)
    menus = WrittenMenus()
    await kept(store, menus, OFFICE)
    assert menus.offered[OFFICE, False] == ("help", "check")
    assert menus.offered[OFFICE, True] == ("help", "check", "group")
    await store.groups.save(OFFICE, GroupSettings())
    await kept(store, menus, OFFICE)
    assert menus.offered[OFFICE, False] == ()


async def test_a_chat_that_is_gone_holds_up_nobody(store: Store) -> None:
    await store.cases.set_desk(Desk(DESK, Reach.ALL, Language.PL))
    await store.groups.joined(OFFICE, "Biuro")
    menus = WrittenMenus()
    menus.gone = {DESK}
    clock = await kept(store, menus)
    assert (OFFICE, False) in menus.offered
    # Only the daily round is left.
    clock.now += 90_000
    (left,) = await store.schedule.claim([MENU], clock(), 60)
    assert left.job == Job(MENU, ALL, left.job.due_at)


def test_a_job_of_one_chat_goes_with_it() -> None:
    assert menu_job(DESK, 1.0).chat == DESK
    assert menu_job(ALL, 1.0).chat == ""
