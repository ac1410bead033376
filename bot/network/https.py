"""The web with every hop through the gate: names resolved by us, sizes capped while they come.

HTTPS, except where whoever asks says that an answer in the clear is of use to them.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpcore

from bot.model.trouble import Trouble
from bot.network.causes import connect_error, wire_error
from bot.network.clean import clean
from bot.network.errors import CertificateError, NetworkError
from bot.network.guard import Guard
from bot.network.settings import IPAddress
from bot.network.talk import CertificateFault
from bot.network.trust import Trust

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LONGEST_URL = 2000
_PORT, _PORT_IN_CLEAR = 443, 80
_HEADERS = (("User-Agent", "Listonosz"), ("Accept", "*/*"), ("Accept-Encoding", "identity"))
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


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer over HTTPS. A redirect that was not followed comes back as it is."""

    url: str  # of the last hop
    status: int
    content_type: str  # lower case, without parameters; "" when not told
    body: bytes
    location: str = ""  # where a redirect pointed to, cleaned
    hops: tuple[str, ...] = ()  # the addresses asked before `url`
    address: str = ""  # that answered


class Fetcher:
    """Fetches over HTTPS; certificates are checked, and a fault ends the fetch."""

    def __init__(self, trust: Trust, guard: Guard, *, connect: float, total: float) -> None:
        self._trust = trust
        self._guard = guard
        self._connect = connect
        self._total = total

    async def fetch(
        self,
        url: str,
        addresses: Addresses,
        *,
        max_bytes: int,
        max_redirects: int,
        headers: Iterable[tuple[str, str]] = (),
        seconds: float = float("inf"),
        body: bytes | None = None,
        in_clear: bool = False,
        own_addresses: Addresses | None = None,
    ) -> Fetched:
        """GET `url`, with `addresses` to resolve names; POST it where there is a `body`.

        Redirects are followed within their number, never from https to http. `in_clear` allows
        http, where anybody on the way could have written the answer. `own_addresses` resolve the
        host of `url`, which the operator has named: there the gate is not asked.
        """
        backend = _GatedBackend(addresses, self._guard, self._connect, in_clear)
        if own_addresses is not None:
            backend.open_for(url, own_addresses)
        question = _Question(max_bytes, max_redirects, tuple(headers), body, in_clear)
        try:
            async with (
                asyncio.timeout(min(self._total, seconds)),
                httpcore.AsyncConnectionPool(
                    ssl_context=self._trust.checking_context(), network_backend=backend
                ) as pool,
            ):
                return await _follow(pool, url, question)
        except TimeoutError:
            raise NetworkError(Trouble.TIMEOUT) from None
        except httpcore.TimeoutException:
            raise NetworkError(Trouble.TIMEOUT) from None
        except (httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
            raise NetworkError(Trouble.GARBAGE, clean(str(error))) from error
        except httpcore.NetworkError as error:
            raise NetworkError(Trouble.RESET, clean(str(error))) from error


@dataclass(frozen=True, slots=True)
class _Question:
    """What is the same at every hop."""

    max_bytes: int
    max_redirects: int
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    in_clear: bool

    def allows(self, url: str, *, after: str = "") -> bool:
        """Whether `url` may be asked, as the first or as a hop from `after`."""
        is_clear_before = not after or after.startswith("http:")
        allowed = ("https", "http") if self.in_clear and is_clear_before else ("https",)
        return _is_plain(url, allowed)


async def _follow(pool: httpcore.AsyncConnectionPool, url: str, question: _Question) -> Fetched:
    hops: list[str] = []
    if not question.allows(url):
        # A user or password in it is never sent on.
        raise NetworkError(Trouble.GARBAGE, "not an https address")
    while True:
        fetched = await _get(pool, url, question, tuple(hops))
        if fetched.status not in _REDIRECTS or len(hops) >= question.max_redirects:
            return fetched
        target = urljoin(url, fetched.location)
        if not fetched.location or not question.allows(target, after=url):
            return fetched
        hops.append(url)
        url = target


async def _get(
    pool: httpcore.AsyncConnectionPool, url: str, question: _Question, hops: tuple[str, ...]
) -> Fetched:
    parts = urlsplit(url)
    headers = [("Host", parts.netloc), *_HEADERS, *question.headers]
    method = "GET"
    if question.body is not None:
        method = "POST"
        headers.append(("Content-Length", str(len(question.body))))
    async with pool.stream(method, url, headers=headers, content=question.body) as response:
        told = {name.lower(): value for name, value in response.headers}
        body = bytearray()
        # The body of a redirect is nobody's business.
        if response.status not in _REDIRECTS:
            async for chunk in response.aiter_stream():
                body += chunk
                if len(body) > question.max_bytes:
                    raise NetworkError(Trouble.TOO_LONG, f"more than {question.max_bytes} bytes")
        stream: Any = response.extensions.get("network_stream")
        peer = stream.get_extra_info("server_addr") if stream is not None else None
        return Fetched(
            url,
            response.status,
            clean(told.get(b"content-type", b"").partition(b";")[0], 100).lower(),
            bytes(body),
            clean(told.get(b"location", b""), _LONGEST_URL),
            hops,
            str(peer[0]) if peer else "",
        )


def _is_plain(url: str, schemes: Sequence[str]) -> bool:
    """Whether it is an address on the web and nothing more: no blanks, no user, no tricks."""
    if len(url) > _LONGEST_URL or not url.isascii() or any(letter <= " " for letter in url):
        return False
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in schemes and bool(parts.hostname) and "@" not in parts.netloc


class _GatedBackend(httpcore.AsyncNetworkBackend):
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
        parts = urlsplit(url)
        usual = _PORT_IN_CLEAR if parts.scheme == "http" else _PORT
        self._own = (parts.hostname or "", parts.port or usual)
        self._own_addresses = addresses

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        if (host, port) == self._own:
            addresses = await self._own_addresses(host)
        else:
            if not (self._in_clear and port == _PORT_IN_CLEAR):
                self._guard.check_port(port)
            addresses = await self._addresses(host)
        if not addresses:
            raise NetworkError(Trouble.NO_ADDRESS, clean(host))
        failure: NetworkError | None = None
        for address in addresses:
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
        async with _told():
            return await self._reader.read(max_bytes)

    async def write(
        self,
        buffer: bytes,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> None:
        async with _told():
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
            async with _told():
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
async def _told() -> AsyncIterator[None]:
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
