"""Documents for a terminal: rich renderables, colour only beside a sign, hostile text made safe."""

import unicodedata
from collections.abc import Iterator, Sequence

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.text import Text as RichText

from bot.model.document import (
    Block,
    Bullets,
    Cell,
    Choice,
    Code,
    Copyable,
    Document,
    Heading,
    Item,
    Line,
    Link,
    Note,
    Paragraph,
    Row,
    Sign,
    Strong,
    Table,
)

SIGNS = {
    Sign.OK: ("✓", "green"),
    Sign.NOTICE: ("i", "cyan"),
    Sign.WARNING: ("!", "yellow"),
    Sign.ERROR: ("✗", "bold red"),
    Sign.UNTESTED: ("?", "magenta"),
    Sign.WORKING: ("…", "dim"),
}
COPY_INDENT = "    "
GAP = "   "
LEAST_WIDTH = 10
INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
KEPT = frozenset({"\n", "\u200d", "\u00ad"})


def clean(text: str) -> str:
    """Text without what moves a cursor, changes a colour or turns the direction of writing."""
    text = text.replace("\r\n", "\n").replace("\t", " ")
    return "".join(
        sign for sign in text if sign in KEPT or unicodedata.category(sign) not in INVISIBLE
    )


def render_document(document: Document) -> RenderableType:
    """The blocks of a document, without its choices."""
    return Group(*_spaced(document.blocks))


class Choices:
    """Numbered choices, side by side where they fit: typing a number picks one."""

    def __init__(self, choices: Sequence[Choice], first: int = 1) -> None:
        self._choices = choices
        self._first = first

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Never broken inside a choice, unless it alone is wider than the screen."""
        row = RichText()
        for number, choice in enumerate(self._choices, self._first):
            one = RichText.assemble((f"[{number}]", "bold cyan"), " ", clean(choice.label))
            if row and row.cell_len + len(GAP) + one.cell_len > options.max_width:
                yield row
                row = RichText()
            row = RichText(GAP).join([row, one]) if row else one
        yield row


class Hanging:
    """Text wrapped beside its mark, without blanks at the ends of lines."""

    def __init__(self, mark: RichText, text: RichText) -> None:
        self._mark = mark
        self._text = text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The first line after the mark, the others under it."""
        indent = self._mark.cell_len
        width = max(options.max_width - indent, LEAST_WIDTH)
        mark = self._mark
        for line in self._text.wrap(console, width) or [RichText()]:
            line.rstrip()
            yield RichText.assemble(mark, line) if indent else line
            mark = RichText(" " * indent)


class Columns:
    """A table without lines: columns where they fit, else a line a row, as on a phone."""

    def __init__(self, table: Table) -> None:
        self._heads = [RichText(clean(head), "bold") for head in table.heads]
        self._rows = [
            (RichText(clean(row.label)), [_cell(cell) for cell in row.cells]) for row in table.rows
        ]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """As wide as the widest field of each column."""
        columns = zip(self._heads, *(cells for _, cells in self._rows), strict=True)
        widths = [max(each.cell_len for each in column) for column in columns]
        first = max((label.cell_len for label, _ in self._rows), default=0)
        rows = [(RichText(), self._heads), *self._rows]
        if first + sum(len(GAP) + width for width in widths) > options.max_width:
            for label, cells in rows:
                lead = RichText.assemble(label, ": ") if label else label
                yield Hanging(lead, RichText(" | ").join(cells))
            return
        for label, cells in rows:
            drawn = label.copy()
            drawn.pad_right(first - label.cell_len)
            for cell, width in zip(cells, widths, strict=True):
                drawn.append(GAP).append_text(cell).pad_right(width - cell.cell_len)
            drawn.rstrip()
            yield drawn


def _marked(rows: Sequence[Row]) -> Iterator[RenderableType]:
    """Rows of which each has fields of its own: the labels in a column, the fields after them."""
    labels = [RichText(clean(row.label)) for row in rows]
    first = max((label.cell_len for label in labels), default=0)
    for label, row in zip(labels, rows, strict=True):
        label.pad_right(first - label.cell_len)
        yield Hanging(label.append("  "), RichText("  ").join(map(_cell, row.cells)))


def _cell(cell: Cell) -> RichText:
    if cell.sign is None:
        return RichText(clean(cell.text))
    mark, style = SIGNS[cell.sign]
    return RichText.assemble((mark, style), " ", clean(cell.text))


def all_choices(document: Document) -> tuple[Choice, ...]:
    """The choices that do something, in the order of the rows: the numbers that a person types."""
    return tuple(choice for row in document.choices for choice in row if choice.action)


def render_line(line: Line, style: str = "") -> RichText:
    """One line with its inlines dressed."""
    text = RichText(style=style)
    for inline in line:
        match inline:
            case Strong(words):
                text.append(clean(words), "bold")
            case Code(words):
                text.append(clean(words), "bold cyan" if not style else "cyan")
            case Link(words, url):
                text.append(clean(words), f"link {url}" if url.startswith("https://") else "")
            case _:
                text.append(clean(inline.text))
    return text


def _spaced(blocks: tuple[Block, ...]) -> Iterator[RenderableType]:
    """Blocks with an empty line where the kind changes; items with a body stand apart."""
    for number, block in enumerate(blocks):
        if number and _is_apart(blocks[number - 1], block):
            yield RichText("")
        yield from _block(block, "")


def _is_apart(before: Block, block: Block) -> bool:
    if isinstance(before, Item) and isinstance(block, Item):
        return bool(before.body or block.body)
    return not (isinstance(before, Heading | Paragraph) and isinstance(block, Bullets | Copyable))


def _block(block: Block, indent: str) -> Iterator[RenderableType]:
    start = RichText(indent)
    match block:
        case Heading(line):
            yield Hanging(start, render_line(line, "bold"))
        case Paragraph(line):
            yield Hanging(start, render_line(line))
        case Note(line):
            yield Hanging(start, render_line(line, "dim"))
        case Bullets(items, numbered):
            width = len(f"{len(items)}.")
            for number, line in enumerate(items, 1):
                mark = f"{number}.".rjust(width) if numbered else "•"
                yield Hanging(RichText(f"{indent}{mark} "), render_line(line))
        case Copyable(text):
            yield _copyable(text)
        case Table(heads, rows):
            yield from (Columns(block),) if heads else _marked(rows)
        case Item(sign, line, body):
            mark, style = SIGNS[sign]
            dressed = RichText.assemble(indent, (mark, style), " ")
            yield Hanging(dressed, render_line(line, "bold" if body else ""))
            for part in body:
                yield from _block(part, indent + "  ")


def _copyable(text: str) -> RichText:
    """On lines of its own and never wrapped: what is marked with the mouse is what is meant."""
    lines = clean(text).split("\n")
    joined = "\n".join(COPY_INDENT + line for line in lines)
    return RichText(joined, style="cyan", no_wrap=True, overflow="ignore")
