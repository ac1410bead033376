"""A message without a command: a pasted head, a choice, a word that means one thing, a question."""

import re
from dataclasses import replace

from bot.conversation.answering import answer_topic
from bot.conversation.asking import answer_question, none_of_these
from bot.conversation.cases.person import ask_person
from bot.conversation.commands import set_language, show_help
from bot.conversation.following import follow_up, name_program
from bot.conversation.looking import bare_targets, look_at
from bot.conversation.mind import SPEAK, Context
from bot.conversation.pasted import explain_headers
from bot.conversation.replies import phrase
from bot.conversation.settings.commands import bare_wish, follow_settings
from bot.conversation.step import Say, Turn
from bot.faq.choose import NoneOfThese, Picked
from bot.faq.match import Ambiguous, Question
from bot.model.language import WRITTEN

LONGEST = 4096  # characters of a message; Telegram's own limit
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def answer_free(context: Context, text: str) -> Turn:
    """Words without a command."""
    if len(text) > LONGEST:
        return context.turn(Say(phrase(context, "errors.message.too-long")))
    text = CONTROLS.sub(" ", text).strip()
    if not any(sign.isalnum() for sign in text):
        return context.turn(Say(phrase(context, "errors.message.empty")))
    pasted = explain_headers(context, text)
    return pasted or _picked(context, text) or _plain_word(context, text) or _bare(context, text)


def _picked(context: Context, text: str) -> Turn | None:
    """An answer to the clarifying question that stands, if it plainly is one."""
    topics = context.mind.knowledge.topics
    options = [topics[name] for name in context.before.options if name in topics]
    match = context.mind.matcher.match(Question(text)) if options else None
    if isinstance(match, Ambiguous) and set(match.options) == set(context.before.options):
        return None  # the vague words themselves again, which may stand in a label too
    for language in context.mind.knowledge.languages:
        labels = [topic.label[language] for topic in options]
        match context.mind.chooser.choose(text, labels):
            case Picked(index):
                return answer_topic(context, options[index])
            case NoneOfThese():
                return none_of_these(context)
    return None


def _plain_word(context: Context, text: str) -> Turn | None:
    """A word that means one thing wherever it is said."""
    mind = context.mind
    if mind.means(text, "help"):
        return replace(show_help(context, ""), command="help")
    if mind.means(text, "cancel"):
        return context.turn(Say(phrase(context, "talk.nothing-to-cancel")))
    for language in WRITTEN:
        if mind.means(text, f"{SPEAK}{language}"):
            return set_language(context, language)
    if mind.means(text, "person"):
        return ask_person(context)
    for name in ("thanks", "greeting", "bye"):
        if mind.means(text, name):
            return context.turn(Say(phrase(context, f"talk.smalltalk.{name}")))
    return name_program(context, text) or follow_up(context, text) or follow_settings(context, text)


def _bare(context: Context, text: str) -> Turn:
    """A domain alone is looked at, for an address settings are found; all else is a question."""
    if wish := bare_wish(context, text):
        return wish
    rest = context.mind.after_word(text, "check")
    if targets := bare_targets(rest or text):
        return replace(look_at(context, targets, ()), command="check")
    return answer_question(context, text)
