"""`/reload`: an operator wants the knowledge folder read again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.conversation.errand import Offices
from bot.conversation.keeping import Job, Schedule
from bot.conversation.mind import Context
from bot.conversation.replies import phrase
from bot.conversation.step import Say, Turn
from bot.knowledge import Knowledge
from bot.knowledge.fault import Fault
from bot.model.document import Block, Bullets, Code, Document, Note, Paragraph, line
from bot.model.language import FALLBACK, Language

SERVICE = "operating"
RELOAD = "reload"  # the kind of job; its payload is the language of who asked
SHOWN = 60  # faults; more would be a wall of messages


@dataclass(frozen=True, slots=True)
class Edition:
    """The knowledge as it was when somebody had it read again; 0: nobody has yet."""

    number: int = 0
    name: str = ""  # Knowledge.edition
    language: Language = FALLBACK  # of who asked for it


class Editions(Protocol):
    """Tells all processes of the bot what they are to answer from."""

    async def current(self) -> Edition:
        """What was published last."""

    async def publish(self, name: str, language: Language) -> Edition:
        """Everybody's from now on."""


@dataclass(frozen=True, slots=True)
class Reload:
    """Read the folder again."""


def reload(context: Context, text: str) -> Turn:
    """`/reload`."""
    return context.errand(Reload())


class ReloadOffice:
    """Plans the reload; however often it is asked for, one is under way at a time."""

    def __init__(
        self,
        schedule: Schedule,
        operators: frozenset[str],
        poke: Callable[[], None],
        clock: Callable[[], float],
    ) -> None:
        self._schedule = schedule
        self._operators = operators
        self._poke = poke
        self._clock = clock

    @property
    def offices(self) -> Offices:
        """What it does, by the type of the order."""
        return {Reload: self.plan}

    async def plan(self, order: Reload, context: Context) -> Turn:
        """Say that it has begun; what came of it is said when it has ended."""
        incoming = context.incoming
        if incoming.person not in self._operators:
            return context.turn(Say(phrase(context, "learning.refused.private")))
        # By who asked: each of two operators is told what came of it.
        job = Job(RELOAD, incoming.chat, self._clock(), context.language, incoming.chat)
        is_first = await self._schedule.add(job)
        self._poke()
        key = "learning.reload.begun" if is_first else "learning.reload.under-way"
        return context.turn(Say(phrase(context, key)))


def told_done(knowledge: Knowledge, language: Language) -> Document:
    """The new knowledge answers from now on."""
    words = knowledge.phrases.say("learning.reload.done", language, count=len(knowledge.topics))
    return Document((Paragraph(line(words)),), language=language)


def told_refused(knowledge: Knowledge, language: Language, faults: Sequence[Fault]) -> Document:
    """The former knowledge stays, because of these."""
    say = knowledge.phrases.say
    rows = tuple(
        line(
            Code(f"{each.path}:{each.line}" if each.line else each.path),
            f" {each.what}; {each.cure}",
        )
        for each in faults[:SHOWN]
    )
    title = say("learning.reload.refused", language, count=len(faults))
    blocks: list[Block] = [Paragraph(line(title)), Bullets(rows)]
    if len(faults) > SHOWN:
        blocks.append(Note(line(say("learning.reload.more", language, count=len(faults) - SHOWN))))
    return Document(tuple(blocks), language=language)


def told_failed(knowledge: Knowledge, language: Language) -> Document:
    """Something else went wrong, which the log tells of."""
    words = knowledge.phrases.say("learning.reload.failed", language)
    return Document((Paragraph(line(words)),), language=language)


def told_behind(
    knowledge: Knowledge, language: Language, process: str, faults: Sequence[Fault]
) -> Document:
    """One process of several could not follow, and answers from what it had."""
    say = knowledge.phrases.say
    words = say("learning.reload.behind", language, process=process)
    rows = tuple(line(Code(f"{each.path}:{each.line}"), f" {each.what}") for each in faults[:SHOWN])
    blocks: list[Block] = [Paragraph(line(words))]
    if rows:
        blocks.append(Bullets(rows))
    return Document(tuple(blocks), language=language)
