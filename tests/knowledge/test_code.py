"""The files of codes: their shape, what lint says of them, and what stands in the shipped ones."""

from pathlib import Path

import pytest

from bot.knowledge import load_knowledge
from bot.knowledge.code import build_codes, check_codes
from bot.knowledge.lint import lint
from bot.knowledge.located import Checker
from bot.knowledge.yaml_file import parse_located
from bot.model.language import Language

SOURCE = "sources: [{name: RFC 3463, read: 2026-11-24}]"


def faults(codes: str) -> str:
    checker = Checker("codes/x.yaml")
    value = parse_located(f"{SOURCE}\ncodes:\n{codes}".encode(), checker)
    assert value is not None
    check_codes(value, checker)
    return " ".join(str(each) for each in checker.faults)


@pytest.mark.parametrize(
    ("codes", "fault"),
    [
        ("  5.1.1: {topic: x, pl: a}", "lacks “en”"),
        ("  5.1.1: {topic: x, pl: a, en: b, more: c}", "unknown key “more”"),
        ("  5.1.1: {topic: x, pl: a, en: b, written: 5.1.1}", "written is not a list"),
        ("  550: {topic: x, pl: a, en: b}", "“550” may stand in any text"),
        ("  5.1.1: {topic: x, pl: a, en: b, written: ['user +  + x']}", "has an empty part"),
        (f"  5.1.1: {{topic: x, pl: a, en: {'b' * 401}}}", "401 characters in en"),
        ("  5.1.1: x", "is not a mapping"),
    ],
    ids=lambda value: value[:40],
)
def test_faults_of_a_code_are_named(codes: str, fault: str) -> None:
    assert fault in faults(codes)


def test_a_sound_file_has_no_faults_and_is_built() -> None:
    text = '  5.1.1: {topic: x, pl: a, en: b, written: ["5.1.1", "550 + no user"]}'
    assert not faults(text)
    entry = {"topic": "x", "pl": "a", "en": "b", "written": ["5.1.1", "550 + no user"]}
    sheet = {"sources": [{"name": "RFC 3463", "read": "2026-11-24"}], "codes": {"5.1.1": entry}}
    (code,) = build_codes({"smtp": sheet})
    assert code.written == (("5.1.1",), ("550", "no user"))
    assert dict(code.text) == {Language.PL: "a", Language.EN: "b"}


def test_without_ways_of_writing_a_code_is_written_as_it_is_called() -> None:
    sheet = {"sources": [], "codes": {"0x800CCC0E": {"topic": "x", "pl": "a", "en": "b"}}}
    (code,) = build_codes({"outlook": sheet})
    assert code.written == (("0x800CCC0E",),)


def test_lint_names_a_topic_that_is_not_there_and_what_two_codes_share(tmp_path: Path) -> None:
    (tmp_path / "codes").mkdir()
    (tmp_path / "codes" / "x.yaml").write_text(
        f"{SOURCE}\ncodes:\n"
        "  5.1.1: {topic: not-there, pl: Sprawdz adres., en: b}\n"
        '  5.9.9: {topic: not-there, pl: a, en: b, written: ["5.1.1"]}\n',
        encoding="utf-8",
    )
    found = "\n".join(map(str, lint(tmp_path)))
    assert "codes/x.yaml:3: there is no topic “not-there”" in found
    assert "“sprawdz” lacks its diacritics" in found
    assert "codes/x.yaml:4: “5.1.1” is also written for 5.1.1" in found


def test_every_shipped_code_leads_to_a_topic_and_has_a_source() -> None:
    codes = load_knowledge().codes
    assert len(codes) >= 100
    assert all(code.sources and code.topic in load_knowledge().topics for code in codes.values())
