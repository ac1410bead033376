"""Mail servers on loopback that follow a script, well behaved or not.

    async with mail_server(smtp(tls=ca.good("mx.firma.pl").context())) as server:
        talk = await network.talk(Protocol.SMTP, "mx.firma.pl", server.address, server.port)
        assert server.received[0] == "EHLO bot.example"

A script is a coroutine function that is given a `Peer` for each connection; the presets below make
the usual ones.
"""

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from ipaddress import IPv4Address, IPv6Address, ip_address

SMTP_CAPABILITIES = ("PIPELINING", "SIZE 52428800", "8BITMIME", "ENHANCEDSTATUSCODES")
IMAP_CAPABILITIES = ("IMAP4rev1", "ID", "IDLE")
SIEVE_CAPABILITIES = ('"IMPLEMENTATION" "Script Sieved"', '"SIEVE" "fileinto vacation"')
POP3_CAPABILITIES = ("CAPA", "TOP", "UIDL", "RESP-CODES")
HOSTILE = "\x1b[31m<b>owned</b>\x1b]0;title\x07 \u202egnp.exe\u202c \x9b2J &amp; @everyone"


class Peer:
    """One connection, from the server's side."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, server: "MailServer"
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._server = server

    @property
    def is_first(self) -> bool:
        """Whether nobody has called the server before."""
        return self._server.connections == 1

    async def send(self, *lines: str) -> None:
        """Send lines, all in one packet."""
        await self.send_bytes("".join(f"{line}\r\n" for line in lines).encode())

    async def send_bytes(self, data: bytes) -> None:
        """Send bytes as they are."""
        self._writer.write(data)
        await self._writer.drain()

    async def line(self) -> str:
        """The client's next line; ends the script when it has gone."""
        data = await self._reader.readline()
        if not data:
            raise ConnectionResetError
        line = data.decode().rstrip("\r\n")
        self._server.received.append(line)
        return line

    async def read_some(self) -> None:
        """Whatever the client says next; ends the script when it has gone."""
        if not await self._reader.read(4096):
            raise ConnectionResetError

    async def start_tls(self, context: ssl.SSLContext) -> None:
        """Begin TLS, as a server."""
        await self._writer.start_tls(context)

    async def pause(self, seconds: float) -> None:
        """Wait; everything has its moment."""
        await asyncio.sleep(seconds)

    async def silence(self) -> None:
        """Say nothing until the client goes."""
        while await self._reader.read(4096):
            pass

    def reset(self) -> None:
        """Break the connection off with a RST."""
        raw = self._writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()


Script = Callable[[Peer], Awaitable[None]]


class MailServer:
    """The server, and what it has seen."""

    def __init__(self) -> None:
        self.received: list[str] = []  # lines, of all connections
        self.connections = 0
        self.at_once = 0
        self.most_at_once = 0
        self.address: IPv4Address | IPv6Address = IPv4Address("127.0.0.1")
        self.port = 0
        self._empty = asyncio.Event()
        self._empty.set()
        self._reached = asyncio.Event()

    async def reached(self) -> None:
        """Wait for the first connection."""
        await self._reached.wait()

    async def empty(self) -> None:
        """Wait until no connection stands."""
        await self._empty.wait()

    @contextlib.contextmanager
    def counted(self):  # type: ignore[no-untyped-def]
        """Count a connection."""
        self.connections += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self._empty.clear()
        self._reached.set()
        try:
            yield
        finally:
            self.at_once -= 1
            if not self.at_once:
                self._empty.set()


