"""SMTP replies (RFC 5321 section 4.2) with enhanced status codes (RFC 3463, RFC 2034)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.formats.errors import FormatError

_LINE = re.compile(r"([2-5][0-9][0-9])(?:([ -])(.*))?", re.DOTALL)
_ENHANCED = re.compile(r"([245]\.[0-9]{1,3}\.[0-9]{1,3})(?:[ \t]|$)")


@dataclass(frozen=True, slots=True)
class SmtpLine:
    """One line of a reply."""

    code: int
    is_last: bool
    text: str


@dataclass(frozen=True, slots=True)
class SmtpReply:
    """A whole reply. `lines` are its texts without the codes in front."""

    code: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The lines as one."""
        return " ".join(line for line in self.lines if line)

    @property
    def enhanced_status(self) -> str | None:
        """The enhanced status code of the last line that has one."""
        for line in reversed(self.lines):
            match = _ENHANCED.match(line)
            # Its class must agree with the reply code (RFC 2034 section 4).
            if match and match[1][0] == str(self.code)[0]:
                return match[1]
        return None


def parse_smtp_line(line: str) -> SmtpLine:
    """Read one line, without its line end."""
    match = _LINE.fullmatch(line)
    if match is None:
        raise FormatError("not-smtp", line)
    code, mark, text = match.groups()
    return SmtpLine(int(code), mark != "-", text or "")


def parse_smtp_reply(lines: Sequence[str]) -> SmtpReply:
    """Read a whole reply, line by line without line ends."""
    if not lines:
        raise FormatError("empty")
    parsed = [parse_smtp_line(line) for line in lines]
    for number, line in enumerate(parsed, 1):
        if line.code != parsed[0].code:
            raise FormatError("codes-differ", lines[number - 1])
        if line.is_last != (number == len(parsed)):
            raise FormatError("lines-left" if line.is_last else "not-ended", lines[number - 1])
    return SmtpReply(parsed[0].code, tuple(line.text for line in parsed))
