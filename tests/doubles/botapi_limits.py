"""Telegram's flood limits, on a clock that tests may run faster."""

import time
from collections import deque
from dataclasses import dataclass, field


@dataclass
class _Window:
    """At most `most` events in any `seconds`."""

    most: int
    seconds: float
    events: deque[float] = field(default_factory=deque)

    def wait(self, now: float) -> float:
        while self.events and self.events[0] <= now - self.seconds:
            self.events.popleft()
        if len(self.events) < self.most:
            return 0.0
        return self.events[0] + self.seconds - now

    def count(self, now: float) -> None:
        self.events.append(now)


@dataclass
class Limits:
    """30 a second overall, 1 a second into one chat with a short burst, 20 a minute into a group.

    `scale` is how long one of Telegram's seconds lasts here: 0.1 makes all limits ten times
    quicker, and `retry_after` a fraction. Who writes during a flood-wait is refused again.
    """

    scale: float = 1.0
    overall: int = 30
    burst: int = 4
    group: int = 20
    refused: int = 0
    _all: _Window = field(init=False)
    _chats: dict[int, list[_Window]] = field(default_factory=dict)
    _held: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._all = _Window(self.overall, self.scale)

    def hold(self, chat: int, seconds: float) -> None:
        """A flood-wait for this chat, from now; `seconds` are of the wall."""
        self._held[chat] = time.monotonic() + seconds

    def take(self, chat: int, *, is_group: bool) -> float | None:
        """None when the message may pass, else the flood-wait in seconds."""
        now = time.monotonic()
        if (held := self._held.get(chat, 0.0)) > now:
            self.refused += 1
            return held - now
        windows = self._chats.setdefault(chat, self._windows(is_group=is_group))
        wait = max(window.wait(now) for window in (self._all, *windows))
        if wait > 0:
            # Telegram speaks in whole seconds, rounded up.
            wait = self.scale * -(-wait // self.scale)
            self._held[chat] = now + wait
            self.refused += 1
            return wait
        for window in (self._all, *windows):
            window.count(now)
        return None

    def _windows(self, *, is_group: bool) -> list[_Window]:
        # A burst is let through as long as the mean over a few seconds stays at one a second.
        windows = [_Window(self.burst, self.burst * self.scale)]
        if is_group:
            windows.append(_Window(self.group, 60 * self.scale))
        return windows
