"""Long polling that confirms an update only once it has been dealt with.

Telegram keeps what is not confirmed and gives it again, so a process that is killed loses nothing.
It gives everything from the offset on, so while something is under way we ask at short intervals.
"""

import asyncio
import json
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from telegram import Bot, Update
from telegram.error import InvalidToken, RetryAfter, TelegramError

from bot.conversation.keeping import Inbox
from bot.frontends.telegram.pace import retry_after
from bot.frontends.telegram.reading import ALLOWED_UPDATES
from bot.frontends.telegram.request import PollRequest
from bot.storage.address import StorageError

log = logging.getLogger(__name__)

LONG_POLL = timedelta(seconds=25)
REST = 0.25  # seconds between two looks while something is under way
WINDOW = 100  # updates that Telegram gives at once
MOST_OPEN = 1000  # updates under way, before the next are left with Telegram
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
# What is left of a message whose content the library cannot read.
READABLE = ("message_id", "date", "chat", "from", "text", "caption", "media_group_id")
UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)


class Poller:
    """Fetches updates and hands each over once; `settle` says that one is dealt with."""

    def __init__(
        self,
        bot: Bot,
        request: PollRequest,
        accept: Callable[[Update], None],
        inbox: Inbox | None = None,
    ) -> None:
        self._bot = bot
        self._request = request
        self._accept = accept
        self._next = 0
        self._inbox = inbox
        self._held: dict[int, Update | None] = {}  # under way, and not confirmed
        self._early: set[int] = set()  # under way, confirmed, and kept in the inbox
        self._over: set[int] = set()  # dealt with, and still in the inbox
        self._settled: set[int] = set()  # dealt with, but behind one that is held
        self._open = 0  # under way, whether confirmed or not
        self._progress = asyncio.Event()

    def settle(self, number: int) -> None:
        """This update needs no more doing."""
        self._open -= 1
        if number in self._held:
            del self._held[number]
            self._settled.add(number)
        elif number in self._early:
            self._early.remove(number)
            self._over.add(number)
        self._progress.set()

    async def run(self) -> None:
        """Poll for ever. InvalidToken when Telegram no longer knows us."""
        pause = 0.0
        await self._take_up()
        while True:
            try:
                await self._round()
            except InvalidToken:
                raise
            except RetryAfter as error:
                await asyncio.sleep(retry_after(error))
            except (TelegramError, StorageError) as error:
                # The first loss is worth a line; the hundredth would only fill the log.
                log.log(logging.DEBUG if pause else logging.WARNING, "polling failed: %s", error)
                pause = min(max(FIRST_PAUSE, pause * 2), LONGEST_PAUSE)
                await asyncio.sleep(pause)
            else:
                if pause:
                    log.warning("polling goes on")
                pause = 0.0

    async def confirm(self) -> None:
        """Tell Telegram, at the end, what is dealt with; the rest is given again next time."""
        await self._empty_inbox()
        try:
            await self._bot.get_updates(
                offset=self._offset(),
                limit=1,
                timeout=timedelta(0),
                allowed_updates=ALLOWED_UPDATES,
            )
        except TelegramError as error:
            log.warning("the last updates were not confirmed and will come again: %s", error)
        except UNREADABLE:
            log.debug("an update was not readable; it is confirmed all the same")

    async def _round(self) -> None:
        await self._rest()
        await self._empty_inbox()
        offset = self._offset()
        self._settled = {number for number in self._settled if number >= offset}
        updates = await self._fetch(offset)
        fresh = [one for one in updates if one not in self._held and one not in self._settled]
        if len(updates) >= WINDOW and not fresh:
            # Telegram shows no more than this: what is under way must be confirmed to see on.
            log.info("%s updates under way are confirmed early", len(self._held))
            await self._keep_held()
        for number in fresh:
            self._next = number + 1
            self._open += 1
            self._held[number] = updates[number]
            if (update := updates[number]) is None:
                self.settle(number)
            else:
                self._accept(update)

    async def _keep_held(self) -> None:
        """Before they are confirmed, so that a killed process does not lose them."""
        held = {number: update for number, update in self._held.items() if update is not None}
        if self._inbox is not None:
            await self._inbox.keep({number: held[number].to_json() for number in held})
            # Some may have been dealt with while they were written.
            self._early |= held.keys() & self._held.keys()
            self._over |= held.keys() - self._held.keys()
        self._held.clear()
        self._settled.clear()

    async def _empty_inbox(self) -> None:
        while self._inbox is not None and self._over:
            await self._inbox.drop(self._over.pop())

    async def _take_up(self) -> None:
        """What a killed process had confirmed early and not dealt with comes first."""
        left = await self._inbox.left() if self._inbox is not None else {}
        # All up to the last of them is dealt with or here, though Telegram may not know it yet.
        self._next = max(left, default=-1) + 1
        for number, content in left.items():
            self._open += 1
            self._early.add(number)
            try:
                self._accept(Update.de_json(json.loads(content), self._bot))
            except UNREADABLE as error:
                log.error("update %s cannot be read any more", number, exc_info=error)
                self.settle(number)

    async def _rest(self) -> None:
        """Wait while all is under way: until it is dealt with, or for a short time."""
        loop = asyncio.get_running_loop()
        end = loop.time() + REST
        while self._open >= MOST_OPEN or (self._held and loop.time() < end):
            self._progress.clear()
            wait = end - loop.time() if self._open < MOST_OPEN else None
            try:
                async with asyncio.timeout(wait):
                    await self._progress.wait()
            except TimeoutError:
                return

    def _offset(self) -> int:
        return min(self._held, default=self._next)

    async def _fetch(self, offset: int) -> dict[int, Update | None]:
        """Updates by their numbers; None for one that the library cannot read."""
        try:
            updates = await self._bot.get_updates(
                offset=offset,
                timeout=timedelta(0) if self._held else LONG_POLL,
                allowed_updates=ALLOWED_UPDATES,
            )
        except UNREADABLE:
            return self._salvage()
        return {update.update_id: update for update in updates}

    def _salvage(self) -> dict[int, Update | None]:
        """One unreadable update must not stop those beside it."""
        found: dict[int, Update | None] = {}
        for raw in json.loads(self._request.payload)["result"]:
            number = int(raw["update_id"])
            try:
                found[number] = Update.de_json(raw, self._bot)
            except UNREADABLE as error:
                log.error("update %s cannot be read", number, exc_info=error)
                found[number] = self._rest_of(raw)
        return found

    def _rest_of(self, raw: dict[str, Any]) -> Update | None:
        """Who wrote an unreadable message, so that they can be told; None where nobody did."""
        try:
            message = {key: raw["message"][key] for key in READABLE if key in raw["message"]}
            message["unreadable"] = True
            return Update.de_json({"update_id": raw["update_id"], "message": message}, self._bot)
        except UNREADABLE:
            return None
