"""From what each look at a server showed to whether its file is still believed."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.knowledge.provider import Cause, MailServer

# One bad day of a server, or of ours, marks nothing.
CONFIRMED_AFTER = timedelta(days=1)
# These are plain answers and no mishaps: the second one is enough, whenever it comes.
DEFINITE = frozenset({Cause.CLOSED, Cause.NO_SUCH_HOST})
TRIED_AGAIN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Proved:
    """The server is as the file says."""


@dataclass(frozen=True, slots=True)
class Failed:
    """It is not. `detail` is cleaned text for an expert."""

    cause: Cause
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Untested:
    """Nobody can say from here. `reason` is a Trouble, or one of phrases/verify.yaml."""

    reason: str
    detail: str = ""


Verdict = Proved | Failed | Untested


@dataclass(frozen=True, slots=True)
class History:
    """What is remembered of one server. Times are aware."""

    tried: datetime | None = None
    proved: datetime | None = None
    first_failure: datetime | None = None  # since it was last proved
    last_failure: datetime | None = None
    cause: Cause | None = None  # of the last failure
    marked: datetime | None = None  # since when the file is not believed

    def after(self, verdict: Verdict, now: datetime) -> "History":
        """The same with one more look; what could not be tested changes no opinion."""
        match verdict:
            case Proved():
                return History(tried=now, proved=now)
            case Untested():
                return replace(self, tried=now)
            case Failed(cause):
                return replace(
                    self,
                    tried=now,
                    first_failure=self.first_failure or now,
                    last_failure=now,
                    cause=cause,
                    marked=self.marked or (now if self._confirms(cause, now) else None),
                )

    def _confirms(self, cause: Cause, now: datetime) -> bool:
        if self.first_failure is None:
            return False
        if cause in DEFINITE and self.cause in DEFINITE:
            return True
        return now - self.first_failure >= CONFIRMED_AFTER

    def is_due(self, now: datetime, every: timedelta) -> bool:
        """Whether it is time to look again: sooner where something is open."""
        if self.tried is None:
            return True
        is_settled = self.tried == self.proved or (
            self.marked is not None and self.tried == self.last_failure
        )
        return now - self.tried >= (every if is_settled else min(TRIED_AGAIN_AFTER, every))


@dataclass(frozen=True, slots=True)
class Claim:
    """What a file says: this provider has this server."""

    provider: str
    server: MailServer


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look at a claim showed, and what is now remembered of it."""

    claim: Claim
    verdict: Verdict
    history: History
