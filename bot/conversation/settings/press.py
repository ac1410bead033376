"""What pressing a button of /settings leads to, and what a named program does."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bot.conversation.action import PLACE, Action, Verb
from bot.conversation.mind import Context
from bot.conversation.settings.buttons import ASK, FLAGS, FRESH, HERE, IMAP, POP3, program_rows
from bot.conversation.settings.step import FindSettings, SettingsPage, SettingsView
from bot.conversation.slots import tell
from bot.conversation.step import Say, Turn
from bot.formats.errors import FormatError
from bot.formats.mailbox import Mailbox, find_mailbox
from bot.formats.target import spot_targets
from bot.knowledge.program import PROTOCOLS, Program
from bot.model.check import TargetKind
from bot.model.document import Document, Heading, line
from bot.model.settings import SettingsRequest
from bot.render.settings_steps import explain_document
from bot.render.words import Words


def press_settings(context: Context, action: Action) -> Turn | None:
    """A button of /settings; None when its arguments are not ours."""
    if action.verb == "security":
        return _explain(context)
    given = [*action.args, "", "", ""]
    place, args = given[0], given[1:]
    mailbox = _mailbox(place, context.incoming.shown)
    if mailbox is None:
        return None
    program, flags = (args[0], args[1]) if action.verb == "setup" else ("", args[0])
    if set(flags) - FLAGS:
        return None
    known = context.mind.knowledge.programs
    if action.verb == "setup" and program == ASK:
        return ask_program(context, mailbox, known.values(), in_place=HERE in flags)
    if program and program not in known:
        return None
    pages: dict[Verb, SettingsPage] = {
        "settings": SettingsPage.CARD,
        "setup": SettingsPage.STEPS,
        "profile": SettingsPage.PROFILE,
        "publish": SettingsPage.PUBLISH,
    }
    view = SettingsView(
        action.language,
        pages[action.verb],
        program=program,
        protocol="pop3" if POP3 in flags else "imap" if IMAP in flags else "",
        is_private=context.incoming.is_private,
        in_place=HERE in flags,
    )
    request = SettingsRequest(mailbox.target, fresh=FRESH in flags)
    step = FindSettings(request, mailbox, view)
    return _remembering(context, mailbox, known.get(program)).turn(step)


def steps_in(context: Context, mailbox: Mailbox, program: Program, protocol: str = "") -> Turn:
    """The steps for a program that was named in words."""
    view = SettingsView(
        context.language,
        SettingsPage.STEPS,
        program=program.id,
        protocol=protocol if protocol in PROTOCOLS else "",
        is_private=context.incoming.is_private,
    )
    step = FindSettings(SettingsRequest(mailbox.target), mailbox, view)
    return _remembering(context, mailbox, program).turn(step, asked=(), unclear=0)


def _remembering(context: Context, mailbox: Mailbox, program: Program | None) -> Context:
    """The context with whose domain it is about, and in which program; never the address."""
    name = mailbox.target.name
    session = replace(context.session, domain=name, settings=name, topic="")
    if program:
        # For topics, which know programs by the names of the lexicon.
        session = replace(tell(session, dict(program.named_by[:1])), setup=program.id)
    return replace(context, session=session)


def _mailbox(place: str, shown: str) -> Mailbox | None:
    """The mailbox that a button names, or the first one of the message above it."""
    try:
        if place != PLACE:
            return find_mailbox(place)[0]
    except FormatError:
        return None
    for word in shown.split():
        if "@" in word:
            try:
                return find_mailbox(word)[0]
            except FormatError:
                continue
    named = (each for each in spot_targets(shown) if each.kind is TargetKind.NAME)
    target = next(named, None)
    return Mailbox(target) if target else None


def _explain(context: Context) -> Turn:
    """SSL/TLS and STARTTLS, and what the programs call them."""
    words = Words(context.mind.knowledge, context.language)
    return context.turn(Say(explain_document(words)))


def ask_program(
    context: Context,
    mailbox: Mailbox,
    programs: Iterable[Program],
    named: Mapping[str, str] | None = None,
    *,
    in_place: bool = False,
) -> Turn:
    """In which program? Asked once; the answer is remembered."""
    language, is_private = context.language, context.incoming.is_private
    shown = mailbox.shown if is_private else mailbox.target.shown
    title = Heading(line(context.say("mailbox.steps.which", shown=shown)))
    rows = program_rows(programs, mailbox, language, is_private=is_private)
    told = _remembering(context, mailbox, None)
    session = tell(told.session, named or {})
    return replace(told, session=session).turn(Say(Document((title,), rows), in_place))
