"""Cases on Telegram: reads what may belong to one, and hands things on between two chats."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

from telegram import (
    Bot,
    BotCommandScopeChat,
    BotCommandScopeChatAdministrators,
    Chat,
    ChatMember,
    Message,
    ReplyParameters,
    Update,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden

from bot.conversation.cases.intake import Posted
from bot.conversation.cases.ports import RefusedError, TopicGoneError
from bot.conversation.keeping import NobodyThereError
from bot.frontends.telegram.courier import PREFIX, TelegramCourier
from bot.frontends.telegram.heard import COMMAND, Me
from bot.frontends.telegram.menu import codes_of, set_menu
from bot.frontends.telegram.post import Place
from bot.frontends.telegram.refusals import GoneError
from bot.frontends.telegram.sheets import Sheet
from bot.model.document import Document
from bot.model.language import Language

T = TypeVar("T")

ADMINISTRATORS = (ChatMember.OWNER, ChatMember.ADMINISTRATOR)
MEMBERS = (*ADMINISTRATORS, ChatMember.MEMBER)
TOPIC_GONE = ("message thread not found", "topic_deleted", "topic_id_invalid")
CAPTION_LONGEST = 1024  # characters


def read_posted(update: Update, me: Me) -> Posted | None:
    """A message that may belong to a case; None for commands, and for what cannot."""
    message = update.message or update.edited_message
    if message is None or message.chat.type == Chat.CHANNEL or message.is_automatic_forward:
        return None
    user, sender = message.from_user, message.sender_chat
    if (user is None or user.is_bot) and sender is None:
        return None
    text = message.text if message.text is not None else message.caption or ""
    if COMMAND.match(text) or not _has_content(message):
        return None
    replied = _replied(message)
    is_ours = (
        replied is not None and replied.from_user is not None and replied.from_user.id == me.id
    )
    thread = message.message_thread_id if message.is_topic_message else None
    is_edited = update.edited_message is not None
    if not (is_ours or thread or is_edited):
        return None
    is_called = f"@{me.username.lower()}" in text.lower()
    return Posted(
        f"{PREFIX}{update.update_id}",
        f"{PREFIX}{message.chat.id}",
        str(message.message_id),
        f"{PREFIX}{sender.id if sender is not None else user.id if user else 0}",
        (sender.title if sender is not None else user.first_name if user else "") or "",
        (user.username if user is not None and sender is None else "") or "",
        str(thread or ""),
        str(replied.message_id) if replied is not None and is_ours else "",
        text,
        message.text is not None,
        is_edited,
        is_called or (replied is not None and not is_ours),
    )


def _replied(message: Message) -> Message | None:
    """In a forum every message "replies" to the one that opened the topic."""
    replied = message.reply_to_message
    return None if replied is None or replied.forum_topic_created is not None else replied


def _has_content(message: Message) -> bool:
    return message.text is not None or message.effective_attachment is not None


class TelegramRelay(TelegramCourier):
    """Fulfils cases.Wire."""

    async def post(self, chat: str, document: Document, thread: str = "", under: str = "") -> str:
        """Send all pages of it."""
        messages = []
        for sheet in self._post.sheets(document):
            place = self._place(chat, thread, under)
            with _Telling(chat):
                messages.append(str(await self._post.send(place, sheet)))
        return ",".join(messages)

    async def copy(
        self, chat: str, message: str, to: str, thread: str = "", under: str = ""
    ) -> str:
        """Telegram makes the copy, so every kind of message can be handed on."""
        place = self._place(to, thread, under)
        reply = (
            ReplyParameters(place.reply_to, allow_sending_without_reply=True)
            if place.reply_to
            else None
        )

        async def call(bot: Bot, number: int) -> str:
            copied = await bot.copy_message(
                number,
                _number(chat),
                int(message),
                message_thread_id=place.thread,
                reply_parameters=reply,
            )
            return str(copied.message_id)

        with _Telling(to):
            return await self._post.call(place.chat, call)

    async def change(self, chat: str, messages: str, document: Document) -> None:
        """Page by page, as many as there were; what was deleted meanwhile stays deleted."""
        sheets = self._post.sheets(document)
        for message, sheet in zip(messages.split(","), sheets, strict=False):

            async def call(bot: Bot, number: int, at: str = message, made: Sheet = sheet) -> None:
                await bot.edit_message_text(
                    made.html,
                    chat_id=number,
                    message_id=int(at),
                    parse_mode=ParseMode.HTML,
                    reply_markup=made.keyboard,
                )

            await self._as_far(chat, call)

    async def change_caption(self, chat: str, messages: str, text: str) -> None:
        """The words under a file."""
        (message, *_) = messages.split(",")

        async def call(bot: Bot, number: int) -> None:
            await bot.edit_message_caption(
                number, int(message), caption=text[:CAPTION_LONGEST] or None
            )

        await self._as_far(chat, call)

    async def open_topic(self, chat: str, name: str) -> str:
        """Only a forum has topics, and only who may manage them can open one."""

        async def call(bot: Bot, number: int) -> str:
            topic = await bot.create_forum_topic(number, name)
            return str(topic.message_thread_id)

        try:
            return await self._post.call(_number(chat), call)
        except (BadRequest, GoneError):
            return ""

    async def name_topic(self, chat: str, topic: str, name: str) -> None:
        """Whoever took the right away keeps the name."""

        async def call(bot: Bot, number: int) -> None:
            await bot.edit_forum_topic(number, int(topic), name=name)

        await self._as_far(chat, call)

    async def remove(self, chat: str, messages: str) -> bool:
        """Telegram lets a bot do that for two days."""
        place = Place(_number(chat))
        gone = [await self._post.delete(place, int(each)) for each in messages.split(",")]
        return all(gone)

    async def offer(
        self,
        chat: str,
        commands: Mapping[Language, Sequence[tuple[str, str]]],
        *,
        for_administrators: bool = False,
    ) -> None:
        """The menu of one chat, in each language that Telegram asks for."""
        kind = BotCommandScopeChatAdministrators if for_administrators else BotCommandScopeChat
        for code, language in codes_of(commands):

            async def call(
                bot: Bot,
                number: int,
                code: str = code,
                wanted: Sequence[tuple[str, str]] = commands.get(language, ()),
            ) -> None:
                await set_menu(bot, kind(number), code, wanted)

            try:
                await self._post.ask(_number(chat), call)
            except (BadRequest, Forbidden) as error:
                raise NobodyThereError(chat) from error

    async def is_administrator(self, chat: str, person: str) -> bool:
        """Whoever writes in the name of the group itself is one."""
        return person == chat or await self._status(chat, person) in ADMINISTRATORS

    async def is_member(self, chat: str, person: str) -> bool:
        """Whether Telegram knows them as one now."""
        return person == chat or await self._status(chat, person) in MEMBERS

    async def _status(self, chat: str, person: str) -> str:
        async def call(bot: Bot, number: int) -> str:
            member = await bot.get_chat_member(number, _number(person))
            is_in = getattr(member, "is_member", False)
            return ChatMember.MEMBER if is_in else member.status

        try:
            return await self._post.ask(_number(chat), call)
        except (BadRequest, Forbidden):
            return ""

    async def _as_far(self, chat: str, call: Callable[[Bot, int], Awaitable[None]]) -> None:
        """An edit that Telegram refuses is no loss: the newer words are at their author's."""
        try:
            await self._post.call(_number(chat), call)
        except (BadRequest, GoneError):
            return

    def _place(self, chat: str, thread: str, under: str) -> Place:
        if not chat.startswith(PREFIX):
            raise NobodyThereError(chat)
        return Place(_number(chat), int(thread) if thread else None, int(under) if under else None)


class _Telling:
    """Telegram's refusals in the words of the ports."""

    def __init__(self, chat: str) -> None:
        self._chat = chat

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, GoneError):
            if any(gone in str(error).lower() for gone in TOPIC_GONE):
                raise TopicGoneError(self._chat) from error
            raise NobodyThereError(self._chat) from error
        if isinstance(error, BadRequest):
            raise RefusedError(str(error)) from error


def _number(key: str) -> int:
    return int(key.removeprefix(PREFIX))
