"""The one sentence on top, where DNSSEC, DANE or MTA-STS keep mail away."""

from dataclasses import replace

import pytest

from bot.model.check import Inconclusive, Outcome
from bot.model.finding import Severity
from bot.model.language import Language
from bot.model.trouble import Gap, Trouble
from bot.render.verdict import verdict
from tests.render.reports import find, judged, knowledge, state

MX = judged("mx", find("mx.sound", Severity.OK))
HIDDEN = Inconclusive("mx", (Gap("firma.pl", Trouble.BOGUS),))
REST = (
    judged("spf", find("spf.sound", Severity.OK)),
    judged("dmarc", find("dmarc.reject", Severity.OK)),
)
TROUBLE = "There is serious trouble in receiving mail for firma.pl, "
ARRIVES = "Mail to firma.pl arrives, and "


@pytest.mark.parametrize(
    ("outcomes", "begins"),
    [
        pytest.param(
            (MX, judged("mta-sts", find("mta-sts.none-listed", Severity.ERROR))),
            TROUBLE,
            id="a policy that names no server",
        ),
        pytest.param(
            (MX, judged("dane", find("dane.mismatch", Severity.ERROR))), TROUBLE, id="a mismatch"
        ),
        pytest.param(
            (HIDDEN, judged("dnssec", find("dnssec.bogus", Severity.ERROR))), TROUBLE, id="bogus"
        ),
        pytest.param(
            (MX, judged("mta-sts", find("mta-sts.several", Severity.WARNING))),
            ARRIVES,
            id="what only weakens the protection",
        ),
        pytest.param(
            (MX, Inconclusive("dane", (Gap("x", Trouble.TIMEOUT),))),
            ARRIVES,
            id="what could not be seen of an extra",
        ),
    ],
)
def test_only_grave_faults_of_extras_decide(outcomes: tuple[Outcome, ...], begins: str) -> None:
    def say(key: str, /, **params: object) -> str:
        return knowledge().phrases.say(key, Language.EN, **params)

    assert verdict(state().target, (*outcomes, *REST), say).startswith(begins)


def said(*outcomes: Outcome) -> str:
    def say(key: str, /, **params: object) -> str:
        return knowledge().phrases.say(key, Language.EN, **params)

    return verdict(state().target, outcomes, say)


CLOSED = judged("smtp", find("smtp.closed", Severity.NOTICE))
NO_IMAP = judged("imap", find("imap.none", Severity.NOTICE))


def test_a_host_without_any_open_port_is_not_said_to_work() -> None:
    assert said(CLOSED, NO_IMAP) == "No mail server runs at firma.pl."
    answers = judged("imap", find("imap.answers", Severity.OK))
    assert said(CLOSED, answers).startswith("firma.pl: no faults")
    hidden = Inconclusive("imap", (Gap("firma.pl", Trouble.TIMEOUT),))
    assert "No mail server" not in said(CLOSED, hidden)


def test_an_ending_of_domains_is_no_domain_with_trouble() -> None:
    seen = said(judged("mx", find("mx.public-suffix", Severity.NOTICE)))
    assert seen == "firma.pl is an ending of domains, not a domain with mail."


def test_a_domain_that_wants_no_mail_has_no_trouble_in_receiving() -> None:
    mx = judged("mx", find("mx.implicit-parked", Severity.NOTICE))
    seen = said(mx, judged("smtp", find("smtp.none-wanted", Severity.NOTICE)), *REST)
    assert seen == (
        "firma.pl chooses to accept no mail, and the domain is protected against forgery."
    )


@pytest.mark.parametrize("severity", [Severity.OK, Severity.NOTICE])
def test_nothing_is_well_where_something_could_not_be_tested(severity: Severity) -> None:
    seen = judged("smtp", find("smtp.sound", severity))
    partly = replace(seen, gaps=(Gap("mx1.firma.pl", Trouble.TRY_LATER),))
    assert "not everything could be tested" in said(partly)
    assert "not everything" not in said(seen)
