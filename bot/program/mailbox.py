"""The command that finds a mailbox's servers."""

import asyncio
import signal
import sys
from typing import TYPE_CHECKING

from bot.program.parts import DONE, REFUSED, WRONG_CALL, Parts, complain

if TYPE_CHECKING:
    from bot.formats.mailbox import Mailbox
    from bot.model.settings import SettingsReport


def settings(parts: Parts) -> int:
    """Find and prove the servers of one mailbox."""
    from bot.conversation.looking import REFUSED_REASONS
    from bot.formats.errors import FormatError
    from bot.formats.mailbox import parse_mailbox

    try:
        mailbox = parse_mailbox(parts.options.address)
    except FormatError as error:
        from bot.frontends.settings import call_error

        sentence = call_error(parts.knowledge.phrases, parts.language, error)
        return complain(sentence, REFUSED if error.reason in REFUSED_REASONS else WRONG_CALL)
    return asyncio.run(_find(parts, mailbox))


async def _find(parts: Parts, mailbox: "Mailbox") -> int:
    from bot.frontends.handover import show_card
    from bot.frontends.oneshot import write_json
    from bot.frontends.outlet import TerminalOutlet, make_console
    from bot.frontends.settings import is_refused, settings_data
    from bot.model.settings import SettingsRequest

    options, task = parts.options, asyncio.current_task()
    assert task is not None
    async with parts.desk() as desk:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        if options.json or options.profile:
            report = await desk.settings.run(SettingsRequest(mailbox.target))
        else:
            console = make_console()
            outlet = TerminalOutlet(console, has_choices=False, shows_progress=console.is_terminal)
            shown = await show_card(desk, mailbox, parts.language, outlet)
            return DONE if shown is None or not is_refused(shown) else REFUSED
    if options.json:
        data = settings_data(report, mailbox, parts.knowledge, parts.language)
        write_json(data, sys.stdout)
    if options.profile and (status := _save_profile(parts, report, mailbox)):
        return status
    return REFUSED if is_refused(report) else DONE


def _save_profile(parts: Parts, report: "SettingsReport", mailbox: "Mailbox") -> int:
    """Write the profile; what is said of it does not mix with what is written."""
    from bot.frontends.handover import save_profile

    file = parts.options.profile
    try:
        is_written, sentence = save_profile(
            report, mailbox, parts.knowledge, parts.language, parts.sign, file
        )
    except OSError as error:
        words = {"file": file, "why": error.strerror or str(error)}
        say = parts.knowledge.phrases.say
        return complain(say("mailbox.profile.not-written", parts.language, **words))
    if sentence:
        print(sentence, file=sys.stderr)
    return DONE if is_written else REFUSED
