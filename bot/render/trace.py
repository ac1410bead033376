"""A trace as lines of text for an expert, and as data. Its words are those of the protocols."""

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import Any

from bot.model.trace import Traced

INDENT = " " * 11


def trace_lines(entries: Iterable[Traced]) -> Iterator[str]:
    """Each question and conversation: when it began, how long it took, when each line was said."""
    for entry in entries:
        took = f"{entry.seconds * 1000:.0f} ms"
        if entry.age:
            took = f"{entry.age:.0f} s old"
        head = f"{entry.kind.upper()} {entry.subject}: {entry.result} ({took})"
        yield f"{entry.at:+9.3f}  {head}"
        if entry.times:
            steps = ", ".join(f"{name} {seconds * 1000:.0f} ms" for name, seconds in entry.times)
            yield f"{INDENT}{steps}"
        for line, at in zip_longest(entry.lines, entry.spoken_at):
            yield f"{INDENT}{line}" if at is None else f"{INDENT}{at:+7.3f}  {line}"


def trace_data(entries: Iterable[Traced]) -> list[dict[str, Any]]:
    """The same for programs."""
    return [
        {
            "at": round(entry.at, 4),
            "kind": entry.kind,
            "subject": entry.subject,
            "result": entry.result,
            "seconds": round(entry.seconds, 4),
            "age": round(entry.age, 1),
            "times": {name: round(seconds, 4) for name, seconds in entry.times},
            "lines": list(entry.lines),
            "spoken_at": [round(at, 4) for at in entry.spoken_at],
        }
        for entry in entries
    ]
