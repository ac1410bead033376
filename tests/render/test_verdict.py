"""The one sentence on top, where DNSSEC, DANE or MTA-STS keep mail away."""

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
