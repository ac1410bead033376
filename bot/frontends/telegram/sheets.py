"""What to send for a document: messages ready made, with their keyboards, pages and files."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from telegram import Bot, InlineKeyboardMarkup

from bot.frontends.telegram.keyboard import keyboard, turning
from bot.model.document import Choice, Document, Enclosure, Sign
from bot.model.language import Language
from bot.render.telegram_html import render_pages
from bot.render.telegram_pages import Page, utf16

CAPTION_LONGEST = 1024  # UTF-16 code units of the words under a file
STOP = "stop"  # the action of the button that stops a check; no action of the conversation


@dataclass(frozen=True, slots=True)
class Words:
    """What this front-end adds to a document in its language."""

    signs: dict[Sign, str]
    stop: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One message, ready to be sent."""

    html: str
    keyboard: InlineKeyboardMarkup | None = None
    file: Enclosure | None = None  # the words are its caption


class Sheets:
    """Makes a bot's messages of documents."""

    def __init__(self, bot: Bot, words: Callable[[], Mapping[Language, Words]]) -> None:
        self._bot = bot
        self._words = words

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


def _with_file(sheets: list[Sheet], file: Enclosure) -> list[Sheet]:
    """The words as the caption of the file where they fit under it; else before it."""
    only = sheets[0]
    if len(sheets) == 1 and utf16(only.html) <= CAPTION_LONGEST:
        return [Sheet(only.html, only.keyboard, file)]
    return [*sheets, Sheet("", file=file)]
