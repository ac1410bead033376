"""Who can forge a domain, by what DMARC and SPF say together (RFC 9989 section 4)."""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from bot.model.check import Judged, Outcome
from bot.model.finding import Finding, Severity


class Forgery(StrEnum):
    """How far the sender that people see is protected."""

    GOOD = "good"
    SUBDOMAINS = "subdomains"  # the domain itself is protected, names below it are not
    WEAK = "weak"
    RISK = "risk"  # protected, but so that the domain's own mail may be refused
    BAD = "bad"
    ENVELOPE = "envelope"  # SPF alone, which nobody sees
    OPEN = "open"  # SPF lets everybody in, and so DMARC does too
    UNKNOWN = "unknown"


ENFORCED = frozenset({"dmarc.quarantine", "dmarc.reject", "dmarc.inherited"})
TESTED = frozenset({"dmarc.testing", "dmarc.inherited-testing"})
SUBDOMAINS_OPEN = frozenset({"dmarc.subdomains-open", "dmarc.missing-names-open"})
# Whoever passes SPF with the domain in the envelope passes DMARC.
EVERYBODY = frozenset({"spf.everybody", "spf.include-everybody", "spf.whole-internet"})
NO_SPF = frozenset({"spf.missing"})
# SPF that stops forged envelopes, whatever else may be said of it.
CLOSED = frozenset({"spf.sound", "spf.nobody"})


def forgery(outcomes: Sequence[Outcome]) -> Forgery:
    """What it comes to; without an answer of DMARC nothing is claimed."""
    dmarc = list(_findings(outcomes, "dmarc"))
    spf = list(_findings(outcomes, "spf"))
    if not dmarc:
        return Forgery.UNKNOWN
    if _has(spf, EVERYBODY):
        return Forgery.OPEN
    if not _is_enforced(dmarc):
        return Forgery.ENVELOPE if _has(spf, CLOSED) else Forgery.BAD
    if _is_broken(spf):
        return Forgery.RISK
    if _has(dmarc, TESTED):
        return Forgery.WEAK
    return Forgery.SUBDOMAINS if _has(dmarc, SUBDOMAINS_OPEN) else Forgery.GOOD


def _is_enforced(dmarc: Sequence[Finding]) -> bool:
    """Whether receivers act on forged mail, test mode taken into account."""
    if any(finding.severity is Severity.ERROR for finding in dmarc):
        return False
    tested = [finding for finding in dmarc if finding.code in TESTED]
    if tested:
        return all(finding.params.get("applied") != "none" for finding in tested)
    return _has(dmarc, ENFORCED)


def _is_broken(spf: Sequence[Finding]) -> bool:
    """Whether the domain's own mail passes no SPF, and so hangs on DKIM alone."""
    return _has(spf, NO_SPF) or any(finding.severity is Severity.ERROR for finding in spf)


def _findings(outcomes: Sequence[Outcome], probe: str) -> Iterator[Finding]:
    for outcome in outcomes:
        if isinstance(outcome, Judged) and outcome.probe == probe:
            yield from outcome.findings


def _has(findings: Sequence[Finding], codes: frozenset[str]) -> bool:
    return any(finding.code in codes for finding in findings)
