"""What is shown to a person, before anything dresses it: blocks of plain text with meaning."""

from dataclasses import dataclass
from enum import StrEnum

from bot.model.language import Language


class Sign(StrEnum):
    """A mark that carries meaning; renderers show it as a sign or word, never by colour alone."""

    OK = "ok"
    NOTICE = "notice"
    WARNING = "warning"
    ERROR = "error"
    UNTESTED = "untested"
    WORKING = "working"


@dataclass(frozen=True, slots=True)
class Text:
    """Plain words."""

    text: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Words that matter most."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """A host, a value, a command: set apart, one line."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to an https address of our own choosing, never of a server's."""

    text: str
    url: str


Inline = Text | Strong | Code | Link
Line = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of what follows."""

    line: Line


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    line: Line


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; numbered where the order matters."""

    items: tuple[Line, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Copyable:
    """A record or setting to be copied as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """Small print: sources, times, hints."""

    line: Line


@dataclass(frozen=True, slots=True)
class Item:
    """A marked statement with what belongs to it. Pages are cut between items, not inside."""

    sign: Sign
    line: Line
    body: tuple["Paragraph | Bullets | Copyable | Note", ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of a table: words, and the mark before them where they have one."""

    text: str
    sign: Sign | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """What is compared, and how each stands in it."""

    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Several things side by side: narrow screens get a line a row, and no columns.

    Without heads the rows are not compared: each has fields of its own, as many as it needs.
    """

    heads: tuple[str, ...]
    rows: tuple[Row, ...]


Block = Heading | Paragraph | Bullets | Copyable | Note | Item | Table


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: it does something, or copies a text, or goes on in a private chat.

    `action` is all the state of the first kind: ASCII, at most 64 bytes, so a restart breaks none.
    A front-end leaves out the buttons that it cannot have.
    """

    label: str
    action: str = ""
    copy: str = ""  # the text that pressing it copies
    private: str = ""  # what a private chat with the bot then begins with: A-Z a-z 0-9 _ -
    group: str = ""  # what a group chosen then begins with; the bot is added to it where it is not


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes with a message. Where no file can be sent, `instead` is shown."""

    name: str
    content: bytes
    instead: tuple[Block, ...] = ()
    is_picture: bool = False  # shown, not only handed over


@dataclass(frozen=True, slots=True)
class Document:
    """A message: blocks in order, and the choices under them, row by row.

    A front-end that must cut a long document into pages makes a button for page N whose action is
    `page_action` followed by N; without a `page_action` it sends the pages one after another.
    """

    blocks: tuple[Block, ...]
    choices: tuple[tuple[Choice, ...], ...] = ()
    page_action: str = ""
    language: Language | None = None  # whose words a renderer may put beside the signs
    enclosure: Enclosure | None = None


def line(*parts: Inline | str) -> Line:
    """A line from inlines and plain strings."""
    return tuple(Text(part) if isinstance(part, str) else part for part in parts)
