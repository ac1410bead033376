"""The buttons under a message: what they do, copy or open, within Telegram's limits."""

import logging
from collections.abc import Iterable

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from bot.model.document import Choice
from bot.render.telegram_html import clean
from bot.render.telegram_pages import Page

log = logging.getLogger(__name__)

CALLBACK_LONGEST = 64  # bytes
COPY_LONGEST = 256  # characters
ROW_LONGEST = 8
MOST_BUTTONS = 100
MOST_COPIES = 3  # a page; more would bury the choices
COPY_LABEL = 28


def keyboard(
    page: Page, choices: Iterable[Iterable[Choice]], username: str = ""
) -> InlineKeyboardMarkup | None:
    """The buttons under a page: what can be copied from it, then the choices.

    `username` is the bot's own: links to its private chat begin with it.
    """
    rows: list[list[InlineKeyboardButton]] = [
        [InlineKeyboardButton(_copy_label(text), copy_text=CopyTextButton(text))]
        for text in page.copies[:MOST_COPIES]
    ]
    room = MOST_BUTTONS - len(rows)
    for choice_row in choices:
        made = (_button(choice, username) for choice in choice_row)
        buttons = [button for button in made if button][:room]
        room -= len(buttons)
        for start in range(0, len(buttons), ROW_LONGEST):
            rows.append(buttons[start : start + ROW_LONGEST])
    return InlineKeyboardMarkup(rows) if rows else None


def turning(action: str, number: int, last: int) -> tuple[Choice, ...]:
    """◀ 2/3 ▶: round in a circle, so that no button ever does nothing."""
    before = last if number == 1 else number - 1
    after = 1 if number == last else number + 1
    return (
        Choice("◀", f"{action}{before}"),
        Choice(f"{number}/{last}", f"{action}{number}"),
        Choice("▶", f"{action}{after}"),
    )


def _copy_label(text: str) -> str:
    words = " ".join(text.split())
    return "📋 " + (words if len(words) <= COPY_LABEL else words[: COPY_LABEL - 1] + "…")


def _button(choice: Choice, username: str) -> InlineKeyboardButton | None:
    label = clean(choice.label).strip()
    if label and 1 <= len(choice.copy) <= COPY_LONGEST:
        return InlineKeyboardButton(label, copy_text=CopyTextButton(choice.copy))
    for where, payload in (("start", choice.private), ("startgroup", choice.group)):
        if label and payload and username:
            link = f"https://t.me/{username}?{where}={payload}"
            return InlineKeyboardButton(label, url=link)
    if not label or not 1 <= len(choice.action.encode()) <= CALLBACK_LONGEST:
        # Our own bug; a message without this button is better than none.
        log.error("a button that Telegram would refuse: %r", choice.label)
        return None
    return InlineKeyboardButton(label, callback_data=choice.action)
