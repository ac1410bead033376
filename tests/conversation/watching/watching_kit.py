"""Reports of a watched domain as a test needs them: sound, unless it says otherwise."""

from collections.abc import Mapping, Sequence

from bot.conversation.watching.facts import Snapshot, read_snapshot
from bot.model.check import Inconclusive, Judged, Outcome, Report, Target, TargetKind
from bot.model.finding import Finding, Severity
from bot.model.trouble import Gap, Trouble

FIRMA = Target(TargetKind.NAME, "firma.pl", "firma.pl")
SPF, MX = '"v=spf1 mx -all"', "10 mx1.firma.pl."
DMARC = '"v=DMARC1; p=reject"'


def answers(host: str = "mx1.firma.pl", until: str = "2027-06-01") -> Finding:
    return Finding("smtp.answers", Severity.OK, host, {"until": until})


def listed(name: str = "Spamhaus ZEN", subject: str = "mx1.firma.pl [192.0.2.1]") -> Finding:
    return Finding(
        "blocklist.mx-major",
        Severity.WARNING,
        subject,
        {"list": name, "kind": "spam", "link": "–"},
    )


def clean(*names: str) -> Finding:
    params = {"count": len(names), "lists": ", ".join(names)}
    return Finding("blocklist.sound", Severity.OK, "firma.pl", params)


def several_spf() -> Finding:
    return Finding("spf.several", Severity.ERROR, "firma.pl", {"count": 2})


def silent(host: str = "mx1.firma.pl", trouble: Trouble = Trouble.TIMEOUT) -> Gap:
    return Gap(host, trouble)


def report(*outcomes: Outcome) -> Report:
    """These outcomes; the probes not named are sound."""
    named = {outcome.probe for outcome in outcomes}
    sound = (
        Judged("mx", ()),
        Judged("spf", ()),
        Judged("smtp", (answers(),)),
        Judged("blocklist", (clean("Spamhaus ZEN", "PSBL"),)),
    )
    return Report(FIRMA, (*outcomes, *(each for each in sound if each.probe not in named)))


def dns_report(values: Sequence[str] | Trouble, more: int = 0) -> Report:
    """What DNS says to one question."""
    if isinstance(values, Trouble):
        return Report(FIRMA, (Inconclusive("dns", (Gap("firma.pl", values),)),))
    found = [
        Finding("dns.record", Severity.OK, "firma.pl", {"rdtype": "TXT", "value": value})
        for value in values
    ]
    if more:
        found.append(Finding("dns.more", Severity.NOTICE, "firma.pl", {"count": more}))
    return Report(FIRMA, (Judged("dns", tuple(found)),))


def look(
    *outcomes: Outcome, records: Mapping[str, Sequence[str] | Trouble] | None = None
) -> Snapshot:
    """One look at firma.pl."""
    asked = {"MX": [MX], "SPF": [SPF], "DMARC": [DMARC], **(records or {})}
    answered = {name: dns_report(values) for name, values in asked.items()}
    return read_snapshot(report(*outcomes), answered)


def blind() -> Snapshot:
    """A look when our own network is away."""
    hidden = (Gap("firma.pl", Trouble.NO_INTERNET),)
    outcomes = [Inconclusive(probe, hidden) for probe in ("mx", "spf", "smtp", "blocklist")]
    nothing = dict.fromkeys(("MX", "SPF", "DMARC"), Trouble.NO_INTERNET)
    return look(*outcomes, records=nothing)
