"""The menu of commands, from the one table: both languages, private chats and groups."""

import asyncio
import logging

from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)
from telegram.error import RetryAfter, TelegramError

from bot.conversation.commands import commands_for
from bot.conversation.mind import Mind
from bot.frontends.telegram_pace import retry_after
from bot.model.language import Language

log = logging.getLogger(__name__)

# Telegram's language codes; none: everybody else's.
MENUS = (("", Language.EN), ("en", Language.EN), ("pl", Language.PL))
PAUSES = (1, 5, 30, 120, 600)


async def offer_commands(bot: Bot, mind: Mind) -> None:
    """Set the menus that are not as they should be; a menu is never worth failing for."""
    for pause in PAUSES:
        try:
            for is_private in (True, False):
                for code, language in MENUS:
                    await _offer(bot, mind, code, language, is_private=is_private)
        except RetryAfter as error:
            await asyncio.sleep(retry_after(error))
        except TelegramError as error:
            log.warning("the menu of commands could not be set: %s", error)
            await asyncio.sleep(pause)
        else:
            return


async def _offer(bot: Bot, mind: Mind, code: str, language: Language, *, is_private: bool) -> None:
    scope = BotCommandScopeAllPrivateChats() if is_private else BotCommandScopeAllGroupChats()
    say = mind.knowledge.phrases.say
    wanted = tuple(
        BotCommand(command.name, say(f"commands.{command.name}.help", language))
        for command in commands_for(is_private, mind.services)
    )
    if await bot.get_my_commands(scope=scope, language_code=code or None) != wanted:
        await bot.set_my_commands(wanted, scope=scope, language_code=code or None)
