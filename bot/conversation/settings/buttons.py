"""The buttons under what /settings shows. All their state is in their actions."""

from collections.abc import Iterable

from bot.conversation.action import PLACE, Action, Verb, look_action
from bot.conversation.replies import Rows
from bot.conversation.settings.step import SettingsView
from bot.formats.mailbox import Mailbox
from bot.knowledge.knowledge import Knowledge
from bot.knowledge.program import PROTOCOLS, Program
from bot.model.document import Choice
from bot.model.language import Language
from bot.model.settings import SettingsReport
from bot.render.mailbox_facts import mailbox_facts
from bot.render.mailbox_words import MailboxWords, shown_host
from bot.render.settings_steps import can_have_profile
from bot.render.words import Words

HERE = "h"  # in the place of the message whose button was pressed
FRESH = "f"  # past the cache
POP3, IMAP = "p", "i"
FLAGS = frozenset({HERE, FRESH, POP3, IMAP})
MOST_COPIED = 256  # characters that a button of Telegram's copies
IN_ROW = 2
ASK = "?"  # in the place of a program: ask which
START = "settings-"  # what a private chat begins with; the domain follows


def settings_action(
    verb: Verb, language: Language, mailbox: Mailbox, *args: str, is_private: bool = True
) -> str:
    """An action about a mailbox; in a group about its domain, for everybody sees the button."""
    place = (mailbox.wire_address if is_private else "") or mailbox.target.name
    action = Action(verb, language, (place, *args))
    if "|" in place or not action.fits:
        action = Action(verb, language, (PLACE, *args))
    return str(action)


def program_rows(
    programs: Iterable[Program],
    mailbox: Mailbox,
    language: Language,
    *,
    is_private: bool,
    flags: str = HERE,
) -> Rows:
    """A button for each program, two side by side."""
    choices = [
        Choice(
            program.name[language],
            settings_action("setup", language, mailbox, program.id, flags, is_private=is_private),
        )
        for program in programs
    ]
    return tuple(tuple(choices[at : at + IN_ROW]) for at in range(0, len(choices), IN_ROW))


def below_card(words: MailboxWords, view: SettingsView) -> Rows:
    """Copy each value; the steps; the profile; what an administrator can do; look again."""
    facts, language = words.facts, view.language
    rows: list[tuple[Choice, ...]] = [*_copies(words)]
    if facts.incoming or facts.outgoing:
        rows.extend(_steps(words, view))
        if view.is_private and can_have_profile(words):
            rows.append((_button(words, "profile", "profile"),))
        rows.append((Choice(words.say("button.security"), str(Action("security", language))),))
    if facts.can_publish and facts.proved:
        rows.append((_button(words, "publish", "publish"),))
    if not view.is_private:
        payload = START + facts.mailbox.target.name.replace(".", "_")
        rows.append((Choice(words.say("button.private"), private=payload),))
    following = words.words.knowledge.languages.after(language)
    switched = settings_action(
        "settings", following, facts.mailbox, HERE, is_private=view.is_private
    )
    rows.append(
        (
            _button(words, "again", "settings", FRESH),
            Choice(words.words.knowledge.languages[following].switch, switched),
        )
    )
    target = facts.mailbox.target
    check = look_action("check", language, (), target.name)
    label = words.words.say("answers.button.check", target=target.shown)
    rows.append((Choice(label, str(check)),))
    return tuple(rows)


def _button(words: MailboxWords, key: str, verb: Verb, *args: str) -> Choice:
    action = settings_action(
        verb,
        words.words.language,
        words.facts.mailbox,
        *args,
        is_private=words.is_private,
    )
    return Choice(words.say(f"button.{key}"), action)


def _copies(words: MailboxWords) -> Iterable[tuple[Choice, ...]]:
    """What is typed into a program, each at a touch."""
    facts = words.facts
    servers = [found.server for found in (facts.incoming, facts.outgoing) if found]
    copied: set[str] = set()
    for server in servers:
        # A host's name is long; what goes with it is short, and finds room beside each other.
        yield from _copy_row(words, copied, shown_host(server.host))
        yield from _copy_row(words, copied, str(server.port), words.security(server.security))
    users = {facts.username(server) for server in servers} if words.is_private else set()
    for value in sorted(filter(None, users)):
        yield from _copy_row(words, copied, value)


def _copy_row(words: MailboxWords, copied: set[str], *values: str) -> Iterable[tuple[Choice, ...]]:
    """A row of what no button copies yet; none where all is there."""
    new = [each for each in values if each not in copied and len(each) <= MOST_COPIED]
    copied.update(new)
    if new:
        yield tuple(Choice(words.say("button.copy", value=each), copy=each) for each in new)


def _steps(words: MailboxWords, view: SettingsView) -> Iterable[tuple[Choice, ...]]:
    programs = words.words.knowledge.programs
    mailbox, language = words.facts.mailbox, view.language
    ask = settings_action("setup", language, mailbox, ASK, "", is_private=view.is_private)
    if view.program in programs:
        name = programs[view.program].name[language]
        steps = settings_action(
            "setup", language, mailbox, view.program, "", is_private=view.is_private
        )
        label = words.say("button.steps-in", program=name)
        yield (Choice(label, steps), Choice(words.say("button.other-program"), ask))
        return
    meant = [programs[name] for name in view.asked if name in programs]
    if meant:
        yield from program_rows(meant, mailbox, language, is_private=view.is_private, flags="")
    yield (Choice(words.say("button.other-program" if meant else "button.steps"), ask),)


def below_steps(words: MailboxWords, view: SettingsView) -> Rows:
    """The other protocol, the profile, another program, the other language."""
    facts, mailbox, language = words.facts, words.facts.mailbox, view.language
    program = words.words.knowledge.programs[view.program]
    is_private = view.is_private
    rows: list[tuple[Choice, ...]] = []
    taken = facts.by(view.protocol)
    other = {"imap": ("pop3", POP3), "pop3": ("imap", IMAP)}.get(
        taken.server.protocol if taken else ""
    )
    if other and other[0] in program.takes and facts.by(other[0]) is not taken:
        action = settings_action(
            "setup", language, mailbox, program.id, other[1] + HERE, is_private=is_private
        )
        rows.append((Choice(words.say(f"button.{other[0]}"), action),))
    if is_private and program.has_profile and can_have_profile(words):
        rows.append((_button(words, "profile", "profile", _flag(view)),))
    following = words.words.knowledge.languages.after(language)
    switched = settings_action(
        "setup",
        following,
        mailbox,
        program.id,
        _flag(view) + HERE,
        is_private=is_private,
    )
    ask = settings_action("setup", language, mailbox, ASK, HERE, is_private=is_private)
    rows.append(
        (
            Choice(words.say("button.other-program"), ask),
            Choice(words.words.knowledge.languages[following].switch, switched),
        )
    )
    return tuple(rows)


def _flag(view: SettingsView) -> str:
    if view.protocol not in PROTOCOLS:
        return ""
    return POP3 if view.protocol == "pop3" else IMAP


def document_words(
    knowledge: Knowledge, mailbox: Mailbox, view: SettingsView, report: SettingsReport
) -> MailboxWords:
    """The words for a report, as a view wants them."""
    facts = mailbox_facts(report, mailbox, knowledge)
    return MailboxWords(Words(knowledge, view.language), facts, view.is_private)
