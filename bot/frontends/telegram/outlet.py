"""Fulfils ports.Outlet and ports.Board: where the answers to one Incoming go."""

import asyncio
import logging
from collections.abc import Callable

from telegram.error import TelegramError

from bot.conversation.ports import Board
from bot.frontends.telegram.answers import Query, Stops
from bot.frontends.telegram.post import Place, Post
from bot.frontends.telegram.refusals import GoneError
from bot.frontends.telegram.sheets import Sheet
from bot.model.document import Document, Paragraph, line

log = logging.getLogger(__name__)


class TelegramOutlet:
    """The answers to one thing that a person did."""

    def __init__(
        self,
        post: Post,
        place: Place,
        *,
        query: Query | None = None,
        pressed: int | None = None,
        answers: list[int] | None = None,
        revise: list[int] | None = None,
        on_gone: Callable[[], None] = lambda: None,
        stops: Stops | None = None,
        conversation: str = "",
    ) -> None:
        self._post = post
        self._stops = stops or Stops()
        self._conversation = conversation
        self._place = place
        self._query = query
        self._pressed = pressed  # the message whose button was pressed
        self._answers = [] if answers is None else answers
        self._revise = list(revise or ())  # earlier answers, to be edited instead of sent anew
        self._on_gone = on_gone
        self._is_gone = False

    @property
    def has_put(self) -> bool:
        """Whether the person got any message."""
        return bool(self._answers)

    async def say(self, document: Document) -> None:
        """Send it, all of its pages."""
        await self._acknowledge()
        for sheet in self._post.sheets(document):
            await self.put(sheet)

    async def replace(self, document: Document, page: int = 1) -> None:
        """Put it in the place of the message whose button was pressed."""
        if self._pressed is None:
            await self.say(document)
            return
        await self._acknowledge()
        sheets = self._post.sheets(document)
        if document.page_action:
            sheets = [self._post.page(document, page)]
        if not sheets[0].file:  # a file stands in no other message's place
            first = sheets.pop(0)
            await self.change(self._pressed, lambda: first)
        for sheet in sheets:
            await self.put(sheet)

    async def board(self, document: Document) -> Board:
        """Send a message that will change."""
        await self._acknowledge()
        message = await self.put(self._post.growing(document))
        if message is None:
            return Board()
        self._stops.note(self._conversation, self._place.chat, message)
        return TelegramBoard(self, self._post, message, document)

    def ended(self, message: int) -> None:
        """A board shows its last state: there is nothing to stop any more."""
        self._stops.forget(self._place.chat, message)

    async def toast(self, text: str) -> None:
        """A passing word to whom pressed; a message where it is too late for one."""
        if self._query is None or not await self._query.answer(text):
            await self.say(Document((Paragraph(line(text)),)))

    async def typing(self) -> None:
        """The sign of life."""
        if not self._is_gone:
            await self._post.typing(self._place)

    async def withdraw(self) -> bool:
        """Take away the message that is answered, where we have the right."""
        message = self._place.reply_to
        return message is not None and await self._post.delete(self._place, message)

    async def dismiss(self) -> bool:
        """Take away the message whose button was pressed: Telegram allows it for two days."""
        await self._acknowledge()
        pressed = self._pressed
        return pressed is None or await self._post.delete(self._place, pressed)

    async def put(self, sheet: Sheet) -> int | None:
        """Send a message, or put it in the place of an earlier answer; None when all is gone."""
        if self._is_gone:
            return None
        try:
            if self._revise and not sheet.file:
                message = await self._post.edit(self._place, self._revise.pop(0), lambda: sheet)
            else:
                message = await self._post.send(self._place, sheet)
        except GoneError as error:
            self._lose(error)
            return None
        self._answers.append(message)
        return message

    async def change(self, message: int, newest: Callable[[], Sheet]) -> int:
        """Edit a message; its id, a new one where it had been deleted."""
        if self._is_gone:
            return message
        try:
            return await self._post.edit(self._place, message, newest)
        except GoneError as error:
            self._lose(error)
            return message

    async def stand_back(self) -> None:
        """Wait until an edit takes no place from an answer."""
        await self._post.pacer.stand_back(self._place.chat)

    async def clear_away(self) -> None:
        """Take back the earlier answers that no new one came in the place of."""
        while self._revise and not self._is_gone:
            await self._post.delete(self._place, self._revise.pop())

    async def _acknowledge(self) -> None:
        if self._query is not None:
            await self._query.answer()

    def _lose(self, error: GoneError) -> None:
        log.info("the conversation in chat %s is dropped: %s", self._place.chat, error)
        self._is_gone = True
        self._on_gone()


class TelegramBoard(Board):
    """One message edited as results come; states may be skipped, the last never."""

    def __init__(self, outlet: TelegramOutlet, post: Post, message: int, shown: Document) -> None:
        self._outlet = outlet
        self._post = post
        self._first = self._message = message
        self._shown = self._newest = shown
        self._is_last = asyncio.Event()
        self._editing: asyncio.Task[None] | None = None

    async def update(self, document: Document) -> None:
        """Show this state soon, unless a newer one comes before."""
        if self._is_last.is_set():
            return
        self._newest = document
        self._wake()

    async def finish(self, document: Document) -> None:
        """Show the last state; returns when it has arrived, also when cancelled meanwhile."""
        self._newest = document
        self._is_last.set()
        self._outlet.ended(self._first)
        editing = self._wake()
        await asyncio.shield(editing)
        for sheet in self._post.sheets(document)[1:]:
            await self._outlet.put(sheet)

    def _wake(self) -> asyncio.Task[None]:
        if self._editing is None or self._editing.done():
            self._editing = asyncio.create_task(self._edit())
        return self._editing

    async def _edit(self) -> None:
        while self._shown is not self._newest:
            if not self._is_last.is_set():
                await self._stand_back()
            try:
                self._message = await self._outlet.change(self._message, self._take)
            except TelegramError as error:
                if self._is_last.is_set():
                    raise
                log.warning("a state was not shown; the next may be: %s", error)

    def _take(self) -> Sheet:
        """The newest state, at the moment that it is sent."""
        self._shown = self._newest
        if self._is_last.is_set():
            return self._post.sheets(self._shown)[0]
        return self._post.growing(self._shown)

    async def _stand_back(self) -> None:
        waits = (
            asyncio.create_task(self._outlet.stand_back()),
            asyncio.create_task(self._is_last.wait()),
        )
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
