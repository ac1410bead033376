"""`/watch`, `/watches`, `/unwatch`: what is watched where, and for whom."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.conversation.action import Action, look_action
from bot.conversation.errand import Offices
from bot.conversation.looking import bare_targets, target_error
from bot.conversation.mind import Context
from bot.conversation.replies import cancel_row, phrase, plain
from bot.conversation.step import Ask, Say, Turn
from bot.conversation.watching.compare import Change, State
from bot.conversation.watching.rights import refusal
from bot.conversation.watching.words import below
from bot.formats.errors import FormatError
from bot.formats.target import parse_target
from bot.model.check import Target
from bot.model.document import Bullets, Choice, Code, Document, Line, Note, Paragraph, line
from bot.model.language import Language

SERVICE = "watching"


@dataclass(frozen=True, slots=True)
class Watch:
    """A target that is watched for a chat. `thread` is the forum topic where it is told."""

    chat: str
    target: Target
    language: Language
    person: str = ""  # who asked for it
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Watched:
    """What is known of a target that somebody watches; `version` guards against a second writer."""

    target: Target
    state: State
    version: int


@dataclass(frozen=True, slots=True)
class Notice:
    """What one chat is to be told; kept until it has been."""

    target: Target
    language: Language
    thread: str
    changes: tuple[Change, ...]


class Added(StrEnum):
    """What came of asking for a watch."""

    ADDED = "added"
    ALREADY = "already"
    TOO_MANY = "too-many"


class Watches(Protocol):
    """Keeps the watches, and what is known of each target."""

    async def add(self, watch: Watch, most: int, now: float) -> Added:
        """Watch, unless the chat has `most`; the first look is due now."""

    async def remove(self, chat: str, target: str) -> bool:
        """Watch no more; whether it was watched."""

    async def of_chat(self, chat: str) -> tuple[Watch, ...]:
        """What is watched for a chat, in the order of asking."""

    async def load(self, target: str) -> Watched | None:
        """What is known of a target; None when nobody watches it."""

    async def record(
        self, watched: Watched, state: State, changes: tuple[Change, ...], now: float
    ) -> bool:
        """Keep the new state and a notice for every watcher, together or not at all.

        False when somebody else was faster: then nothing is kept.
        """

    async def end(self, target: str) -> None:
        """Nobody watches it any more; notices that are under way still arrive."""

    async def drop_chat(self, chat: str) -> None:
        """Nobody is there any more."""


@dataclass(frozen=True, slots=True)
class StartWatch:
    """Watch this."""

    target: Target


@dataclass(frozen=True, slots=True)
class StopWatch:
    """Watch it no more; in the place of a message whose button was pressed."""

    target: Target
    is_pressed: bool = False


@dataclass(frozen=True, slots=True)
class ListWatches:
    """What is watched here?"""

    to_stop: bool = False  # asked by /unwatch without a name


def watch(context: Context, text: str) -> Turn:
    """Watch a domain or a server; without one, ask which."""
    if refused := refusal(context):
        return refused
    if not text.strip() and not context.incoming.is_private:
        # The next message would come without a word of Telegram about who writes it.
        return context.turn(Say(phrase(context, "watching.ask-in-group")))
    if not text.strip():
        document = plain(context.say("watching.ask"), cancel_row(context))
        return context.turn(Ask(document), awaiting="watch")
    return _about(context, text, "watch", StartWatch)


def unwatch(context: Context, text: str) -> Turn:
    """Watch it no more; without a name, show what there is."""
    if not text.strip():
        return context.errand(ListWatches(to_stop=True))
    return refusal(context) or _about(context, text, "unwatch", StopWatch)


def list_watches(context: Context, text: str) -> Turn:
    """What is watched here."""
    return context.errand(ListWatches())


def press_watch(context: Context, action: Action) -> Turn | None:
    """A button that begins or ends a watch; None when it is not ours."""
    if SERVICE not in context.mind.services or len(action.args) != 1:
        return None
    targets = bare_targets(action.args[0])
    if len(targets) != 1:
        return None
    if refused := refusal(context):
        return refused
    if action.verb == "watch":
        return context.errand(StartWatch(targets[0]))
    return context.errand(StopWatch(targets[0], is_pressed=True))


def _about(
    context: Context, text: str, command: str, order: Callable[[Target], StartWatch | StopWatch]
) -> Turn:
    try:
        target = parse_target(text)
    except FormatError as error:
        return context.turn(Say(plain(target_error(context, error, command))))
    return context.errand(order(target))


class WatchOffice:
    """Answers for the watches of a chat. `poke` is called when there is a first look to take."""

    def __init__(
        self,
        watches: Watches,
        poke: Callable[[], None],
        clock: Callable[[], float],
        *,
        hours: float,
        most: int,
    ) -> None:
        self._watches = watches
        self._poke = poke
        self._clock = clock
        self._hours = hours
        self._most = most

    @property
    def offices(self) -> Offices:
        """What it does, by the type of the order."""
        return {StartWatch: self.start, StopWatch: self.stop, ListWatches: self.list}

    async def start(self, order: StartWatch, context: Context) -> Turn:
        """Begin, or say why not."""
        incoming, target = context.incoming, order.target
        asked = Watch(incoming.chat, target, context.language, incoming.person, incoming.thread)
        added = await self._watches.add(asked, self._most, self._clock())
        if added is Added.TOO_MANY:
            return context.turn(Say(phrase(context, "watching.too-many", most=self._most)))
        if added is Added.ALREADY:
            return context.turn(Say(phrase(context, "watching.already", target=target.shown)))
        self._poke()
        words = {"target": target.shown, "hours": round(self._hours) or 1}
        document = Document(
            (
                Paragraph(line(context.say("watching.begun", **words))),
                Note(line(context.say("watching.what"))),
            ),
            below(context.mind.knowledge, context.language, target.name),
        )
        return context.turn(Say(document), domain=target.name)

    async def stop(self, order: StopWatch, context: Context) -> Turn:
        """End."""
        target = order.target
        was = await self._watches.remove(context.incoming.chat, target.name)
        key = "watching.ended" if was else "watching.not-watched"
        document = phrase(context, key, target=target.shown)
        if not was or not order.is_pressed:
            return context.turn(Say(document))
        again = Action("watch", context.language, (target.name,))
        choice = Choice(context.say("watching.button.again"), str(again))
        return context.turn(Say(plain(context.say(key, target=target.shown), (choice,))))

    async def list(self, order: ListWatches, context: Context) -> Turn:
        """Everything that is watched here, with a button to end each."""
        watches = await self._watches.of_chat(context.incoming.chat)
        if not watches:
            return context.turn(Say(phrase(context, "watching.nothing")))
        key = "watching.which" if order.to_stop else "watching.list"
        rows: list[Line] = [line(Code(each.target.shown)) for each in watches]
        buttons = [row for each in watches if (row := _row(context, each.target))]
        blocks = (Paragraph(line(context.say(key, count=len(rows)))), Bullets(tuple(rows)))
        return context.turn(Say(Document(blocks, tuple(buttons))))


def _row(context: Context, target: Target) -> tuple[Choice, ...]:
    """Look at it, or watch it no more."""
    stop = Action("unwatch", context.language, (target.name,))
    if not stop.fits:
        return ()
    look = look_action("check", context.language, (), target.name)
    return (
        Choice(context.say("answers.button.check", target=target.shown[:32]), str(look)),
        Choice(context.say("watching.button.stop"), str(stop)),
    )
