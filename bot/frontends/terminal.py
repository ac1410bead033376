"""The conversation in a terminal: a prompt with history and completion, or lines from a pipe."""

import asyncio
import contextlib
import signal
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, Protocol, TypeVar

try:
    import termios
except ImportError:  # not Unix
    termios = None  # type: ignore[assignment]

from rich.console import Console
from rich.text import Text

from bot.conversation.drive import Desk
from bot.conversation.ports import Incoming
from bot.frontends.outlet import TerminalOutlet
from bot.model.language import Language

T = TypeVar("T")

LOCAL_FLAGS = 3  # in what tcgetattr returns

CONVERSATION = "terminal"
PATIENCE = 1.0  # seconds after which a person is told why the first answer takes longer
MOST_DIGITS = 4  # of a choice: longer numbers are error codes


class Lines(Protocol):
    """Where a person's lines come from."""

    async def read(self) -> str | None:
        """The next line; None at the end."""


class PipedLines:
    """Lines of a pipe. A thread reads them, so that a check can be stopped while it waits."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._pump, daemon=True).start()

    def _pump(self) -> None:
        with contextlib.suppress(RuntimeError, OSError, ValueError):  # the loop or pipe is closed
            for line in sys.stdin:
                self._loop.call_soon_threadsafe(self._queue.put_nowait, line.rstrip("\r\n"))
            self._loop.call_soon_threadsafe(self._queue.put_nowait, None)

    async def read(self) -> str | None:
        """The next line; None at the end."""
        return await self._queue.get()


class Chat:
    """One conversation, from the welcome to the goodbye."""

    def __init__(
        self,
        desk: Desk,
        console: Console,
        language: Language,
        lines: Lines,
        warm: Callable[[], object] = lambda: None,
        further: Callable[[], object] = lambda: None,
    ) -> None:
        self._desk = desk
        self._warm = warm
        self._further = further
        self._warmed: asyncio.Event | None = None
        self._console = console
        self._language = language
        self._lines = lines
        self._outlet = TerminalOutlet(console)
        self._is_ended = False
        self._under_way: asyncio.Future[Any] | None = None

    async def run(self) -> None:
        """Talk until the person leaves or the program is told to end."""
        with on_signal(signal.SIGTERM, self._end):
            await self._do(Incoming(CONVERSATION, "/start", language_hint=self._language))
            # While the person reads and types, what the first question needs is loaded.
            self._start_warming()
            if self._console.is_terminal:
                self._whisper("terminal.hint")
            while not self._is_ended:
                line = await self._stoppable(self._lines.read())
                if line is None or self._desk.mind.means(line, "leave"):
                    break
                if line.strip():
                    await self._answer(line)
            self._console.print(Text(self._say("talk.smalltalk.bye")))

    def _end(self) -> None:
        self._is_ended = True
        self._stop()

    def _stop(self) -> None:
        if self._under_way is not None:
            self._under_way.cancel()

    async def _stoppable(self, work: Coroutine[Any, Any, T]) -> T | None:
        """Its result; None when it was stopped."""
        self._under_way = task = asyncio.ensure_future(work)
        await asyncio.wait({task})
        self._under_way = None
        return None if task.cancelled() else task.result()

    async def _answer(self, line: str) -> None:
        choices = self._outlet.choices
        text = line.strip()
        if not (text.isdecimal() and len(text) <= MOST_DIGITS and choices):
            await self._do(Incoming(CONVERSATION, line, language_hint=self._language))
        elif 0 < int(text) <= len(choices):
            choice, shown = choices[int(text) - 1], self._outlet.above(int(text))
            self._whisper("terminal.chosen", label=choice.label)
            await self._do(
                Incoming(
                    CONVERSATION,
                    action=choice.action,
                    shown=shown,
                    language_hint=self._language,
                )
            )
        else:
            self._whisper("terminal.no-such-choice", number=text)

    async def _do(self, incoming: Incoming) -> None:
        """Answer; Ctrl-C stops the answer and not the chat."""
        self._outlet.begin()
        with on_signal(signal.SIGINT, self._stop), without_echo():
            await self._stoppable(self._handle(incoming))
        self._language = self._outlet.language or self._language

    def _start_warming(self) -> None:
        """In a thread that nobody waits for at the end of the chat."""
        loop = asyncio.get_running_loop()
        warmed = self._warmed = asyncio.Event()

        def warm() -> None:
            try:
                self._warm()
            finally:  # what went wrong goes wrong again at the question, and is told there
                with contextlib.suppress(RuntimeError):
                    loop.call_soon_threadsafe(warmed.set)
            self._further()

        threading.Thread(target=warm, daemon=True).start()

    async def _handle(self, incoming: Incoming) -> None:
        if self._warmed is not None and not self._warmed.is_set():
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._warmed.wait()
            except TimeoutError:  # the very first start: the matcher learns the ways of asking
                self._whisper("terminal.learning")
                await self._warmed.wait()
        await self._desk.handle(incoming, self._outlet)

    def _say(self, key: str, /, **params: object) -> str:
        return self._desk.mind.knowledge.phrases.say(key, self._language, **params)

    def _whisper(self, key: str, /, **params: object) -> None:
        self._console.print(Text(self._say(key, **params), "dim"))


@contextlib.contextmanager
def on_signal(number: signal.Signals, act: Callable[[], object]) -> Iterator[None]:
    """Within this, a signal does this; where signals cannot be caught, nothing changes."""
    loop = asyncio.get_running_loop()
    try:
        loop.add_signal_handler(number, act)
    except (NotImplementedError, RuntimeError, ValueError):
        yield
        return
    try:
        yield
    finally:
        loop.remove_signal_handler(number)


@contextlib.contextmanager
def without_echo() -> Iterator[None]:
    """Within this, what is typed ahead does not show in the midst of what is printed.

    It is not lost: the next prompt has it.
    """
    if termios is None or not sys.stdin.isatty():
        yield
        return
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    silent = [*before]
    silent[LOCAL_FLAGS] &= ~termios.ECHO
    termios.tcsetattr(terminal, termios.TCSANOW, silent)
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSANOW, before)


async def chat(
    desk: Desk,
    console: Console,
    language: Language,
    warm: Callable[[], object],
    further: Callable[[], object],
) -> None:
    """The conversation on this program's own input and output.

    `warm` loads what every question waits for; `further`, after it, what only some do.
    """
    if sys.stdin.isatty() and console.is_terminal and not console.is_dumb_terminal:
        from bot.frontends.prompt import PromptedLines

        lines: Lines = PromptedLines(desk.mind.knowledge.phrases, language)
    else:
        lines = PipedLines()
    await Chat(desk, console, language, lines, warm, further).run()
