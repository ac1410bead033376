"""A clock for tests: time passes when they say so."""

from dataclasses import dataclass

DAY = 86_400.0


@dataclass
class Clock:
    """Seconds since 1970."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += seconds
