"""One conversation under way: its wire, its stages with their clocks, and what it has shown."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from ipaddress import IPv6Address, ip_address
from time import monotonic
from typing import TYPE_CHECKING, Any

from bot.formats.errors import FormatError
from bot.model.trouble import Trouble
from bot.network.causes import blame_own_ipv6
from bot.network.clean import clean, decode
from bot.network.errors import NetworkError
from bot.network.settings import IPAddress, Times
from bot.network.talk import Failure, Protocol, ServerTalk, Stage
from bot.network.wire import Wire

if TYPE_CHECKING:
    from bot.network.tls import Verifier

# After these the server still listens: one leaves with a word.
_POLITE = frozenset({Trouble.TRY_LATER, Trouble.REJECTED})


@dataclass(frozen=True, slots=True)
class Order:
    """Which conversation to hold."""

    protocol: Protocol
    host: str
    address: IPAddress
    port: int
    implicit_tls: bool
    starttls: bool
    old_tls: bool = False  # offers TLS 1.0 and 1.1 alone, and ends with the handshake


@dataclass(frozen=True, slots=True)
class Manners:
    """How we behave towards everybody."""

    ehlo_name: str
    times: Times
    verifier: "Callable[[], Verifier]"


class Session:
    """What a protocol's module works with; `talk` grows as the conversation goes on."""

    def __init__(self, order: Order, manners: Manners) -> None:
        self.order = order
        self.times = manners.times
        self.talk = ServerTalk(
            order.protocol, order.host, str(order.address), order.port, order.implicit_tls
        )
        self._manners = manners
        self._stage = Stage.CONNECT
        self._began = self._stage_began = monotonic()
        self._timings: list[tuple[Stage, float]] = []
        self._wire: Wire | None = None

    @property
    def wire(self) -> Wire:
        """The connection, once it stands."""
        assert self._wire is not None
        return self._wire

    @property
    def ehlo_name(self) -> str:
        """The configured name, else our address as a literal (RFC 5321 section 4.1.3)."""
        if self._manners.ehlo_name:
            return self._manners.ehlo_name
        local = ip_address(self.wire.local_address.partition("%")[0])
        return f"[IPv6:{local}]" if isinstance(local, IPv6Address) else f"[{local}]"

    @property
    def is_in_tls(self) -> bool:
        """Whether TLS stands."""
        return self.talk.tls is not None

    def note(self, **seen: Any) -> None:
        """Write down what was seen: fields of ServerTalk."""
        self.talk = replace(self.talk, **seen)

    def note_capabilities(self, words: tuple[str, ...]) -> None:
        """Write down capabilities, before or inside TLS as the case is."""
        cleaned = tuple(text for word in words if (text := clean(word, 300)))
        if self.is_in_tls:
            self.note(capabilities_after=cleaned)
        else:
            self.note(capabilities=cleaned)

    def note_injection(self) -> None:
        """Write down whether bytes followed the go-ahead in the clear; they are thrown away.

        Whoever takes them for answers inside TLS believes whoever sits on the way (CVE-2011-0411).
        """
        injected = self.wire.discard()
        if injected:
            self.wire.transcript.event(f"after the go-ahead, in the clear: {clean(injected, 100)}")
        self.note(starttls_injected=bool(injected))

    def snapshot(self, failure: Failure | None = None) -> ServerTalk:
        """The talk as it stands now; `failure` for one that is broken off from outside."""
        timings = list(self._timings)
        if failure is not None and self.talk.failure is None:
            timings.append((self._stage, monotonic() - self._stage_began))
        lines: tuple[str, ...] = ()
        spoken: tuple[float, ...] = ()
        if self._wire is not None:
            lines = self._wire.transcript.lines
            spoken = tuple(at - self._began for at in self._wire.transcript.times)
        return replace(
            self.talk,
            failure=self.talk.failure or failure,
            timings=tuple(timings),
            transcript=lines,
            spoken_at=spoken,
        )

    def timed_out(self) -> ServerTalk:
        """The talk as it stands now, at whose present stage the time ran out."""
        return self.snapshot(Failure(self._stage, Trouble.TIMEOUT))

    @asynccontextmanager
    async def stage(self, stage: Stage, seconds: float) -> AsyncIterator[None]:
        """A step with its clock; whatever goes wrong inside becomes a NetworkError."""
        self._stage, self._stage_began = stage, monotonic()
        try:
            async with asyncio.timeout(seconds):
                yield
        except TimeoutError:
            raise NetworkError(Trouble.TIMEOUT) from None
        except FormatError as error:
            raise NetworkError(Trouble.GARBAGE, clean(error.text, 200)) from error
        finally:
            self._timings.append((stage, monotonic() - self._stage_began))

    async def connect(self) -> Wire:
        """Make the connection."""
        address = self.order.address
        try:
            async with self.stage(Stage.CONNECT, self.times.connect):
                self._wire = await Wire.connect(address, self.order.port)
        except NetworkError as error:
            raise blame_own_ipv6(error, address) from error
        return self._wire

    async def handshake(self, stage: Stage) -> None:
        """Lay TLS over the connection and write down what it shows."""
        from bot.network.tls import Handshake

        async with self.stage(stage, self.times.handshake):
            layer = Handshake(self._manners.verifier(), self.order.host, old=self.order.old_tls)
            try:
                await self.wire.start_tls(layer)
            except NetworkError as error:
                self.wire.transcript.event(f"no TLS: {error.detail or error.trouble}")
                raise
            self.note(tls=layer.result())
            assert self.talk.tls is not None
            self.wire.transcript.event(f"{self.talk.tls.version} {self.talk.tls.cipher}")

    def send(self, command: str) -> None:
        """Say a command."""
        self.wire.send(command.encode("utf-8", "replace"))

    async def read(self) -> str:
        """The next line, as text; not yet cleaned."""
        return decode(await self.wire.read_line())

    async def hold(self, speak: "Speaker") -> ServerTalk:
        """Hold the conversation to its goodbye. Failures are part of the talk."""
        is_polite = True
        try:
            if self.order.implicit_tls:
                await self.handshake(Stage.TLS_AT_ONCE)
            await speak.converse(self)
        except NetworkError as error:
            self.note(failure=Failure(self._stage, error.trouble, error.detail))
            is_polite = error.trouble in _POLITE
        except BaseException:
            self.wire.abort()
            raise
        if is_polite:
            self.wire.finish(speak.FAREWELL, self.times.farewell)
        else:
            self.wire.abort()
        return self.snapshot()


class Speaker:
    """A protocol: how it is spoken, and how one takes leave."""

    FAREWELL = b"QUIT"

    async def converse(self, session: Session) -> None:
        """From the greeting to the last capability."""
        raise NotImplementedError
