"""Document to pages of Telegram's HTML: escaped, cut at findings, within 4,096 and 100 entities."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape

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

LONGEST = 4096  # UTF-16 code units of a message, markup not counted
ENTITIES = 100
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


@dataclass(frozen=True, slots=True)
class Page:
    """One message: its HTML, and what a button may copy from it."""

    html: str
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Span:
    """Text in at most one tag: flat, so that a page can be cut anywhere."""

    text: str
    tag: str = ""
    url: str = ""

    @property
    def html(self) -> str:
        inside = escape(self.text, quote=False)
        if not self.tag:
            return inside
        attribute = f' href="{escape(self.url)}"' if self.url else ""
        return f"<{self.tag}{attribute}>{inside}</{self.tag}>"


@dataclass(frozen=True, slots=True)
class _Piece:
    """A line or a record: is not cut unless it is longer than a page."""

    spans: tuple[_Span, ...]
    copy: str = ""

    @property
    def size(self) -> int:
        return sum(utf16(span.text) for span in self.spans)

    @property
    def entities(self) -> int:
        return sum(1 for span in self.spans if span.tag)


@dataclass(frozen=True, slots=True)
class _Group:
    """Pieces that belong together: a page is cut inside one only if it fits on no page."""

    pieces: tuple[_Piece, ...]
    is_tight: bool = False  # no blank line between this and a neighbour of its kind
    leads: bool = False  # a heading: stays with what follows


def render_pages(
    document: Document, words: Mapping[Sign, str] | None = None, room: int = LONGEST
) -> tuple[Page, ...]:
    """The pages of a document, one at least. `words` name the signs in the reader's language."""
    pages = _Pages(min(room, LONGEST))
    for group in _joined(_group(block, words or {}) for block in document.blocks):
        pages.add(group)
    return pages.done() or (Page("…"),)


def utf16(text: str) -> int:
    """Length as Telegram counts it."""
    return len(text) + sum(1 for letter in text if letter > "\uffff")


def clean(text: str) -> str:
    """Without what is not seen; line ends stay."""
    return UNSEEN.sub("", text.replace("\r\n", "\n"))


# Blocks to groups


def _group(block: Block, words: Mapping[Sign, str]) -> _Group:
    match block:
        case Heading(line):
            return _Group((_line(line, "b"),), leads=True)
        case Item(sign, line, body):
            word = f"{words[sign]}: " if words.get(sign) else ""
            rest = [piece for part in body for piece in _group(part, words).pieces]
            marked = (Text(f"{EMOJI[sign]} {word}"), *line)
            # What is explained below stands out, so that a long report can be skimmed.
            return _Group((_line(marked, "b" if rest else ""), *rest), is_tight=not rest)
        case Bullets(items, numbered):
            marks = (f"{number}. " if numbered else "• " for number in range(1, len(items) + 1))
            lines = zip(marks, items, strict=True)
            return _Group(tuple(_Piece((_Span(mark), *_line(x).spans)) for mark, x in lines))
        case Copyable(text):
            return _Group((_record(clean(text).strip("\n")),))
        case Note(line):
            return _Group((_line(line, "i"),))
        case Table(heads, rows):
            # No columns on a phone: the names once on top, then a line a row.
            head = (_line((Strong(BESIDE.join(heads)),)),) if heads else ()
            return _Group((*head, *(_row(row, BESIDE if heads else APART) for row in rows)))
        case Paragraph(line):
            return _Group((_line(line),))


def _row(row: Row, between: str) -> _Piece:
    cells = between.join(map(_cell, row.cells))
    return _line((Text(f"{row.label}: {cells}"),))


def _cell(cell: Cell) -> str:
    return f"{EMOJI[cell.sign]} {cell.text}" if cell.sign else cell.text


def _record(text: str) -> _Piece:
    copy = text if text.strip() and len(text) <= COPY_LONGEST else ""
    return _Piece((_Span(text, "pre" if "\n" in text else "code"),), copy)


def _line(line: Line, base: str = "") -> _Piece:
    spans: list[_Span] = []
    for inline in line:
        span = _inline(inline, base)
        last = spans[-1] if spans else None
        if last and (last.tag, last.url) == (span.tag, span.url):
            spans[-1] = _Span(last.text + span.text, span.tag, span.url)
        elif span.text:
            spans.append(span)
    return _Piece(tuple(spans))


