"""Mail programs: the shape of their files, who is meant by a name, what the shipped ones say."""

from datetime import date
from pathlib import Path

import pytest

from bot.knowledge.lint import lint
from bot.knowledge.load import load_knowledge
from bot.knowledge.program import PROTOCOLS, Program, named_programs
from bot.knowledge.topic import SLOTS
from bot.model.language import WRITTEN
from tests.knowledge.folders import knowledge_folder

TODAY = date(2026, 11, 24)
SOUND = """\
name: {pl: Poczta X, en: Mail X}
order: 10
named_by:
  - {program: x}
takes: [imap]
security:
  tls: {pl: SSL, en: SSL}
steps:
  - pl: "Serwer `{in_host}`, port `{in_port}`, `{in_user}`."
    en: "Server `{in_host}`, port `{in_port}`, `{in_user}`."
  - when: {auth: [password, app-password]}
    pl: "Wysyłanie przez `{out_host}`, port `{out_port}`."
    en: "Sending through `{out_host}`, port `{out_port}`."
sources:
  - {name: Help of X, read: 2026-11-23}
"""


def faults(folder: Path, text: str, name: str = "x") -> list[str]:
    """The faults of a folder with this one program, without those of other files."""
    knowledge_folder(folder, {f"programs/{name}.yaml": text})
    return [str(fault) for fault in lint(folder, today=TODAY) if fault.path.startswith("programs/")]


def test_a_sound_file_has_no_fault(tmp_path: Path) -> None:
    assert faults(tmp_path, SOUND) == []


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("order: 10", "order: first", "x.yaml:2: “first” is no place in an order"),
        ("takes: [imap]", "takes: [jmap]", "x.yaml:5: “jmap” cannot stand in takes"),
        ("`{in_host}`", "`{imap_host}`", "x.yaml:9: nothing fills {imap_host}"),
        ("auth: [password", "auth: [passwort", "x.yaml:11: “passwort” cannot stand in auth"),
        ("when: {auth", "when: {moon", "x.yaml:11: when has an unknown key “moon”"),
        ("{program: x}", "{colour: x}", "x.yaml:4: an entry of named_by has an unknown key"),
        ("  tls:", "  ssl:", "x.yaml:7: security has an unknown key “ssl”"),
        ("Mail X", "A mail program with a very long name", "x.yaml:1: name.en has 36 characters"),
        ("takes: [imap]\n", "takes: [imap]\nprofile: maybe\n", "“maybe” cannot stand in profile"),
        ("  - {name: Help of X, read: 2026-11-23}", "  []", "there is no source"),
        ("read: 2026-11-23", "read: 2024-11-23", "read is older than a year"),
        ("name: {pl: Poczta X", "name: {pl: Program wysylajacy", "lacks its diacritics"),
        (
            'en: "Sending through `{out_host}`, port `{out_port}`."',
            'en: "Sending through `{out_host}`."',
            "only one language uses out_port",
        ),
    ],
)
def test_each_fault_is_told_with_its_line(
    tmp_path: Path, before: str, after: str, told: str
) -> None:
    assert before in SOUND
    assert told in "\n".join(faults(tmp_path, SOUND.replace(before, after, 1)))


def test_every_way_to_log_in_must_have_its_steps(tmp_path: Path) -> None:
    text = SOUND.replace("[password, app-password]", "password")
    assert faults(tmp_path, text) == [
        "programs/x.yaml:9: no step for imap with app-password uses out_host, out_port; "
        "say where it is typed"
    ]


def test_a_name_must_fit_into_a_button(tmp_path: Path) -> None:
    told = faults(tmp_path, SOUND, name="a-program-with-a-long-name")
    assert "cannot be a program's name" in told[0]


def test_two_programs_have_two_places(tmp_path: Path) -> None:
    knowledge_folder(tmp_path, {"programs/a.yaml": SOUND})
    assert "order 10 also stands in programs/a.yaml" in "\n".join(faults(tmp_path, SOUND))


def shipped() -> tuple[Program, ...]:
    return tuple(load_knowledge().programs.values())


def test_the_programs_that_people_use_are_there() -> None:
    assert [program.id for program in shipped()] == [
        *("outlook-new", "outlook-classic", "thunderbird", "apple-mail", "iphone"),
        *("gmail-android", "samsung-email", "em-client", "spark", "webmail"),
    ]


@pytest.mark.parametrize("program", shipped(), ids=lambda program: program.id)
def test_a_program_has_words_for_the_encryption_of_what_it_reads(program: Program) -> None:
    for language in WRITTEN:
        if set(program.takes) & set(PROTOCOLS):
            assert program.says("tls", language)
            assert program.says("starttls", language)


def test_every_name_of_a_program_is_one_of_the_lexicon() -> None:
    names = {(name.slot, name.value) for name in load_knowledge().lexicon.names}
    for program in shipped():
        assert set(program.named_by) <= names
        assert {slot for slot, _ in program.named_by} <= set(SLOTS)


@pytest.mark.parametrize(
    ("slots", "said", "meant"),
    [
        ({"program": "thunderbird"}, "", ["thunderbird"]),
        ({"program": "outlook"}, "", ["outlook-new", "outlook-classic"]),
        ({"program": "outlook"}, "w nowym outlooku", ["outlook-new"]),
        ({"program": "outlook"}, "outlook 2019", ["outlook-classic"]),
        ({"program": "outlook", "device": "android"}, "", []),
        ({"program": "windows-mail"}, "", ["outlook-new"]),
        ({"device": "iphone"}, "", ["iphone"]),
        ({"device": "ipad"}, "", ["iphone"]),
        ({"program": "apple-mail"}, "", ["apple-mail", "iphone"]),
        ({"program": "apple-mail", "device": "mac"}, "", ["apple-mail"]),
        ({"device": "android"}, "", ["gmail-android", "samsung-email"]),
        ({"device": "android"}, "na samsungu", ["samsung-email"]),
        ({"device": "windows"}, "", []),
        ({"program": "k9", "device": "android"}, "", []),
        ({}, "", []),
    ],
)
def test_who_is_meant_by_what_was_said(slots: dict[str, str], said: str, meant: list[str]) -> None:
    found = named_programs(shipped(), slots, said.split())
    assert [program.id for program in found] == meant
