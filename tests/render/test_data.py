"""The JSON of reports, as programs rely on it."""

import pytest

from bot.model.check import Report, Target, TargetKind
from bot.model.language import WRITTEN, Language
from bot.render.data import report_data
from tests.render.reports import STATES, TROUBLED, knowledge

TARGET = Target(TargetKind.NAME, "xn--w-uga1v8h.pl", "żółw.pl")


def data(name: str = "troubled", language: Language = Language.EN) -> dict[str, object]:
    report = Report(TARGET, STATES[name].outcomes, seconds=1.42004)
    return report_data(report, knowledge(), language)


def outcome(probe: str, name: str = "troubled") -> dict[str, object]:
    outcomes = data(name)["outcomes"]
    assert isinstance(outcomes, list)
    return next(each for each in outcomes if each["probe"] == probe)


def test_a_report_names_its_target_as_people_do() -> None:
    assert data()["target"] == "żółw.pl"
    assert data()["seconds"] == 1.42


def test_a_judged_outcome() -> None:
    assert outcome("spf") == {
        "probe": "spf",
        "status": "judged",
        "seconds": 0.0,
        "age": 42.0,
        "findings": [
            {
                "code": "spf.missing",
                "severity": "warning",
                "subject": "firma.pl",
                "params": {},
                "text": "firma.pl has no SPF record",
                "meaning": "Nobody can tell who may send.",
                "remedy": "Add this TXT record.",
                "copy": "v=spf1 mx -all",
                "reference": "RFC 7208 section 3",
            }
        ],
        "gaps": [],
    }


def test_gaps_have_their_reason_from_the_closed_list() -> None:
    gaps = outcome("smtp")["gaps"]
    assert isinstance(gaps, list)
    assert gaps[2] == {
        "subject": "mx6.firma.pl:25",
        "reason": "try-later",
        "text": "mx6.firma.pl:25: come back: 421 4.7.0 <b>busy</b>.",
        "detail": "421 4.7.0 <b>busy</b>",
    }


def test_an_inconclusive_outcome_has_the_reason_of_its_first_gap() -> None:
    found = outcome("mx", "hidden")
    assert (found["status"], found["reason"]) == ("inconclusive", "timeout")
    assert found["text"] == "firma.pl: no answer came."
    assert found["findings"] == []


def test_a_refused_and_a_crashed_outcome() -> None:
    assert outcome("mx", "refused")["status"] == "refused"
    crashed = outcome("ptr")
    assert (crashed["status"], crashed["incident"]) == ("crashed", "c0ffee00")
    assert crashed["findings"] == []


@pytest.mark.parametrize("language", WRITTEN)
def test_the_words_are_in_the_language_asked_for(language: Language) -> None:
    outcomes = data(language=language)["outcomes"]
    assert isinstance(outcomes, list)
    wanted = {Language.PL: "firma.pl nie ma rekordu SPF", Language.EN: "firma.pl has no SPF record"}
    assert outcomes[1]["findings"][0]["text"] == wanted[language]


def test_the_order_is_that_of_the_probes() -> None:
    outcomes = data()["outcomes"]
    assert isinstance(outcomes, list)
    assert [each["probe"] for each in outcomes] == [each.probe for each in TROUBLED]
