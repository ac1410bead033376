"""What was said on a wire, kept redacted: the proof of a verdict, fit to be shown."""

import re
from time import monotonic

from bot.network.clean import clean

_MOST_LINES = 200
_LONGEST_LINE = 200
_MAILBOX = re.compile(r"[^\s<>@:\"']+@(?=[\w\[])")
_SECRET = re.compile(r"(?i)^((?:\S+\s+)?(?:AUTH(?:ENTICATE)?\s+\S+|LOGIN|PASS|USER|APOP))\s+\S.*$")


class Transcript:
    """Lines said by us and by the server, cleaned, without secrets or people's addresses."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._times: list[float] = []

    def client(self, line: bytes) -> None:
        """Note what we said."""
        self._note("C", _SECRET.sub(r"\1 …", clean(line, _LONGEST_LINE)))

    def server(self, line: bytes) -> None:
        """Note what the server said."""
        self._note("S", clean(line, _LONGEST_LINE))

    def event(self, text: str) -> None:
        """Note what happened between the lines."""
        self._note("-", clean(text, _LONGEST_LINE))

    @property
    def lines(self) -> tuple[str, ...]:
        """All of it, in order."""
        return tuple(self._lines)

    @property
    def times(self) -> tuple[float, ...]:
        """When each line was said, by the clock of `monotonic`."""
        return tuple(self._times)

    def _note(self, who: str, text: str) -> None:
        if len(self._lines) < _MOST_LINES:
            self._times.append(monotonic())
            self._lines.append(f"{who}: {_MAILBOX.sub('…@', text)}")
