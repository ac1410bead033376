"""Which commands the menu of a chat offers: everybody sees what they can use there."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.conversation.commands import Command, commands_for
from bot.conversation.groups import GroupSettings
from bot.conversation.in_group import ALWAYS
from bot.conversation.keeping import Job

PlanMenu = Callable[[str], Awaitable[None]]  # has the menu of a chat put right
MENU = "menu"  # the kind of job that puts a chat's menu right; its key is the chat, or ALL
ALL = "all"


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
        _names([each for each in usable if not each.for_administrators and _is_theirs(each)]),
        _names(usable),
    )


def _is_theirs(command: Command) -> bool:
    """What helpers may use is listed at their desk alone, and there for all of them."""
    return command.for_helpers or not command.for_curators


def operators_menu(services: frozenset[str]) -> tuple[str, ...]:
    """What an operator can use in private."""
    return _names(commands_for(True, services, is_operator=True))


def menu_job(chat: str, now: float) -> Job:
    """Have the menu of a chat put right."""
    return Job(MENU, chat, now, chat="" if chat == ALL else chat)


def _names(commands: Sequence[Command]) -> tuple[str, ...]:
    return tuple(command.name for command in commands)
