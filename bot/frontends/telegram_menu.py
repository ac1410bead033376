"""The menu of commands, from the one table: every language, private chats and groups."""

import asyncio
import logging
from collections.abc import Iterable, Sequence

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)
from telegram.error import RetryAfter, TelegramError

from bot.conversation.commands import commands_for
from bot.conversation.menus import group_menu
from bot.conversation.mind import Mind
from bot.frontends.telegram_pace import retry_after
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
