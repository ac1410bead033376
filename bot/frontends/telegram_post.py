"""Sends and edits messages: HTML, keyboards, previews off, the right topic, and nothing lost."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from telegram import (
    Bot,
    InlineKeyboardMarkup,
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

from bot.frontends.telegram_keyboard import keyboard, turning
from bot.frontends.telegram_pace import Pacer, retry_after
from bot.frontends.telegram_refusals import (
    GoneError,
    is_deleted,
    is_gone,
    is_lost,
    is_reply_lost,
    is_unchanged,
)
from bot.model.document import Choice, Document, Enclosure, Sign
from bot.model.language import Language
from bot.render.telegram_html import Page, render_pages, utf16

T = TypeVar("T")
log = logging.getLogger(__name__)

QUERY_WAITS = 3.0  # seconds of a flood wait; the answer itself waits behind it
CAPTION_LONGEST = 1024  # UTF-16 code units of the words under a file
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

STOP = "stop"  # the action of the button that stops a check; no action of the conversation


@dataclass(frozen=True, slots=True)
class Words:
    """What this front-end adds to a document in its language."""

    signs: dict[Sign, str]
    stop: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where answers go: the chat, the forum topic, and the message that they answer."""

    chat: int
    thread: int | None = None
    reply_to: int | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One message, ready to be sent."""

    html: str
    keyboard: InlineKeyboardMarkup | None = None
    file: Enclosure | None = None  # the words are its caption


class Post:
    """One bot's way out to Telegram."""

    def __init__(
        self, bot: Bot, pacer: Pacer, words: Callable[[], Mapping[Language, Words]]
    ) -> None:
        self._bot = bot
        self.pacer = pacer
        self._words = words
        self._moved: dict[int, int] = {}  # groups that became supergroups since we started

    def moved(self, old: int, new: int) -> None:
        """A group has another number from now on."""
        self._moved[old] = new

    @property
    def username(self) -> str:
        """The bot's own; "" while Telegram has not told it yet."""
        try:
            return self._bot.username
        except RuntimeError:
            return ""

    def pages(self, document: Document) -> tuple[Page, ...]:
        """The document's pages, its signs named in its language."""
        words = self._words().get(document.language) if document.language else None
        return render_pages(document, words.signs if words else {})

    def sheets(self, document: Document) -> list[Sheet]:
        """What to send for a document: its first page with buttons to the others, or all."""
        pages = self.pages(document)
        if document.page_action:
            return [self._paged(document, pages, 1)]
        last = len(pages) - 1
        sheets = [
            Sheet(page.html, self._keyboard(page, document.choices if number == last else ()))
            for number, page in enumerate(pages)
        ]
        return _with_file(sheets, document.enclosure) if document.enclosure else sheets

    def whole(self, document: Document) -> Sheet:
        """The first page with all buttons: all that can be sent in another's name."""
        page = self.pages(document)[0]
        return Sheet(page.html, self._keyboard(page, document.choices))

    def growing(self, document: Document) -> Sheet:
        """A document that is not finished: its first page, and a button to stop it."""
        page = self.pages(document)[0]
        words = self._words().get(document.language) if document.language else None
        stop = Choice(words.stop if words else "⏹", STOP)
        return Sheet(page.html, self._keyboard(page, (*document.choices, (stop,))))

    def page(self, document: Document, number: int) -> Sheet:
        """One page of a document that has a `page_action`."""
        return self._paged(document, self.pages(document), number)

    def _keyboard(
        self, page: Page, choices: tuple[tuple[Choice, ...], ...]
    ) -> InlineKeyboardMarkup | None:
        return keyboard(page, choices, self.username)

    def _paged(self, document: Document, pages: tuple[Page, ...], number: int) -> Sheet:
        """One page, with buttons to its neighbours where there are any."""
        number = min(max(number, 1), len(pages))
        page = pages[number - 1]
        rows = document.choices
        if len(pages) > 1:
            rows = (*rows, turning(document.page_action, number, len(pages)))
        return Sheet(page.html, self._keyboard(page, rows))

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


def _with_file(sheets: list[Sheet], file: Enclosure) -> list[Sheet]:
    """The words as the caption of the file where they fit under it; else before it."""
    only = sheets[0]
    if len(sheets) == 1 and utf16(only.html) <= CAPTION_LONGEST:
        return [Sheet(only.html, only.keyboard, file)]
    return [*sheets, Sheet("", file=file)]
