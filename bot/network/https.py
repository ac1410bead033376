"""The web with every hop through the gate: names resolved by us, sizes capped while they come.

HTTPS, except where whoever asks says that an answer in the clear is of use to them.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpcore

from bot.model.trouble import Trouble
from bot.network.clean import clean
from bot.network.errors import NetworkError
from bot.network.fetched import Fetched
from bot.network.guard import Guard
from bot.network.https_wire import Addresses, GatedBackend, place_of
from bot.network.trust import Trust

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LONGEST_URL = 2000
_HEADERS = (("User-Agent", "Listonosz"), ("Accept", "*/*"), ("Accept-Encoding", "identity"))


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
        backend = GatedBackend(addresses, self._guard, self._connect, in_clear)
        if own_addresses is not None:
            backend.open_for(url, own_addresses)
        question = _Question(max_bytes, max_redirects, tuple(headers), body, in_clear)
        if not question.allows(url):
            # A user or password in it is never sent on.
            raise NetworkError(Trouble.GARBAGE, "not an https address")
        try:
            async with asyncio.timeout(min(self._total, seconds)):
                # Most hosts that are looked for do not exist: that needs no HTTP.
                await backend.find(*place_of(url))
                async with httpcore.AsyncConnectionPool(
                    ssl_context=self._trust.checking_context(), network_backend=backend
                ) as pool:
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
