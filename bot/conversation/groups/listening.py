"""Questions that nobody addressed to the bot: answered only when it is very sure of them.

Whoever asked a person wants a person, so what is said to somebody else is never answered.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.conversation.action import Action
from bot.conversation.answering import answer_topic
from bot.conversation.errand import Offices
from bot.conversation.groups.exposing import exposed, warn
from bot.conversation.groups.group import Hearing, QuietHours, Speaking
from bot.conversation.groups.talk import group_of, with_presets, without_presets
from bot.conversation.keeping import Job, Schedule
from bot.conversation.mind import Context
from bot.conversation.slots import remember
from bot.conversation.step import Say, Turn
from bot.faq.match import Ambiguous, Match, Matched, Question
from bot.faq.normalise import fold, words
from bot.model.document import Choice

SERVICE = "groups"
UNASKED = "unasked"  # the kind of job that stands for a topic answered a while ago
# Stricter than faq/decide.py, which speaks to those who want an answer. On the evaluation's
# questions: two in three of the field's are answered, 2 in 100 of these wrongly, and 5 of 291
# that lie outside.
SURE = 0.95
MARGIN = 0.5  # of the share of all, by which the topic is ahead of the next
LONGEST = 700  # characters: whoever writes more, tells a story
FEWEST = 3  # words: "a outlook?" is asked of those who talk


@dataclass(frozen=True, slots=True)
class AnswerUnasked:
    """Answer with this topic, unless it is quiet here or it was answered a while ago."""

    topic: str


def overhear(context: Context, follow: Callable[[Context, str], Turn]) -> Turn | None:
    """What follows from words that were not addressed to us; None when nothing does.

    `follow` is the turn of one who addressed us: in a forum topic where everything is answered,
    nobody has to.
    """
    incoming, group = context.incoming, group_of(context.incoming)
    speaking = group.speaking(incoming.thread)
    if what := exposed(incoming.text):
        # Where the bot is to be silent, it only takes away what it was told to.
        return warn(context, what) if speaking is not Speaking.NEVER else None
    if incoming.hearing is Hearing.ASIDE:
        return None
    if speaking is Speaking.EVERYTHING:
        return _answer_all(context, follow)
    if speaking is None and group.is_listening and SERVICE in context.mind.services:
        return _answer_if_sure(context)
    return None


def _answer_all(context: Context, follow: Callable[[Context, str], Turn]) -> Turn | None:
    """Nobody needs to address the bot here, but small talk is still among people."""
    goes_on = bool(context.before.options or context.before.awaiting)
    turn = follow(context, context.incoming.text)
    if goes_on or turn.command or isinstance(turn.match, Matched):
        return turn
    is_asked = isinstance(turn.match, Ambiguous) and is_question(context, context.incoming.text)
    return turn if is_asked else None


def _answer_if_sure(context: Context) -> Turn | None:
    text = context.incoming.text
    if not is_question(context, text):
        return None
    topic = sure_topic(context, text)
    return context.errand(AnswerUnasked(topic)) if topic else None


def sure_topic(context: Context, text: str) -> str:
    """The topic that a message is plainly about; "" when it is not plain."""
    mind = context.mind
    match: Match = mind.matcher.match(Question(text))
    if not isinstance(match, Matched) or match.score < SURE:
        return ""
    if match.topic not in mind.knowledge.topics:
        return ""
    return match.topic if mind.matcher.explain(Question(text)).margin >= MARGIN else ""


def is_question(context: Context, text: str) -> bool:
    """Whether somebody asks or is in trouble, in a few words, and not about somebody else's."""
    tokens = words(fold(text))
    if len(text) > LONGEST or len(tokens) < FEWEST or text.lstrip().startswith(("/", ">")):
        return False
    if "@" in text and any(word.startswith("@") for word in text.split()):
        return False
    mind = context.mind
    spans = (" ".join(tokens[at : at + size]) for size in (1, 2, 3) for at in range(len(tokens)))
    found = list(spans)
    if any(mind.is_word(span, "settled") for span in found):
        return False
    return "?" in text or any(mind.is_word(span, "asking") for span in found)


class ListeningOffice:
    """Answers what was overheard: once per topic and thread in a while, never in quiet hours."""

    def __init__(self, schedule: Schedule, clock: Callable[[], float], pause: float) -> None:
        self._schedule = schedule
        self._clock = clock
        self._pause = pause

    @property
    def offices(self) -> Offices:
        """What it does, by the type of the order."""
        return {AnswerUnasked: self.answer}

    async def answer(self, order: AnswerUnasked, context: Context) -> Turn:
        """The topic, with a button that takes the answer away; or nothing."""
        incoming, now = context.incoming, self._clock()
        silent = Turn(context.before)
        if is_quiet(group_of(incoming).quiet, now):
            return silent
        # Who edits an answered question has the topic already.
        if not incoming.is_edited and not await self._takes(order.topic, context, now):
            return silent
        here = replace(context, session=with_presets(context.session, incoming))
        told = remember(here, incoming.text)
        turn = answer_topic(told, context.mind.knowledge.topics[order.topic])
        remove = Action("remove", context.language)
        row = (Choice(context.say("groups.button.remove"), str(remove)),)
        return replace(
            turn,
            session=without_presets(turn.session, incoming),
            steps=tuple(_with_row(step, row) for step in turn.steps),
            match=Matched(order.topic, SURE),
        )

    async def _takes(self, topic: str, context: Context, now: float) -> bool:
        """Whether the topic is free in this thread; then it is taken for a while."""
        incoming = context.incoming
        key = "|".join((incoming.chat, incoming.thread, topic))
        return await self._schedule.add(Job(UNASKED, key, now + self._pause, chat=incoming.chat))


async def lapse(job: Job) -> None:
    """The while is over: with the job goes what it stood for."""


def is_quiet(quiet: QuietHours | None, now: float) -> bool:
    """Whether it is a quiet hour at this moment."""
    if quiet is None:
        return False
    there = datetime.fromtimestamp(now, ZoneInfo(quiet.zone))
    return quiet.holds(there.hour * 60 + there.minute)


def _with_row(step: object, row: tuple[Choice, ...]) -> Say:
    assert isinstance(step, Say)  # an answer to a topic says, and does nothing else
    document = step.document
    # Nobody called for it, so it takes little room: the way to more of it, and the way out.
    return replace(step, document=replace(document, choices=(*document.choices[:1], row)))
