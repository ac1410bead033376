"""`listonosz settings` for people: the card in words, and the profile as a file on disk."""

import sys
from dataclasses import replace
from pathlib import Path

from bot.conversation.drive import Desk
from bot.conversation.settings.buttons import document_words
from bot.conversation.settings.step import FindSettings, SettingsPage, SettingsView
from bot.formats.mailbox import Mailbox
from bot.frontends.outlet import TerminalOutlet
from bot.knowledge import Knowledge
from bot.model.language import Language
from bot.model.settings import SettingsReport, SettingsRequest
from bot.render.settings_files import NoProfileError, Signature, make_profile

STANDARD_OUTPUT = "-"


async def show_card(
    desk: Desk, mailbox: Mailbox, language: Language, outlet: TerminalOutlet
) -> SettingsReport | None:
    """The card as it grows; the report where the search came to its end.

    Who asks about a domain alone gets what its administrator lacks, for no button waits here.
    """
    step = FindSettings(SettingsRequest(mailbox.target), mailbox, SettingsView(language))
    await desk.look([step], outlet)
    if desk.settings.has_to_publish(step):
        view = replace(step.view, page=SettingsPage.PUBLISH)
        await desk.look([replace(step, view=view)], outlet)
    return desk.settings.report(step.request)


def save_profile(
    report: SettingsReport,
    mailbox: Mailbox,
    knowledge: Knowledge,
    language: Language,
    sign: Signature | None,
    file: str,
) -> tuple[bool, str]:
    """Write the profile to a file, or to the output for "-"; whether it was, and a sentence."""
    words = document_words(knowledge, mailbox, SettingsView(language), report)
    try:
        profile = make_profile(words, sign)
    except NoProfileError as error:
        return False, words.say(f"profile.{error.key}", shown=mailbox.shown)
    if file == STANDARD_OUTPUT:
        sys.stdout.flush()
        sys.stdout.buffer.write(profile)
        return True, ""
    Path(file).write_bytes(profile)
    return True, words.say("profile.written", file=file)
