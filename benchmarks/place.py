"""Where benchmarks run: from any folder, with the repository importable; and how they print."""

import math
import os
import pty
import re
import select
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
if str(REPOSITORY) not in sys.path:
    sys.path.insert(0, str(REPOSITORY))

_ESCAPE = re.compile(rb"\x1b(?:\[[0-9;?]*[A-Za-z]|\][^\x07]*\x07|[=>()][0-9A-B]?)")
_TERMINAL = {"TERM": "xterm-256color", "COLUMNS": "100", "LINES": "40"}

Row = tuple[str, Sequence[float], str, str]  # what, measured, unit, goal


def print_table(title: str, rows: Sequence[Row]) -> None:
    """The median of each row, with the range, and the goal beside it."""
    width = max(len(row[0]) for row in rows)
    print(f"\n{title}\n")
    print(f"  {'':<{width}}  {'median':>10}  {'least':>9}  {'most':>9}    goal")
    for what, measured, unit, goal in rows:
        if not measured:
            print(f"  {what:<{width}}  {'–':>10}  {'':>9}  {'':>9}    {goal}")
            continue
        cells = [
            f"{value:.{2 if unit == '' else 0}f}"
            for value in (statistics.median(measured), min(measured), max(measured))
        ]
        first = f"{cells[0]} {unit}".rstrip()
        print(f"  {what:<{width}}  {first:>10}  {cells[1]:>9}  {cells[2]:>9}    {goal}")


def complain(text: str) -> None:
    """Say why something is not measured."""
    print(f"  ({text})", file=sys.stderr)


def on_screen(
    argv: Sequence[str],
    words: str,
    *,
    environment: Mapping[str, str] = os.environ,
    typed: str = "",
    to_end: bool = False,
) -> tuple[float, float]:
    """Seconds from a program's start on a terminal until the words stand there, and until it ends.

    Unless it is let run `to_end`, it is killed once they do.
    """
    ours, theirs = pty.openpty()
    start = time.perf_counter()
    process = subprocess.Popen(
        argv,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**environment, **_TERMINAL},
        start_new_session=True,
    )
    os.close(theirs)
    if typed:
        os.write(ours, typed.encode() + b"\r")
    seen, first = b"", float("nan")
    while time.perf_counter() - start < 30:
        if not select.select([ours], [], [], 0.5)[0]:
            continue
        try:
            more = os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        if b"\x1b[6n" in more:
            os.write(ours, b"\x1b[1;1R")  # where the cursor is, as a terminal answers
        seen += more
        if math.isnan(first) and words.encode() in b" ".join(_ESCAPE.sub(b"", seen).split()):
            first = time.perf_counter() - start
            if not to_end:
                break
    if not to_end:
        process.send_signal(signal.SIGKILL)
    process.wait()
    os.close(ours)
    return first, time.perf_counter() - start
