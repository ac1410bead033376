"""Sends and edits messages: previews off, in the right topic, within limits, and nothing lost."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from telegram import (
    Bot,
    InputFile,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.constants import ChatAction, ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.frontends.telegram.pace import Pacer, retry_after
from bot.frontends.telegram.refusals import (
    GoneError,
    is_deleted,
    is_gone,
    is_lost,
    is_reply_lost,
    is_unchanged,
)
from bot.frontends.telegram.sheets import Sheet, Sheets, Words
from bot.model.language import Language

T = TypeVar("T")
log = logging.getLogger(__name__)

QUERY_WAITS = 3.0  # seconds of a flood wait; the answer itself waits behind it
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True)
class Place:
    """Where answers go: the chat, the forum topic, and the message that they answer."""

    chat: int
    thread: int | None = None
    reply_to: int | None = None


class Post(Sheets):
    """One bot's way out to Telegram."""

    def __init__(
        self, bot: Bot, pacer: Pacer, words: Callable[[], Mapping[Language, Words]]
    ) -> None:
        super().__init__(bot, words)
        self.pacer = pacer
        self._moved: dict[int, int] = {}  # groups that became supergroups since we started

    def moved(self, old: int, new: int) -> None:
        """A group has another number from now on."""
        self._moved[old] = new

    async def send(self, place: Place, sheet: Sheet) -> int:
        """Send a message; its id. GoneError when nobody is there."""

        async def call(chat: int) -> Message:
            # Answering a message that was deleted meanwhile is still an answer.
            reply = (
                ReplyParameters(place.reply_to, allow_sending_without_reply=True)
                if place.reply_to
                else None
            )
            if sheet.file and sheet.file.is_picture:
                return await self._bot.send_photo(
                    chat,
                    InputFile(sheet.file.content, filename=sheet.file.name),
                    caption=sheet.html or None,
                    parse_mode=ParseMode.HTML,
                    reply_markup=sheet.keyboard,
                    reply_parameters=reply,
                    message_thread_id=place.thread,
                )
            if sheet.file:
                return await self._bot.send_document(
                    chat,
                    InputFile(sheet.file.content, filename=sheet.file.name),
                    caption=sheet.html or None,
                    parse_mode=ParseMode.HTML,
                    reply_markup=sheet.keyboard,
                    reply_parameters=reply,
                    message_thread_id=place.thread,
                    disable_content_type_detection=True,
                )
            return await self._bot.send_message(
                chat,
                sheet.html,
                parse_mode=ParseMode.HTML,
                reply_markup=sheet.keyboard,
                link_preview_options=NO_PREVIEW,
                reply_parameters=reply,
                message_thread_id=place.thread,
            )

        try:
            return (await self._in_turn(place.chat, call)).message_id
        except BadRequest as error:
            if place.reply_to is None or not is_reply_lost(error):
                raise
            return await self.send(replace(place, reply_to=None), sheet)

    async def edit(self, place: Place, message: int, newest: Callable[[], Sheet]) -> int:
        """Edit a message to the newest state; its id, a new one where it had been deleted."""

        async def call(chat: int) -> Message | bool:
            sheet = newest()
            return await self._bot.edit_message_text(
                sheet.html,
                chat_id=chat,
                message_id=message,
                parse_mode=ParseMode.HTML,
                reply_markup=sheet.keyboard,
                link_preview_options=NO_PREVIEW,
            )

        try:
            await self._in_turn(place.chat, call)
        except BadRequest as error:
            if is_unchanged(error):
                return message
            if is_lost(error):
                return await self.send(place, newest())
            raise
        return message

    async def delete(self, place: Place, message: int) -> bool:
        """Take a message away, if that is allowed; whether it is gone."""
        try:
            return await self.ask(place.chat, lambda bot, chat: bot.delete_message(chat, message))
        except TelegramError as error:
            log.debug("a message was not deleted: %s", error)
            return is_deleted(error)

    async def typing(self, place: Place) -> None:
        """A sign of life; not worth a second try."""
        try:
            await self._bot.send_chat_action(
                self._moved.get(place.chat, place.chat),
                ChatAction.TYPING,
                message_thread_id=place.thread,
            )
        except TelegramError as error:
            log.debug("no sign of life: %s", error)

    async def answer(self, query: str, text: str = "") -> bool:
        """Answer a pressed button; whether it was in time."""
        try:
            try:
                return await self._bot.answer_callback_query(query, text[:200] or None)
            except RetryAfter as error:
                if (pause := retry_after(error)) > QUERY_WAITS:
                    raise
                await asyncio.sleep(pause)
                return await self._bot.answer_callback_query(query, text[:200] or None)
        except TelegramError as error:
            log.debug("a pressed button could not be answered: %s", error)
            return False

    async def call(self, chat: int, call: Callable[[Bot, int], Awaitable[T]]) -> T:
        """Anything else that counts as a message, in its turn; refused as messages are."""
        return await self._in_turn(chat, lambda number: call(self._bot, number))

    async def ask(self, chat: int, call: Callable[[Bot, int], Awaitable[T]]) -> T:
        """A question to Telegram about a chat: not counted, and asked again where it was lost."""
        number = self._moved.get(chat, chat)
        for pause in self.pacer.limits.retries:
            try:
                return await call(self._bot, number)
            except (BadRequest, ChatMigrated):
                raise
            except NetworkError:
                await asyncio.sleep(pause)
            except RetryAfter as error:
                await asyncio.sleep(retry_after(error))
        return await call(self._bot, number)

    async def _in_turn(self, chat: int, call: Callable[[int], Awaitable[T]]) -> T:
        number = self._moved.get(chat, chat)
        try:
            try:
                return await self.pacer.send(number, lambda: call(number))
            except ChatMigrated as error:
                moved = self._moved[chat] = error.new_chat_id
                return await self.pacer.send(moved, lambda: call(moved))
        except Forbidden as error:
            raise GoneError(str(error)) from error
        except BadRequest as error:
            if is_gone(error):
                raise GoneError(str(error)) from error
            raise
