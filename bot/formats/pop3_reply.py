"""POP3 replies (RFC 1939 section 3) with extended response codes (RFC 2449 section 8)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.formats.errors import FormatError

_LINE = re.compile(r"(\+OK|-ERR)(?:[ \t]+(.*)|[ \t]*$)", re.DOTALL)
_CODE = re.compile(r"\[([A-Za-z0-9/\-]+)\][ \t]*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Pop3Reply:
    """The status line. `code` is what stood in brackets in front of an error's text."""

    is_ok: bool
    text: str = ""
    code: str = ""

    @property
    def is_temporary(self) -> bool:
        """Whether the code says that it may work later (RFC 2449 section 8.1.2, RFC 3206)."""
        return self.code.upper() in ("IN-USE", "LOGIN-DELAY", "SYS/TEMP")


def parse_pop3_line(line: str) -> Pop3Reply:
    """Read a status line, without its line end."""
    match = _LINE.fullmatch(line)
    if match is None:
        raise FormatError("not-pop3", line)
    is_ok, text = match[1] == "+OK", match[2] or ""
    # Codes are defined for -ERR; a greeting may begin with a bracket of another meaning.
    code = None if is_ok else _CODE.fullmatch(text)
    return Pop3Reply(is_ok, code[2], code[1]) if code else Pop3Reply(is_ok, text)


def parse_pop3_lines(lines: Sequence[str]) -> tuple[str, ...]:
    """Read what follows a status line, up to the line with a single dot (RFC 1939 section 3)."""
    if not lines or lines[-1] != ".":
        raise FormatError("not-ended", lines[-1] if lines else "")
    if "." in lines[:-1]:
        raise FormatError("lines-left", lines[-1])
    return tuple(line[1:] if line.startswith(".") else line for line in lines[:-1])
