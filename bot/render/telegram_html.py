"""Document to Telegram's HTML: each block escaped, and given out as what belongs together."""

import re
from collections.abc import Iterable, Iterator, Mapping

from bot.model.document import (
    Block,
    Bullets,
    Cell,
    Code,
    Copyable,
    Document,
    Heading,
    Inline,
    Item,
    Line,
    Link,
    Note,
    Paragraph,
    Row,
    Sign,
    Strong,
    Table,
    Text,
)
from bot.render.telegram_pages import LONGEST, Group, Page, Pages, Piece, Span

COPY_LONGEST = 256  # characters that a copy button holds

BESIDE = " | "  # between what stands side by side
APART = " · "  # between fields of which each has its own mark
EMOJI = {
    Sign.OK: "✅",
    Sign.NOTICE: "ℹ️",
    Sign.WARNING: "⚠️",
    Sign.ERROR: "❌",
    Sign.UNTESTED: "❔",
    Sign.WORKING: "⏳",
}

# Controls, direction marks, line separators, lone surrogates and noncharacters: none of them may
# come from a server's text to a person's screen, and Telegram refuses or swallows most of them.
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\uffff\U000e0001]"
)
BLANKS = re.compile(r"\s+")


def render_pages(
    document: Document, words: Mapping[Sign, str] | None = None, room: int = LONGEST
) -> tuple[Page, ...]:
    """The pages of a document, one at least. `words` name the signs in the reader's language."""
    pages = Pages(min(room, LONGEST))
    for group in _joined(_group(block, words or {}) for block in document.blocks):
        pages.add(group)
    return pages.done() or (Page("…"),)


def clean(text: str) -> str:
    """Without what is not seen; line ends stay."""
    return UNSEEN.sub("", text.replace("\r\n", "\n"))


# Blocks to groups


def _group(block: Block, words: Mapping[Sign, str]) -> Group:
    match block:
        case Heading(line):
            return Group((_line(line, "b"),), leads=True)
        case Item(sign, line, body):
            word = f"{words[sign]}: " if words.get(sign) else ""
            rest = [piece for part in body for piece in _group(part, words).pieces]
            marked = (Text(f"{EMOJI[sign]} {word}"), *line)
            # What is explained below stands out, so that a long report can be skimmed.
            return Group((_line(marked, "b" if rest else ""), *rest), is_tight=not rest)
        case Bullets(items, numbered):
            marks = (f"{number}. " if numbered else "• " for number in range(1, len(items) + 1))
            lines = zip(marks, items, strict=True)
            return Group(tuple(Piece((Span(mark), *_line(x).spans)) for mark, x in lines))
        case Copyable(text):
            return Group((_record(clean(text).strip("\n")),))
        case Note(line):
            return Group((_line(line, "i"),))
        case Table(heads, rows):
            # No columns on a phone: the names once on top, then a line a row.
            head = (_line((Strong(BESIDE.join(heads)),)),) if heads else ()
            return Group((*head, *(_row(row, BESIDE if heads else APART) for row in rows)))
        case Paragraph(line):
            return Group((_line(line),))


def _row(row: Row, between: str) -> Piece:
    cells = between.join(map(_cell, row.cells))
    return _line((Text(f"{row.label}: {cells}"),))


def _cell(cell: Cell) -> str:
    return f"{EMOJI[cell.sign]} {cell.text}" if cell.sign else cell.text


def _record(text: str) -> Piece:
    copy = text if text.strip() and len(text) <= COPY_LONGEST else ""
    return Piece((Span(text, "pre" if "\n" in text else "code"),), copy)


def _line(line: Line, base: str = "") -> Piece:
    spans: list[Span] = []
    for inline in line:
        span = _inline(inline, base)
        last = spans[-1] if spans else None
        if last and (last.tag, last.url) == (span.tag, span.url):
            spans[-1] = Span(last.text + span.text, span.tag, span.url)
        elif span.text:
            spans.append(span)
    return Piece(tuple(spans))


def _inline(inline: Inline, base: str) -> Span:
    text = BLANKS.sub(" ", clean(inline.text))
    if not text.strip():
        return Span(text)
    match inline:
        case Strong():
            return Span(text, "b")
        case Code():
            return Span(text, "code")
        case Link(url=url) if url.startswith("https://") and len(url) < 2048:
            return Span(text, "a", clean(url))
        case _:
            return Span(text, base)


def _joined(groups: Iterable[Group]) -> Iterator[Group]:
    """A heading goes with the group after it."""
    heads: tuple[Piece, ...] = ()
    for group in groups:
        pieces = tuple(piece for piece in group.pieces if any(x.text.strip() for x in piece.spans))
        if group.leads:
            heads += pieces
        elif pieces:
            yield Group(heads + pieces, group.is_tight and not heads)
            heads = ()
    if heads:
        yield Group(heads)
