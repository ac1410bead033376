"""The lint names what a reader of the answers would trip over."""

import re
from datetime import date
from pathlib import Path

import pytest

from bot.knowledge.lint import find_asked, lint
from tests.knowledge.folders import SOUND_TOPIC, knowledge_folder

TODAY = date(2026, 11, 23)


def said(folder: Path) -> list[str]:
    return [str(fault) for fault in lint(folder, probes={"mx", "smtp"}, today=TODAY)]


def test_a_sound_folder_is_clean(tmp_path: Path) -> None:
    assert said(knowledge_folder(tmp_path)) == []


@pytest.mark.parametrize(
    ("old", "new", "place", "what"),
    [
        pytest.param(
            "reviewed:", "follow: [no-such]\nreviewed:", 18, "no topic “no-such”", id="dead link"
        ),
        pytest.param(
            "reviewed:",
            "follow: [what-is-pop3]\nreviewed:",
            18,
            "leads to itself",
            id="a link to itself",
        ),
        pytest.param(
            "reviewed:",
            "check: [mx, gopher]\nreviewed:",
            18,
            "no probe is called “gopher”",
            id="probe",
        ),
        pytest.param("pop3 meaning", "POP-3, Meaning!", 11, "", id="control: a free way of asking"),
        pytest.param("explain pop3", "What is POP3?", 11, "stands twice", id="the same way twice"),
        pytest.param(", wyjaśnij pop3", "", 9, "only 9 ways of asking in pl", id="too few ways"),
        pytest.param("explain pop3", "x " * 90, 11, "179 characters", id="a long way of asking"),
        pytest.param("Protokół", "x" * 701 + " ", 14, "short answer has", id="a long answer"),
        pytest.param("A protocol", "A **protocol**", 15, "holds markup", id="markup"),
        pytest.param("A protocol", "A `protocol", 15, "backtick", id="a lone backtick"),
        pytest.param("Protokół", "Haslo", 14, "“haslo” lacks its diacritics", id="no diacritics"),
        pytest.param("A protocol", "A protokół", 15, "in English text", id="Polish in English"),
        pytest.param("Protokół", "Należy znać protokół", 14, "talks past", id="with a capital"),
        pytest.param(
            "Protokół", "Tu należy znać protokół", 14, "“należy” talks past", id="impersonal"
        ),
        pytest.param("Protokół", "Protokół, który należy do poczty", 14, "", id="control: belongs"),
        pytest.param(
            "A protocol", "Please take a protocol", 15, "“Please” talks past", id="please"
        ),
        pytest.param(
            "A protocol", "Ask the MTA", 15, "say “mail server”", id="a word of the trade"
        ),
        pytest.param("A protocol", "Ask the MTA (server)", 15, "", id="control: explained"),
        pytest.param("A protocol", "Type `MTA`", 15, "", id="control: code"),
        pytest.param(
            "reviewed:",
            "evidence: [weather]\nreviewed:",
            18,
            "no evidence is called",
            id="evidence",
        ),
        pytest.param("reviewed: 2026", "reviewed: 2025", 18, "", id="control: a year, not older"),
        pytest.param(
            "reviewed: 2026-11-23", "reviewed: 2025-11-20", 18, "older than a year", id="old"
        ),
        pytest.param("read: 2026", "read: 2028", 17, "lies in the future", id="future"),
        pytest.param("-11-23}", "-02-30}", 17, "no day of the calendar", id="no such day"),
        pytest.param(", read: 2026-11-23", "", 17, "no `read`", id="a source never read"),
    ],
)
def test_a_fault_of_style_or_links_is_named(
    old: str, new: str, place: int, what: str, tmp_path: Path
) -> None:
    assert old in SOUND_TOPIC
    text = SOUND_TOPIC.replace(old, new, 1)
    faults = said(knowledge_folder(tmp_path, {"topics/what-is-pop3.yaml": text}))
    if not what:
        assert faults == []
        return
    assert len(faults) == 1
    assert what in faults[0]
    assert faults[0].startswith(f"topics/what-is-pop3.yaml:{place}:")


