"""A further language lies over the files: text by text, with English where it has none."""

from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest

from bot.knowledge.cache import Cache
from bot.knowledge.completeness import find_lacking
from bot.knowledge.fault import KnowledgeError
from bot.knowledge.knowledge import Knowledge
from bot.knowledge.lint import lint
from bot.knowledge.load import load_knowledge
from bot.model.finding import Finding, Severity
from bot.model.language import Language
from bot.model.trouble import Gap, Trouble
from tests.languages.german import DE, GERMAN

NB = "\N{NO-BREAK SPACE}"
SEVERAL = Finding("spf.several", Severity.ERROR, "firma.de", {"count": 2})
MISSING = Finding("spf.missing", Severity.WARNING, "firma.de", {"proposal": "v=spf1 mx ~all"})


@pytest.fixture(scope="module")
def german() -> Knowledge:
    return load_knowledge(GERMAN)


def laid(root: Path, file: str, text: str) -> Path:
    """The German folder with another file in it."""
    folder = Path(copytree(GERMAN, root / "mine"))
    path = folder / "languages" / "de" / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return folder


def said(folder: Path) -> list[str]:
    return [str(fault) for fault in lint(folder)]


class TestWhatIsSaid:
    def test_a_phrase_is_said_in_the_language(self, german: Knowledge) -> None:
        assert german.phrases.say("talk.language.set", DE) == "Gut, ich spreche Deutsch."

    def test_a_phrase_that_is_lacking_is_said_in_english_with_english_forms(
        self, german: Knowledge
    ) -> None:
        assert german.phrases.say("report.age", DE, count=1) == f"Manche Antworten sind 1{NB}" + (
            "Sekunde alt."
        )
        assert german.phrases.say("report.more-subjects", DE, count=1200) == (
            f"and 1,200{NB}others"  # a German number would be 1.200
        )

    def test_a_finding_is_worded_part_by_part(self, german: Knowledge) -> None:
        worded = german.findings.word(MISSING, DE)
        english = german.findings.word(MISSING, Language.EN)
        assert worded.text == "firma.de hat keinen SPF-Eintrag."
        assert worded.meaning.startswith("Niemand kann erkennen")
        assert worded.remedy == english.remedy != ""
        assert worded.copy == "v=spf1 mx ~all"

    def test_plurals_in_a_finding_are_the_languages_own(self, german: Knowledge) -> None:
        assert f"hat 2{NB}SPF-Einträge" in german.findings.word(SEVERAL, DE).text
        one = replace(SEVERAL, params={"count": 1})
        assert f"hat 1{NB}SPF-Eintrag," in german.findings.word(one, DE).text

    def test_a_finding_that_is_lacking_is_worded_in_english(self, german: Knowledge) -> None:
        finding = Finding("spf.missing-parked", Severity.WARNING, "firma.de", {})
        assert german.findings.word(finding, DE) == german.findings.word(finding, Language.EN)

    def test_why_something_was_not_tested(self, german: Knowledge) -> None:
        late = Gap("mx.firma.de", Trouble.TIMEOUT)
        assert german.word_trouble(late, DE) == "in der erlaubten Zeit kam keine Antwort"
        broken = Gap("mx.firma.de", Trouble.SERVFAIL)
        assert german.word_trouble(broken, DE) == german.word_trouble(broken, Language.EN)

    def test_a_topic_is_told_text_by_text(self, german: Knowledge) -> None:
        topic = german.topics["imap-or-pop3"]
        assert topic.answer[DE][0].startswith("Wähle IMAP.")
        assert topic.more[DE] == topic.more[Language.EN]
        assert topic.title[DE] == topic.title[Language.EN]
        question = topic.question_unlike("what-is-pop3")
        assert question is not None
        assert question[DE].startswith("Möchtest du")
        other = topic.question_unlike("what-is-imap")
        assert other is not None
        assert other[DE] == other[Language.EN]

    def test_polish_and_english_stay_as_they_were(self, german: Knowledge) -> None:
        shipped = load_knowledge()
        for key, texts in shipped.phrases.templates.items():
            mine = german.phrases.templates[key]
            assert {tag: mine[tag] for tag in texts} == texts
        assert german.fingerprint == shipped.fingerprint  # nothing is to be learnt anew

    def test_a_language_that_is_not_there_any_more_is_answered_in_english(self) -> None:
        shipped = load_knowledge()
        assert shipped.phrases.say("talk.language.set", DE) == "All right, I speak English."
        assert shipped.findings.word(SEVERAL, DE) == shipped.findings.word(SEVERAL, Language.EN)
        topic = shipped.topics["imap-or-pop3"]
        assert topic.answer[DE] == topic.answer[Language.EN]

    def test_a_kind_of_the_language_is_told_in_it(self, german: Knowledge) -> None:
        austrian = Language("de-at")
        assert german.phrases.say("talk.language.set", austrian) == "Gut, ich spreche Deutsch."
        assert german.findings.word(SEVERAL, austrian) == german.findings.word(SEVERAL, DE)


