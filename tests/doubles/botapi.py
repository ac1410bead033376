"""A Bot API server for tests: speaks HTTP like Telegram's, and is as strict as the real one.

Methods, limits and error texts follow core.telegram.org/bots/api (Bot API 10.0) and what the
public server answers. It keeps one bot's chats in memory: tests act as the people in them
(`api.world.person(...)`), read what a chat shows, and make the next call fail on purpose.
"""

import asyncio
import itertools
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

from tests.doubles.botapi_chats import Json, World
from tests.doubles.botapi_errors import ApiError, flood, json_param
from tests.doubles.botapi_groups import check_parameters
from tests.doubles.botapi_limits import Limits
from tests.doubles.botapi_methods import Methods

TOKEN = "4242:AAHe5xample-Token_of_the_double_000000"
CONFLICT = "terminated by other getUpdates request; make sure that only one bot instance is running"


@dataclass(frozen=True)
class Fault:
    """What a call gets instead of an answer. `done`: the call takes effect all the same."""

    status: int = 0  # 0: the connection is dropped
    flood: float = 0.0  # a flood-wait of so many seconds of the wall
    stall: float = 0.0  # silence before the answer
    description: str = ""
    done: bool = False


@dataclass
class Call:
    """One request as it came."""

    method: str
    params: Json
    at: float
    error: str = ""


