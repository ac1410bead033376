"""`/help` where rights differ: everybody is shown what they can use, and nothing else."""

import pytest

from bot.conversation.groups.group import GroupSettings, Standing, Watchers
from bot.conversation.menus import may_type
from bot.conversation.ports import Incoming
from bot.service import Service

ANNA, BASIA, OLA = "tg:5", "tg:8", "tg:20"
CURATING = {"questions", "attach", "topic", "drafts"}
HELPING = {"cases", "answer", "note", "assign", "close", "reopen", "outage"}


def offered(
    person: str = ANNA,
    settings: GroupSettings | None = None,
    *,
    is_administrator: bool = False,
    is_desk: bool = False,
    is_operator: bool = False,
) -> set[str]:
    incoming = Incoming(
        f"tg:-1:{person}",
        is_private=False,
        person=person,
        chat="tg:-1",
        group=settings or GroupSettings(helpers=(BASIA,)),
        standing=Standing(is_administrator),
    )
    return set(may_type(Service.names, incoming, is_desk=is_desk, is_operator=is_operator))


def test_a_member_is_shown_nothing_that_would_be_refused() -> None:
    found = offered()
    assert {"check", "human", "watches", "help"} <= found
    assert not found & (CURATING | HELPING | {"group", "desk", "stats", "watch", "unwatch"})


def test_a_groups_helper_is_shown_what_curators_do_and_no_figures() -> None:
    found = offered(BASIA)
    assert found >= CURATING
    assert not found & (HELPING | {"group", "desk", "stats"})


def test_an_administrator_is_shown_everything_but_what_belongs_to_a_desk() -> None:
    found = offered(is_administrator=True)
    assert found >= CURATING | {"group", "desk", "stats", "watch"}
    assert not found & HELPING


def test_at_a_desk_everybody_helps() -> None:
    assert offered(is_desk=True) >= HELPING
    assert not offered(is_desk=True) & (CURATING | {"group", "desk"})


@pytest.mark.parametrize(
    ("watchers", "who"),
    [
        (Watchers.ADMINISTRATORS, set()),
        (Watchers.HELPERS, {BASIA}),
        (Watchers.EVERYBODY, {ANNA, BASIA}),
    ],
)
def test_watches_are_offered_to_those_who_may_set_them(watchers: Watchers, who: set[str]) -> None:
    settings = GroupSettings(helpers=(BASIA,), watchers=watchers)
    assert {each for each in (ANNA, BASIA) if "watch" in offered(each, settings)} == who


def test_what_the_group_switched_off_is_shown_to_nobody() -> None:
    settings = GroupSettings(commands=frozenset({"check"}), helpers=(BASIA,))
    assert offered(BASIA, settings) == {"help", "check"}
    assert offered(settings=settings, is_administrator=True) == {"help", "check", "group"}


def test_an_operator_is_shown_in_private_what_operators_do() -> None:
    def private(*, is_operator: bool) -> set[str]:
        incoming = Incoming(OLA, person=OLA, chat=OLA)
        names = may_type(Service.names, incoming, is_desk=False, is_operator=is_operator)
        return set(names)

    assert private(is_operator=True) - private(is_operator=False) == {
        *("questions", "attach", "topic", "drafts", "stats", "reload", "outage"),
    }
