"""/settings and what leads there: an address alone, "how do I set up firma.pl on my iPhone"."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.conversation.mind import Context
from bot.conversation.replies import cancel_row, secret_warning
from bot.conversation.secret import looks_secret
from bot.conversation.settings.buttons import START
from bot.conversation.settings.press import ask_program, steps_in
from bot.conversation.settings.step import FindSettings, SettingsPage, SettingsView
from bot.conversation.slots import tell
from bot.conversation.step import Ask, Say, Turn
from bot.faq.normalise import fold, words
from bot.formats.errors import FormatError
from bot.formats.mailbox import REASONS, Mailbox, find_mailbox
from bot.formats.target import spot_targets
from bot.knowledge.program import PROTOCOLS, Program, named_programs
from bot.knowledge.provider import ProviderKind
from bot.model.check import TargetKind
from bot.model.document import Document, Paragraph, line
from bot.model.settings import SettingsRequest

COMMAND = "settings"
MOST_MISSES = 2  # then the question is dropped, rather than that a person is held in it
MOST_WORDS = 16  # of a message that asks for settings and nothing else
REFUSED_REASONS = frozenset({"reserved-name", "odd-address"})
SHOWN = 60  # characters of what was typed that are said back
KNOWN_WORDS = ("settings", "settings-beside", "about", "and", "phone")


@dataclass(frozen=True, slots=True)
class Wish:
    """Whose settings, in which program, and by which protocol."""

    mailbox: Mailbox
    slots: Mapping[str, str]
    programs: tuple[Program, ...] = ()


def find_settings(context: Context, text: str) -> Turn:
    """`/settings ADDRESS|DOMAIN`, with a program beside it where one is named."""
    if not text.strip():
        return context.turn(Ask(_question(context)), awaiting=COMMAND)
    try:
        mailbox, rest = _read(text)
    except FormatError as error:
        return _of_provider(context, text, _known(context, text)) or _refuse(context, error)
    wish = _wish(context, mailbox, rest)
    if wish is None:
        if any(looks_secret(word) for word in rest.split()):
            return context.turn(Say(secret_warning(context)))
        return _refuse(context, FormatError("beside"))
    return _grant(context, wish)


def open_settings(context: Context, payload: str) -> Turn | None:
    """A private chat that goes on from a group: the domain is known, the address is asked for."""
    if not payload.startswith(START):
        return None
    try:
        mailbox, rest = find_mailbox(payload.removeprefix(START).replace("_", "."))
    except FormatError:
        return None
    return None if rest else _grant(context, Wish(mailbox, {}))


def bare_wish(context: Context, text: str) -> Turn | None:
    """The turn of words that ask for settings and nothing else; None when they do not."""
    try:
        mailbox, rest = _read(text)
    except FormatError:
        return _at_provider(context, text)
    tokens = words(fold(rest))
    if len(tokens) > MOST_WORDS or not (mailbox.address or rest):
        return None
    wish = _wish(context, mailbox, rest)
    if wish is None:
        strange = rest.split()
        if mailbox.address and len(strange) == 1 and looks_secret(strange[0]):
            return context.turn(Say(secret_warning(context)))
        return None
    is_asked = any(context.mind.is_word(token, "settings") for token in tokens)
    is_named = "program" in wish.slots or "device" in wish.slots
    if rest and not is_asked and not is_named:
        return None
    if not mailbox.address and _is_providers_name(context, mailbox):
        return None
    return replace(_grant(context, wish), command=COMMAND)


def _at_provider(context: Context, text: str) -> Turn | None:
    """ "What do I type in Outlook for Gmail": whose mailboxes all have the same servers."""
    tokens = words(fold(text))
    if not any(context.mind.is_word(token, "settings") for token in tokens):
        return None
    named = _known(context, text) if len(tokens) <= MOST_WORDS else None
    if not named or not named.keys() & {"program", "device"}:
        return None
    return _of_provider(context, text, named)


def _of_provider(context: Context, text: str, named: Mapping[str, str] | None) -> Turn | None:
    """The servers of the provider that is named, where all its mailboxes have the same."""
    if not named or "provider" not in named:
        return None
    mind = context.mind
    meant = [
        each
        for each in mind.knowledge.reference.providers.all
        if each.kind is ProviderKind.MAILBOX
        and each.domains
        and mind.provider_values[each.id] == named["provider"]
    ]
    if len(meant) != 1:
        return None
    mailbox, _ = find_mailbox(meant[0].domains[0])
    wish = Wish(mailbox, named, _programs(context, named, text))
    return replace(_grant(context, wish), command=COMMAND)


def follow_settings(context: Context, text: str) -> Turn | None:
    """The answer to a card or to "in which program?": a program, and nothing else."""
    session = context.session
    if not session.settings or session.topic or session.domain != session.settings:
        return None  # another matter has come between
    named = _known(context, text)
    if not named or not {"program", "device"} & named.keys():
        return None
    programs = _programs(context, named, text)
    if not programs:
        return None
    mailbox, _ = find_mailbox(context.session.settings)
    if len(programs) > 1:
        return ask_program(context, mailbox, programs, named)
    told = replace(context, session=tell(context.session, named))
    return steps_in(told, mailbox, programs[0], named.get("protocol", ""))


def _question(context: Context) -> Document:
    blocks = tuple(
        Paragraph(line(context.say(f"mailbox.ask.{key}"))) for key in ("text", "promise")
    )
    return Document(blocks, (cancel_row(context),))


def _read(text: str) -> tuple[Mailbox, str]:
    """The mailbox of a text, and what stands beside it: "firma.pl w Outlooku"."""
    try:
        return find_mailbox(text)
    except FormatError:
        spotted = [each for each in spot_targets(text) if each.kind is TargetKind.NAME]
        if len(spotted) != 1 or "@" in text:
            raise
    target = spotted[0]
    beside = [word for word in text.split() if not _is_it(word, target.name)]
    return Mailbox(target), " ".join(beside)


def _is_it(word: str, name: str) -> bool:
    return any(target.name == name for target in spot_targets(word))


def _wish(context: Context, mailbox: Mailbox, rest: str) -> Wish | None:
    """What is asked for; None when words stand beside the mailbox that we do not know."""
    named = _known(context, rest)
    if named is None:
        return None
    return Wish(mailbox, named, _programs(context, named, rest))


def _known(context: Context, text: str) -> Mapping[str, str] | None:
    """The slots that a text names; None when it says anything beyond that."""
    tokens = words(fold(text))
    mind = context.mind
    named: dict[str, str] = {}
    said: set[int] = set()
    for at, size, value in mind.names(tokens):
        slot, _, name = value.partition(":")
        named.setdefault(slot, name)
        said.update(range(at, at + size))
    told = {word for program in mind.knowledge.programs.values() for word in program.words}
    for at, token in enumerate(tokens):
        is_known = any(mind.is_word(token, name) for name in KNOWN_WORDS)
        if at not in said and token not in told and not is_known:
            return None
    return named


def _programs(context: Context, named: Mapping[str, str], text: str) -> tuple[Program, ...]:
    known = context.mind.knowledge.programs.values()
    return named_programs(known, named, words(fold(text)))


def _is_providers_name(context: Context, mailbox: Mailbox) -> bool:
    """ "nazwa.pl" names the hoster; whose mailbox it is, is not said by that."""
    name = mailbox.target.name
    tokens = words(name.replace(".", " "))
    is_name = any(value.startswith("provider:") for _, _, value in context.mind.names(tokens))
    return is_name and context.mind.knowledge.reference.providers.of_domain(name) is None


def _grant(context: Context, wish: Wish) -> Turn:
    session = context.session
    told = {slot: name for slot, name in wish.slots.items() if slot != "error"}
    program = wish.programs[0].id if len(wish.programs) == 1 else ""
    if not wish.programs and not told.keys() & {"program", "device"}:
        program = session.setup
    protocol = wish.slots.get("protocol", "")
    view = SettingsView(
        context.language,
        SettingsPage.CARD,
        program=program,
        asked=tuple(each.id for each in wish.programs),
        protocol=protocol if protocol in PROTOCOLS else "",
        is_private=context.incoming.is_private,
    )
    step = FindSettings(SettingsRequest(wish.mailbox.target), wish.mailbox, view)
    return replace(context, session=tell(session, told)).turn(
        step,
        domain=wish.mailbox.target.name,
        settings=wish.mailbox.target.name,
        setup=program or session.setup,
        topic="",
        asked=(),
        unclear=0,
    )


def _refuse(context: Context, error: FormatError) -> Turn:
    document = Document((Paragraph(line(settings_error(context, error))),))
    misses = context.before.misses + 1
    if context.before.awaiting == COMMAND and misses < MOST_MISSES:
        document = replace(document, choices=(cancel_row(context),))
        return context.turn(Ask(document), awaiting=COMMAND, misses=misses)
    return context.turn(Say(document))


def settings_error(context: Context, error: FormatError) -> str:
    """What is wrong with an address or domain, in one clear sentence."""
    if error.reason in REASONS:
        return context.say(f"mailbox.error.{error.reason}")
    if error.reason in REFUSED_REASONS:
        return context.say("errors.target.refused")
    text = error.text if len(error.text) <= SHOWN else error.text[:SHOWN] + "…"
    return context.say(f"errors.target.{error.reason}", text=text, command=f"/{COMMAND}")