def _inline(inline: Inline, base: str) -> _Span:
    text = BLANKS.sub(" ", clean(inline.text))
    if not text.strip():
        return _Span(text)
    match inline:
        case Strong():
            return _Span(text, "b")
        case Code():
            return _Span(text, "code")
        case Link(url=url) if url.startswith("https://") and len(url) < 2048:
            return _Span(text, "a", clean(url))
        case _:
            return _Span(text, base)


def _joined(groups: Iterable[_Group]) -> Iterator[_Group]:
    """A heading goes with the group after it."""
    heads: tuple[_Piece, ...] = ()
    for group in groups:
        pieces = tuple(piece for piece in group.pieces if any(x.text.strip() for x in piece.spans))
        if group.leads:
            heads += pieces
        elif pieces:
            yield _Group(heads + pieces, group.is_tight and not heads)
            heads = ()
    if heads:
        yield _Group(heads)


# Groups to pages


class _Pages:
    """Fills pages, one after another."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._done: list[Page] = []
        self._parts: list[str] = []
        self._copies: list[str] = []
        self._size = self._entities = 0
        self._is_seen = self._was_tight = False

    def add(self, group: _Group) -> None:
        gap = "\n" if group.is_tight and self._was_tight else "\n\n"
        size = sum(piece.size + 1 for piece in group.pieces) - 1
        entities = sum(piece.entities for piece in group.pieces)
        if not self._fits(size + len(gap), entities):
            self._turn()
        for piece in group.pieces:
            self._put(piece, gap)
            gap = "\n"
        self._was_tight = group.is_tight

    def done(self) -> tuple[Page, ...]:
        self._turn()
        return tuple(self._done)

    def _fits(self, size: int, entities: int) -> bool:
        return self._size + size <= self._room and self._entities + entities <= ENTITIES

    def _put(self, piece: _Piece, gap: str) -> None:
        if not self._fits(piece.size + len(gap), piece.entities):
            self._turn()
        while piece.size > self._room or piece.entities > ENTITIES:
            head, piece = _cut(piece, self._room)
            self._write(head, "")
            self._turn()
        self._write(piece, gap if self._parts else "")

    def _write(self, piece: _Piece, gap: str) -> None:
        self._parts.append(gap + "".join(span.html for span in piece.spans))
        self._size += len(gap) + piece.size
        self._entities += piece.entities
        self._is_seen |= any(span.text.strip() for span in piece.spans)
        if piece.copy and piece.copy not in self._copies:
            self._copies.append(piece.copy)

    def _turn(self) -> None:
        if self._is_seen:
            self._done.append(Page("".join(self._parts), tuple(self._copies)))
        self._parts, self._copies = [], []
        self._size = self._entities = 0
        self._is_seen = self._was_tight = False


def _cut(piece: _Piece, room: int) -> tuple[_Piece, _Piece]:
    """The most of a piece that fits on a page, ended at a word where there is one; the rest."""
    taken: list[_Span] = []
    spans = list(piece.spans)
    while spans:
        span = spans[0]
        if span.tag and sum(1 for one in taken if one.tag) == ENTITIES:
            break
        if utf16(span.text) > room:
            at = _cut_at(span.text, room, is_first=not taken)
            if at:
                taken.append(_Span(span.text[:at], span.tag, span.url))
                spans[0] = _Span(span.text[at:], span.tag, span.url)
            break
        room -= utf16(span.text)
        taken.append(spans.pop(0))
    # A cut record is no longer to be copied whole, so its copy is left out.
    return _Piece(tuple(taken)), _Piece(tuple(spans))


def _cut_at(text: str, room: int, *, is_first: bool) -> int:
    """Where to cut: after the last blank that fits; inside a word only if it fills the page."""
    end, used = 0, 0
    for letter in text:
        used += 2 if letter > "\uffff" else 1
        if used > room:
            break
        end += 1
    blank = max(text.rfind(" ", 0, end), text.rfind("\n", 0, end)) + 1
    if text[:blank].strip():
        return blank
    if not is_first:
        return 0
    whole = end
    while whole > max(1, end - 16) and _clings(text, whole):
        whole -= 1
    return whole


def _clings(text: str, at: int) -> bool:
    """Whether the letter here is drawn as one with that before it."""
    letter = text[at : at + 1]
    joins = "\u200d\ufe0f"
    return bool(letter) and (
        unicodedata.combining(letter) > 0 or letter in joins or text[at - 1] == "\u200d"
    )
