"""A person at a terminal: types, and reads the screen."""

import asyncio
import fcntl
import os
import re
import signal
import struct
import termios
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress

import pyte

from tests.program import PATIENCE, PROGRAM

COLUMNS, LINES = 90, 40


class Terminal:
    """A pseudo-terminal with the program inside it, and a screen that understands its output."""

    def __init__(self, master: int, process: asyncio.subprocess.Process) -> None:
        self._master = master
        self.process = process
        self.screen = pyte.HistoryScreen(COLUMNS, LINES, history=5000)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self._news = asyncio.Event()
        self._closed = asyncio.Event()
        asyncio.get_running_loop().add_reader(master, self._read)

    def _read(self) -> None:
        try:
            data = os.read(self._master, 65536)
        except OSError:
            data = b""
        if not data:
            self.close()
            return
        self.raw += data
        if b"\x1b[6n" in data:  # it asks where the cursor is, and waits for the answer
            cursor = self.screen.cursor
            os.write(self._master, f"\x1b[{cursor.y + 1};{cursor.x + 1}R".encode())
        self._stream.feed(data)
        self._news.set()

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._master)
        self._news.set()
        self._closed.set()

    @property
    def text(self) -> str:
        """What is on the screen, and above it."""
        above = [
            "".join(line[column].data for column in range(COLUMNS))
            for line in self.screen.history.top
        ]
        return "\n".join(line.rstrip() for line in (*above, *self.screen.display))

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    async def until(self, words: str | Callable[[str], bool], count: int = 1) -> str:
        """Wait until the words are shown so many times; the text then."""
        is_there = words if callable(words) else lambda text: text.count(words) >= count
        try:
            async with asyncio.timeout(PATIENCE):
                while not is_there(self.text):
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"never shown: {words!r}\n{self.text}") from None
        return self.text

    async def at_prompt(self) -> None:
        """Wait until a line can be typed: keys pressed earlier belong to the terminal's driver."""
        await self.until(lambda text: text.rstrip().endswith("\n›"))

    async def enter(self, line: str) -> None:
        """Type a line at the prompt."""
        await self.at_prompt()
        self.type(f"{line}\r")

    async def leave(self) -> int:
        """Press Ctrl-D at the prompt."""
        await self.at_prompt()
        self.type("\x04")
        return await self.ended()

    async def ended(self) -> int:
        """The exit status, once everything that was shown has been read."""
        async with asyncio.timeout(PATIENCE):
            status = await self.process.wait()
            await self._closed.wait()
        return status


@asynccontextmanager
async def terminal(*arguments: str, environment: Mapping[str, str]) -> AsyncIterator[Terminal]:
    """The program in a terminal of its own; killed at the end if it still runs."""
    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    process = await asyncio.create_subprocess_exec(
        *PROGRAM,
        *arguments,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=dict(environment),
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(slave)
    shown = Terminal(master, process)
    try:
        yield shown
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL)
            await process.wait()
        shown.close()
        os.close(master)


def colours(raw: bytes) -> list[bytes]:
    """The sequences that set a foreground colour."""
    return re.findall(rb"\x1b\[(?:\d+;)*3[0-7](?:;\d+)*m", raw)
