"""Keeps Telegram's limits without dropping a message: each chat waits for itself alone.

The library's own limiter stops every chat on one flood-wait; here a chat's wait is its own.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from telegram.error import BadRequest, ChatMigrated, NetworkError, RetryAfter

T = TypeVar("T")
log = logging.getLogger(__name__)

FORGET_AFTER = 120.0  # seconds after which an idle chat's counts say nothing more
PRUNE_AT = 1000  # chats known, before the idle ones are forgotten


@dataclass(frozen=True, slots=True)
class Limits:
    """Just under Telegram's 30 a second overall, 1 a second a chat, 20 a minute a group."""

    overall: tuple[int, float] = (28, 1.05)
    chat: tuple[int, float] = (4, 4.2)  # a short burst, and one a second in the mean
    group: tuple[int, float] = (18, 61.0)
    edit: float = 1.05  # seconds between two edits that may be skipped
    group_edit: float = 4.0
    spare: int = 6  # places of a group's minute, and of everybody's second, left to answers
    retries: tuple[float, ...] = (0.5, 1, 2, 4, 8, 15, 15, 15, 15, 15, 15, 15)  # of a lost line


class Window:
    """At most `most` in any `seconds`."""

    def __init__(self, most: int, seconds: float) -> None:
        self._most = most
        self._seconds = seconds
        self._times: deque[float] = deque()

    def wait(self, now: float, spare: int = 0) -> float:
        """Seconds until one more may go, with `spare` places left over."""
        while self._times and self._times[0] <= now - self._seconds:
            self._times.popleft()
        over = len(self._times) + spare - self._most
        return self._times[over] + self._seconds - now if over >= 0 and self._times else 0.0

    def count(self, now: float) -> None:
        """One went."""
        self._times.append(now)


@dataclass(slots=True)
class _Chat:
    windows: list[Window]
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    held_until: float = 0.0
    last: float = 0.0


class Pacer:
    """Sends what is to be sent, in order within a chat, as soon as the limits allow."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._all = Window(*self.limits.overall)
        self._chats: dict[int, _Chat] = {}

    async def send(self, number: int, call: Callable[[], Awaitable[T]]) -> T:
        """Make this call in its turn, and again after a flood-wait or a lost connection.

        What is sent is decided when `call` is called, so that a wait never sends what is old.
        """
        chat = self._chat(number)
        async with chat.lock:
            for pause in (*self.limits.retries, None):
                try:
                    return await self._obeying(number, chat, call)
                except (BadRequest, ChatMigrated):
                    raise
                except NetworkError as error:
                    if pause is None:
                        raise
                    log.warning("sending to a chat failed, trying again in %s s: %s", pause, error)
                    await asyncio.sleep(pause)
        raise AssertionError  # the last round returns or raises

    async def stand_back(self, number: int) -> None:
        """Wait until an edit that a newer one may replace takes no place from an answer."""
        chat = self._chat(number)
        gap = self.limits.group_edit if number < 0 else self.limits.edit
        crowded = [self._all, *chat.windows[1:]]
        while True:
            now = _now()
            full = max(window.wait(now, self.limits.spare) for window in crowded)
            wait = max(chat.last + gap - now, chat.held_until - now, full)
            if wait <= 0:
                return
            await asyncio.sleep(wait)

    async def _obeying(self, number: int, chat: _Chat, call: Callable[[], Awaitable[T]]) -> T:
        while True:
            await self._slot(chat)
            try:
                return await call()
            except RetryAfter as error:
                seconds = retry_after(error)
                log.info("flood-wait of %s s for chat %s", seconds, number)
                chat.held_until = _now() + seconds

    async def _slot(self, chat: _Chat) -> None:
        while True:
            now = _now()
            windows = (self._all, *chat.windows)
            wait = max(chat.held_until - now, *(window.wait(now) for window in windows))
            if wait <= 0:
                break
            await asyncio.sleep(wait)
        for window in windows:
            window.count(now)
        chat.last = now

    def _chat(self, number: int) -> _Chat:
        chat = self._chats.get(number)
        if chat is None:
            if len(self._chats) >= PRUNE_AT:
                self._prune()
            windows = [Window(*self.limits.chat)]
            if number < 0:
                windows.append(Window(*self.limits.group))
            chat = self._chats[number] = _Chat(windows, last=-FORGET_AFTER)
        return chat

    def _prune(self) -> None:
        now = _now()
        self._chats = {
            number: chat
            for number, chat in self._chats.items()
            if chat.lock.locked() or max(chat.last + FORGET_AFTER, chat.held_until) > now
        }


def retry_after(error: RetryAfter) -> float:
    """The seconds of a flood-wait, whichever way the library gives them."""
    wait: timedelta | float = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def _now() -> float:
    return asyncio.get_running_loop().time()
