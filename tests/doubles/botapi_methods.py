"""What the Bot API's methods do with a chat: send, edit, answer, commands; as strict as real."""

import json
import re
import time

from tests.doubles.botapi_buttons import check_button
from tests.doubles.botapi_chats import Chat, Json, World, public
from tests.doubles.botapi_errors import ApiError, bad, flood, json_param
from tests.doubles.botapi_groups import GroupMethods
from tests.doubles.botapi_html import HtmlError, parse_html, utf16
from tests.doubles.botapi_limits import Limits

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\u202a-\u202e]")
ACTIONS = {
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
}  # fmt: skip
DELETABLE = 48 * 3600  # seconds after it was sent, without the right to delete any
UNMODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


class Methods(GroupMethods):
    """Every method but those of getting updates; each takes the parameters as they came."""

    world: World
    limits: Limits
    callback_seconds: float
    commands: dict[tuple[str, str], list[Json]]

    def do_getMe(self, params: Json) -> Json:
        return self.world.bot

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

    def do_sendPhoto(self, params: Json) -> Json:
        chat = self._chat(params)
        upload = params.get("photo")
        if not isinstance(upload, tuple):
            raise bad("there is no photo in the request")
        name, data = upload
        if not data.startswith((b"\x89PNG", b"\xff\xd8")):
            raise bad("IMAGE_PROCESS_FAILED")
        if len(data) > 10 * 2**20:
            raise bad("PHOTO_INVALID_DIMENSIONS")
        content = self._text(params, "caption", 1024) if params.get("caption") else {}
        content |= self._keyboard(params)
        content["photo"] = [
            {"file_id": f"file-{name}", "file_unique_id": name, "width": 1, "height": 1}
        ]
        content["_document"] = (name, data)
        return self._send(chat, params, content)

    def do_copyMessage(self, params: Json) -> Json:
        chat = self._chat(params)
        source = self._chat({"chat_id": params.get("from_chat_id", "")})
        original = source.messages.get(int(params.get("message_id", 0)))
        if original is None:
            raise bad("message to copy not found")
        dropped = {"message_id", "date", "chat", "from", "reply_to_message", "reply_markup",
                   "message_thread_id", "is_topic_message", "sender_chat", "edit_date"}  # fmt: skip
        content = {key: value for key, value in original.items() if key not in dropped}
        content |= self._keyboard(params)
        return {"message_id": self._send(chat, params, content)["message_id"]}

    def _send(self, chat: Chat, params: Json, content: Json) -> Json:
        if not chat.bot_may_write:
            raise bad("not enough rights to send text messages to the chat")
        thread = params.get("message_thread_id")
        is_closed = thread is not None and int(thread) in chat.closed
        if is_closed and not chat.bot_may("can_manage_topics"):
            raise bad("TOPIC_CLOSED")
        if thread is not None:
            if int(thread) not in (chat.topics or ()):
                raise bad("message thread not found")
            content |= {"message_thread_id": int(thread), "is_topic_message": True}
        reply = json_param(params, "reply_parameters") or {}
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
        if "text" not in message:
            raise bad("there is no text in the message to edit")
        content = self._text(params, "text", 4096) | self._keyboard(params)
        return self._edit(chat, message, content, {"text", "entities", "reply_markup"})

    def do_editMessageCaption(self, params: Json) -> Json:
        chat = self._chat(params)
        message = self._editable(chat, params)
        if not message.keys() & {"document", "photo"}:
            raise bad("there is no caption in the message to edit")
        content = self._text(params, "caption", 1024) | self._keyboard(params)
        return self._edit(chat, message, content, {"caption", "caption_entities", "reply_markup"})

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
        number = int(params.get("message_id", 0))
        message = chat.messages.get(number)
        if message is None:
            raise bad("message to delete not found")
        is_own = message.get("from", {}).get("id") == self.world.bot["id"]
        is_any = chat.is_group and chat.bot_may("can_delete_messages")
        if chat.is_group and not is_own and not is_any:
            raise bad("message can't be deleted")
        if message["date"] < time.time() - DELETABLE and not is_any:
            raise bad("message can't be deleted for everyone")
        del chat.messages[number]
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
            raise flood(wait)

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
        preview = json_param(params, "link_preview_options") or {}
        key = "entities" if name == "text" else "caption_entities"
        content: Json = {
            name: text,
            "_html": source,
            "_previews": not preview.get("is_disabled", False),
        }
        # Telegram drops what is over a hundred, and says nothing.
        return content | ({key: entities[:100]} if entities else {})

    def _keyboard(self, params: Json) -> Json:
        markup = json_param(params, "reply_markup")
        if markup is None:
            return {}
        rows = markup.get("inline_keyboard")
        if not isinstance(rows, list):
            raise bad("object expected as reply markup")
        for row in rows:
            if len(row) > 8:
                raise bad("reply markup is too long")
            for button in row:
                check_button(button, self.world.bot["username"])
        if sum(len(row) for row in rows) > 100:
            raise bad("reply markup is too long")
        rows = [row for row in rows if row]
        return {"reply_markup": {"inline_keyboard": rows}} if rows else {}

    # Commands

    def do_setMyCommands(self, params: Json) -> bool:
        commands = json_param(params, "commands") or []
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


def _scope(params: Json) -> tuple[str, str]:
    scope = json_param(params, "scope") or {"type": "default"}
    return json.dumps(scope, sort_keys=True), params.get("language_code", "")
