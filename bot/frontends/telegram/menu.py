"""The menu of commands, from the one table: every language, private chats and groups."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    User,
)
from telegram.error import RetryAfter, TelegramError

from bot.conversation.commands import commands_for
from bot.conversation.menus import group_menu
from bot.conversation.mind import Mind
from bot.frontends.telegram.pace import retry_after
from bot.model.language import FALLBACK, Language

log = logging.getLogger(__name__)

CODE = 2  # letters of a language as Telegram knows it, ISO 639-1
PAUSES = (1, 5, 30, 120, 600)


async def offer_commands(bot: Bot, mind: Mind) -> None:
    """Set the menus that are not as they should be; a menu is never worth failing for."""
    for pause in PAUSES:
        try:
            for scope, commands in _menus(mind):
                for code, language in codes_of(mind.knowledge.languages):
                    await _offer(bot, mind, scope, commands, code, language)
        except RetryAfter as error:
            await asyncio.sleep(retry_after(error))
        except TelegramError as error:
            log.warning("the menu of commands could not be set: %s", error)
            await asyncio.sleep(pause)
        else:
            return


class Leftovers:
    """Menus in languages that are spoken no more: Telegram keeps them, and tells of none.

    They are looked for when somebody comes who would be shown one, once for each language.
    """

    def __init__(
        self, bot: Bot, mind: Callable[[], Mind], begin: Callable[[Awaitable[None]], None]
    ) -> None:
        self._bot = bot
        self._mind = mind
        self._begin = begin
        self._looked: set[str] = set()

    def saw(self, user: User | None) -> None:
        """Somebody is there, with the language that Telegram shows to them."""
        code = (user.language_code or "")[:CODE].lower() if user is not None else ""
        spoken = {code for code, _ in codes_of(self._mind().knowledge.languages)}
        if len(code) == CODE and code not in spoken | self._looked:
            self._looked.add(code)
            self._begin(self._clear(code))

    def renewed(self) -> None:
        """Another knowledge may speak other languages."""
        self._looked.clear()

    async def _clear(self, code: str) -> None:
        try:
            for scope, _ in _menus(self._mind()):
                await set_menu(self._bot, scope, code, ())
        except TelegramError as error:
            log.warning("an old menu of commands may still be shown: %s", error)


def codes_of(languages: Iterable[Language]) -> tuple[tuple[str, Language], ...]:
    """Telegram's codes of the languages that are spoken; none: everybody else's."""
    spoken = ((str(each), each) for each in languages if len(each) == CODE)
    return (("", FALLBACK), *spoken)


def _menus(mind: Mind) -> tuple[tuple[BotCommandScope, tuple[str, ...]], ...]:
    """Who is offered which commands, where a chat has no menu of its own."""
    menu = group_menu(mind.services)
    in_private = tuple(command.name for command in commands_for(True, mind.services))
    return (
        (BotCommandScopeAllPrivateChats(), in_private),
        (BotCommandScopeAllGroupChats(), menu.for_members),
        (BotCommandScopeAllChatAdministrators(), menu.for_administrators),
    )


async def _offer(
    bot: Bot,
    mind: Mind,
    scope: BotCommandScope,
    names: tuple[str, ...],
    code: str,
    language: Language,
) -> None:
    say = mind.knowledge.phrases.say
    await set_menu(
        bot, scope, code, [(name, say(f"commands.{name}.help", language)) for name in names]
    )


async def set_menu(
    bot: Bot, scope: BotCommandScope, code: str, commands: Sequence[tuple[str, str]]
) -> None:
    """Set it where it is another; none at all: what is set for more chats shows through."""
    wanted = tuple(BotCommand(name, words) for name, words in commands)
    if await bot.get_my_commands(scope=scope, language_code=code or None) == wanted:
        return
    if wanted:
        await bot.set_my_commands(wanted, scope=scope, language_code=code or None)
    else:
        await bot.delete_my_commands(scope=scope, language_code=code or None)
