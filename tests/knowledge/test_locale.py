"""A language's file: what it must say, and how the bot chooses among the languages."""

from pathlib import Path

import pytest

from bot.knowledge.load import load_knowledge
from bot.knowledge.locale import Languages, build_languages
from bot.knowledge.sheets import list_sheets, read_locales
from bot.knowledge.wording import fill
from bot.model.language import Language

CZECH = """\
name: čeština
called: [cs, čeština, česky]
switch: Česky
plural:
  one: i = 1 and v = 0
  few: i = 2..4 and v = 0
  many: v != 0
spare: {many: few}
numbers: {decimal: ",", group: space, group_from: 5}
dates:
  months: [ledna, února, března, dubna, května, června, července, srpna, září, října, listopadu, prosince]
  date: "{day}. {month} {year}"
  short: "{day}. {mm}."
  time: "{hour}:{minute}"
  both: "{date} v {time}"
letters: áčďéěíňóřšťúůýž
"""  # noqa: E501
NB = "\N{NO-BREAK SPACE}"


def faults(root: Path, text: str, tag: str = "cs") -> list[str]:
    home = root / "languages" / tag
    home.mkdir(parents=True)
    (home / "language.yaml").write_text(text, encoding="utf-8")
    return [str(fault) for fault in read_locales(list_sheets(root))[1]]


@pytest.fixture
def languages(tmp_path: Path) -> Languages:
    assert faults(tmp_path, CZECH) == []
    return build_languages(read_locales(list_sheets(tmp_path))[0])


@pytest.mark.parametrize(
    ("written", "instead", "fault"),
    [
        ("name: čeština\n", "", "lacks “name”"),
        ("name: čeština", "name: []", "name is not a text"),
        ("many: v != 0", "many: v is 0", "many: = or != is needed"),
        ("many: v != 0", "lots: v != 0", "plural has an unknown key “lots”"),
        ("{many: few}", "{many: many}", "nothing can stand in for many so"),
        ('decimal: ","', "decimal: comma", "decimal is not one sign"),
        ("group_from: 5", "group_from: five", "group_from is no number"),
        (", prosince", "", "there are 11 months"),
        ("{day}. {month} {year}", "{day}. {moon}", "nothing fills {moon}"),
        ("{date} v {time}", "{date} v {hour}", "nothing fills {hour}"),
        ("switch: Česky", f"switch: {'x' * 50}", "switch is too long"),
    ],
)
def test_each_fault_is_named_with_its_line(
    tmp_path: Path, written: str, instead: str, fault: str
) -> None:
    assert written in CZECH
    found = faults(tmp_path, CZECH.replace(written, instead))
    assert fault in found[0]
    assert found[0].startswith("languages/cs/language.yaml:")


def test_a_folder_that_is_called_no_language_is_a_fault(tmp_path: Path) -> None:
    assert "“czech” is no tag of a language" in faults(tmp_path, CZECH, "czech")[0]


def test_a_folder_of_texts_needs_the_language_itself(tmp_path: Path) -> None:
    phrases = tmp_path / "languages" / "cs" / "phrases"
    phrases.mkdir(parents=True)
    (phrases / "talk.yaml").write_text("forgotten: {cs: Zapomenuto.}\n", encoding="utf-8")
    (fault,) = read_locales(list_sheets(tmp_path))[1]
    assert str(fault).startswith("languages/cs: lacks language.yaml; ")


def test_its_numbers_and_dates_are_its_own(languages: Languages) -> None:
    czech = languages[Language("cs")]
    text = "{n|server|servery|serverů}, {n|den|dny|dne|dní}"
    assert fill(text, czech, {"n": 2}) == f"2{NB}servery, 2{NB}dny"
    assert fill(text, czech, {"n": 12345}) == f"12{NB}345{NB}serverů, 12{NB}345{NB}dní"
    # "many", which is for fractions, may be left out; "few" stands in for it then.
    assert fill(text, czech, {"n": 2.5}) == f"2,5{NB}servery, 2,5{NB}dne"
    said = fill("{d|date}", czech, {"d": "2026-09-03T08:05:00"})
    assert said == "3. září 2026 v 8:05"


def test_the_written_languages_come_first_and_a_switch_goes_round(languages: Languages) -> None:
    assert list(languages) == ["pl", "en", "cs"]
    order = [languages.after(each) for each in languages]
    assert order == ["en", "cs", "pl"]
    assert languages.after(Language("xx")) == "pl"


def test_between_two_languages_a_switch_changes_to_the_other() -> None:
    languages = load_knowledge().languages
    assert languages.after(Language.PL) == Language.EN
    assert languages.after(Language.EN) == Language.PL


@pytest.mark.parametrize(
    ("wanted", "nearest"),
    [("cs", "cs"), ("cs-cz", "cs"), ("pl", "pl"), ("de", None), ("de-at", None)],
)
def test_a_kind_of_a_language_is_that_language(
    languages: Languages, wanted: str, nearest: str | None
) -> None:
    assert languages.nearest(Language(wanted)) == nearest
    assert languages.nearest(None) is None


def test_a_language_that_is_not_spoken_is_written_as_english(languages: Languages) -> None:
    assert languages.locale(Language("xx")).language == Language.EN


@pytest.mark.parametrize(("name", "language"), [("česky", "cs"), ("cs", "cs"), ("polish", "pl")])
def test_people_name_a_language_in_several_ways(
    languages: Languages, name: str, language: str
) -> None:
    assert languages.called(name) == language
    assert languages.called("klingon") is None
    assert languages.called("") is None