@dataclass
class BotApi(Methods):
    """The server. `async with BotApi() as api: ... api.url`."""

    token: str = TOKEN
    username: str = "listonosz_bot"
    limits: Limits = field(default_factory=Limits)
    callback_seconds: float = 15.0

    def __post_init__(self) -> None:
        self.world = World(self.username, self.emit)
        self.calls: list[Call] = []
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.webhook = ""
        self.url = ""
        self._updates: list[Json] = []
        self._numbers = itertools.count(700_000)
        self._allowed: set[str] | None = None
        self._faults: dict[str, list[Fault]] = {}
        self._poll: asyncio.Future[None] | None = None
        self._changed = asyncio.Condition()
        self._methods: dict[str, Callable[[Json], Any]] = {
            name.removeprefix("do_").lower(): getattr(self, name)
            for name in dir(self)
            if name.startswith("do_")
        }

    # The server itself

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> None:
        """Listen on loopback; a `port` lets a server come back where it was."""
        app = web.Application(client_max_size=60 * 2**20)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        # A poll whose client went away must end, as it does at Telegram's.
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self.port}"

    async def stop(self) -> None:
        """Close the port and break every connection."""
        await self._runner.cleanup()

    # What tests use

    def emit(self, kind: str, content: Json) -> int:
        """Queue an update; its id."""
        number = next(self._numbers)
        self._updates.append({"update_id": number, kind: content})
        self._wake()
        return number

    def emit_raw(self, update: Json) -> int:
        """Queue an update exactly as given, with a fresh id."""
        number = next(self._numbers)
        self._updates.append({"update_id": number} | update)
        self._wake()
        return number

    @property
    def waiting(self) -> list[int]:
        """Ids of the updates that no getUpdates has confirmed yet."""
        return [update["update_id"] for update in self._updates]

    def fail(self, method: str, fault: Fault, times: int = 1) -> None:
        """Let the next calls of this method fail; method "*" means any but getUpdates."""
        self._faults.setdefault(method.lower(), []).extend([fault] * times)

    async def until(self, true: Callable[[], object], seconds: float = 10.0) -> None:
        """Wait until this holds."""
        end = time.monotonic() + seconds
        while not true():
            if time.monotonic() > end:
                tail = [(call.method, call.error) for call in self.calls[-12:]]
                raise AssertionError(f"did not come about in {seconds} s; last calls {tail}")
            await asyncio.sleep(0.01)

    def made(self, method: str) -> list[Call]:
        """All calls of this method so far."""
        return [call for call in self.calls if call.method == method.lower()]

    # HTTP

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"].lower()
        try:
            self._check_token(request.match_info["token"])
            params = await _params(request)
            call = Call(method, params, time.monotonic())
            self.calls.append(call)
            try:
                async with self._fault(request, method, params):
                    result = await self._answer(method, params)
            except ApiError as error:
                call.error = error.description
                raise
            finally:
                self._wake()
        except ApiError as error:
            body: Json = {"ok": False, "error_code": error.code, "description": error.description}
            if error.parameters:
                body["parameters"] = error.parameters
            return web.json_response(body, status=error.code)
        except _Dropped:
            assert request.transport is not None
            request.transport.abort()
            return web.Response(status=500)
        return web.json_response({"ok": True, "result": result})

    def _check_token(self, token: str) -> None:
        if not re.fullmatch(r"\d+:[\w-]{30,}", token):
            raise ApiError(404, "Not Found")
        if token != self.token:
            raise ApiError(401, "Unauthorized")

    @asynccontextmanager
    async def _fault(self, request: web.Request, method: str, params: Json) -> AsyncIterator[None]:
        faults = self._faults.get(method) or (
            self._faults.get("*") if method != "getupdates" else None
        )
        if not faults:
            yield
            return
        fault = faults.pop(0)
        await asyncio.sleep(fault.stall)
        if fault.done:
            yield
        if fault.flood:
            if "chat_id" in params:
                self.limits.hold(int(params["chat_id"]), fault.flood)
            raise flood(fault.flood)
        if fault.status:
            raise ApiError(fault.status, fault.description or "Bad Gateway")
        if fault.stall and not fault.done:
            yield
            return
        raise _Dropped

    async def _answer(self, method: str, params: Json) -> Any:
        if method not in self._methods:
            raise ApiError(404, "Not Found")
        check_parameters(method, params)
        result = self._methods[method](params)
        return await result if asyncio.iscoroutine(result) else result

    def _wake(self) -> None:
        async def notify() -> None:
            async with self._changed:
                self._changed.notify_all()

        self._notifying = asyncio.ensure_future(notify())

    # Getting updates

    async def do_getUpdates(self, params: Json) -> list[Json]:
        if self.webhook:
            raise ApiError(
                409,
                "can't use getUpdates method while webhook is active;"
                " use deleteWebhook to delete the webhook first",
            )
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(ApiError(409, CONFLICT))
        if (allowed := json_param(params, "allowed_updates")) is not None:
            self._allowed = set(allowed) or None
        offset = int(params.get("offset", 0))
        if offset < 0:
            self._updates = self._updates[offset:]
        elif offset:
            self._updates = [one for one in self._updates if one["update_id"] >= offset]
        limit = min(max(int(params.get("limit", 100)), 1), 100)
        end = time.monotonic() + min(float(params.get("timeout", 0)), 50)
        self._poll = asyncio.get_running_loop().create_future()
        mine = self._poll
        try:
            while not self._allowed_updates() and time.monotonic() < end and not mine.done():
                await self._next_change(mine, end - time.monotonic())
            if mine.done():
                mine.result()
        finally:
            mine.cancel()
        return self._allowed_updates()[:limit]

    async def _next_change(self, mine: asyncio.Future[None], seconds: float) -> None:
        async def changed() -> None:
            async with self._changed:
                if not self._allowed_updates():
                    await self._changed.wait()

        task = asyncio.ensure_future(changed())
        try:
            await asyncio.wait({task, mine}, timeout=seconds, return_when="FIRST_COMPLETED")
        finally:
            task.cancel()

    def _allowed_updates(self) -> list[Json]:
        if self._allowed is not None:
            self._updates = [one for one in self._updates if self._allowed & one.keys()]
        return self._updates

    def do_setWebhook(self, params: Json) -> bool:
        self.webhook = params.get("url", "")
        return True

    def do_deleteWebhook(self, params: Json) -> bool:
        self.webhook = ""
        if json_param(params, "drop_pending_updates"):
            self._updates.clear()
        return True

    def do_getWebhookInfo(self, params: Json) -> Json:
        count = len(self._updates)
        return {
            "url": self.webhook,
            "has_custom_certificate": False,
            "pending_update_count": count,
        }


class _Dropped(Exception):
    """The connection is to be broken instead of an answer."""


async def _params(request: web.Request) -> Json:
    params: Json = dict(request.query)
    if request.content_type == "application/json":
        params |= await request.json()
    elif request.content_type == "multipart/form-data":
        async for part in await request.multipart():
            data = await part.read(decode=True)
            params[part.name or ""] = (part.filename, data) if part.filename else data.decode()
    elif request.can_read_body:
        params |= dict(await request.post())
    return params
