"""Who can forge a domain: DMARC decides about the sender that people see, SPF only helps."""

import pytest

from bot.model.check import Inconclusive, Outcome
from bot.model.finding import Finding
from bot.model.trouble import Gap, Trouble
from bot.probes import PROBES
from bot.render import forgery as module
from bot.render.forgery import Forgery, forgery
from tests.render.reports import judged

SEVERITIES = {kind.code: kind.severity for probe in PROBES for kind in probe.kinds}
HIDDEN = Inconclusive("dmarc", (Gap("firma.pl", Trouble.TIMEOUT),))


def outcomes(*codes: str, applied: str = "none") -> list[Outcome]:
    """One outcome a code, graded as the probes grade it."""
    found = (Finding(code, SEVERITIES[code], "firma.pl", {"applied": applied}) for code in codes)
    return [judged(finding.code.partition(".")[0], finding) for finding in found]


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        pytest.param(("spf.sound", "dmarc.reject"), "good", id="both"),
        pytest.param(("spf.sound", "dmarc.quarantine", "dmarc.next-reject"), "good", id="spam"),
        pytest.param(("spf.sound", "dmarc.inherited"), "good", id="inherited"),
        pytest.param(("spf.neutral", "dmarc.reject"), "good", id="SPF that says nothing"),
        pytest.param(("spf.missing-parked", "dmarc.reject"), "good", id="sends nothing"),
        pytest.param(("dmarc.reject",), "good", id="SPF not seen: the sender is still protected"),
        pytest.param(("spf.missing", "dmarc.reject"), "risk", id="no SPF"),
        pytest.param(("spf.several", "dmarc.quarantine"), "risk", id="broken SPF"),
        pytest.param(("spf.sound", "spf.too-many-lookups", "dmarc.reject"), "risk", id="limit"),
        pytest.param(("spf.sound", "dmarc.none"), "envelope", id="DMARC watches, SPF holds"),
        pytest.param(("spf.nobody", "dmarc.missing"), "envelope", id="-all, and no DMARC"),
        pytest.param(("spf.sound", "dmarc.inherited-none"), "envelope", id="inherited, none"),
        pytest.param(("spf.missing", "dmarc.missing"), "bad", id="neither"),
        pytest.param(("spf.neutral", "dmarc.none"), "bad", id="DMARC watches, SPF does not hold"),
        pytest.param(("spf.sound", "dmarc.several"), "envelope", id="DMARC broken"),
        pytest.param(
            ("spf.sound", "dmarc.reject", "dmarc.repeated-tag"), "envelope", id="a broken list"
        ),
        pytest.param(("spf.everybody", "dmarc.reject"), "open", id="everybody passes SPF"),
        pytest.param(("spf.include-everybody", "dmarc.reject"), "open", id="by an include"),
        pytest.param(("spf.everybody", "dmarc.missing"), "open", id="everybody, no DMARC"),
        pytest.param(
            ("spf.sound", "dmarc.reject", "dmarc.subdomains-open"), "subdomains", id="sp=none"
        ),
        pytest.param(
            ("spf.missing", "dmarc.reject", "dmarc.subdomains-open"), "risk", id="risk comes first"
        ),
        pytest.param(("spf.sound",), "unknown", id="no DMARC outcome"),
        pytest.param(("spf.everybody",), "unknown", id="DMARC unseen: nothing is claimed"),
    ],
)
def test_what_it_comes_to(codes: tuple[str, ...], expected: str) -> None:
    assert forgery(outcomes(*codes)) == expected


@pytest.mark.parametrize(
    ("code", "applied", "expected"),
    [
        ("dmarc.testing", "quarantine", "weak"),  # p=reject; t=y
        ("dmarc.testing", "none", "envelope"),  # p=quarantine; t=y
        ("dmarc.inherited-testing", "quarantine", "weak"),
        ("dmarc.inherited-testing", "none", "envelope"),
    ],
)
def test_test_mode_counts_as_the_weaker_policy(code: str, applied: str, expected: str) -> None:
    enforced = () if code.endswith("inherited-testing") else ("dmarc.reject",)
    seen = outcomes("spf.sound", *enforced, code, applied=applied)
    assert forgery(seen) == expected


def test_an_unseen_policy_is_no_verdict() -> None:
    assert forgery([*outcomes("spf.sound"), HIDDEN]) is Forgery.UNKNOWN


@pytest.mark.parametrize(
    "name", ["ENFORCED", "TESTED", "SUBDOMAINS_OPEN", "EVERYBODY", "NO_SPF", "CLOSED"]
)
def test_every_code_is_one_that_a_probe_finds(name: str) -> None:
    assert getattr(module, name) <= SEVERITIES.keys()
