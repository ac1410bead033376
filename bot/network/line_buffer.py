"""Lines out of what has come, with caps on how much we read before we hang up."""

from dataclasses import dataclass

from bot.model.trouble import Trouble
from bot.network.errors import NetworkError


@dataclass(frozen=True, slots=True)
class Caps:
    """How much we read from a server before we hang up."""

    line: int = 1000
    lines: int = 100
    session: int = 32 * 1024
    handshake: int = 256 * 1024


class LineBuffer:
    """What has come and was not read. Whatever passes a cap raises NetworkError(TOO_LONG)."""

    def __init__(self, caps: Caps) -> None:
        self._caps = caps
        self._bytes = bytearray()
        self._searched = 0
        self._lines = 0
        self._received = 0
        self._handshake_received = 0

    def count(self, size: int, *, in_handshake: bool) -> None:
        """So much has come from the wire; TLS makes more of it than what is said inside."""
        if in_handshake:
            self._handshake_received += size
        else:
            self._received += size
        if self._received > self._caps.session:
            raise NetworkError(Trouble.TOO_LONG, f"more than {self._caps.session} bytes")
        if self._handshake_received > self._caps.handshake:
            detail = f"more than {self._caps.handshake} bytes of handshake"
            raise NetworkError(Trouble.TOO_LONG, detail)

    def put(self, data: bytes) -> None:
        """Something was said."""
        self._bytes += data

    def take_line(self) -> bytes | None:
        """The next line without its end, if it is whole. A bare LF ends a line too."""
        end = self._bytes.find(b"\n", self._searched)
        if (len(self._bytes) if end < 0 else end) > self._caps.line:
            raise NetworkError(Trouble.TOO_LONG, f"a line of more than {self._caps.line} bytes")
        if end < 0:
            self._searched = len(self._bytes)
            return None
        line = bytes(self._bytes[:end]).removesuffix(b"\r")
        del self._bytes[: end + 1]
        self._searched = 0
        self._lines += 1
        if self._lines > self._caps.lines:
            raise NetworkError(Trouble.TOO_LONG, f"more than {self._caps.lines} lines")
        return line

    def clear(self) -> bytes:
        """Throw away what was not read, and tell what it was."""
        unread = bytes(self._bytes)
        self._bytes.clear()
        self._searched = 0
        return unread
