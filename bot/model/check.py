"""A request for probes, and the report that comes back: all that crosses between the wings."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.model.finding import Finding, Severity
from bot.model.trace import Traced
from bot.model.trouble import Gap, Trouble


class TargetKind(StrEnum):
    """What a target is, as far as its spelling tells."""

    NAME = "name"  # a domain or a host: only DNS can tell which
    ADDRESS = "address"  # an IP address


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be looked at. `name` is for the wire: A-labels, lower case, no final dot."""

    kind: TargetKind
    name: str
    shown: str  # for people: U-labels

    def __str__(self) -> str:
        return self.shown


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """Which probes to run on which target. No probes named: those that the target calls for."""

    target: Target
    probes: tuple[str, ...] = ()
    fresh: bool = False  # do not answer from the cache
    client: str = ""  # an IP address whose right to send for the target is asked about (SPF)
    record: str = ""  # the type of record that is asked for (DNS)
    trace: bool = False  # write down all that is asked and said

    @property
    def beside(self) -> str:
        """What is named beside the target: each probe takes one such thing at most."""
        return self.client or self.record


@dataclass(frozen=True, slots=True)
class Judged:
    """The probe saw enough. `gaps` are parts that it could not test."""

    probe: str
    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...] = ()
    seconds: float = 0.0
    age: float = 0.0  # seconds since the oldest answer used was fetched; 0 when fresh


@dataclass(frozen=True, slots=True)
class Inconclusive:
    """The network hid everything that the probe would have judged."""

    probe: str
    gaps: tuple[Gap, ...]
    seconds: float = 0.0

    @property
    def trouble(self) -> Trouble:
        """The reason: that of the first gap."""
        return self.gaps[0].trouble


@dataclass(frozen=True, slots=True)
class Refused:
    """The guard refused the target: one and the same answer, however it was refused."""

    probe: str


@dataclass(frozen=True, slots=True)
class Crashed:
    """Our own bug; the log has the trace under `incident`."""

    probe: str
    incident: str


Outcome = Judged | Inconclusive | Refused | Crashed


@dataclass(frozen=True, slots=True)
class Report:
    """All outcomes of one request, in the order of the table of probes."""

    target: Target
    outcomes: tuple[Outcome, ...]
    seconds: float = 0.0
    interrupted: bool = False  # stopped by a person or by the end of the process
    trace: tuple[Traced, ...] | None = None  # None where none was asked for

    def findings(self) -> Iterator[Finding]:
        """Every finding of every probe that judged."""
        for outcome in self.outcomes:
            if isinstance(outcome, Judged):
                yield from outcome.findings

    def older(self, seconds: float) -> "Report":
        """The same report, given again so many seconds later."""
        return replace(self, outcomes=tuple(_older(each, seconds) for each in self.outcomes))

    def part(self, probes: Iterable[str]) -> "Report | None":
        """What these probes have told; None where one of them was not run."""
        found = {outcome.probe: outcome for outcome in self.outcomes}
        wanted = [found.get(probe) for probe in probes]
        there = tuple(outcome for outcome in wanted if outcome is not None)
        if len(there) < len(wanted):
            return None
        return replace(self, outcomes=there, seconds=0.0, trace=None)

    @property
    def worst(self) -> Severity:
        """The gravest severity found; OK when nothing was."""
        return max((finding.severity for finding in self.findings()), default=Severity.OK)


def _older(outcome: Outcome, seconds: float) -> Outcome:
    return replace(outcome, age=outcome.age + seconds) if isinstance(outcome, Judged) else outcome
