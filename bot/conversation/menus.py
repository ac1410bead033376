"""Which commands the menu of a chat offers: everybody sees what they can use there."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.conversation.commands import COMMANDS, Command, commands_for
from bot.conversation.groups.group import GroupSettings, Watchers
from bot.conversation.groups.talk import ALWAYS, group_of
from bot.conversation.keeping import Job
from bot.conversation.ports import Incoming

PlanMenu = Callable[[str], Awaitable[None]]  # has the menu of a chat put right
MENU = "menu"  # the kind of job that puts a chat's menu right; its key is the chat, or ALL
ALL = "all"
FOR_HEADS = frozenset({"stats"})  # of what curators may: a group's administrators alone


@dataclass(frozen=True, slots=True)
class Menu:
    """The commands of a group, by their names."""

    for_members: tuple[str, ...]
    for_administrators: tuple[str, ...]


def group_menu(
    services: frozenset[str], settings: GroupSettings | None = None, *, is_desk: bool = False
) -> Menu:
    """What a group's people can use; without settings, that of a group like any other."""
    there = settings or GroupSettings()
    usable = [
        command
        for command in commands_for(False, services)
        if (is_desk or not command.for_helpers)
        and (command.name in ALWAYS or there.allows(command.name))
    ]
    return Menu(
        _names([each for each in usable if _is_theirs(each, there)]),
        _names(usable),
    )


def _is_theirs(command: Command, settings: GroupSettings) -> bool:
    """What helpers may use is listed at their desk alone, and there for all of them."""
    if command.for_administrators:
        return False
    if command.by_standing:
        return settings.watchers is Watchers.EVERYBODY
    return command.for_helpers or not command.for_curators


def may_type(
    services: frozenset[str], incoming: Incoming, *, is_desk: bool, is_operator: bool
) -> tuple[str, ...]:
    """The commands that this person can use where they asked."""
    if incoming.is_private:
        return _names(commands_for(True, services, is_operator=is_operator))
    menu = group_menu(services, incoming.group, is_desk=is_desk)
    if incoming.standing is not None and incoming.standing.is_administrator:
        return menu.for_administrators
    theirs, group = set(menu.for_members), group_of(incoming)
    is_helper = incoming.person in group.helpers
    if is_operator or is_helper:
        theirs |= {each.name for each in COMMANDS if each.for_curators} - FOR_HEADS
    if is_helper and group.watchers is Watchers.HELPERS:
        theirs |= {each.name for each in COMMANDS if each.by_standing}
    return tuple(name for name in menu.for_administrators if name in theirs)


def operators_menu(services: frozenset[str]) -> tuple[str, ...]:
    """What an operator can use in private."""
    return _names(commands_for(True, services, is_operator=True))


def menu_job(chat: str, now: float) -> Job:
    """Have the menu of a chat put right."""
    return Job(MENU, chat, now, chat="" if chat == ALL else chat)


def _names(commands: Sequence[Command]) -> tuple[str, ...]:
    return tuple(command.name for command in commands)
