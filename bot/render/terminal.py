"""Documents for a terminal: rich renderables, colour only beside a sign, hostile text made safe."""

import unicodedata
from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as RichText

from bot.model.document import (
    Block,
    Bullets,
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
    Sign,
    Strong,
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


def render_choices(choices: tuple[Choice, ...], first: int = 1) -> RenderableType:
    """Numbered choices: typing a number picks one."""
    text = RichText()
    for number, choice in enumerate(choices, first):
        if number > first:
            text.append("   ")
        text.append(f"[{number}]", "bold cyan")
        text.append(f"\N{NO-BREAK SPACE}{clean(choice.label)}".replace(" ", "\N{NO-BREAK SPACE}"))
    return text


def all_choices(document: Document) -> tuple[Choice, ...]:
    """The choices of all rows, in their order: the numbers that a person types."""
    return tuple(choice for row in document.choices for choice in row)


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
        yield from _block(block)


def _is_apart(before: Block, block: Block) -> bool:
    if isinstance(before, Item) and isinstance(block, Item):
        return bool(before.body or block.body)
    return not (isinstance(before, Heading | Paragraph) and isinstance(block, Bullets | Copyable))


def _block(block: Block) -> Iterator[RenderableType]:
    match block:
        case Heading(line):
            yield render_line(line, "bold")
        case Paragraph(line):
            yield render_line(line)
        case Note(line):
            yield render_line(line, "dim")
        case Bullets(items, numbered):
            yield _bullets(items, numbered)
        case Copyable(text):
            yield _copyable(text)
        case Item(sign, line, body):
            yield from _item(sign, line, body)


def _bullets(items: tuple[Line, ...], numbered: bool) -> Table:
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(no_wrap=True, justify="right")
    grid.add_column()
    for number, line in enumerate(items, 1):
        grid.add_row(f"{number}." if numbered else "•", render_line(line))
    return grid


def _copyable(text: str) -> RichText:
    """On lines of its own and never wrapped: what is marked with the mouse is what is meant."""
    lines = clean(text).split("\n")
    joined = "\n".join(COPY_INDENT + line for line in lines)
    return RichText(joined, style="cyan", no_wrap=True, overflow="ignore")


def _item(
    sign: Sign, line: Line, body: tuple[Paragraph | Bullets | Copyable | Note, ...]
) -> Iterator[RenderableType]:
    mark, style = SIGNS[sign]
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column()
    grid.add_row(RichText(mark, style), render_line(line, "bold" if body else ""))
    yield grid
    for block in body:
        for part in _block(block):
            is_copyable = isinstance(block, Copyable)
            yield part if is_copyable else Padding(part, (0, 0, 0, 2))
