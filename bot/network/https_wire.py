"""The sockets below HTTP: names resolved by us, every address through the gate."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import httpcore

from bot.model.trouble import Trouble
from bot.network.causes import connect_error, wire_error
from bot.network.clean import clean
from bot.network.errors import CertificateError, NetworkError
from bot.network.guard import Guard
from bot.network.settings import IPAddress
from bot.network.talk import CertificateFault

PORT, PORT_IN_CLEAR = 443, 80
# X509_V_ERR_… of OpenSSL's x509_vfy.h. An issuer not found (20) may be one that nobody knows, or an
# intermediate certificate that is not sent: here nobody can tell.
_FAULTS = {
    9: CertificateFault.NOT_YET_VALID,
    10: CertificateFault.EXPIRED,
    18: CertificateFault.SELF_SIGNED,
    19: CertificateFault.UNKNOWN_ISSUER,
    20: CertificateFault.UNKNOWN_ISSUER,
    62: CertificateFault.WRONG_NAME,
    64: CertificateFault.WRONG_NAME,
}

Addresses = Callable[[str], Awaitable[Sequence[IPAddress]]]


def place_of(url: str) -> tuple[str, int]:
    """The host and the port of an address on the web."""
    parts = urlsplit(url)
    usual = PORT_IN_CLEAR if parts.scheme == "http" else PORT
    return parts.hostname or "", parts.port or usual


class GatedBackend(httpcore.AsyncNetworkBackend):
    """Connects only to addresses that our resolver found and the guard let through."""

    def __init__(self, addresses: Addresses, guard: Guard, seconds: float, in_clear: bool) -> None:
        self._addresses = addresses
        self._guard = guard
        self._seconds = seconds
        self._in_clear = in_clear
        self._own: tuple[str, int] | None = None
        self._own_addresses = addresses

    def open_for(self, url: str, addresses: Addresses) -> None:
        """Let one server through, whatever its address and port."""
        self._own = place_of(url)
        self._own_addresses = addresses

    async def find(self, host: str, port: int) -> Sequence[IPAddress]:
        """The addresses of a server, if there are any and it may be asked."""
        if (host, port) == self._own:
            addresses = await self._own_addresses(host)
        else:
            if not (self._in_clear and port == PORT_IN_CLEAR):
                self._guard.check_port(port)
            addresses = await self._addresses(host)
        if not addresses:
            raise NetworkError(Trouble.NO_ADDRESS, clean(host))
        return addresses

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        failure: NetworkError | None = None
        for address in await self.find(host, port):
            try:
                async with asyncio.timeout(self._seconds):
                    return _Stream(*await asyncio.open_connection(str(address), port))
            except TimeoutError:
                failure = failure or NetworkError(Trouble.TIMEOUT)
            except OSError as error:
                failure = failure or connect_error(error, address)
        assert failure is not None
        raise failure

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        raise NotImplementedError

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class _Stream(httpcore.AsyncNetworkStream):
    """asyncio's streams as httpcore wants them. The time is bounded by the whole fetch."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def read(
        self,
        max_bytes: int,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> bytes:
        async with told():
            return await self._reader.read(max_bytes)

    async def write(
        self,
        buffer: bytes,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> None:
        async with told():
            self._writer.write(buffer)
            await self._writer.drain()

    async def aclose(self) -> None:
        # abort, not close: a cancelled fetch leaves nothing behind.
        self._writer.transport.abort()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        try:
            async with told():
                await self._writer.start_tls(ssl_context, server_hostname=server_hostname)
        except BaseException:
            self._writer.transport.abort()
            raise
        return self

    def get_extra_info(self, info: str) -> Any:
        match info:
            case "server_addr":
                return self._writer.get_extra_info("peername")
            case "is_readable":
                return self._reader.at_eof()
            case "ssl_object":
                return self._writer.get_extra_info("ssl_object")
        return None


@asynccontextmanager
async def told() -> AsyncIterator[None]:
    """Turn what sockets and TLS raise into our own error."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        fault = _FAULTS.get(error.verify_code, CertificateFault.OTHER)
        raise CertificateError(fault, clean(error.verify_message)) from error
    except ssl.SSLError as error:
        raise NetworkError(Trouble.TLS, clean(error.reason or str(error))) from error
    except OSError as error:
        raise wire_error(error) from error