@asynccontextmanager
async def mail_server(
    script: Script,
    *,
    tls: ssl.SSLContext | None = None,
    host: str = "127.0.0.1",
    port: int = 0,
) -> AsyncIterator[MailServer]:
    """Run a script for each connection; `tls` makes it implicit TLS."""
    server = MailServer()
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        with server.counted():
            try:
                await script(Peer(reader, writer, server))
            except (OSError, ssl.SSLError, asyncio.CancelledError):
                pass
            finally:
                tasks.discard(task)
                writer.close()
                with contextlib.suppress(OSError, ssl.SSLError):
                    async with asyncio.timeout(1):
                        await writer.wait_closed()

    listener = await asyncio.start_server(serve, host, port, ssl=tls, limit=1 << 20)
    server.address = ip_address(host)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def unused_port(host: str = "127.0.0.1") -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return probe.getsockname()[1]


# Well-behaved servers.


def smtp(
    *,
    tls: ssl.SSLContext | None = None,
    greeting: Sequence[str] = ("220 mx.firma.pl ESMTP",),
    capabilities: Sequence[str] = SMTP_CAPABILITIES,
    capabilities_after: Sequence[str] | None = None,
    knows_ehlo: bool = True,
    starttls_reply: str = "220 2.0.0 Ready to start TLS",
    injected: str = "",
    name: str = "mx.firma.pl",
) -> Script:
    """An SMTP server. `tls` offers STARTTLS; `injected` follows the go-ahead in the clear."""

    async def script(peer: Peer) -> None:
        in_tls = False
        await peer.send(*greeting)
        while True:
            verb = (await peer.line()).partition(" ")[0].upper()
            if verb == "EHLO" and knows_ehlo:
                offered = capabilities
                if in_tls and capabilities_after is not None:
                    offered = capabilities_after
                extra = () if in_tls or tls is None else ("STARTTLS",)
                await peer.send(*smtp_lines(250, name, *offered, *extra))
            elif verb == "HELO":
                await peer.send(f"250 {name}")
            elif verb == "STARTTLS" and tls is not None:
                await peer.send(starttls_reply, *([injected] if injected else []))
                if starttls_reply.startswith("220"):
                    await peer.start_tls(tls)
                    in_tls = True
            elif verb == "QUIT":
                await peer.send("221 2.0.0 Bye")
                return
            else:
                await peer.send("502 5.5.2 Command not recognized")

    return script


def smtp_lines(code: int, *texts: str) -> list[str]:
    """A reply of several lines."""
    *first, last = texts
    return [*(f"{code}-{text}" for text in first), f"{code} {last}"]


def imap(
    *,
    tls: ssl.SSLContext | None = None,
    greeting: str = "* OK IMAP ready",
    capabilities: Sequence[str] = IMAP_CAPABILITIES,
    capabilities_after: Sequence[str] | None = None,
    starttls_reply: str = "OK Begin TLS",
    injected: str = "",
) -> Script:
    """An IMAP server; a `{capabilities}` in the greeting is filled in."""

    async def script(peer: Peer) -> None:
        in_tls = False

        def words() -> str:
            offered = capabilities
            if in_tls and capabilities_after is not None:
                offered = capabilities_after
            return " ".join((*offered, *(() if in_tls or tls is None else ("STARTTLS",))))

        await peer.send(greeting.replace("{capabilities}", words()))
        while True:
            tag, _, command = (await peer.line()).partition(" ")
            match command.upper():
                case "CAPABILITY":
                    await peer.send(f"* CAPABILITY {words()}", f"{tag} OK done")
                case "STARTTLS" if tls is not None:
                    await peer.send(f"{tag} {starttls_reply}", *([injected] if injected else []))
                    if starttls_reply.startswith("OK"):
                        await peer.start_tls(tls)
                        in_tls = True
                case "LOGOUT":
                    await peer.send("* BYE see you", f"{tag} OK done")
                    return
                case _:
                    await peer.send(f"{tag} BAD unknown")

    return script


