"""One step of the talk: a session and what a person did in, a session and steps out; no I/O."""

import re
from dataclasses import replace

from bot.conversation.action import ASKS_STANDING, Action, parse_action
from bot.conversation.answering import press_topic
from bot.conversation.asking import answer_question, none_of_these
from bot.conversation.cases.commands import press_helpers
from bot.conversation.cases.desks import press_desk
from bot.conversation.cases.person import press_person, tried
from bot.conversation.commands import BY_NAME, Command, Scope, set_language
from bot.conversation.comparing import press_compare
from bot.conversation.curating.commands import press_learn
from bot.conversation.curating.learning import press_remove, press_vote
from bot.conversation.following import press_value
from bot.conversation.free_text import LONGEST, answer_free
from bot.conversation.groups.commands import press_group
from bot.conversation.groups.exposing import exposed, take_away, warn
from bot.conversation.groups.group import Hearing
from bot.conversation.groups.listening import overhear
from bot.conversation.groups.talk import (
    group_of,
    is_silenced,
    language_for,
    may_use,
    with_presets,
    without_presets,
)
from bot.conversation.looking import press_look
from bot.conversation.mind import Context, Mind, Seen, nothing_seen
from bot.conversation.outages.commands import press_outage
from bot.conversation.pasted import own_language
from bot.conversation.ports import Incoming
from bot.conversation.replies import phrase, secret_warning
from bot.conversation.secret import has_secret
from bot.conversation.session import Session
from bot.conversation.settings.press import press_settings
from bot.conversation.settings.step import FindSettings
from bot.conversation.step import Check, Compare, Say, Toast, Turn
from bot.conversation.watching.watch import press_watch
from bot.faq.match import Matched, Question
from bot.model.language import Language

COMMAND = re.compile(r"/([a-z0-9_]{1,32})(?:@\w{1,64})?(?:\s+(.*))?", re.IGNORECASE | re.DOTALL)
# What follows these is no sentence in any language.
UNSPOKEN = frozenset({"start", "group", "desk"})
FEW_WORDS = 3  # from so many on, what is no target may be a question


def take_turn(session: Session, incoming: Incoming, mind: Mind, seen: Seen = nothing_seen) -> Turn:
    """What a person's message or button leads to. `seen` has what was looked at before."""
    session = with_presets(session, incoming)
    if incoming.action:
        turn = _press(session, incoming, mind, seen)
    elif incoming.hearing is Hearing.ADDRESSED:
        turn = _hear(session, incoming, mind, seen)
    else:
        turn = overhear(_heard(session, incoming, mind, seen), _follow) or Turn(session)
    turn = tried(session, turn)
    return replace(turn, session=without_presets(turn.session, incoming))


def needs_standing(incoming: Incoming) -> bool:
    """Whether it has to be asked first what this person may do in the group."""
    if incoming.action:
        action = parse_action(incoming.action)
        return action is not None and action.verb in ASKS_STANDING
    typed = COMMAND.fullmatch(incoming.text.strip())
    command = BY_NAME.get(typed[1].lower()) if typed else None
    if command is None:
        return False
    by_rights = command.for_administrators or command.for_curators
    return by_rights or command.by_standing or command.shows_rights


def _context(
    session: Session, incoming: Incoming, mind: Mind, language: Language, seen: Seen
) -> Context:
    """A turn's context: the question that stood is put aside, `before` still has it."""
    going_on = replace(
        session, awaiting="", misses=0, options=(), values=(), last_language=language
    )
    return Context(session, going_on, incoming, mind, language, seen)


def _press(session: Session, incoming: Incoming, mind: Mind, seen: Seen) -> Turn:
    action = parse_action(incoming.action)
    known = language_for(session, incoming, mind.knowledge.languages)
    usual = _context(session, incoming, mind, known, seen)
    if action is None:
        return Turn(session, (Toast(usual.say("answers.button.old")),))
    # Its message may be in a language that is no longer spoken.
    language = mind.knowledge.languages.nearest(action.language) or usual.language
    context = _context(session, incoming, mind, language, seen)
    turn = _pressed(context, action)
    return turn or Turn(session, (Toast(context.say("answers.button.old")),))


