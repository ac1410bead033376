"""ManageSieve replies (RFC 5804 sections 1.2 and 1.3): capabilities, and how a command went."""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.formats.errors import FormatError

_STATUS = re.compile(r"(OK|NO|BYE)(?=[ \t(]|$)[ \t]*(.*)", re.IGNORECASE | re.DOTALL)
_CODE = re.compile(r"\(([A-Za-z/_-]+)(?:[ \t]+[^()]*)?\)[ \t]*(.*)", re.DOTALL)
_QUOTED = re.compile(r'"((?:[^"\\\r\n]|\\.)*)"[ \t]*')
_ESCAPED = re.compile(r"\\(.)")
_LITERAL = re.compile(r"\{(\d{1,5})\+?\}\Z")
_LINE_END = re.compile(r"\r\n|[\r\n]")
LARGEST_LITERAL = 4096


class SieveStatus(StrEnum):
    """The three ends of a reply."""

    OK = "OK"
    NO = "NO"
    BYE = "BYE"


@dataclass(frozen=True, slots=True)
class SieveReply:
    """The last line of a reply. `code` is what stood in parentheses."""

    status: SieveStatus
    text: str = ""
    code: str = ""

    @property
    def is_temporary(self) -> bool:
        """Whether the server says that it may work later (section 1.3)."""
        return self.code.upper() == "TRYLATER"


@dataclass(frozen=True, slots=True)
class SieveCapability:
    """One capability: a name, and a value where it has one."""

    name: str
    value: str | None = None

    @property
    def words(self) -> str:
        """Name and value, as the other protocols write them: "SASL PLAIN LOGIN"."""
        return f"{self.name} {self.value}" if self.value else self.name


def literal_length(line: str) -> int | None:
    """How many octets follow the line, where it ends in a literal (section 4)."""
    match = _LITERAL.search(line)
    if match is None:
        return None
    length = int(match[1])
    if length > LARGEST_LITERAL:
        raise FormatError("literal-too-long", line)
    return length


def parse_sieve_line(line: str) -> SieveReply | SieveCapability:
    """Read one line, its literals already put in as quoted strings."""
    status = _STATUS.fullmatch(line)
    if status is not None:
        return _reply(SieveStatus(status[1].upper()), status[2])
    parts, rest = _strings(line)
    if rest or not 1 <= len(parts) <= 2 or not parts[0]:
        raise FormatError("not-sieve", line)
    return SieveCapability(parts[0].upper(), parts[1] if len(parts) == 2 else None)


def _reply(status: SieveStatus, rest: str) -> SieveReply:
    code = _CODE.fullmatch(rest)
    text = code[2] if code else rest
    strings, left = _strings(text)
    # A text without quotes is wrong, and harmless: it is for people.
    return SieveReply(status, strings[0] if strings and not left else text, code[1] if code else "")


def _strings(line: str) -> tuple[list[str], str]:
    found: list[str] = []
    at = 0
    while match := _QUOTED.match(line, at):
        found.append(_ESCAPED.sub(r"\1", match[1]))
        at = match.end()
    return found, line[at:]


def quote(text: str) -> str:
    """A text as a quoted string, its line ends as blanks."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + _LINE_END.sub(" ", escaped) + '"'
