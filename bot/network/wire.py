"""A connection to a mail server: lines in and out with caps, and TLS laid over it at any moment."""

import asyncio
import contextlib
import socket
from collections.abc import Callable
from typing import cast

from bot.model.trouble import Trouble
from bot.network.causes import connect_error, wire_error
from bot.network.errors import NetworkError
from bot.network.line_buffer import Caps, LineBuffer
from bot.network.settings import IPAddress
from bot.network.tls_layer import TlsLayer
from bot.network.transcript import Transcript

_QUICKACK: int | None = getattr(socket, "TCP_QUICKACK", None)  # Linux has it


class Wire(asyncio.Protocol):
    """One TCP connection. All waits are unbounded: deadlines come from the caller.

    Cancelling a wait does not close; whoever holds the wire calls `abort` or `finish`, both of
    which return at once.
    """

    def __init__(self, caps: Caps | None = None) -> None:
        self.transcript = Transcript()
        self._transport: asyncio.Transport | None = None
        self._buffer = LineBuffer(caps or Caps())
        self._ended: NetworkError | None = None
        self._tls: TlsLayer | None = None
        self._handshaken = True
        self._waiter: asyncio.Future[None] | None = None
        self._on_closed: list[Callable[[], None]] = []
        self._is_finishing = False
        self._is_closed = False

    @classmethod
    async def connect(cls, address: IPAddress, port: int, caps: Caps | None = None) -> "Wire":
        """Connect; NetworkError says how it failed."""
        try:
            _, wire = await asyncio.get_running_loop().create_connection(
                lambda: cls(caps), str(address), port
            )
        except OSError as error:
            raise connect_error(error, address) from error
        return wire

    @property
    def local_address(self) -> str:
        """Our own side's address, as the kernel chose it."""
        assert self._transport is not None
        name = self._transport.get_extra_info("sockname")
        return str(name[0]) if name else ""

    @property
    def is_in_tls(self) -> bool:
        """Whether a handshake has been finished."""
        return self._tls is not None and self._handshaken

    def when_closed(self, call: Callable[[], None]) -> None:
        """Call this once the connection is gone; at once when it is gone already."""
        if self._is_closed:
            call()
        else:
            self._on_closed.append(call)

    def send(self, line: bytes) -> None:
        """Say one line; CRLF is added."""
        self.transcript.client(line)
        self._write(line + b"\r\n")

    async def read_line(self) -> bytes:
        """The next line without its end. A bare LF ends a line too, as servers in the wild do."""
        while True:
            line = self._take_line()
            if line is not None:
                self.transcript.server(line)
                return line
            if self._ended is not None:
                raise self._ended
            await self._more()

    async def start_tls(self, layer: TlsLayer) -> None:
        """Lay TLS over the connection; whatever was said in the clear before is thrown away."""
        self.discard()
        self._tls = layer
        self._handshaken = False
        while not self._advance():
            if self._ended is not None:
                raise self._ended
            await self._more()
        self._handshaken = True
        self._decrypt()

    def discard(self) -> bytes:
        """Throw away what has come and was not read, and tell what it was."""
        return self._buffer.clear()

    def finish(self, farewell: bytes, patience: float) -> None:
        """Say goodbye and return at once; the connection ends itself when that is answered.

        At the latest it ends after `patience`.
        """
        if self._transport is None or self._transport.is_closing() or self._ended is not None:
            self.abort()
            return
        self._is_finishing = True
        if farewell:
            self.send(farewell)
        asyncio.get_running_loop().call_later(patience, self._hang_up)

    def abort(self) -> None:
        """Close at once."""
        if self._transport is not None:
            self._transport.abort()

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        if self._is_finishing:
            self._hang_up()  # it has answered our goodbye
            return
        self._acknowledge()
        try:
            self._buffer.count(len(data), in_handshake=not self._handshaken)
        except NetworkError as error:
            self._give_up(error)
        else:
            self._take_in(data)
        self._wake()

    def eof_received(self) -> bool:
        self._end(NetworkError(Trouble.CLOSED))
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_closed = True
        self._end(wire_error(exc) if isinstance(exc, OSError) else NetworkError(Trouble.CLOSED))
        calls, self._on_closed = self._on_closed, []
        for call in calls:
            call()

    # Inside.

    def _take_in(self, data: bytes) -> None:
        if self._tls is None:
            self._buffer.put(data)
            return
        self._tls.put(data)
        if self._handshaken:
            self._decrypt()

    def _take_line(self) -> bytes | None:
        try:
            return self._buffer.take_line()
        except NetworkError as error:
            self._give_up(error)
            raise

    async def _more(self) -> None:
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _end(self, error: NetworkError) -> None:
        if self._ended is None:
            self._ended = error
        self._wake()

    def _give_up(self, error: NetworkError) -> None:
        self._ended = error
        self._buffer.clear()
        self.abort()

    def _write(self, data: bytes) -> None:
        if self._transport is None or self._transport.is_closing():
            return  # the next read says why
        if self._tls is None:
            self._transport.write(data)
            return
        self._tls.encrypt(data)
        self._flush()

    def _advance(self) -> bool:
        assert self._tls is not None
        try:
            return self._tls.advance()
        finally:
            self._flush()

    def _flush(self) -> None:
        if self._tls is not None and self._transport is not None:
            out = self._tls.take()
            if out and not self._transport.is_closing():
                self._transport.write(out)

    def _decrypt(self) -> None:
        assert self._tls is not None
        try:
            data, ended = self._tls.decrypt()
        except NetworkError as error:
            self._end(error)
            self.abort()
            return
        self._buffer.put(data)
        self._flush()  # TLS has things of its own to say, such as new keys
        if ended:
            self._end(NetworkError(Trouble.CLOSED))

    def _acknowledge(self) -> None:
        """Acknowledge now what has come.

        A server that answers in several small writes, as every one does that sends session
        tickets after a TLS 1.3 handshake, holds the next back until the last is acknowledged
        (RFC 896); and our kernel would wait 40 ms for something to send along (RFC 1122).
        """
        if _QUICKACK is not None and self._transport is not None:
            with contextlib.suppress(OSError):
                raw = self._transport.get_extra_info("socket")
                raw.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)

    def _hang_up(self) -> None:
        if self._is_closed or self._transport is None:
            return
        if self._tls is not None and self._handshaken:
            self._tls.shut()
            self._flush()
        self._transport.abort()