def test_what_tells_two_topics_apart_is_a_question(tmp_path: Path) -> None:
    unlike = "unlike:\n  - {topic: other, pl: Wysyłasz, en: 'Do you send?'}\n"
    other = re.sub(r"(?<=[\[ ])(?=[a-zś][^:\n]*[,\]])", "inaczej ", SOUND_TOPIC)
    files = {"topics/what-is-pop3.yaml": SOUND_TOPIC + unlike, "topics/other.yaml": other}
    faults = [each for each in said(knowledge_folder(tmp_path, files)) if "question" in each]
    assert [fault.split(";")[0] for fault in faults] == [
        "topics/what-is-pop3.yaml:20: this is no question"
    ]


def test_a_missing_language_is_named(tmp_path: Path) -> None:
    text = SOUND_TOPIC.replace("  en: [A protocol to fetch mail.]\n", "")
    assert said(knowledge_folder(tmp_path, {"topics/what-is-pop3.yaml": text})) == [
        "topics/what-is-pop3.yaml:14: answer lacks “en”; add `en:`"
    ]


def test_words_that_people_type_may_lack_their_diacritics(tmp_path: Path) -> None:
    files = {"phrases/words.yaml": "help: {pl: jesli haslo, en: help}\n"}
    assert said(knowledge_folder(tmp_path, files)) == []
    files = {"phrases/talk.yaml": "help: {pl: jesli haslo, en: help}\n"}
    assert "lacks its diacritics" in said(knowledge_folder(tmp_path, files))[0]


def test_the_place_of_each_way_of_asking_is_known(tmp_path: Path) -> None:
    lines = find_asked(knowledge_folder(tmp_path))
    assert lines["what-is-pop3", "co to jest pop3"] == ("topics/what-is-pop3.yaml", 9)
    assert lines["what-is-pop3", "how does pop3 work"][1] == 12


def test_two_topics_may_not_share_a_way_of_asking(tmp_path: Path) -> None:
    faults = said(knowledge_folder(tmp_path, {"topics/zebra.yaml": SOUND_TOPIC}))
    assert len(faults) == 20
    assert all("also asks for what-is-pop3" in fault for fault in faults)


def test_a_slot_value_must_be_in_the_lexicon(tmp_path: Path) -> None:
    variants = "variants:\n  - when: {program: outlok}\n    pl: [A]\n    en: [B]\n"
    names = "program:\n  outlook: {name: Outlook, forms: [outlook]}\n"
    files = {"topics/what-is-pop3.yaml": SOUND_TOPIC + variants, "lexicon/names.yaml": names}
    assert any(
        "“outlok” is not known; use one of" in f for f in said(knowledge_folder(tmp_path, files))
    )


def test_both_languages_must_use_the_same_gaps(tmp_path: Path) -> None:
    files = {"phrases/a.yaml": "x:\n  y: {pl: '{host} nie żyje', en: 'The server is dead'}\n"}
    assert [fault.split(";")[0] for fault in said(knowledge_folder(tmp_path, files))] == [
        "phrases/a.yaml:2: only one language uses host"
    ]


def test_a_question_of_the_evaluation_may_not_be_an_example(tmp_path: Path) -> None:
    files = {"evaluation/tune.yaml": "what-is-pop3: {pl: [Co to jest POP3?]}\nno-such: {en: [x]}\n"}
    faults = said(knowledge_folder(tmp_path, files))
    assert ["is one of the examples of what-is-pop3" in fault for fault in faults] == [True, False]
    assert "there is no topic “no-such”" in faults[1]


def test_faults_of_shape_come_first(tmp_path: Path) -> None:
    files = {"topics/what-is-pop3.yaml": SOUND_TOPIC.replace("area: protocols\n", "")}
    assert [fault.split(";")[0] for fault in said(knowledge_folder(tmp_path, files))] == [
        "topics/what-is-pop3.yaml:1: the topic lacks “area”"
    ]


def test_a_broken_file_hides_no_fault_of_another(tmp_path: Path) -> None:
    files = {
        "topics/what-is-pop3.yaml": SOUND_TOPIC.replace("area: protocols\n", ""),
        "topics/zebra.yaml": SOUND_TOPIC.replace("reviewed: 2026-", "reviewed: 2024-"),
    }
    faults = "\n".join(said(knowledge_folder(tmp_path, files)))
    assert "topics/what-is-pop3.yaml:1: the topic lacks “area”" in faults
    assert "topics/zebra.yaml" in faults
    assert "older than a year" in faults
