"""Sends and edits messages: HTML, keyboards, previews off, the right topic, and nothing lost."""

import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from telegram import (
    Bot,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

from bot.frontends.telegram_pace import Pacer
from bot.model.document import Choice, Document, Sign
from bot.model.language import Language
from bot.render.telegram_html import Page, clean, render_pages

T = TypeVar("T")
log = logging.getLogger(__name__)

CALLBACK_LONGEST = 64  # bytes
ROW_LONGEST = 8
MOST_BUTTONS = 100
MOST_COPIES = 3  # a page; more would bury the choices
COPY_LABEL = 28
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
UNCHANGED = "message is not modified"
# Refusals that no other text and no waiting would change.
GONE = (
    "chat not found",
    "chat_write_forbidden",
    "chat_restricted",
    "have no rights",
    "not enough rights",
    "peer_id_invalid",
    "topic_closed",
    "thread not found",
)
LOST = ("message to edit not found", "message can't be edited", "message_id_invalid")

STOP = "stop"  # the action of the button that stops a check; no action of the conversation


@dataclass(frozen=True, slots=True)
class Words:
    """What this front-end adds to a document in its language."""

    signs: dict[Sign, str]
    stop: str


class GoneError(Exception):
    """Nothing can be said in this chat any more."""


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


class Post:
    """One bot's way out to Telegram."""

    def __init__(self, bot: Bot, pacer: Pacer, words: dict[Language, Words]) -> None:
        self._bot = bot
        self.pacer = pacer
        self._words = words
        self._moved: dict[int, int] = {}  # groups that became supergroups since we started

    def pages(self, document: Document) -> tuple[Page, ...]:
        """The document's pages, its signs named in its language."""
        words = self._words.get(document.language) if document.language else None
        return render_pages(document, words.signs if words else {})

    def sheets(self, document: Document) -> list[Sheet]:
        """What to send for a document: its first page with buttons to the others, or all."""
        pages = self.pages(document)
        if document.page_action:
            return [paged(document, pages, 1)]
        last = len(pages) - 1
        return [
            Sheet(page.html, keyboard(page, document.choices if number == last else ()))
            for number, page in enumerate(pages)
        ]

    def growing(self, document: Document) -> Sheet:
        """A document that is not finished: its first page, and a button to stop it."""
        page = self.pages(document)[0]
        words = self._words.get(document.language) if document.language else None
        stop = Choice(words.stop if words else "⏹", STOP)
        return Sheet(page.html, keyboard(page, (*document.choices, (stop,))))

    def page(self, document: Document, number: int) -> Sheet:
        """One page of a document that has a `page_action`."""
        return paged(document, self.pages(document), number)

    async def send(self, place: Place, sheet: Sheet) -> int:
        """Send a message; its id. GoneError when nobody is there."""

        async def call(chat: int) -> Message:
            # Answering a message that was deleted meanwhile is still an answer.
            reply = (
                ReplyParameters(place.reply_to, allow_sending_without_reply=True)
                if place.reply_to
                else None
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

        return (await self._in_turn(place.chat, call)).message_id

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
            text = error.message.lower()
            if UNCHANGED in text:
                return message
            if any(lost in text for lost in LOST):
                return await self.send(place, newest())
            raise
        return message

    async def delete(self, place: Place, message: int) -> None:
        """Take a message of ours away; it is no loss where that fails."""
        try:
            await self._bot.delete_message(self._moved.get(place.chat, place.chat), message)
        except TelegramError as error:
            log.debug("a message was not deleted: %s", error)

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
            return await self._bot.answer_callback_query(query, text[:200] or None)
        except TelegramError as error:
            log.debug("a pressed button could not be answered: %s", error)
            return False

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
            if any(gone in error.message.lower() for gone in GONE):
                raise GoneError(str(error)) from error
            raise


def paged(document: Document, pages: tuple[Page, ...], number: int) -> Sheet:
    """One page, with buttons to its neighbours where there are any."""
    number = min(max(number, 1), len(pages))
    page = pages[number - 1]
    rows = list(document.choices)
    if len(pages) > 1:
        rows.append(_turning(document.page_action, number, len(pages)))
    return Sheet(page.html, keyboard(page, rows))


def _turning(action: str, number: int, last: int) -> tuple[Choice, ...]:
    """◀ 2/3 ▶: round in a circle, so that no button ever does nothing."""
    before = last if number == 1 else number - 1
    after = 1 if number == last else number + 1
    return (
        Choice("◀", f"{action}{before}"),
        Choice(f"{number}/{last}", f"{action}{number}"),
        Choice("▶", f"{action}{after}"),
    )


def keyboard(page: Page, choices: Iterable[Iterable[Choice]]) -> InlineKeyboardMarkup | None:
    """The buttons under a page: what can be copied from it, then the choices."""
    rows: list[list[InlineKeyboardButton]] = [
        [InlineKeyboardButton(_copy_label(text), copy_text=CopyTextButton(text))]
        for text in page.copies[:MOST_COPIES]
    ]
    room = MOST_BUTTONS - len(rows)
    for choice_row in choices:
        buttons = [button for choice in choice_row if (button := _button(choice))][:room]
        room -= len(buttons)
        for start in range(0, len(buttons), ROW_LONGEST):
            rows.append(buttons[start : start + ROW_LONGEST])
    return InlineKeyboardMarkup(rows) if rows else None


def _copy_label(text: str) -> str:
    words = " ".join(text.split())
    return "📋 " + (words if len(words) <= COPY_LABEL else words[: COPY_LABEL - 1] + "…")


def _button(choice: Choice) -> InlineKeyboardButton | None:
    label = clean(choice.label).strip()
    if not label or not 1 <= len(choice.action.encode()) <= CALLBACK_LONGEST:
        # Our own bug; a message without this button is better than none.
        log.error("a button that Telegram would refuse: %r", choice)
        return None
    return InlineKeyboardButton(label, callback_data=choice.action)
