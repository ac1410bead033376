"""What a look at a watched domain shows for certain; what our own network hid is left out.

A fact is a key and a value. A key that is missing is not known this time, which is no change: only
a fact of another value is.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.model.check import Inconclusive, Judged, Outcome, Report
from bot.model.finding import Finding, Severity
from bot.model.trouble import Gap, Trouble

RECORDS = ("MX", "SPF", "DMARC")
UP, DOWN = "up", "down"
THERE = "there"
# A gap of these kinds is there at every look: it hides nothing that was seen before.
ALWAYS = frozenset({Trouble.NO_IPV6})
# What a server does that is not there. Whether it is our network, the rest of the look tells.
SILENT = frozenset({Trouble.TIMEOUT, Trouble.REFUSED, Trouble.RESET, Trouble.CLOSED})
# What changes from day to day by itself, or is watched as a certificate.
NOT_WATCHED = frozenset({"slow", "certificate-expiring"})
SERVERS = ("smtp", "submission", "imap", "pop3")
# Parameters that tell two findings about one subject apart.
NAMING = ("list", "name", "host", "part", "tag", "selector")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One look. What `hidden` says of a key that has no value: whether it could not be seen."""

    target: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    findings: Mapping[str, Finding] = field(default_factory=dict)  # those that are there, by key
    certificates: Mapping[str, str] = field(default_factory=dict)  # server: its last day
    judged: Mapping[str, tuple[Gap, ...]] = field(default_factory=dict)  # probes that saw enough
    clean_lists: frozenset[str] = frozenset()  # blocklists that answered, and list nothing

    def value(self, key: str) -> str | None:
        """The fact, "" where it is surely not there, None where nobody can tell."""
        if key in self.values:
            return self.values[key]
        kind, _, rest = key.partition(" ")
        if kind != "finding":
            return None
        return None if self._hides(rest) else ""

    def _hides(self, name: str) -> bool:
        code, _, about = name.partition(" ")
        probe = code.partition(".")[0]
        if probe not in self.judged:
            return True
        if probe == "blocklist":
            return about.rpartition(" = ")[2] not in self.clean_lists
        subject = host_of(about)
        gaps = (gap for gap in self.judged[probe] if gap.trouble not in ALWAYS)
        return any(self._concerns(host_of(gap.subject), subject) for gap in gaps)

    def _concerns(self, hidden: str, subject: str) -> bool:
        """Whether what was hidden there may hide what is said of the subject.

        A gap about a server hides what is said of it, and of the domain as a whole.
        """
        if self.target in (hidden, subject) or hidden == subject:
            return True
        return hidden.endswith(f".{subject}") or subject.endswith(f".{hidden}")


def read_snapshot(report: Report, records: Mapping[str, Report]) -> Snapshot:
    """The facts of a report, and of the records that were asked for by themselves."""
    outcomes = {outcome.probe: outcome for outcome in report.outcomes}
    judged = {
        probe: outcome.gaps for probe, outcome in outcomes.items() if isinstance(outcome, Judged)
    }
    findings = {finding_key(each): each for each in report.findings() if _is_watched(each)}
    values = {key: THERE for key in findings}
    for name, looked in records.items():
        if (value := _record(name, looked)) is not None:
            values[f"record {name}"] = value
    values |= _servers(outcomes)
    certificates, clean = dict(_certificates(report)), _clean_lists(report)
    return Snapshot(report.target.shown, values, findings, certificates, judged, clean)


def finding_key(finding: Finding) -> str:
    """What makes a finding the same at two looks."""
    named = [str(finding.params[name]) for name in NAMING if name in finding.params]
    return " = ".join((f"finding {finding.code} {finding.subject}", *named))


def _is_watched(finding: Finding) -> bool:
    what = finding.code.partition(".")[2]
    if what in NOT_WATCHED:
        return False
    is_listing = "list" in finding.params and what != "policy"
    return finding.severity >= Severity.WARNING or is_listing


def _record(name: str, report: Report) -> str | None:
    """A record's text, "" where there is none; None where the answer is not to be had."""
    outcome = report.outcomes[0] if report.outcomes else None
    if not isinstance(outcome, Judged) or outcome.gaps:
        return None
    codes = {finding.code for finding in outcome.findings}
    texts = [
        str(finding.params["value"]) for finding in outcome.findings if finding.code == "dns.record"
    ]
    if name == "MX":
        return "\n".join(sorted(texts, key=_preference))
    start = {"SPF": "v=spf1", "DMARC": "v=dmarc1"}[name]
    found = [text for text in map(_unquoted, texts) if text.lower().startswith(start)]
    if not found and "dns.more" in codes:
        return None  # it may be among those that were left out
    return "\n".join(sorted(found))


def _unquoted(text: str) -> str:
    """A TXT record as one text: its strings are put together without a blank (RFC 7208 3.3)."""
    parts = re.findall(r'"((?:[^"\\]|\\.)*)"', text)
    return "".join(parts).replace('\\"', '"') if parts else text


def _preference(text: str) -> tuple[int, str]:
    number, _, host = text.partition(" ")
    return (int(number) if number.isdecimal() else 0, host)


def _servers(outcomes: Mapping[str, Outcome]) -> dict[str, str]:
    """Which servers answer. Silence counts only where the look itself proves our own network."""
    found: dict[str, str] = {}
    for probe in SERVERS:
        outcome = outcomes.get(probe)
        if not isinstance(outcome, Judged | Inconclusive):
            continue
        findings = outcome.findings if isinstance(outcome, Judged) else ()
        answering = {
            host_of(finding.subject)
            for finding in findings
            if finding.code in (f"{probe}.answers", f"{probe}.answers-plain")
        }
        found |= {f"server {probe} {host}": UP for host in answering}
        # On port 25 the witnesses were asked: had we been blocked, it would be called so.
        if probe == "smtp" or answering:
            for host in _silent(outcome.gaps) - answering:
                found[f"server {probe} {host}"] = DOWN
    is_online = isinstance(outcomes.get("mx"), Judged) or any(each == UP for each in found.values())
    return found if is_online else {}


def _silent(gaps: tuple[Gap, ...]) -> set[str]:
    return {host_of(gap.subject) for gap in gaps if gap.trouble in SILENT}


def _certificates(report: Report) -> Iterator[tuple[str, str]]:
    for finding in report.findings():
        what = finding.code.partition(".")[2]
        if what in ("answers", "certificate-expiring") and "until" in finding.params:
            yield finding.subject, str(finding.params["until"])


def _clean_lists(report: Report) -> frozenset[str]:
    sound = (finding for finding in report.findings() if finding.code == "blocklist.sound")
    return frozenset(name for finding in sound for name in str(finding.params["lists"]).split(", "))


def host_of(subject: str) -> str:
    """The server or name that a subject begins with: "mx1.firma.pl [192.0.2.1]", "a.pl:993"."""
    first = (subject.split() or [""])[0]
    if first.startswith("["):
        return first[1:].partition("]")[0]
    return first.partition(":")[0] if first.count(":") == 1 else first
