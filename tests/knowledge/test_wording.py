"""Sentences with gaps, in the forms of each language."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.load import load_knowledge
from bot.knowledge.wording import check_forms, fill, placeholders
from bot.model.language import Language

LOCALES = load_knowledge().languages
PL, EN = LOCALES[Language.PL], LOCALES[Language.EN]

NB = "\N{NO-BREAK SPACE}"
POLISH, ENGLISH = "{count|serwer|serwery|serwerów|serwera}", "{count|server|servers}"


@pytest.mark.parametrize(
    ("count", "polish", "english"),
    [
        (0, "0 serwerów", "0 servers"),
        (1, "1 serwer", "1 server"),
        (2, "2 serwery", "2 servers"),
        (4, "4 serwery", "4 servers"),
        (5, "5 serwerów", "5 servers"),
        (11, "11 serwerów", "11 servers"),
        (12, "12 serwerów", "12 servers"),
        (14, "14 serwerów", "14 servers"),
        (21, "21 serwerów", "21 servers"),
        (22, "22 serwery", "22 servers"),
        (112, "112 serwerów", "112 servers"),
        (1004, "1004 serwery", "1,004 servers"),
        (1.5, "1,5 serwera", "1.5 servers"),
        (1.0, "1 serwer", "1 server"),
        (-1, "-1 serwer", "-1 server"),
        (0.001, "0 serwerów", "0 servers"),
        ("3", "3 serwery", "3 servers"),
    ],
)
def test_a_number_takes_its_plural(count: object, polish: str, english: str) -> None:
    assert fill(POLISH, PL, {"count": count}) == polish.replace(" ", NB)
    assert fill(ENGLISH, EN, {"count": count}) == english.replace(" ", NB)


def test_a_fraction_takes_the_form_for_few_where_a_text_has_no_other() -> None:
    assert fill("{n|sekunda|sekundy|sekund}", PL, {"n": 2.5}) == f"2,5{NB}sekundy"


@pytest.mark.parametrize(
    ("value", "polish", "english"),
    [
        (1234567, f"1{NB}234{NB}567", "1,234,567"),
        ("0.25", "0,25", "0.25"),
        (2.0, "2", "2"),
        ("nan", "nan", "nan"),
        ("about ten", "about ten", "about ten"),
    ],
)
def test_numbers_have_the_marks_of_the_language(value: object, polish: str, english: str) -> None:
    assert fill("{n|number}", PL, {"n": value}) == polish
    assert fill("{n|number}", EN, {"n": value}) == english


@pytest.mark.parametrize(
    ("value", "polish", "english"),
    [
        ("2026-11-03", f"3{NB}listopada 2026", f"3{NB}November 2026"),
        (date(2026, 5, 1), f"1{NB}maja 2026", f"1{NB}May 2026"),
        (
            "2026-11-23T17:05:00+00:00",
            f"23{NB}listopada 2026, 17:05 UTC",
            f"23{NB}November 2026, 17:05 UTC",
        ),
        ("2026-13-40", "2026-13-40", "2026-13-40"),
    ],
)
def test_dates_are_written_out(value: object, polish: str, english: str) -> None:
    assert fill("{d|date}", PL, {"d": value}) == polish
    assert fill("{d|date}", EN, {"d": value}) == english


@pytest.mark.parametrize(
    ("value", "german"),
    [
        ('{"pl": "Uwaga.", "en": "Mind.", "de": "Achtung."}', "Achtung."),
        ('{"pl": "Uwaga.", "en": "Mind."}', "Mind."),
        ("Mind.", "Mind."),  # kept by an older version
        ("[1]", "[1]"),
        ("7", "7"),
    ],
)
def test_what_comes_in_several_languages_is_said_in_the_readers(value: str, german: str) -> None:
    locale = replace(EN, language=Language("de"))
    assert fill("{notes|spoken}", locale, {"notes": value}) == german


def test_doubled_braces_are_braces() -> None:
    assert fill("{{{x}}} {{y}}", EN, {"x": 1}) == "{1} {y}"


def test_braces_in_a_value_stay_what_they_are() -> None:
    assert fill("{x}", EN, {"x": "{y} {{"}) == "{y} {{"


def test_a_parameter_that_is_not_given_is_named() -> None:
    with pytest.raises(KeyError, match="host"):
        fill("{host} is down", EN, {})


def test_the_placeholders_of_a_template_are_known() -> None:
    text = "{subject}: {count|serwer|serwery|serwerów}, {when|date} {{no}}"
    assert placeholders(text) == {"subject", "count", "when"}


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "}",
        "a } b",
        "{}",
        "{a b}",
        "{A}",
        "{n|one|two|three|four}",
        "{n|sometime}",
        "{x|a|b|c}",
    ],
)
def test_a_template_that_is_not_well_formed_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\{|\}"):
        check_forms(text, EN)


@given(st.text())
def test_any_text_parses_or_is_refused(text: str) -> None:
    try:
        names = placeholders(text)
        check_forms(text, PL)
    except ValueError:
        return
    assert isinstance(fill(text, PL, dict.fromkeys(names, 2)), str)


@given(st.text())
def test_text_with_its_braces_doubled_comes_out_as_it_was(text: str) -> None:
    assert fill(text.replace("{", "{{").replace("}", "}}"), EN, {}) == text
