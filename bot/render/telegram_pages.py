"""Pages of Telegram's HTML: cut between what belongs together, within 4,096 and 100 entities."""

import unicodedata
from dataclasses import dataclass
from html import escape

LONGEST = 4096  # UTF-16 code units of a message, markup not counted
ENTITIES = 100


@dataclass(frozen=True, slots=True)
class Page:
    """One message: its HTML, and what a button may copy from it."""

    html: str
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
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
class Piece:
    """A line or a record: is not cut unless it is longer than a page."""

    spans: tuple[Span, ...]
    copy: str = ""

    @property
    def size(self) -> int:
        return sum(utf16(span.text) for span in self.spans)

    @property
    def entities(self) -> int:
        return sum(1 for span in self.spans if span.tag)


@dataclass(frozen=True, slots=True)
class Group:
    """Pieces that belong together: a page is cut inside one only if it fits on no page."""

    pieces: tuple[Piece, ...]
    is_tight: bool = False  # no blank line between this and a neighbour of its kind
    leads: bool = False  # a heading: stays with what follows


def utf16(text: str) -> int:
    """Length as Telegram counts it."""
    return len(text) + sum(1 for letter in text if letter > "\uffff")


class Pages:
    """Fills pages, one after another."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._done: list[Page] = []
        self._parts: list[str] = []
        self._copies: list[str] = []
        self._size = self._entities = 0
        self._is_seen = self._was_tight = False

    def add(self, group: Group) -> None:
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

    def _put(self, piece: Piece, gap: str) -> None:
        if not self._fits(piece.size + len(gap), piece.entities):
            self._turn()
        while piece.size > self._room or piece.entities > ENTITIES:
            head, piece = _cut(piece, self._room)
            self._write(head, "")
            self._turn()
        self._write(piece, gap if self._parts else "")

    def _write(self, piece: Piece, gap: str) -> None:
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


def _cut(piece: Piece, room: int) -> tuple[Piece, Piece]:
    """The most of a piece that fits on a page, ended at a word where there is one; the rest."""
    taken: list[Span] = []
    spans = list(piece.spans)
    while spans:
        span = spans[0]
        if span.tag and sum(1 for one in taken if one.tag) == ENTITIES:
            break
        if utf16(span.text) > room:
            at = _cut_at(span.text, room, is_first=not taken)
            if at:
                taken.append(Span(span.text[:at], span.tag, span.url))
                spans[0] = Span(span.text[at:], span.tag, span.url)
            break
        room -= utf16(span.text)
        taken.append(spans.pop(0))
    # A cut record is no longer to be copied whole, so its copy is left out.
    return Piece(tuple(taken)), Piece(tuple(spans))


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
