"""What one SPF check has spent of its limits (RFC 7208 section 4.6.4), and what ends it early."""

from dataclasses import dataclass
from typing import Any

from bot.network.answer import Answer
from bot.network.errors import NetworkError
from bot.probes.spf_questions import LOOKUP_MAX, VOID_MAX
from bot.probes.spf_trail import SpfProblem, SpfVerdict, Step, Trail


class StopError(Exception):
    """An error that ends the check of a record at once."""

    def __init__(self, verdict: SpfVerdict, problem: SpfProblem, detail: str) -> None:
        super().__init__(problem)
        self.verdict = verdict
        self.problem = problem
        self.detail = detail


@dataclass(slots=True)
class Look:
    """What is noted while one term is judged."""

    target: str | None = None
    seen: tuple[str, ...] = ()
    lookups: int = 0
    voids: int = 0
    inside: Trail | None = None

    def step(self, term: str, outcome: str) -> Step:
        """What the trail tells of the term."""
        return Step(term, outcome, self.target, self.seen, self.lookups, self.voids, self.inside)


@dataclass(slots=True)
class Cost:
    """The counters of one check: they run through all includes and redirects."""

    lookups: int = 0
    voids: int = 0

    def count_lookup(self, look: Look, term: str) -> None:
        """A term asks DNS."""
        if self.lookups >= LOOKUP_MAX:
            raise StopError(SpfVerdict.PERMERROR, SpfProblem.LOOKUPS, term)
        self.lookups += 1
        look.lookups += 1

    def count_void(self, look: Look, answer: Answer[Any]) -> None:
        """An answer came, with or without data."""
        if answer.records:
            return
        self.voids += 1
        look.voids += 1
        if self.voids > VOID_MAX:
            raise StopError(SpfVerdict.PERMERROR, SpfProblem.VOIDS, answer.name)


def unseen(error: NetworkError) -> StopError:
    """What DNS kept from us makes the result a temporary error."""
    return StopError(SpfVerdict.TEMPERROR, SpfProblem.DNS, error.trouble.value)
