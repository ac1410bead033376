"""A Bot API server for tests: speaks HTTP like Telegram's, and is as strict as the real one.

Methods, limits and error texts follow core.telegram.org/bots/api (Bot API 10.0) and what the
public server answers. It keeps one bot's chats in memory: tests act as the people in them
(`api.world.person(...)`), read what a chat shows, and make the next call fail on purpose.
"""

import asyncio
import itertools
import json
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

from tests.doubles.botapi_chats import Chat, Json, World, public
from tests.doubles.botapi_html import HtmlError, parse_html, utf16
from tests.doubles.botapi_limits import Limits

TOKEN = "4242:AAHe5xample-Token_of_the_double_000000"
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\u202a-\u202e]")
ACTIONS = {
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
}  # fmt: skip
UNMODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
CONFLICT = "terminated by other getUpdates request; make sure that only one bot instance is running"


class ApiError(Exception):
    """An answer with ok false."""

    def __init__(self, code: int, description: str, **parameters: object) -> None:
        super().__init__(description)
        self.code = code
        prefix = {400: "Bad Request: ", 403: "Forbidden: ", 409: "Conflict: "}.get(code, "")
        self.description = prefix + description
        self.parameters = parameters


def bad(description: str) -> ApiError:
    """A 400."""
    return ApiError(400, description)


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
class BotApi:
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
            raise _flood(fault.flood)
        if fault.status:
            raise ApiError(fault.status, fault.description or "Bad Gateway")
        if fault.stall and not fault.done:
            yield
            return
        raise _Dropped

    async def _answer(self, method: str, params: Json) -> Any:
        if method not in self._methods:
            raise ApiError(404, "Not Found")
        result = self._methods[method](params)
        return await result if asyncio.iscoroutine(result) else result

    def _wake(self) -> None:
        async def notify() -> None:
            async with self._changed:
                self._changed.notify_all()

        self._notifying = asyncio.ensure_future(notify())

    # Getting updates

    def do_getMe(self, params: Json) -> Json:
        return self.world.bot

    async def do_getUpdates(self, params: Json) -> list[Json]:
        if self.webhook:
            raise ApiError(
                409,
                "can't use getUpdates method while webhook is active;"
                " use deleteWebhook to delete the webhook first",
            )
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(ApiError(409, CONFLICT))
        if (allowed := _json(params, "allowed_updates")) is not None:
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
        if _json(params, "drop_pending_updates"):
            self._updates.clear()
        return True

    def do_getWebhookInfo(self, params: Json) -> Json:
        count = len(self._updates)
        return {
            "url": self.webhook,
            "has_custom_certificate": False,
            "pending_update_count": count,
        }

    # Messages

    def do_sendMessage(self, params: Json) -> Json:
        chat = self._chat(params)
        content = self._text(params, "text", 4096)
        content |= self._keyboard(params)
        return self._send(chat, params, content)

    def do_sendDocument(self, params: Json) -> Json:
        chat = self._chat(params)
        upload = params.get("document")
        if not isinstance(upload, tuple):
            raise bad("there is no document in the request")
        name, data = upload
        content = self._text(params, "caption", 1024) if params.get("caption") else {}
        content |= self._keyboard(params)
        content["document"] = {
            "file_id": f"file-{name}", "file_unique_id": name, "file_name": name,
            "file_size": len(data),
        }  # fmt: skip
        content["_document"] = (name, data)
        return self._send(chat, params, content)

    def _send(self, chat: Chat, params: Json, content: Json) -> Json:
        thread = params.get("message_thread_id")
        if thread is not None:
            if int(thread) not in (chat.topics or ()):
                raise bad("message thread not found")
            content |= {"message_thread_id": int(thread), "is_topic_message": True}
        reply = _json(params, "reply_parameters") or {}
        if reply:
            if (replied := chat.messages.get(int(reply["message_id"]))) is not None:
                original = public(replied)
                original.pop("reply_to_message", None)
                content["reply_to_message"] = original
            elif not reply.get("allow_sending_without_reply"):
                raise bad("message to be replied not found")
        self._take(chat)
        return public(self.world.message(chat, self.world.bot, **content))

    def do_editMessageText(self, params: Json) -> Json:
        chat = self._chat(params)
        message = self._editable(chat, params)
        content = self._text(params, "text", 4096) | self._keyboard(params)
        return self._edit(chat, message, content, {"text", "entities", "reply_markup"})

    def do_editMessageReplyMarkup(self, params: Json) -> Json:
        chat = self._chat(params)
        message = self._editable(chat, params)
        return self._edit(chat, message, self._keyboard(params), {"reply_markup"})

    def _editable(self, chat: Chat, params: Json) -> Json:
        message = chat.messages.get(int(params.get("message_id", 0)))
        if message is None:
            raise bad("message to edit not found")
        if message.get("from", {}).get("id") != self.world.bot["id"]:
            raise bad("message can't be edited")
        return message

    def _edit(self, chat: Chat, message: Json, content: Json, parts: set[str]) -> Json:
        if all(message.get(part) == content.get(part) for part in parts):
            raise bad(UNMODIFIED)
        self._take(chat)
        for part in parts:
            message.pop(part, None)
        edits = message.get("_edits", 0) + 1
        message |= content | {"edit_date": int(time.time()), "_edits": edits}
        return public(message)

    def do_deleteMessage(self, params: Json) -> bool:
        chat = self._chat(params)
        if chat.messages.pop(int(params.get("message_id", 0)), None) is None:
            raise bad("message to delete not found")
        return True

    def do_sendChatAction(self, params: Json) -> bool:
        self._chat(params)
        if params.get("action") not in ACTIONS:
            raise bad("wrong parameter action in request")
        return True

    def do_answerCallbackQuery(self, params: Json) -> bool:
        query = params.get("callback_query_id", "")
        text = params.get("text", "")
        if len(text) > 200:
            raise bad("MESSAGE_TOO_LONG")
        pressed = self.world.callbacks.pop(query, None)
        if pressed is None or time.monotonic() > pressed + self.callback_seconds:
            raise bad(TOO_OLD)
        self.world.toasts.append((int(query.partition("-")[0]), text))
        return True

    def _chat(self, params: Json) -> Chat:
        number = str(params.get("chat_id", ""))
        if not number:
            raise bad("chat_id is empty")
        chat = self.world.chats.get(int(number)) if re.fullmatch(r"-?\d+", number) else None
        if chat is None:
            raise bad("chat not found")
        if chat.gone:
            raise ApiError(403, chat.gone)
        if chat.migrated_to is not None:
            raise ApiError(
                400,
                "group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=chat.migrated_to,
            )
        return chat

    def _take(self, chat: Chat) -> None:
        wait = self.limits.take(chat.id, is_group=chat.is_group)
        if wait is not None:
            raise _flood(wait)

    def _text(self, params: Json, name: str, most: int) -> Json:
        source = params.get(name, "")
        mode = params.get("parse_mode", "")
        entities: list[Json] = []
        if mode.lower() == "html":
            try:
                text, entities = parse_html(source)
            except HtmlError as error:
                raise bad(f"can't parse entities: {error}") from None
        elif mode:
            raise bad("unsupported parse_mode")
        else:
            text = source
        text = CONTROL.sub(" ", text.replace("\r", ""))
        if not text.strip():
            raise bad("message text is empty" if name == "text" else "caption is empty")
        if utf16(text) > most:
            raise bad("message is too long" if name == "text" else "message caption is too long")
        preview = _json(params, "link_preview_options") or {}
        key = "entities" if name == "text" else "caption_entities"
        content: Json = {
            name: text,
            "_html": source,
            "_previews": not preview.get("is_disabled", False),
        }
        # Telegram drops what is over a hundred, and says nothing.
        return content | ({key: entities[:100]} if entities else {})

    def _keyboard(self, params: Json) -> Json:
        markup = _json(params, "reply_markup")
        if markup is None:
            return {}
        rows = markup.get("inline_keyboard")
        if not isinstance(rows, list):
            raise bad("object expected as reply markup")
        for row in rows:
            if len(row) > 8:
                raise bad("reply markup is too long")
            for button in row:
                _check_button(button)
        if sum(len(row) for row in rows) > 100:
            raise bad("reply markup is too long")
        rows = [row for row in rows if row]
        return {"reply_markup": {"inline_keyboard": rows}} if rows else {}

    # Commands

    def do_setMyCommands(self, params: Json) -> bool:
        commands = _json(params, "commands") or []
        if len(commands) > 100:
            raise bad("BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command.get("command", "")):
                raise bad("BOT_COMMAND_INVALID")
            if not 1 <= len(command.get("description", "")) <= 256:
                raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands[_scope(params)] = commands
        return True

    def do_getMyCommands(self, params: Json) -> list[Json]:
        return self.commands.get(_scope(params), [])

    def do_deleteMyCommands(self, params: Json) -> bool:
        self.commands.pop(_scope(params), None)
        return True


class _Dropped(Exception):
    """The connection is to be broken instead of an answer."""


def _flood(seconds: float) -> ApiError:
    shown = int(seconds) if float(seconds).is_integer() else round(seconds, 3)
    return ApiError(429, f"Too Many Requests: retry after {shown}", retry_after=shown)


def _check_button(button: Json) -> None:
    if not button.get("text", "").strip():
        raise bad("inline keyboard button text must be non-empty")
    kinds = button.keys() & {"callback_data", "url", "copy_text", "switch_inline_query"}
    if len(kinds) != 1:
        raise bad("text buttons are unallowed in the inline keyboard")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
        raise bad("BUTTON_DATA_INVALID")
    if "copy_text" in button and not 1 <= len(button["copy_text"].get("text", "")) <= 256:
        raise bad("BUTTON_COPY_TEXT_INVALID")


def _scope(params: Json) -> tuple[str, str]:
    scope = _json(params, "scope") or {"type": "default"}
    return json.dumps(scope, sort_keys=True), params.get("language_code", "")


def _json(params: Json, name: str) -> Any:
    value = params.get(name)
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise bad(f"can't parse {name} JSON object") from None


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
