"""Learns from talks: notes what was asked and what came of it, and takes votes about answers."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.conversation.action import Action, parse_action
from bot.conversation.cases.person import SendToPeople
from bot.conversation.curating.questions import SERVICE, Asked, Count, Fate, Questions
from bot.conversation.errand import Offices
from bot.conversation.groups.exposing import exposed
from bot.conversation.groups.listening import AnswerUnasked
from bot.conversation.groups.talk import language_for
from bot.conversation.mind import Context, Mind
from bot.conversation.ports import Incoming
from bot.conversation.replies import phrase
from bot.conversation.session import Session
from bot.conversation.step import Dismiss, Errand, Say, Step, Toast, Turn
from bot.faq.masking import mask
from bot.faq.match import Ambiguous, Match, Matched, Unmatched
from bot.model.document import Choice
from bot.model.language import FALLBACK

TYPED = re.compile(r"\A\s*/\w{1,32}(?:@\w{1,64})?\s+")  # a command before a question is none of it
LONGEST = 400  # characters that are kept of a question
UP, DOWN = "1", "0"


@dataclass(frozen=True, slots=True)
class Vote:
    """Somebody found an answer useful, or not."""

    number: int
    is_up: bool
    takes_away: bool = False  # nobody had asked for it, and it helped nobody


def press_vote(context: Context, action: Action) -> Turn | None:
    """A thumb under an answer; None when it is none."""
    if SERVICE not in context.mind.services or len(action.args) != 2:
        return None
    number, thumb = action.args
    if not (number.isascii() and number.isdecimal()) or thumb not in (UP, DOWN):
        return None
    return context.errand(Vote(int(number[:9]), thumb == UP))


class LearningOffice:
    """Notes questions, and counts what is thought of the answers."""

    def __init__(self, questions: Questions, clock: Callable[[], float], zone: ZoneInfo) -> None:
        self._questions = questions
        self._clock = clock
        self._zone = zone

    @property
    def offices(self) -> Offices:
        """What it does, by the type of the order."""
        return {Vote: self.vote}

    def today(self) -> str:
        """The day by which is counted."""
        return datetime.fromtimestamp(self._clock(), self._zone).date().isoformat()

    async def vote(self, order: Vote, context: Context) -> Turn:
        """Count it; the talk goes on as though nothing had been said."""
        person, now = context.incoming.person, self._clock()
        is_there = await self._questions.vote(order.number, person, order.is_up, self.today(), now)
        if order.takes_away:
            return Turn(context.before, (Dismiss(phrase(context, "groups.removed")),))
        key = "answers.button.old"
        if is_there:
            key = "learning.voted.up" if order.is_up else "learning.voted.down"
        return Turn(context.before, (Toast(context.say(key)),))

    async def note(
        self, before: Session, incoming: Incoming, asked: Turn, done: Turn, mind: Mind
    ) -> Turn:
        """The turn with thumbs under its answer; what was asked is kept and counted.

        `asked` is the turn before its errands were done, `done` after.
        """
        if asked.match is not None and done.steps:
            return await self._note_question(incoming, asked.match, done, mind)
        if done.steps and _orders(asked, AnswerUnasked):
            number = await self._keep(incoming, Matched(done.session.topic, 1.0), done, mind)
            session = replace(done.session, answer=number)
            return with_vote_beside(replace(done, session=session), number, mind)
        if before.answer:
            return await self._note_sequel(before, incoming, asked, done, mind)
        return done

    async def _note_question(
        self, incoming: Incoming, match: Match, done: Turn, mind: Mind
    ) -> Turn:
        number = await self._keep(incoming, match, done, mind)
        done = replace(done, session=replace(done.session, answer=number))
        return with_thumbs(done, number, mind) if isinstance(match, Matched) else done

    async def _keep(self, incoming: Incoming, match: Match, done: Turn, mind: Mind) -> int:
        language = language_for(done.session, incoming, mind.knowledge.languages)
        fate, topic = _fate(match)
        question = Asked(
            # Where nothing is given twice, every question is another.
            update=incoming.id or f"{incoming.conversation} {self._clock()}",
            person=incoming.person,
            chat=incoming.chat,
            is_private=incoming.is_private,
            language=language,
            text=keepable(TYPED.sub("", incoming.text, count=1), mind),
            fate=fate,
            topic=topic,
        )
        return await self._questions.add(question, self.today(), self._clock())

    async def _note_sequel(
        self, before: Session, incoming: Incoming, asked: Turn, done: Turn, mind: Mind
    ) -> Turn:
        """What was pressed or said after an answer or a question back tells how good it was."""
        number, day = before.answer, self.today()
        action = parse_action(incoming.action)
        verb = action.verb if action else ""
        if _orders(asked, SendToPeople):
            await self._questions.mark(number, Count.HANDED, day)
        elif _is_none(before, asked, verb) or done.session.tried > before.tried:
            await self._questions.mark(number, None, day)
        elif _is_chosen(before, asked, verb) or verb == "tell":
            await self._questions.choose(number, done.session.topic, day)
            return with_thumbs(done, number, mind)
        elif verb in ("here", "more", "variant") and done.session.topic == before.topic:
            return with_thumbs(done, number, mind)
        elif verb == "topic" and done.session.topic != before.topic:
            # Another answer than the one that was asked for: its thumbs would tell of that.
            return replace(done, session=replace(done.session, answer=0))
        return done


def _is_none(before: Session, asked: Turn, verb: str) -> bool:
    """Whether none of the choices was meant, pressed or typed."""
    is_said = bool(before.options and asked.session.unclear and not asked.command)
    return verb == "none" or (not verb and is_said)


def _is_chosen(before: Session, asked: Turn, verb: str) -> bool:
    """Whether the question back that stood was answered with one of its choices."""
    is_answer = verb == "choose" or (not verb and not asked.command)
    return is_answer and asked.session.topic in before.options


def with_thumbs(turn: Turn, number: int, mind: Mind) -> Turn:
    """The turn with a small row under its last message, where it does not ask anything back."""
    steps: list[Step] = list(turn.steps)
    last = steps[-1] if steps else None
    if type(last) is not Say:
        return turn
    language = last.document.language or FALLBACK
    row = tuple(
        Choice(
            mind.knowledge.phrases.say(f"learning.button.{key}", language),
            str(Action("vote", language, (str(number), thumb))),
        )
        for key, thumb in (("up", UP), ("down", DOWN))
    )
    document = replace(last.document, choices=(*last.document.choices, row))
    steps[-1] = replace(last, document=document)
    return replace(turn, steps=tuple(steps))


def with_vote_beside(turn: Turn, number: int, mind: Mind) -> Turn:
    """An unasked answer has "not helpful" below it, which counts as a vote; 👍 goes beside it."""
    last = turn.steps[-1]
    if type(last) is not Say:
        return turn
    language = last.document.language or FALLBACK
    label = mind.knowledge.phrases.say("learning.button.up", language)
    up = Choice(label, str(Action("vote", language, (str(number), UP))))
    *above, row = last.document.choices
    remove = tuple(
        replace(choice, action=str(Action("remove", language, (str(number),)))) for choice in row
    )
    document = replace(last.document, choices=(*above, (up, *remove)))
    return replace(turn, steps=(*turn.steps[:-1], replace(last, document=document)))


def press_remove(context: Context, action: Action) -> Turn:
    """ "Not helpful" under an answer that nobody asked for: it goes, and that is counted."""
    number = action.args[0] if action.args else ""
    if SERVICE in context.mind.services and number.isascii() and number.isdecimal():
        return context.errand(Vote(int(number[:9]), is_up=False, takes_away=True))
    return Turn(context.before, (Dismiss(phrase(context, "groups.removed")),))


def keepable(text: str, mind: Mind, most: int = LONGEST) -> str:
    """A question without what tells whose it is; "" where it may not be kept at all."""
    if exposed(text) is not None or text.count("\n") > 8:
        return ""
    is_word = mind.vocabulary.__contains__
    return mask(text, domains=mind.public_domains, is_word=is_word)[:most]


def _fate(match: Match) -> tuple[Fate, str]:
    match match:
        case Matched(topic):
            return Fate.ANSWERED, topic
        case Ambiguous(options):
            return Fate.CLARIFIED, options[0] if options else ""
        case Unmatched(nearest, outside):
            return Fate.OUTSIDE if outside else Fate.UNKNOWN, nearest[0] if nearest else ""


def _orders(turn: Turn, kind: type) -> bool:
    """Whether the turn had an errand of this kind."""
    return any(isinstance(step, Errand) and isinstance(step.order, kind) for step in turn.steps)
