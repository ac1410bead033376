"""A terminal, or a pipe, as the place where answers go."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from bot.conversation.action import parse_action
from bot.conversation.ports import Board
from bot.model.document import (
    Bullets,
    Choice,
    Document,
    Heading,
    Item,
    Line,
    Note,
    Paragraph,
    Sign,
    line,
)
from bot.model.language import Language
from bot.render.terminal import Choices, all_choices, clean, render_document

SOON = 1.5  # seconds in which a pipe waits for the whole before it shows parts
WIDEST = 100  # columns; longer lines are hard to read
TOPIC_CHOICES = frozenset({"choose", "topic"})
ALL_TOPICS = TOPIC_CHOICES | {"none"}  # other buttons stand under an answer


class TerminalOutlet:
    """Fulfils ports.Outlet. Choices are numbered through all messages of one answer."""

    def __init__(
        self, console: Console, *, has_choices: bool = True, shows_progress: bool = True
    ) -> None:
        self._console = console
        self._has_choices = has_choices
        self._shows_progress = shows_progress
        self._stage = _Stage(console)
        self.choices: tuple[Choice, ...] = ()
        self._above: tuple[str, ...] = ()  # for each choice, the words that it stands under
        self.language: Language | None = None  # of what was shown last

    def begin(self) -> None:
        """A new answer begins: the choices of the last one are gone."""
        self.choices = self._above = ()

    def above(self, number: int) -> str:
        """The words of the message that a choice stands under."""
        return self._above[number - 1]

    def show(self, document: Document) -> None:
        """Print a document with its choices."""
        self.language = document.language or self.language
        document = _with_enclosure(document)
        parts: list[RenderableType]
        if self._has_choices:
            parts, added = [render_document(document)], all_choices(document)
        else:
            parts, added = _with_named_topics(document), ()
        if added:
            parts += [Text(""), Choices(added, len(self.choices) + 1)]
            self.choices += added
            self._above += (_words(document),) * len(added)
        self._console.print(Group(*parts, Text("")), crop=False)

    def show_lines(self, lines: Iterable[str]) -> None:
        """Lines as they are, for experts: not wrapped, and safe."""
        for each in lines:
            self._console.print(Text(clean(each)), soft_wrap=True)

    async def say(self, document: Document) -> None:
        """Send a new message."""
        self.show(document)

    async def replace(self, document: Document, page: int = 1) -> None:
        """What was printed stays; the new state follows."""
        self.show(document)

    async def board(self, document: Document) -> Board:
        """A message that will change: live on a terminal, line by line in a pipe."""
        if (
            self._shows_progress
            and self._console.is_terminal
            and not self._console.is_dumb_terminal
        ):
            return _LiveBoard(self, self._stage, document)
        return _PlainBoard(self, self._console if self._shows_progress else None)

    async def toast(self, text: str) -> None:
        """A passing word."""
        self._console.print(Text(clean(text), "dim"))

    async def typing(self) -> None:
        """An answer is a moment away: nothing to show."""

    async def withdraw(self) -> bool:
        """What a person has typed stays on their screen."""
        return False

    async def dismiss(self) -> bool:
        """What was printed stays."""
        return True


def _words(document: Document) -> str:
    """The headings and lists of a message, in which a choice may look for whom it is about."""
    said: list[Line] = []
    for block in document.blocks:
        match block:
            case Heading(words) | Paragraph(words):
                said.append(words)
            case Bullets(items):
                said.extend(items)
            case Item(_, words, body):
                said.append(words)
                for part in body:
                    said.extend(part.items if isinstance(part, Bullets) else ())
    return "\n".join("".join(inline.text for inline in words) for words in said)


def _with_enclosure(document: Document) -> Document:
    """A terminal takes no files: what is to be said instead is said."""
    file = document.enclosure
    return replace(document, blocks=(*document.blocks, *file.instead)) if file else document


def _with_named_topics(document: Document) -> list[RenderableType]:
    """A document where nothing can be chosen: what was to choose from is named in it.

    The topics of a question back, or of an honest "I don't know"; above the small print.
    """
    actions = [(parse_action(choice.action), choice.label) for choice in all_choices(document)]
    labels = [label for action, label in actions if action and action.verb in TOPIC_CHOICES]
    if not labels or any(action and action.verb not in ALL_TOPICS for action, _ in actions):
        return [render_document(document)]
    blocks = document.blocks
    small = next((n for n, block in enumerate(blocks) if isinstance(block, Note)), len(blocks))
    named = Bullets(tuple(line(label) for label in labels), numbered=True)
    return [render_document(Document((*blocks[:small], named, *blocks[small:])))]


class _Stage:
    """The part of the screen that changes: all checks under way, one below the other."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live: Live | None = None
        self.states: dict[int, Document] = {}

    def show(self, key: int, document: Document) -> None:
        self.states[key] = document
        picture = Group(*(render_document(each) for each in self.states.values()))
        if self._live is None:
            self._live = Live(picture, console=self._console, transient=True, auto_refresh=False)
            self._live.start(refresh=True)
        else:
            self._live.update(picture, refresh=True)

    def take_off(self, key: int) -> None:
        self.states.pop(key, None)
        if self._live is None:
            return
        if self.states:
            pictures = (render_document(each) for each in self.states.values())
            self._live.update(Group(*pictures), refresh=True)
        else:
            self._live.stop()
            self._live = None


class _LiveBoard(Board):
    """One check on the changing part of the screen; its last state is printed for good."""

    def __init__(self, outlet: TerminalOutlet, stage: _Stage, document: Document) -> None:
        self._outlet = outlet
        self._stage = stage
        stage.show(id(self), document)

    async def update(self, document: Document) -> None:
        self._stage.show(id(self), document)

    async def finish(self, document: Document) -> None:
        self._stage.take_off(id(self))
        self._outlet.show(document)


class _PlainBoard(Board):
    """Each new statement is a line as it comes; the whole report follows at the end.

    What is whole in a moment is shown once, for a pipe takes nothing back.
    """

    def __init__(self, outlet: TerminalOutlet, console: Console | None) -> None:
        self._outlet = outlet
        self._console = console
        self._printed: set[Item] = set()
        self._newest: Document | None = None
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(SOON, self._print) if console is not None else None

    async def update(self, document: Document) -> None:
        self._newest = document
        if self._timer is not None and self._timer.when() <= asyncio.get_running_loop().time():
            self._print()

    def _print(self) -> None:
        if self._console is None or self._newest is None:
            return
        for block in self._newest.blocks:
            if not isinstance(block, Item) or block.sign is Sign.WORKING:
                continue
            if block not in self._printed:
                self._printed.add(block)
                self._console.print(render_document(Document((block,))), crop=False)

    async def finish(self, document: Document) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._printed and self._console is not None:
            self._console.print()
        self._outlet.show(document)


def make_console(**options: object) -> Console:
    """A console that guesses nothing from the text: no markup, no emoji codes, no highlighting."""
    console = Console(markup=False, emoji=False, highlight=False, **options)  # type: ignore[arg-type]
    if console.width > WIDEST:
        console.width = WIDEST
    return console
