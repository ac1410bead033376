"""The short table on top of a report: how each part of a domain's mail stands, at a glance."""

from collections.abc import Iterable, Sequence

from bot.model.check import Crashed, Inconclusive, Judged, Outcome, Refused
from bot.model.document import Cell, Row, Sign, Table
from bot.render.words import SIGNS, Words

# The parts, in the order in which mail depends on them, and the probes that tell of each.
PARTS = {
    "receiving": ("provider", "mx", "smtp", "ptr", "network", "blocklist"),
    "forgery": ("spf", "dkim", "dmarc", "bimi"),
    "encryption": ("mta-sts", "tls-rpt", "dane"),
    "dns": ("ns", "soa", "dnssec", "caa", "wildcard"),
    "programs": ("settings", "submission", "imap", "pop3", "sieve", "jmap"),
}
OTHER = "other"  # whatever is in no part
ABSENT = frozenset({"bimi.missing"})  # no fault, and nothing to praise
LEAST = 4  # probes; fewer are seen at a glance without a table


def overview(outcomes: Sequence[Outcome], words: Words) -> Table | None:
    """A row for each part, a mark for each probe; None where there is little to sum up."""
    signs = {each.probe: sign for each in outcomes if (sign := standing(each))}
    if len(signs) < LEAST:
        return None
    placed = {probe for probes in PARTS.values() for probe in probes}
    parts = PARTS | {OTHER: tuple(probe for probe in signs if probe not in placed)}
    rows = (
        Row(words.say(f"report.part.{part}"), cells)
        for part, probes in parts.items()
        if (cells := tuple(_cells(probes, signs, words)))
    )
    return Table((), tuple(rows))


def standing(outcome: Outcome | None) -> Sign | None:
    """How a probe stands: by its worst finding. None where there is nothing to look at."""
    match outcome:
        case None:
            return None
        case Judged(findings=findings, gaps=()) if {each.code for each in findings} <= ABSENT:
            return None  # which is no praise
        case Judged(findings=findings) if findings:
            return SIGNS[max(finding.severity for finding in findings)]
        case Judged() | Inconclusive() | Refused() | Crashed():
            return Sign.UNTESTED


def _cells(probes: Iterable[str], signs: dict[str, Sign], words: Words) -> Iterable[Cell]:
    return (Cell(words.probe(probe), signs[probe]) for probe in probes if probe in signs)
