"""IMAP responses (RFC 9051 section 7), as far as a look from outside meets them."""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.formats.errors import FormatError


class ImapStatus(StrEnum):
    """The conditions that a status response tells."""

    OK = "OK"
    NO = "NO"
    BAD = "BAD"
    PREAUTH = "PREAUTH"
    BYE = "BYE"


# A tag is any ASTRING-CHAR but "+" (RFC 9051 section 9).
_LINE = re.compile(r'([^\x00-\x20"%()*+\\{\x7f]{1,64}|\*) +(\S.*)', re.DOTALL)
_STATUS = re.compile(r"(OK|NO|BAD|PREAUTH|BYE)(?: +(?:\[([^\]]*)\] *)?(.*)|$)", re.I | re.DOTALL)
_DATA = re.compile(r"([A-Za-z0-9.\-]+)(?: +(.*)|$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ImapLine:
    """One response. `tag` is "*" for untagged and "+" for a continuation request.

    A status response has `status`, the words of its response code in brackets as `code`, and the
    text; any other has its `name` ("CAPABILITY") and what follows as `text`.
    """

    tag: str
    status: ImapStatus | None = None
    name: str = ""
    code: str = ""
    text: str = ""

    @property
    def capabilities(self) -> tuple[str, ...] | None:
        """What a CAPABILITY response, or a code of that name, lists; None for any other."""
        words = self.text.split() if self.name == "CAPABILITY" else None
        if self.code.upper().startswith("CAPABILITY "):
            words = self.code.split()[1:]
        return None if words is None else tuple(words)


def parse_imap_line(line: str) -> ImapLine:
    """Read one response, without its line end."""
    if line.startswith("+"):
        return ImapLine("+", text=line[1:].strip())
    match = _LINE.fullmatch(line)
    if match is None:
        raise FormatError("not-imap", line)
    tag, rest = match.groups()
    if status := _STATUS.fullmatch(rest):
        word, code, text = status.groups()
        return ImapLine(tag, ImapStatus(word.upper()), "", code or "", text or "")
    data = _DATA.fullmatch(rest)
    if tag != "*" or data is None:
        raise FormatError("not-imap", line)
    return ImapLine(tag, None, data[1].upper(), "", data[2] or "")
