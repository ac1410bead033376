"""The menu of commands, from the one table: every language, private chats and groups."""

import asyncio
import logging

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)
from telegram.error import RetryAfter, TelegramError

from bot.conversation.commands import Command, commands_for
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
                for code, language in _codes(mind):
                    await _offer(bot, mind, scope, commands, code, language)
        except RetryAfter as error:
            await asyncio.sleep(retry_after(error))
        except TelegramError as error:
            log.warning("the menu of commands could not be set: %s", error)
            await asyncio.sleep(pause)
        else:
            return


def _codes(mind: Mind) -> tuple[tuple[str, Language], ...]:
    """Telegram's codes of the languages that are spoken; none: everybody else's."""
    spoken = ((str(each), each) for each in mind.knowledge.languages if len(each) == CODE)
    return (("", FALLBACK), *spoken)


def _menus(mind: Mind) -> tuple[tuple[BotCommandScope, tuple[Command, ...]], ...]:
    """Who is offered which commands: what is for administrators is shown to them alone."""
    in_group = commands_for(False, mind.services)
    for_all = tuple(command for command in in_group if not command.for_administrators)
    return (
        (BotCommandScopeAllPrivateChats(), commands_for(True, mind.services)),
        (BotCommandScopeAllGroupChats(), for_all),
        (BotCommandScopeAllChatAdministrators(), in_group),
    )


async def _offer(
    bot: Bot,
    mind: Mind,
    scope: BotCommandScope,
    commands: tuple[Command, ...],
    code: str,
    language: Language,
) -> None:
    say = mind.knowledge.phrases.say
    wanted = tuple(
        BotCommand(command.name, say(f"commands.{command.name}.help", language))
        for command in commands
    )
    if await bot.get_my_commands(scope=scope, language_code=code or None) != wanted:
        await bot.set_my_commands(wanted, scope=scope, language_code=code or None)
