"""Groups at the Bot API: members, rights, forum topics; inline queries; what a method takes."""

import json
import time
from typing import Any

from tests.doubles.botapi_buttons import PAYLOAD, check_button
from tests.doubles.botapi_chats import Chat, Json, World
from tests.doubles.botapi_errors import bad, json_param
from tests.doubles.botapi_html import HtmlError, parse_html, utf16

RIGHTS = (
    "can_manage_chat", "can_change_info", "can_delete_messages", "can_invite_users",
    "can_restrict_members", "can_promote_members", "can_manage_video_chats", "can_pin_messages",
    "can_manage_topics", "can_post_stories", "can_edit_stories", "can_delete_stories",
)  # fmt: skip
PERMISSIONS = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos",
    "can_send_videos", "can_send_video_notes", "can_send_voice_notes", "can_send_polls",
    "can_send_other_messages", "can_add_web_page_previews", "can_change_info",
    "can_invite_users", "can_pin_messages", "can_manage_topics",
)  # fmt: skip


class GroupMethods:
    """Methods about members, topics and inline queries."""

    world: World

    def _chat(self, params: Json) -> Chat:
        raise NotImplementedError

    def do_getChatMember(self, params: Json) -> Json:
        chat = self._chat(params)
        user = int(params.get("user_id", 0))
        if not chat.is_group:
            raise bad("there are no members in the private chat")
        known = self.world.user(user)
        if known is None:
            raise bad("member not found")
        return member_json(known, chat.status(user))

    def do_getChatAdministrators(self, params: Json) -> list[Json]:
        chat = self._chat(params)
        if not chat.is_group:
            raise bad("there are no administrators in the private chat")
        return [
            member_json(user, status)
            for number, status in chat.members.items()
            if status.split()[0] in ("creator", "administrator")
            if (user := self.world.user(number)) is not None
        ]

    def do_createForumTopic(self, params: Json) -> Json:
        chat = self._chat(params)
        if chat.topics is None:
            raise bad("the chat is not a forum")
        if not chat.bot_may("can_manage_topics"):
            raise bad("not enough rights to create a topic")
        name = params.get("name", "")
        if not 1 <= len(name) <= 128:
            raise bad("TOPIC_TITLE_EMPTY" if not name else "invalid topic name")
        created = {"name": name, "icon_color": 7322096}
        message = self.world.message(chat, self.world.bot, forum_topic_created=created)
        chat.topics.add(message["message_id"])
        return {"message_thread_id": message["message_id"], **created}

    def do_closeForumTopic(self, params: Json) -> bool:
        self._topic(params, "TOPIC_NOT_MODIFIED", is_closed=False)[0].closed.add(
            int(params["message_thread_id"])
        )
        return True

    def do_reopenForumTopic(self, params: Json) -> bool:
        self._topic(params, "TOPIC_NOT_MODIFIED", is_closed=True)[0].closed.discard(
            int(params["message_thread_id"])
        )
        return True

    def do_editForumTopic(self, params: Json) -> bool:
        self._topic(params)
        if "name" in params and not len(params["name"]) <= 128:
            raise bad("invalid topic name")
        return True

    def _topic(
        self, params: Json, unchanged: str = "", *, is_closed: bool | None = None
    ) -> tuple[Chat, int]:
        chat = self._chat(params)
        thread = int(params.get("message_thread_id", 0))
        if thread not in (chat.topics or ()):
            raise bad("TOPIC_ID_INVALID")
        if not chat.bot_may("can_manage_topics"):
            raise bad("not enough rights to manage topics")
        if is_closed is not None and (thread in chat.closed) is not is_closed:
            raise bad(unchanged)
        return chat, thread

    def do_leaveChat(self, params: Json) -> bool:
        self._chat(params).gone = "bot is not a member of the supergroup chat"
        return True

    # Inline

    def do_answerInlineQuery(self, params: Json) -> bool:
        query = params.get("inline_query_id", "")
        if not self.world.bot["supports_inline_queries"]:
            raise bad("BOT_INLINE_DISABLED")
        if (asked := self.world.inline.pop(query, None)) is None or time.monotonic() > asked + 10:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        results = json_param(params, "results")
        if not isinstance(results, list) or len(results) > 50:
            raise bad("RESULTS_TOO_MUCH" if results else "results can't be parsed")
        ids = [result.get("id", "") for result in results]
        if len(set(ids)) != len(ids):
            raise bad("RESULT_ID_DUPLICATE")
        for result in results:
            check_result(result, self.world.bot["username"])
        if button := json_param(params, "button"):
            check_inline_button(button)
        if not 0 <= int(params.get("cache_time", 300)) <= 10**6:
            raise bad("wrong cache_time")
        self.world.answered[query] = {
            "results": results,
            "button": button,
            "cache_time": int(params.get("cache_time", 300)),
            "is_personal": json_param(params, "is_personal") or False,
        }
        return True


