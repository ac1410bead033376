"""What check_host() of RFC 7208 returns: the result, and the way to it term by term."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class SpfVerdict(StrEnum):
    """The results of check_host() (section 2.6)."""

    NONE = "none"
    NEUTRAL = "neutral"
    PASS = "pass"
    FAIL = "fail"
    SOFTFAIL = "softfail"
    TEMPERROR = "temperror"
    PERMERROR = "permerror"


class SpfProblem(StrEnum):
    """Why a check ended in an error."""

    SYNTAX = "syntax"
    SEVERAL = "several-records"
    LOOKUPS = "too-many-lookups"
    VOIDS = "too-many-void-lookups"
    EXCHANGES = "too-many-mx"
    INCLUDE = "include-without-record"
    REDIRECT = "redirect-without-record"
    DNS = "dns"
    TIMEOUT = "timeout"


@dataclass(frozen=True, slots=True)
class Step:
    """One term judged: what it named, what was seen there, and what came of it."""

    term: str
    outcome: str  # match, no-match, or an error; of redirect the result; stopped by the clock
    target: str | None = None  # the name after macro expansion
    seen: tuple[str, ...] = ()  # addresses and hosts that answers named
    lookups: int = 0  # counted for this term itself
    void_lookups: int = 0
    inside: "Trail | None" = None  # of include and redirect


@dataclass(frozen=True, slots=True)
class Trail:
    """One record judged, term by term."""

    domain: str
    record: str | None
    result: SpfVerdict
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class SpfResult:
    """What check_host() returns, and how it came to it."""

    result: SpfVerdict
    domain: str
    trail: Trail
    explanation: str | None = None  # of the domain's owner; only for fail
    mechanism: str | None = None  # that matched
    record_domain: str | None = None  # where the deciding record stands, after redirects
    lookups: int = 0
    void_lookups: int = 0
    problem: SpfProblem | None = None
    problem_domain: str | None = None  # in whose record
    problem_detail: str = ""  # a term, a reason of the parser, a trouble of the network

    def as_json(self) -> dict[str, Any]:
        """The object that `listonosz spf --json` prints."""
        return {
            "result": self.result.value,
            "explanation": self.explanation,
            "domain": self.domain,
            "mechanism": self.mechanism,
            "record_domain": self.record_domain,
            "lookups": self.lookups,
            "void_lookups": self.void_lookups,
            "problem": self.problem and self.problem.value,
            "problem_domain": self.problem_domain,
            "problem_detail": self.problem_detail,
            "trail": _trail_json(self.trail),
        }


def _trail_json(trail: Trail) -> dict[str, Any]:
    return {
        "domain": trail.domain,
        "record": trail.record,
        "result": trail.result.value,
        "steps": [
            {
                "term": step.term,
                "outcome": step.outcome,
                "target": step.target,
                "seen": list(step.seen),
                "lookups": step.lookups,
                "void_lookups": step.void_lookups,
                "inside": _trail_json(step.inside) if step.inside else None,
            }
            for step in trail.steps
        ],
    }