class TestWhatItLacks:
    def test_the_test_folder_itself_is_sound(self) -> None:
        assert said(GERMAN) == []

    def test_every_text_is_counted_and_what_is_lacking_is_named(self, tmp_path: Path) -> None:
        rooms = find_lacking(GERMAN)[DE].rooms
        assert rooms["findings"].there == 7  # three texts of SPF's and two, and two troubles
        lacking = rooms["findings"].lacking["languages/de/findings/spf.yaml"]
        assert "missing.remedy" in lacking
        assert "missing.text" not in lacking
        assert "missing-parked.text" in lacking
        assert not {key for key in lacking if key.startswith("several.")}
        topic = "languages/de/topics/imap-or-pop3.yaml"
        lacking = set(rooms["topics"].lacking[topic])
        variants = {key for key in lacking if key.startswith("variants.")}
        assert variants  # none of them is there, however many there are
        assert lacking - variants == {"title", "label", "asked", "more", "unlike.2"}
        assert "languages/de/findings/dkim.yaml" in rooms["findings"].whole

    def test_one_text_more_is_one_less_that_is_lacking(self, tmp_path: Path) -> None:
        folder = laid(tmp_path, "phrases/errors.yaml", "incident: {de: 'Vorfall {incident}'}\n")
        before, after = (find_lacking(each)[DE].rooms["phrases"] for each in (GERMAN, folder))
        assert after.there == before.there + 1
        assert "languages/de/phrases/errors.yaml" in before.whole
        assert "languages/de/phrases/errors.yaml" not in after.whole

    def test_languages_that_are_whole_are_not_in_the_list(self) -> None:
        assert find_lacking() == {}


class TestFaults:
    def test_a_text_without_its_gaps_is_a_fault_and_english_is_said(self, tmp_path: Path) -> None:
        folder = laid(
            tmp_path, "findings/mx.yaml", "'null': {de: {text: '{domain} nimmt nichts.'}}"
        )
        (fault,) = said(folder)
        assert fault.startswith("languages/de/findings/mx.yaml:1: ")
        assert "differ in domain, subject" in fault
        knowledge = load_knowledge(folder, Cache(tmp_path / "cache"))
        finding = Finding("mx.null", Severity.NOTICE, "firma.de", {})
        in_german, in_english = (knowledge.findings.word(finding, at) for at in (DE, Language.EN))
        assert in_german == in_english

    @pytest.mark.parametrize(
        ("file", "text", "fault"),
        [
            ("phrases/talk.yaml", "vergessen: {de: Vergessen.}", "nothing is called “vergessen”"),
            ("phrases/nowhere.yaml", "a: {de: b}", "there is no such file any more"),
            ("phrases/talk.yaml", "cancelled: {pl: Nie.}", "nothing is called “pl”"),
            ("topics/imap-or-pop3.yaml", "unlike:\n- {topic: x, de: Y?}", "unlike has 2 entries"),
            (
                "topics/imap-or-pop3.yaml",
                "unlike:\n- {topic: x, de: Y?}\n- {topic: what-is-imap}",
                "this entry of unlike is another now",
            ),
            ("findings/spf.yaml", "missing: {de: {txt: x}}", "does not stand in the file under it"),
        ],
    )
    def test_what_no_longer_fits_is_named_and_left_out(
        self, tmp_path: Path, file: str, text: str, fault: str
    ) -> None:
        folder = laid(tmp_path, file, text)
        (found,) = said(folder)
        assert fault in found
        assert load_knowledge(folder, Cache(tmp_path / "cache")).languages

    @pytest.mark.parametrize(
        ("file", "text", "fault"),
        [
            ("phrases/report.yaml", "age: {de: '{count|a|b|c}'}", "needs 2 forms: one, other"),
            ("phrases/report.yaml", "age: {de: '{count'}", "a lone {"),
            ("phrases/talk.yaml", "cancelled: {de: [a]}", "is not a text"),
            ("topics/imap-or-pop3.yaml", f"label: {{de: {'x' * 41}}}", "has 41 characters"),
            ("topics/imap-or-pop3.yaml", "answer: {de: Nein}", "is not a list"),
            ("findings/spf.yaml", "missing: {de: Nein}", "is not a mapping"),
        ],
    )
    def test_what_cannot_be_said_is_refused(
        self, tmp_path: Path, file: str, text: str, fault: str
    ) -> None:
        folder = laid(tmp_path, file, text)
        assert any(fault in each for each in said(folder))
        with pytest.raises(KnowledgeError, match=f"languages/de/{file}"):
            load_knowledge(folder, Cache(tmp_path / "cache"))

    def test_markup_and_a_way_of_asking_for_two_topics_are_found(self, tmp_path: Path) -> None:
        folder = laid(tmp_path, "phrases/talk.yaml", "cancelled: {de: '**Gut**'}")
        assert "holds markup" in said(folder)[0]
        folder = laid(tmp_path / "2", "topics/what-is-pop3.yaml", "asked: {de: [was ist pop]}")
        other = folder / "languages" / "de" / "topics" / "what-is-imap.yaml"
        other.write_text("asked: {de: [Was ist POP?]}", encoding="utf-8")
        assert any("also asks for what-is-imap" in fault for fault in said(folder))