def _pressed(context: Context, action: Action) -> Turn | None:
    match action.verb:
        case "tell":
            return press_value(context, action)
        case "topic" | "choose" | "here" | "more" | "variant":
            return press_topic(context, action)
        case "check" | "fresh" | "report" | "details":
            return press_look(context, action)
        case "watch" | "unwatch":
            return press_watch(context, action)
        case "compare":
            return press_compare(context, action)
        case "settings" | "setup" | "profile" | "publish" | "security":
            return press_settings(context, action)
        case "group":
            return press_group(context, action)
        case "person":
            return press_person(context, action)
        case "case":
            return press_helpers(context, action) or press_desk(context, action)
        case "outage":
            return press_outage(context, action)
        case "vote":
            return press_vote(context, action)
        case "learn":
            return press_learn(context, action)
        case "withdraw":
            return take_away(context)
        case "remove":
            return press_remove(context, action)
        case "none":
            return none_of_these(context)
        case "cancel":
            return context.turn(Say(phrase(context, "talk.cancelled"), replace=True))
        case "language":
            return set_language(context, action.language, in_place=True)
        case "command":
            command = BY_NAME.get(action.args[0] if action.args else "")
            return command.run(context, "") if command else None


def _heard(session: Session, incoming: Incoming, mind: Mind, seen: Seen) -> Context:
    typed = COMMAND.fullmatch(incoming.text.strip())
    is_sentence = not (typed and typed[2] and typed[1].lower() in UNSPOKEN)
    heard = mind.matcher.detect(incoming.text[:LONGEST]) if is_sentence else None
    heard = own_language(mind, incoming.text[:LONGEST], heard)
    language = mind.language or language_for(session, incoming, mind.knowledge.languages, heard)
    return _context(session, incoming, mind, language, seen)


def _hear(session: Session, incoming: Incoming, mind: Mind, seen: Seen) -> Turn:
    context = _heard(session, incoming, mind, seen)
    text = incoming.text
    is_shown = exposed(text) if not incoming.is_private else None
    if is_shown:
        return warn(context, is_shown)
    if has_secret(text):
        return context.turn(Say(secret_warning(context)))
    return _follow(context, text)


def _follow(context: Context, text: str) -> Turn:
    command = COMMAND.fullmatch(text.strip())
    name = command[1].lower() if command else ""
    if is_silenced(context.incoming) and not (name in BY_NAME and BY_NAME[name].for_administrators):
        return Turn(context.before)
    if command:
        return _command(context, name, command[2] or "")
    if context.before.awaiting:
        return _awaited(context, text)
    return answer_free(context, text)


def _command(context: Context, name: str, text: str) -> Turn:
    command = BY_NAME.get(name)
    if command is None:
        return context.turn(Say(phrase(context, "errors.message.command", command=f"/{name}")))
    if command.needs and command.needs not in context.mind.services:
        return context.turn(Say(phrase(context, "errors.message.service", command=f"/{name}")))
    if refusal := _refusal(context, command):
        return context.turn(Say(phrase(context, refusal, command=f"/{name}")))
    if not text.strip() and command.takes_domain:
        text = group_of(context.incoming).domain
    turn = command.run(context, text)
    return turn if turn.match else replace(turn, command=name)


def _refusal(context: Context, command: Command) -> str:
    """Why a command may not be used here or by this person: the key of the words; "" if it may."""
    incoming = context.incoming
    if incoming.is_private:
        elsewhere = "cases.only-at-desk" if command.for_helpers else "groups.only-in-group"
        return "" if Scope.PRIVATE in command.scopes else elsewhere
    if Scope.GROUP not in command.scopes:
        return "errors.message.private"
    if not may_use(incoming, command.name):
        return "groups.command-off"
    is_administrator = incoming.standing is not None and incoming.standing.is_administrator
    if command.for_administrators and not is_administrator:
        return "groups.only-administrators"
    return ""


def _awaited(context: Context, text: str) -> Turn:
    """The next message after a command's question: its argument, a way out, or a question."""
    mind = context.mind
    if mind.means(text, "cancel"):
        return context.turn(Say(phrase(context, "talk.cancelled")))
    command = BY_NAME[context.before.awaiting]
    turn = command.run(context, text)
    if command.takes_words:
        return turn
    found = any(isinstance(step, Check | Compare | FindSettings) for step in turn.steps)
    if not found and len(text.split()) >= FEW_WORDS and len(text) <= LONGEST:
        match = mind.matcher.match(Question(text, dict(context.session.slots)))
        if isinstance(match, Matched):
            return answer_question(context, text)
    return turn
