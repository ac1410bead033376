"""Commands that talk: the chat, one question, the bot on Telegram."""

import asyncio
import contextlib
import sys
from functools import partial

from bot.program.parts import DONE, Parts, complain


async def chat(parts: Parts) -> int:
    """The conversation in a terminal."""
    from bot.frontends.outlet import make_console
    from bot.frontends.terminal import chat

    async with parts.desk() as desk:
        matcher = parts.matcher
        await chat(desk, make_console(), parts.language, matcher.warm_words, matcher.warm)
    return DONE


async def run_telegram(parts: Parts) -> int:
    """The bot on Telegram, by long polling, with all that is kept."""
    from bot.frontends.telegram.run import run
    from bot.program.memory import give_memory_back
    from bot.service import Service
    from bot.storage.address import StorageError
    from bot.storage.store import open_store

    settings = parts.settings
    service = None
    async with contextlib.AsyncExitStack() as stack:
        if settings.telegram_bot_token:
            try:
                opened = open_store(settings.database, settings.days, is_apart=True)
                service = Service(
                    await stack.enter_async_context(opened),
                    watch_every=settings.watch_every,
                    watch_most=settings.watch_most,
                    unasked_every=settings.unasked_every,
                    outage_people=settings.outage_people,
                    outage_window=settings.outage_window,
                    remind_every=settings.remind_every,
                    operators=settings.operators,
                    timezone=settings.timezone,
                    knowledge=settings.knowledge,
                )
            except StorageError as error:
                return parts.complain_of_storage(error)
            # Before anybody writes: a first start learns, and that would hold up everyone.
            await asyncio.to_thread(parts.matcher.warm)
            give_memory_back()
        desk = await stack.enter_async_context(parts.desk(service))
        await stack.enter_async_context(parts.verifying())
        return await run(
            desk,
            token=settings.telegram_bot_token,
            api_url=settings.telegram_api_url,
            language=parts.language,
            beside=partial(service.run, desk) if service else None,
            inbox=service.store.inbox if service else None,
            groups=service.store.groups if service else None,
            replies=service.store.replies if service else None,
            take=service.take if service else None,
        )


def ask(parts: Parts) -> int:
    """One question, or one a line."""
    from bot.frontends.oneshot import ask_data, ask_lines, explain_words, write_json

    options = parts.options
    text = " ".join(options.text)
    if not options.lines and not text.strip():
        return complain(parts.say("no-text"))
    if options.lines:
        ask_lines(sys.stdin, parts.mind(), parts.language, sys.stdout, explain=options.explain)
    elif options.json:
        data = ask_data(text, parts.mind(), parts.language, explain=options.explain)
        write_json(data, sys.stdout)
    else:
        asyncio.run(_in_words(parts, text))
        if options.explain:
            print("\n" + explain_words(text, parts.mind(), parts.language))
    return DONE


async def _in_words(parts: Parts, text: str) -> None:
    from bot.frontends.oneshot import ask_once
    from bot.frontends.outlet import TerminalOutlet, make_console

    async with parts.desk() as desk:
        outlet = TerminalOutlet(make_console(), has_choices=False)
        await ask_once(desk, text, parts.language, outlet)
