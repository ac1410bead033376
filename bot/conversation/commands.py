"""The one table of commands: it makes the menu, the help, the completion and both front-ends."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Flag, auto

from bot.conversation.answering import answer_topic
from bot.conversation.asking import answer_question
from bot.conversation.cases.case import SERVICE as CASES
from bot.conversation.cases.commands import (
    answer,
    assign,
    close,
    list_cases,
    note,
    reopen,
)
from bot.conversation.cases.desks import open_link, set_desk
from bot.conversation.cases.person import human
from bot.conversation.comparing import compare
from bot.conversation.curating.commands import attach, list_drafts, list_questions, new_topic
from bot.conversation.curating.questions import SERVICE as LEARNING
from bot.conversation.curating.reloading import SERVICE as OPERATING
from bot.conversation.curating.reloading import reload
from bot.conversation.curating.stats import stats
from bot.conversation.deep_links import linked_target
from bot.conversation.explaining import why
from bot.conversation.groups.commands import set_up_group
from bot.conversation.groups.listening import SERVICE as GROUPS
from bot.conversation.groups.talk import may_use
from bot.conversation.looking import Look, look_at, look_up
from bot.conversation.mind import Context
from bot.conversation.outages.commands import declare, list_outages
from bot.conversation.outages.outage import SERVICE as OUTAGES
from bot.conversation.privacy import SERVICE as ARCHIVE
from bot.conversation.privacy import Forget, TellPrivacy
from bot.conversation.replies import (
    cancel_row,
    help_page,
    language_page,
    phrase,
    plain,
    privacy_page,
    welcome,
)
from bot.conversation.session import Session
from bot.conversation.settings.commands import find_settings, open_settings
from bot.conversation.step import Ask, Say, Turn
from bot.conversation.watching.watch import SERVICE as WATCHING
from bot.conversation.watching.watch import list_watches, unwatch, watch
from bot.model.language import Language


class Scope(Flag):
    """Where a command may be used."""

    PRIVATE = auto()
    GROUP = auto()


EVERYWHERE = Scope.PRIVATE | Scope.GROUP


@dataclass(frozen=True, slots=True)
class Command:
    """One command. Its words are in phrases/commands.yaml, under its name."""

    name: str
    run: Callable[[Context, str], Turn]  # what is typed after the command is the second argument
    scopes: Scope = EVERYWHERE
    needs: str = ""  # the service without which it is offered nowhere
    takes_domain: bool = False  # alone, in the desk of a domain, it means that domain
    for_administrators: bool = False  # of the group where it is typed
    for_helpers: bool = False  # in the helpers' own chat; elsewhere it is of no use
    for_curators: bool = False  # operators anywhere; a group's own people in their group
    by_standing: bool = False  # who may use it in a group, the group's settings say
    shows_rights: bool = False  # what it tells in a group depends on who asks
    takes_words: bool = False  # its argument is a person's own words, whatever they mean


def start(context: Context, text: str) -> Turn:
    """Greet; with the payload of a deep link, open what it names."""
    topics = context.mind.knowledge.topics
    if turn := open_settings(context, text.strip()) or open_link(context, text.strip()):
        return turn
    payload = text.strip()
    if target := linked_target(payload):
        return look_at(context, (target,), ())
    kind, _, name = payload.partition("-")
    if kind in ("topic", "full") and name in topics:
        return answer_topic(context, topics[name], in_full=kind == "full")
    return context.turn(Say(welcome(context)))


@dataclass(frozen=True, slots=True)
class ListCommands:
    """What can this person use here?"""


def show_help(context: Context, text: str) -> Turn:
    """All commands that may be used here, by whoever asks."""
    if CASES in context.mind.services:
        return context.errand(ListCommands())
    offered = commands_for(context.incoming.is_private, context.mind.services)
    names = [each.name for each in offered if may_use(context.incoming, each.name)]
    return context.turn(Say(help_page(context, names)))


def ask(context: Context, text: str) -> Turn:
    """A question; without one, the next message is it."""
    if text.strip():
        return answer_question(context, text)
    document = plain(context.say("talk.ask.ask"), cancel_row(context))
    return context.turn(Ask(document), awaiting="ask")


def choose_language(context: Context, text: str) -> Turn:
    """Set the language; without one, offer all."""
    wanted = text.strip().lower()
    if language := context.mind.knowledge.languages.called(wanted):
        return set_language(context, language)
    key = "talk.language.unknown" if wanted else "talk.language.ask"
    return context.turn(Say(language_page(context, key)))


def set_language(context: Context, language: Language, *, in_place: bool = False) -> Turn:
    """Speak this language from now on, whatever language the person writes in."""
    context = replace(context, language=language)
    said = Say(phrase(context, "talk.language.set"), in_place)
    return context.turn(said, language=language, last_language=language)


def show_privacy(context: Context, text: str) -> Turn:
    """What is remembered."""
    if ARCHIVE in context.mind.services:
        return context.errand(TellPrivacy())
    return context.turn(Say(privacy_page(context)))


def forget(context: Context, text: str) -> Turn:
    """Erase what is kept of a person; where nothing is, the session."""
    if ARCHIVE in context.mind.services:
        return context.errand(Forget())
    return replace(context, session=Session()).turn(Say(phrase(context, "talk.forgotten")))


COMMANDS = (
    Command("start", start),
    Command("help", show_help, shows_rights=True),
    Command("check", Look("check"), takes_domain=True),
    Command("settings", find_settings, takes_domain=True),
    Command("compare", compare),
    Command("ask", ask),
    Command("why", why),
    Command("mx", Look("mx", ("mx",)), takes_domain=True),
    Command("spf", Look("spf", ("spf",)), takes_domain=True),
    Command("dkim", Look("dkim", ("dkim",)), takes_domain=True),
    Command("dmarc", Look("dmarc", ("dmarc",)), takes_domain=True),
    Command("smtp", Look("smtp", ("smtp",), is_server=True)),
    Command("imap", Look("imap", ("imap",), is_server=True)),
    Command("pop3", Look("pop3", ("pop3",), is_server=True)),
    Command("ping", Look("ping", ("ping",), is_server=True)),
    Command("dns", look_up),
    Command("watch", watch, needs=WATCHING, takes_domain=True, by_standing=True),
    Command("watches", list_watches, needs=WATCHING),
    Command("unwatch", unwatch, needs=WATCHING, by_standing=True),
    Command("human", human, needs=CASES, takes_words=True),
    Command("cases", list_cases, Scope.GROUP, needs=CASES, for_helpers=True),
    Command("answer", answer, Scope.GROUP, needs=CASES, for_helpers=True),
    Command("note", note, Scope.GROUP, needs=CASES, for_helpers=True),
    Command("assign", assign, Scope.GROUP, needs=CASES, for_helpers=True),
    Command("close", close, Scope.GROUP, needs=CASES, for_helpers=True),
    Command("reopen", reopen, Scope.GROUP, needs=CASES, for_helpers=True),
    Command("desk", set_desk, Scope.GROUP, needs=CASES, for_administrators=True),
    Command("outages", list_outages, needs=OUTAGES),
    Command("outage", declare, needs=OUTAGES, for_helpers=True, for_curators=True),
    Command("questions", list_questions, needs=LEARNING, for_curators=True),
    Command("attach", attach, needs=LEARNING, for_curators=True),
    Command("topic", new_topic, needs=LEARNING, for_curators=True),
    Command("drafts", list_drafts, needs=LEARNING, for_curators=True),
    Command("reload", reload, Scope.PRIVATE, needs=OPERATING, for_curators=True),
    Command("stats", stats, needs=LEARNING, for_curators=True),
    Command("language", choose_language),
    Command("privacy", show_privacy, Scope.PRIVATE),
    Command("forget", forget, Scope.PRIVATE),
    Command("group", set_up_group, Scope.GROUP, needs=GROUPS, for_administrators=True),
)
BY_NAME = {command.name: command for command in COMMANDS}


def commands_for(
    is_private: bool, services: frozenset[str] = frozenset(), *, is_operator: bool = False
) -> tuple[Command, ...]:
    """The commands that may be used in a private chat, or in a group, with what is there."""
    scope = Scope.PRIVATE if is_private else Scope.GROUP
    there = {"", *services}
    return tuple(
        command
        for command in COMMANDS
        if scope in command.scopes
        and command.needs in there
        # In private only operators may use it.
        and not (is_private and command.for_curators and not is_operator)
    )