def pop3(
    *,
    tls: ssl.SSLContext | None = None,
    greeting: str = "+OK POP3 ready",
    capabilities: Sequence[str] | None = POP3_CAPABILITIES,
    capabilities_after: Sequence[str] | None = None,
    stls_reply: str = "+OK Begin TLS",
    injected: str = "",
) -> Script:
    """A POP3 server; `capabilities` None for one that does not know CAPA."""

    async def script(peer: Peer) -> None:
        in_tls = False
        await peer.send(greeting)
        while True:
            match (await peer.line()).upper():
                case "CAPA" if capabilities is not None:
                    offered = capabilities
                    if in_tls and capabilities_after is not None:
                        offered = capabilities_after
                    extra = () if in_tls or tls is None else ("STLS",)
                    await peer.send("+OK here", *offered, *extra, ".")
                case "STLS" if tls is not None:
                    await peer.send(stls_reply, *([injected] if injected else []))
                    if stls_reply.startswith("+OK"):
                        await peer.start_tls(tls)
                        in_tls = True
                case "QUIT":
                    await peer.send("+OK bye")
                    return
                case _:
                    await peer.send("-ERR unknown command")

    return script


def sieve(
    *,
    tls: ssl.SSLContext | None = None,
    capabilities: Sequence[str] = SIEVE_CAPABILITIES,
    capabilities_after: Sequence[str] | None = None,
    ready: str = 'OK "ManageSieve ready"',
    starttls_reply: str = 'OK "Begin TLS"',
    injected: str = "",
) -> Script:
    """A ManageSieve server; capabilities are lines as they are sent."""

    async def script(peer: Peer) -> None:
        await peer.send(*capabilities, *(() if tls is None else ('"STARTTLS"',)), ready)
        while True:
            match (await peer.line()).upper():
                case "STARTTLS" if tls is not None:
                    await peer.send(starttls_reply, *([injected] if injected else []))
                    if starttls_reply.startswith("OK"):
                        await peer.start_tls(tls)
                        after = capabilities if capabilities_after is None else capabilities_after
                        await peer.send(*after, ready)
                case "LOGOUT":
                    await peer.send("OK")
                    return
                case _:
                    await peer.send('NO "unknown command"')

    return script


# Servers that are not.


def says(*lines: str) -> Script:
    """Says this, then listens for ever."""

    async def script(peer: Peer) -> None:
        if lines:
            await peer.send(*lines)
        await peer.silence()

    return script


def silence() -> Script:
    """Accepts, and never says a word."""
    return says()


def slow_greeting(seconds: float, then: Script) -> Script:
    """Greets late, as servers that test strangers do."""

    async def script(peer: Peer) -> None:
        await peer.pause(seconds)
        await then(peer)

    return script


def slow_to_strangers(seconds: float, then: Script) -> Script:
    """Greets late whoever comes first, and later callers at once, as postscreen does."""

    async def script(peer: Peer) -> None:
        if peer.is_first:
            await peer.pause(seconds)
        await then(peer)

    return script


def endless_line() -> Script:
    """A greeting that never ends."""

    async def script(peer: Peer) -> None:
        await peer.send_bytes(b"220 ")
        while True:
            await peer.send_bytes(b"x" * 4096)

    return script


def endless_lines() -> Script:
    """A greeting of ever more lines."""

    async def script(peer: Peer) -> None:
        while True:
            await peer.send("220-and another thing")

    return script


def hostile_greeting() -> Script:
    """HTML, terminal escapes and turned-round text in the greeting."""
    return smtp(greeting=(f"220 {HOSTILE}",))


def busy() -> Script:
    """421: come back later."""
    return says("421 4.3.2 Too busy, try again later")


def rejecting() -> Script:
    """554: not you."""
    return says("554 5.7.1 You are on a list")


def web_server() -> Script:
    """Another protocol altogether."""
    return says("HTTP/1.1 400 Bad Request", "Content-Length: 0", "")


def close_at_once() -> Script:
    """Accepts and hangs up."""

    async def script(peer: Peer) -> None:
        return

    return script


def reset_at_once() -> Script:
    """Accepts and breaks off."""

    async def script(peer: Peer) -> None:
        peer.reset()

    return script
