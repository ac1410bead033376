"""`listonosz telegram`: one bot served until it is told to stop, and its exit status."""

import asyncio
import signal
import sys

from telegram import Bot
from telegram.error import InvalidToken

from bot.conversation.drive import Desk
from bot.conversation.keeping import Groups, Inbox, Replies
from bot.frontends.telegram.pace import Limits
from bot.frontends.telegram.request import AiohttpRequest, PollRequest
from bot.frontends.telegram.talk import Beside, Take, Telegram
from bot.model.language import Language

WRONG_CALL = 2


async def run(
    desk: Desk,
    *,
    token: str,
    api_url: str,
    language: Language,
    limits: Limits | None = None,
    beside: Beside | None = None,
    inbox: Inbox | None = None,
    groups: Groups | None = None,
    replies: Replies | None = None,
    take: Take | None = None,
) -> int:
    """Serve until SIGTERM or Ctrl-C; the exit status. `language` is that of the operator.

    `beside` runs as long as the bot does, and may say things unasked. `inbox` keeps what Telegram
    no longer would, while it is not dealt with; `replies` which messages answered which question.
    `take` is asked first whether a message belongs to a case of people.
    """
    say = desk.mind.knowledge.phrases.say
    if not token:
        print(say("telegram.token.missing", language), file=sys.stderr)
        return WRONG_CALL
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    polling = PollRequest()
    try:
        bot = Bot(
            token,
            base_url=f"{api_url}/bot",
            base_file_url=f"{api_url}/file/bot",
            request=AiohttpRequest(),
            get_updates_request=polling,
        )
        frontend = Telegram(desk, bot, polling, limits, beside, inbox, groups, take, replies)
        await frontend.serve(
            stop, lambda name: print(say("telegram.running", language, name=name), flush=True)
        )
    except InvalidToken:
        print(say("telegram.token.wrong", language), file=sys.stderr)
        return WRONG_CALL
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
    return 0
