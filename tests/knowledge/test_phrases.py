"""The bot's words are found by key and filled, and a key that is not there is our own bug."""

from pathlib import Path

import pytest

from bot.knowledge.cache import Cache
from bot.knowledge.knowledge import Knowledge
from bot.knowledge.load import load_knowledge
from bot.knowledge.phrases import Worded
from bot.model.finding import Finding, Severity
from bot.model.language import Language
from bot.model.trouble import Gap, Trouble
from tests.knowledge.folders import knowledge_folder

FILES = {
    "phrases/test-only.yaml": """\
greet: {pl: "Cześć, {name}!", en: "Hello, {name}!"}
group:
  deep:
    key: {pl: Głęboko, en: Deep}
""",
    "findings/testonly.yaml": """\
several:
  pl:
    text: "{subject} ma {count|rekord|rekordy|rekordów}"
    meaning: Odbiorcy nie użyją żadnego.
    remedy: Zostaw jeden.
  en: {text: "{subject} has {count|record|records}", remedy: Keep one.}
  copy: v=spf1 include:{subject} -all
testonly.sound:
  pl: {text: W porządku}
  en: {text: Sound}
""",
    "findings/troubles.yaml": """\
timeout: {pl: "{subject} nie odpowiada", en: "{subject} does not answer: {detail}"}
""",
}


@pytest.fixture
def knowledge(tmp_path: Path) -> Knowledge:
    return load_knowledge(knowledge_folder(tmp_path / "mine", FILES), Cache(tmp_path / "cache"))


def test_a_phrase_is_said_by_its_file_and_keys(knowledge: Knowledge) -> None:
    say = knowledge.phrases.say
    assert say("test-only.greet", Language.PL, name="Anna") == "Cześć, Anna!"
    assert say("test-only.group.deep.key", Language.EN) == "Deep"
    assert "test-only.greet" in knowledge.phrases


def test_a_phrase_that_is_not_there_is_named(knowledge: Knowledge) -> None:
    with pytest.raises(KeyError, match=r"test-only\.nothing"):
        knowledge.phrases.say("test-only.nothing", Language.PL)


def test_a_finding_is_worded_with_what_it_has(knowledge: Knowledge) -> None:
    finding = Finding("testonly.several", Severity.ERROR, "firma.pl", {"count": 2})
    assert knowledge.findings.word(finding, Language.PL) == Worded(
        text="firma.pl ma 2\N{NO-BREAK SPACE}rekordy",
        meaning="Odbiorcy nie użyją żadnego.",
        remedy="Zostaw jeden.",
        copy="v=spf1 include:firma.pl -all",
    )
    english = knowledge.findings.word(finding, Language.EN)
    assert (english.meaning, english.remedy) == ("", "Keep one.")


@pytest.mark.parametrize(
    ("code", "params", "can"),
    [
        pytest.param("testonly.several", {"count": 2}, True, id="whole"),
        pytest.param("testonly.several", {"count": 2, "former": "x"}, True, id="with one too many"),
        pytest.param("testonly.several", {}, False, id="without a parameter"),
        pytest.param("testonly.odd", {}, False, id="unknown"),
    ],
)
def test_what_another_version_found_may_lack_words(
    knowledge: Knowledge, code: str, params: dict[str, int], can: bool
) -> None:
    finding = Finding(code, Severity.ERROR, "firma.pl", params)
    assert knowledge.findings.can_word(finding) is can


def test_a_code_may_be_written_with_its_probe(knowledge: Knowledge) -> None:
    finding = Finding("testonly.sound", Severity.OK, "firma.pl")
    assert knowledge.findings.word(finding, Language.EN) == Worded("Sound")


def test_a_trouble_is_worded(knowledge: Knowledge) -> None:
    gap = Gap("mx.firma.pl", Trouble.TIMEOUT, "after 10 s")
    assert knowledge.word_trouble(gap, Language.PL) == "mx.firma.pl nie odpowiada"
    assert knowledge.word_trouble(gap, Language.EN) == "mx.firma.pl does not answer: after 10 s"


def test_an_unworded_finding_is_our_own_bug(knowledge: Knowledge) -> None:
    with pytest.raises(KeyError, match=r"testonly\.odd"):
        knowledge.findings.word(Finding("testonly.odd", Severity.OK, "x"), Language.PL)
