"""A DNS message over a TCP connection of its own, and how a future is told what has come."""

import asyncio
import struct

from bot.network.dns_parts import MalformedError, id_of, is_cut


def settle(future: "asyncio.Future[bytes]", came: bytes | OSError) -> None:
    """Give a future what has come, if anybody still waits."""
    if future.done():
        return
    if isinstance(came, OSError):
        future.set_exception(came)
        future.exception()  # seen, though nobody may wait any more
    else:
        future.set_result(came)


async def exchange_by_tcp(host: str, port: int, message: bytes, number: int) -> bytes:
    """One message over a connection of its own, and the answer to it (RFC 1035 section 4.2.2).

    Raises OSError when there is no connection, MalformedError for what is no answer to `number`.
    """
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(struct.pack("!H", len(message)) + message)
        try:
            (length,) = struct.unpack("!H", await reader.readexactly(2))
            wire = await reader.readexactly(length)
        except asyncio.IncompleteReadError as error:
            raise MalformedError("TCP answer cut off") from error
        if id_of(wire) != number or is_cut(wire):
            raise MalformedError("not the TCP answer")
        return wire
    finally:
        # abort, not close: a cancelled question leaves nothing behind.
        writer.transport.abort()
