"""HTTP for python-telegram-bot on aiohttp: its default client gets slower the more runs at once."""

import asyncio
import logging
import re
from typing import Any

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

TOKEN = re.compile(r"(?<!\d)\d{3,}:[\w-]{20,}")
POOL_FULL = "Pool timeout: all connections are in use; the request was not sent"


def redact(text: str) -> str:
    """The text without anything that looks like a bot's token."""
    return TOKEN.sub("<token>", text)


class Redacting(logging.Filter):
    """Keeps secrets out of the library's log: its debug lines hold the address, token and all."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Takes tokens out; drops the line that quotes what people wrote in unreadable updates."""
        if str(record.msg).startswith("Error while parsing updates"):
            return False
        record.msg, record.args = redact(record.getMessage()), ()
        if record.exc_info:
            record.exc_text = redact(logging.Formatter().formatException(record.exc_info))
        return True


_REDACTING = Redacting()
for _name in ("telegram.Bot", "telegram.request.BaseRequest"):
    logging.getLogger(_name).addFilter(_REDACTING)


class AiohttpRequest(BaseRequest):
    """All of BaseRequest's contract: time-outs, pool, uploads, and its errors and no other."""

    def __init__(
        self,
        *,
        connections: int = 64,
        read_timeout: float | None = 10.0,
        write_timeout: float | None = 10.0,
        connect_timeout: float | None = 10.0,
        pool_timeout: float | None = 30.0,
        upload_timeout: float | None = 60.0,
    ) -> None:
        self._connections = connections
        self._read = read_timeout
        self._write = write_timeout
        self._connect = connect_timeout
        self._pool = pool_timeout
        self._upload = upload_timeout
        self._session: aiohttp.ClientSession | None = None
        self._free = asyncio.Semaphore(connections)

    @property
    def read_timeout(self) -> float | None:
        """The default read time-out; python-telegram-bot adds that of long polling to it."""
        return self._read

    async def initialize(self) -> None:
        """Open the pool; once is enough."""
        if self._session is not None and not self._session.closed:
            return
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self._connections),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self.USER_AGENT},
            trust_env=True,
        )

    async def shutdown(self) -> None:
        """Close every connection; may be called more than once."""
        if self._session is not None:
            await self._session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One request; TimedOut or NetworkError, never with the token in it."""
        if self._session is None or self._session.closed:
            raise RuntimeError("This AiohttpRequest is not initialized!")
        has_files = request_data is not None and request_data.contains_files
        read = _given(read_timeout, self._read)
        write = _given(write_timeout, self._upload if has_files else self._write)
        connect = _given(connect_timeout, self._connect)
        try:
            async with asyncio.timeout(_given(pool_timeout, self._pool)):
                await self._free.acquire()
        except TimeoutError:
            raise TimedOut(POOL_FULL) from None
        try:
            return await self._send(url, method, request_data, read, write, connect)
        except TimeoutError:
            # The causes are left out: their texts may hold the address, which holds the token.
            raise TimedOut from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            text = redact(f"aiohttp.{type(error).__name__}: {error}")
            raise NetworkError(text) from None
        finally:
            self._free.release()

    async def _send(
        self,
        url: str,
        method: str,
        request_data: RequestData | None,
        read: float | None,
        write: float | None,
        connect: float | None,
    ) -> tuple[int, bytes]:
        assert self._session is not None
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=connect, sock_read=read)
        # aiohttp has no time-out for writing: bound everything up to the head of the answer.
        head = None if None in (read, write, connect) else sum(filter(None, (read, write, connect)))
        async with asyncio.timeout(head) as clock:
            async with self._session.request(
                method,
                url,
                data=_body(request_data),
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                clock.reschedule(None)
                payload = await response.read()
                status = response.status
        if not 200 <= status <= 299:
            # An error page of a proxy may quote the address.
            payload = redact(payload.decode("utf-8", "replace")).encode()
        return status, payload


class PollRequest(AiohttpRequest):
    """The request for getUpdates; keeps the last answer, should one update of it be unreadable."""

    def __init__(self) -> None:
        super().__init__(connections=2)
        self.payload = b""

    async def do_request(self, *args: Any, **options: Any) -> tuple[int, bytes]:
        """As AiohttpRequest does it."""
        status, self.payload = await super().do_request(*args, **options)
        return status, self.payload


def _given(value: Any, default: float | None) -> float | None:
    if value is BaseRequest.DEFAULT_NONE:
        return default
    return None if value is None else float(value)


def _body(request_data: RequestData | None) -> aiohttp.FormData | dict[str, str] | None:
    if request_data is None:
        return None
    parameters = request_data.json_parameters
    if not request_data.contains_files:
        return parameters
    form = aiohttp.FormData()
    for name, value in parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form
