"""The plain text of a topic as blocks: paragraphs, bullets, steps, and `code` in backticks."""

import re
from collections.abc import Iterable
from itertools import groupby

from bot.model.document import Bullets, Code, Inline, Line, Paragraph, Text

MARK = re.compile(r"(?P<bullet>[-•] )|(?P<number>\d+\. )")
CODE = re.compile(r"`([^`\n]+)`")


def prose_line(text: str) -> Line:
    """A line in which `code` is set apart."""
    inlines: list[Inline] = []
    for index, part in enumerate(CODE.split(text)):
        if part:
            inlines.append(Code(part) if index % 2 else Text(part))
    return tuple(inlines)


def prose(paragraphs: Iterable[str]) -> tuple[Paragraph | Bullets, ...]:
    """Paragraphs as written in a topic; entries with the same mark in a row make one list."""
    blocks: list[Paragraph | Bullets] = []
    for kind, entries in groupby(paragraphs, _kind):
        if kind is None:
            blocks.extend(Paragraph(prose_line(entry)) for entry in entries)
        else:
            items = tuple(prose_line(MARK.sub("", entry, count=1)) for entry in entries)
            blocks.append(Bullets(items, numbered=kind == "number"))
    return tuple(blocks)


def _kind(entry: str) -> str | None:
    found = MARK.match(entry)
    return found.lastgroup if found else None
