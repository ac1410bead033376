"""The one sentence on top of a report, and the count below it."""

from collections.abc import Callable, Sequence
from typing import Protocol

from bot.model.check import Crashed, Inconclusive, Judged, Outcome, Refused, Target
from bot.model.finding import Severity
from bot.render.forgery import Forgery, forgery

RECEIVING = frozenset({"mx", "smtp"})
# What decides whether mail arrives only where it has a grave fault: senders who heed it turn away.
DOORS = frozenset({"mta-sts", "dane", "dnssec"})
FORGERY = frozenset({"spf", "dmarc"})
# The domain wants none: no fault, and no arrival.
NO_MAIL = frozenset({"mx.null", "smtp.none-wanted"})

# Results of SPF for one address; the others are faults of the record.
CLIENT = {
    "pass": "pass",
    "fail": "fail",
    "softfail": "softfail",
    "neutral": "nothing",
    "no-match": "nothing",
    "none": "nothing",
}
NOWHERE = frozenset({"mx.no-name", "mx.no-such-ending"})
SUFFIX = frozenset({"mx.public-suffix"})
SHUT = frozenset({"smtp.closed"})


class Say(Protocol):
    """Words a phrase in the language of the report."""

    def __call__(self, key: str, /, **params: object) -> str: ...


def verdict(target: Target, outcomes: Sequence[Outcome], say: Say) -> str:
    """What it comes to: does mail arrive, and who can forge the domain; else how it stands."""
    probes = {outcome.probe for outcome in outcomes}
    if _has(outcomes, NOWHERE):
        return _one(say, say("report.verdict.nowhere", target=target.shown))
    if _has(outcomes, SUFFIX):
        return _one(say, say("report.verdict.suffix", target=target.shown))
    if _is_shut(outcomes):
        return _one(say, say("report.verdict.shut", target=target.shown))
    if sentence := _of_client(target, outcomes, say):
        return _one(say, sentence)
    receiving = [
        outcome
        for outcome in outcomes
        if outcome.probe in RECEIVING or (outcome.probe in DOORS and _grade([outcome]) == "bad")
    ]
    if "mx" not in probes or not probes & FORGERY:
        grade = _grade(outcomes)
        if _weak(grade) == "good" and _has_gaps(outcomes):
            grade = "partly"
        return _one(say, say(f"report.verdict.plain.{grade}", target=target.shown))
    arrives = "nothing" if _has(receiving, NO_MAIL) else _weak(_grade(receiving))
    forged = forgery(outcomes)
    if arrives == forged == Forgery.UNKNOWN:
        return _one(say, say("report.verdict.unknown", target=target.shown))
    first = say(f"report.verdict.receive.{arrives}", target=target.shown)
    second = say(f"report.verdict.forge.{forged}")
    is_good = arrives in ("good", "nothing")
    key = {(True, True): "both-good", (False, False): "both-bad"}.get(
        (is_good, forged is Forgery.GOOD), "good-bad"
    )
    return say(f"report.verdict.{key}", first=first, second=second)


def _is_shut(outcomes: Sequence[Outcome]) -> bool:
    """Whether a host has been looked at on all ports, and none of them is open."""
    codes = [
        finding.code
        for outcome in outcomes
        if isinstance(outcome, Judged)
        for finding in outcome.findings
    ]
    is_whole = all(isinstance(outcome, Judged) and not outcome.gaps for outcome in outcomes)
    answers = any(code.endswith((".answers", ".answers-plain")) for code in codes)
    return is_whole and len(outcomes) > 1 and not answers and not SHUT.isdisjoint(codes)


def _of_client(target: Target, outcomes: Sequence[Outcome], say: Say) -> str:
    """What receivers make of one address that somebody asked about; "" where nobody did."""
    for outcome in outcomes:
        for finding in outcome.findings if isinstance(outcome, Judged) else ():
            prefix, _, result = finding.code.partition("-")
            if prefix == "spf.result" and "ip" in finding.params:
                key = CLIENT.get(result, "broken")
                ip = finding.params["ip"]
                return say(f"report.verdict.client.{key}", ip=ip, target=target.shown)
    return ""


def _one(say: Say, sentence: str) -> str:
    return say("report.verdict.one", first=sentence)


def _has(outcomes: Sequence[Outcome], codes: frozenset[str]) -> bool:
    return any(
        finding.code in codes
        for outcome in outcomes
        if isinstance(outcome, Judged)
        for finding in outcome.findings
    )


def _has_gaps(outcomes: Sequence[Outcome]) -> bool:
    return any(isinstance(outcome, Judged) and outcome.gaps for outcome in outcomes)


def _grade(outcomes: Sequence[Outcome]) -> str:
    """How it stands, by the gravest finding; "unknown" where nothing was seen of something."""
    found = [
        finding.severity
        for outcome in outcomes
        if isinstance(outcome, Judged)
        for finding in outcome.findings
    ]
    worst = max(found, default=None)
    if worst is Severity.ERROR:
        return "bad"
    hidden = [o for o in outcomes if isinstance(o, Inconclusive | Refused | Crashed)]
    if worst is None or (hidden and worst < Severity.WARNING):
        return "unknown"
    return {Severity.OK: "good", Severity.NOTICE: "notice", Severity.WARNING: "weak"}[worst]


def _weak(grade: str) -> str:
    """A remark takes nothing from a verdict."""
    return "good" if grade == "notice" else grade


COUNTED: tuple[tuple[str, Callable[[Severity], bool]], ...] = (
    ("errors", lambda severity: severity is Severity.ERROR),
    ("warnings", lambda severity: severity is Severity.WARNING),
    ("notices", lambda severity: severity is Severity.NOTICE),
    ("sound", lambda severity: severity is Severity.OK),
)


def tally(outcomes: Sequence[Outcome], say: Say) -> str:
    """ "1 serious fault, 2 warnings, 9 things in order"."""
    severities = [
        finding.severity
        for outcome in outcomes
        if isinstance(outcome, Judged)
        for finding in outcome.findings
    ]
    parts = []
    for key, counts in COUNTED:
        if count := sum(counts(severity) for severity in severities):
            parts.append(say(f"report.tally.{key}", count=count))
    hidden = {
        (gap.subject, gap.trouble)
        for outcome in outcomes
        if isinstance(outcome, Judged | Inconclusive)
        for gap in outcome.gaps
    }
    lost = sum(isinstance(outcome, Refused | Crashed) for outcome in outcomes)
    untested = len(hidden) + lost
    if untested:
        parts.append(say("report.tally.untested", count=untested))
    return ", ".join(parts) + "." if parts else ""