def member_json(user: Json, status: str) -> Json:
    """A ChatMember; a status may be followed by what an administrator may do."""
    kind, *rights = status.split()
    member: Json = {"user": user, "status": kind}
    match kind:
        case "creator":
            member["is_anonymous"] = False
        case "administrator":
            member |= {right: right in rights for right in RIGHTS}
            member |= {"can_be_edited": False, "is_anonymous": False}
        case "restricted":
            member |= {right: right in rights for right in PERMISSIONS}
            member |= {"is_member": True, "until_date": 0, "can_edit_tag": False}
        case "kicked":
            member["until_date"] = 0
    return member


def check_result(result: Json, username: str) -> None:
    """One result of an inline answer, as strict as the real one."""
    if not 1 <= len(str(result.get("id", "")).encode()) <= 64:
        raise bad("RESULT_ID_INVALID")
    if result.get("type") != "article":
        raise bad("RESULT_TYPE_INVALID")
    if not result.get("title", "").strip():
        raise bad("ARTICLE_TITLE_EMPTY")
    for row in result.get("reply_markup", {}).get("inline_keyboard", []):
        for button in row:
            check_button(button, username)
    content: Any = result.get("input_message_content")
    if not isinstance(content, dict):
        raise bad("MESSAGE_EMPTY")
    try:
        text, _ = parse_html(content.get("message_text", ""))
    except HtmlError as error:
        raise bad(f"can't parse entities: {error}") from None
    if not text.strip() or utf16(text) > 4096:
        raise bad("MESSAGE_EMPTY" if not text.strip() else "MESSAGE_TOO_LONG")


def check_inline_button(button: Json) -> None:
    """The button above the results."""
    if not button.get("text", "").strip():
        raise bad("BUTTON_TEXT_INVALID")
    if not PAYLOAD.fullmatch(button.get("start_parameter", "")):
        raise bad("START_PARAM_INVALID")


# What each method takes; Telegram passes over what it does not know, and so a slip of the pen
# would go unseen.
MESSAGE = {
    "chat_id", "message_thread_id", "parse_mode", "reply_parameters", "reply_markup",
    "disable_notification", "protect_content", "business_connection_id", "message_effect_id",
    "allow_paid_broadcast", "direct_messages_topic_id", "suggested_post_parameters",
}  # fmt: skip
PARAMETERS: dict[str, set[str]] = {
    "getme": set(),
    "getupdates": {"offset", "limit", "timeout", "allowed_updates"},
    "setwebhook": {"url", "secret_token", "allowed_updates", "drop_pending_updates",
                   "max_connections", "ip_address", "certificate"},
    "deletewebhook": {"drop_pending_updates"},
    "getwebhookinfo": set(),
    "sendmessage": MESSAGE | {"text", "entities", "link_preview_options"},
    "senddocument": MESSAGE | {"document", "caption", "caption_entities", "thumbnail",
                               "disable_content_type_detection"},
    "sendphoto": MESSAGE | {"photo", "caption", "caption_entities", "has_spoiler",
                            "show_caption_above_media"},
    "copymessage": MESSAGE | {"from_chat_id", "message_id", "caption", "caption_entities",
                              "show_caption_above_media", "video_start_timestamp"},
    "editmessagetext": {"chat_id", "message_id", "inline_message_id", "text", "parse_mode",
                        "entities", "link_preview_options", "reply_markup",
                        "business_connection_id"},
    "editmessagecaption": {"chat_id", "message_id", "inline_message_id", "caption", "parse_mode",
                           "caption_entities", "reply_markup", "business_connection_id",
                           "show_caption_above_media"},
    "editmessagereplymarkup": {"chat_id", "message_id", "inline_message_id", "reply_markup",
                               "business_connection_id"},
    "deletemessage": {"chat_id", "message_id"},
    "sendchataction": {"chat_id", "action", "message_thread_id", "business_connection_id"},
    "answercallbackquery": {"callback_query_id", "text", "show_alert", "url", "cache_time"},
    "setmycommands": {"commands", "scope", "language_code"},
    "getmycommands": {"scope", "language_code"},
    "deletemycommands": {"scope", "language_code"},
    "getchatmember": {"chat_id", "user_id"},
    "getchatadministrators": {"chat_id", "return_bots"},
    "createforumtopic": {"chat_id", "name", "icon_color", "icon_custom_emoji_id"},
    "closeforumtopic": {"chat_id", "message_thread_id"},
    "reopenforumtopic": {"chat_id", "message_thread_id"},
    "editforumtopic": {"chat_id", "message_thread_id", "name", "icon_custom_emoji_id"},
    "leavechat": {"chat_id"},
    "answerinlinequery": {"inline_query_id", "results", "cache_time", "is_personal",
                          "next_offset", "button"},
}  # fmt: skip


def check_parameters(method: str, params: Json) -> None:
    """A 400 for a parameter that the method does not have."""
    uploads = {name for name, value in params.items() if isinstance(value, tuple)}
    unknown = params.keys() - PARAMETERS.get(method, params.keys()) - uploads
    if unknown:
        raise bad(f"unknown parameters {json.dumps(sorted(unknown))}")
