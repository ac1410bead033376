"""What helpers read of an outage, whichever version wrote down what was seen."""

from zoneinfo import ZoneInfo

import pytest

from bot.conversation.outages.outage import Course, Health, Look, Outage, Sight, Symptom
from bot.conversation.outages.words import OutageWords
from bot.model.finding import Finding, Severity
from bot.model.language import Language
from tests.conversation.cases.cases_kit import words
from tests.conversation.people import knowledge


def _card(finding: Finding) -> str:
    sight = Sight("imap", "imap.onet.pl", Health.FAILING, finding)
    course = Course((Symptom.RECEIVING,), 0.0, people=5, look=Look(60.0, (sight,)))
    told = OutageWords(knowledge(), Language.EN, ZoneInfo("Europe/Warsaw"), 120.0)
    return words(told.card(Outage("onet", course)))


def test_what_fails_is_told_as_it_was_found() -> None:
    finding = Finding("imap.tls-failed", Severity.ERROR, "imap.onet.pl", {"detail": "alert 80"})
    assert "alert 80" in _card(finding)


@pytest.mark.parametrize(
    ("code", "params"),
    [("imap.tls-failed", {"former": 1}), ("imap.no-longer-found", {})],
    ids=["with other parameters", "of a code that is gone"],
)
def test_what_another_version_found_is_told_as_silence(code: str, params: dict[str, int]) -> None:
    text = _card(Finding(code, Severity.ERROR, "imap.onet.pl", params))
    silence = OutageWords(knowledge(), Language.EN, ZoneInfo("Europe/Warsaw"), 120.0)
    service = knowledge().phrases.say("watching.service.imap", Language.EN)
    assert silence.say("card.silent", host="imap.onet.pl", service=service) in text
