"""Records a real terminal session and draws its last screen as an SVG picture.

    python docs/picture/record.py OUT.svg SCRIPT COMMAND [ARG ...]

SCRIPT is a text file: each line is typed as a person would, after the screen has been still for a
while. What stands in the picture is what the program printed, nothing else.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time
from collections.abc import Iterator
from html import escape
from pathlib import Path

import pyte

COLUMNS, LINES = 96, 84
STILL, LONGEST = 1.2, 25.0  # seconds: the screen counts as still after; waited for at most
CELL_WIDTH, CELL_HEIGHT, MARGIN = 8.4, 18, 18
BACKGROUND, FOREGROUND = "#1b1f27", "#d8dee9"
COLOURS = {
    "black": "#4c566a", "red": "#e5707a", "green": "#93c37f", "brown": "#e9c46a",
    "yellow": "#e9c46a", "blue": "#7aa2d6", "magenta": "#b48ead", "cyan": "#88c0d0",
    "white": "#e5e9f0", "default": FOREGROUND,
    "brightblack": "#7b869c", "brightred": "#ef8891", "brightgreen": "#a9d49a",
    "brightbrown": "#f2d58b", "brightyellow": "#f2d58b", "brightblue": "#95b8e4",
    "brightmagenta": "#c8a5c1", "brightcyan": "#a3d4e0", "brightwhite": "#ffffff",
}  # fmt: skip


def settle(terminal: int, stream: pyte.ByteStream) -> None:
    """Feed what the program prints to the screen until it has been still for a while."""
    began = last = time.monotonic()
    while time.monotonic() - last < STILL and time.monotonic() - began < LONGEST:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                stream.feed(os.read(terminal, 65536))
            except OSError:  # the program has ended
                return
            last = time.monotonic()


def play(script: list[str], command: list[str], screen: pyte.Screen) -> None:
    """Run `command` on a terminal of its own and type the script into it."""
    child, terminal = pty.fork()
    if child == 0:
        environment = os.environ | {
            "TERM": "xterm-256color",
            "COLUMNS": str(COLUMNS),
            "LINES": str(LINES),
            "PROMPT_TOOLKIT_NO_CPR": "1",  # nobody here answers where the cursor stands
        }
        os.execvpe(command[0], command, environment)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    stream = pyte.ByteStream(screen)
    settle(terminal, stream)
    for typed in script:
        os.write(terminal, typed.encode() + b"\r")
        settle(terminal, stream)
    os.close(terminal)
    os.waitpid(child, 0)


def colour(name: str) -> str:
    return COLOURS.get(name, f"#{name}" if len(name) == 6 else FOREGROUND)


def runs(row: dict[int, pyte.screens.Char]) -> Iterator[tuple[int, str, pyte.screens.Char]]:
    """The row in pieces of one look: start column, text, a cell that shows the look."""
    start, text, look = 0, "", row[0]
    for column in range(COLUMNS):
        cell = row[column]
        if (cell.fg, cell.bold) != (look.fg, look.bold):
            yield start, text, look
            start, text, look = column, "", cell
        text += cell.data
    yield start, text, look


def draw(screen: pyte.Screen) -> str:
    """The screen as SVG, with the lines below the last written one cut off."""
    used = [number for number in range(LINES) if screen.display[number].strip()]
    height = (max(used, default=0) + 1) * CELL_HEIGHT + 2 * MARGIN
    width = COLUMNS * CELL_WIDTH + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" '
        f'font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14">',
        f'<rect width="100%" height="100%" rx="10" fill="{BACKGROUND}"/>',
    ]
    for number in used:
        for start, text, look in runs(screen.buffer[number]):
            if text.strip():
                indent = len(text) - len(text.lstrip())
                x = MARGIN + (start + indent) * CELL_WIDTH
                y = MARGIN + number * CELL_HEIGHT + 14
                bold = ' font-weight="bold"' if look.bold else ""
                body = text.strip()
                parts.append(
                    f'<text x="{x:.1f}" y="{y}" fill="{colour(look.fg)}"{bold} '
                    f'textLength="{len(body) * CELL_WIDTH:.1f}" xml:space="preserve">'
                    f"{escape(body)}</text>"
                )
    return "\n".join([*parts, "</svg>", ""])


def main() -> None:
    out, script, *command = sys.argv[1:]
    screen = pyte.Screen(COLUMNS, LINES)
    play(Path(script).read_text(encoding="utf-8").splitlines(), command, screen)
    Path(out).write_text(draw(screen), encoding="utf-8")


if __name__ == "__main__":
    main()
