"""The knowledge folder is read whole, or every fault is named at once."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.knowledge import KnowledgeError, load_knowledge
from bot.knowledge.cache import Cache
from bot.knowledge.load import prepare_knowledge
from bot.knowledge.located import Checker
from bot.knowledge.sheets import ROOMS, list_sheets, read_plain
from bot.knowledge.yaml_file import parse_located
from bot.model.language import Language
from tests.knowledge.folders import SOUND_TOPIC, knowledge_folder


def faults_of(folder: Path) -> list[str]:
    """The faults of a folder as a writer sees them."""
    return [str(fault) for fault in read_plain(list(list_sheets(folder)))[1]]


def topic_with(**replaced: str) -> str:
    """The sound topic with some of its top-level fields written anew ("" leaves one out)."""
    fields: dict[str, str] = {}
    for line in SOUND_TOPIC.splitlines():
        if line[0] != " ":
            key = line.partition(":")[0]
            fields[key] = line + "\n"
        else:
            fields[key] += line + "\n"
    return "".join((fields | replaced).values())


def test_a_sound_folder_has_no_faults(tmp_path: Path) -> None:
    assert faults_of(knowledge_folder(tmp_path)) == []


@pytest.mark.parametrize(
    ("text", "line", "what", "cure"),
    [
        pytest.param(topic_with(area=""), 1, "lacks “area”", "add `area:`", id="no area"),
        pytest.param(
            topic_with(area="area: gardening\n"),
            1,
            "unknown area “gardening”",
            "imap-or-pop3",
            id="an area that is not one",
        ),
        pytest.param(
            topic_with(area="area: [protocols]\n"), 1, "area is not a text", "text", id="a list"
        ),
        pytest.param(
            topic_with(title="title: {pl: POP3}\n"), 2, "lacks “en”", "add `en:`", id="no English"
        ),
        pytest.param(
            topic_with(title="title:\n  pl: A\n  en: B\n  de: C\n"),
            5,
            "unknown key “de”",
            "en, pl",
            id="a third language",
        ),
        pytest.param(
            topic_with(label=f"label:\n  pl: {'długa ' * 8}\n  en: B\n"),
            6,
            "label.pl has 47 characters",
            "40",
            id="a label that no button holds",
        ),
        pytest.param(
            topic_with(answer="answer:\n  pl: Tekst.\n  en: [Text.]\n"),
            14,
            "answer.pl is not a list",
            "- ",
            id="a text for a list",
        ),
        pytest.param(
            topic_with(answer="answer:\n  pl: []\n  en: [Text.]\n"),
            14,
            "answer.pl is empty",
            "at least one",
            id="an empty list",
        ),
        pytest.param(
            topic_with(answer="answer:\n  pl: ['']\n  en: [Text.]\n"),
            14,
            "not a text, or empty",
            "write text",
            id="an empty paragraph",
        ),
        pytest.param(
            SOUND_TOPIC + "variants:\n  - when: {weather: rainy}\n    pl: [A]\n    en: [B]\n",
            20,
            "unknown key “weather”",
            "program",
            id="a slot that is not one",
        ),
        pytest.param(
            SOUND_TOPIC + "unlike:\n  - pl: A?\n    en: B?\n",
            20,
            "lacks “topic”",
            "add `topic:`",
            id="unlike nothing",
        ),
        pytest.param(
            SOUND_TOPIC + "follow: what-is-imap\n", 19, "follow is not a list", "- ", id="one link"
        ),
        pytest.param(
            topic_with(sources="sources: [{name: A, url: 'http://a.pl'}]\n"),
            16,
            "the url is not https",
            "https://",
            id="a plain http source",
        ),
        pytest.param(
            topic_with(reviewed="reviewed: yesterday\n"),
            18,
            "reviewed is not a date",
            "2026-11-23",
            id="no date",
        ),
        pytest.param(
            SOUND_TOPIC + "colour: red\n", 19, "unknown key “colour”", "use one of", id="odd"
        ),
        pytest.param(
            SOUND_TOPIC + "area: headers\n", 19, "“area” stands twice", "join", id="twice"
        ),
        pytest.param("- a\n- b\n", 1, "the topic is not a mapping", "key: value", id="a list file"),
        pytest.param("title: {pl: A?\n", 2, "is not YAML", "quotes", id="broken YAML"),
        pytest.param("a: &x [*x]\n", 1, "refers to itself", "flat", id="a loop"),
        pytest.param("a: \x07\n", 1, "control character", "delete", id="a bell"),
        pytest.param("# nothing\n", 0, "is empty", "write it", id="an empty file"),
        pytest.param("? [a]\n: b\n", 1, "a key that is not a word", "key: value", id="odd key"),
    ],
)
def test_a_fault_is_named_by_file_and_line_with_its_cure(
    text: str, line: int, what: str, cure: str, tmp_path: Path
) -> None:
    folder = knowledge_folder(tmp_path, {"topics/what-is-pop3.yaml": text})
    place = f"topics/what-is-pop3.yaml:{line}:" if line else "topics/what-is-pop3.yaml:"
    fitting = [fault for fault in faults_of(folder) if fault.startswith(place) and what in fault]
    assert len(fitting) == 1
    assert cure in fitting[0].split(what)[1]


def test_every_fault_of_every_file_is_named_at_once(tmp_path: Path) -> None:
    folder = knowledge_folder(
        tmp_path,
        {
            "topics/what-is-pop3.yaml": topic_with(area="area: gardening\n", title="title: x\n"),
            "topics/Bad_Name.yaml": SOUND_TOPIC,
            "phrases/buttons.yaml": "yes: {pl: Tak}\n",
            "findings/spf.yaml": "missing: {pl: {text: '{'}, en: {text: x}}\n",
            "lexicon/odd.yaml": "a: b\n",
        },
    )
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(folder, Cache(tmp_path / "cache"))
    files = {fault.path for fault in caught.value.faults}
    assert files == {
        "topics/what-is-pop3.yaml",
        "topics/Bad_Name.yaml",
        "phrases/buttons.yaml",
        "findings/spf.yaml",
        "lexicon/odd.yaml",
    }
    assert len(caught.value.faults) >= 6
    assert all(str(fault) in str(caught.value) for fault in caught.value.faults)


def test_bytes_that_are_not_utf8_are_a_fault(tmp_path: Path) -> None:
    folder = knowledge_folder(tmp_path)
    (folder / "topics" / "latin.yaml").write_bytes(b"area: protocols\ntitle: \xb1\n")
    assert any("topics/latin.yaml:2: is not UTF-8" in fault for fault in faults_of(folder))


def test_an_overlay_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="no such folder"):
        load_knowledge(tmp_path / "nowhere", Cache(tmp_path / "cache"))


def test_an_overlay_lies_over_the_shipped_folder(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    folder = knowledge_folder(tmp_path / "mine", {"topics/our-own.yaml": SOUND_TOPIC})
    shipped, laid = load_knowledge(cache=cache), load_knowledge(folder, cache)
    assert laid.topics.keys() == shipped.topics.keys() | {"our-own", "what-is-pop3"}
    assert laid.topics["what-is-pop3"].answer[Language.EN] == ("A protocol to fetch mail.",)
    assert laid.fingerprint != shipped.fingerprint
    assert laid.phrases == shipped.phrases


def test_dead_links_are_never_offered(tmp_path: Path) -> None:
    links = (
        "follow: [nowhere-topic, our-own]\n"
        "unlike:\n  - {topic: nowhere-topic, pl: A, en: B}\n  - {topic: our-own, pl: C, en: D}\n"
    )
    folder = knowledge_folder(
        tmp_path / "mine",
        {"topics/our-own.yaml": SOUND_TOPIC, "topics/what-is-pop3.yaml": SOUND_TOPIC + links},
    )
    topic = load_knowledge(folder, Cache(tmp_path / "cache")).topics["what-is-pop3"]
    assert topic.follow == ("our-own",)
    assert [neighbour.topic for neighbour in topic.unlike] == ["our-own"]
    assert topic.question_unlike("our-own") == {Language.PL: "C", Language.EN: "D"}
    assert topic.question_unlike("nowhere-topic") is None


class TestTheCompiledForm:
    """The cache makes a start quick, and is never trusted."""

    def test_a_warm_start_reads_no_yaml(self, tmp_path: Path) -> None:
        environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
        program = (
            "import sys\nfrom bot.knowledge import load_knowledge\n"
            "print(len(load_knowledge().topics), 'yaml' in sys.modules, 'numpy' in sys.modules)"
        )
        said = [
            subprocess.run(
                [sys.executable, "-c", program],
                env=environment,
                capture_output=True,
                text=True,
                check=True,
            ).stdout.split()
            for _ in range(2)
        ]
        assert said[0][0] == said[1][0]
        assert [each[1:] for each in said] == [["True", "False"], ["False", "False"]]

    @pytest.mark.parametrize(
        "content",
        [
            pytest.param(b"", id="empty"),
            pytest.param(b"\x00" * 500, id="zeros"),
            pytest.param(b"listonosz cache 1\n" + b"0" * 64 + b"{}", id="a wrong seal"),
        ],
    )
    def test_a_damaged_cache_is_made_anew(self, content: bytes, tmp_path: Path) -> None:
        cache = Cache(tmp_path)
        expected = load_knowledge(cache=cache)
        (tmp_path / "knowledge.cache").write_bytes(content)
        assert load_knowledge(cache=cache) == expected
        assert len((tmp_path / "knowledge.cache").read_bytes()) > 500

    def test_one_flipped_bit_is_noticed(self, tmp_path: Path) -> None:
        cache = Cache(tmp_path)
        cache.save("thing", "key", b"some body")
        path = tmp_path / "thing.cache"
        whole = path.read_bytes()
        for at in range(len(whole)):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            assert cache.load("thing", "key") is None
        path.write_bytes(whole)
        assert cache.load("thing", "key") == b"some body"
        assert cache.load("thing", "another key") is None

    def test_a_changed_file_is_read_again(self, tmp_path: Path) -> None:
        cache = Cache(tmp_path / "cache")
        folder = knowledge_folder(tmp_path / "mine")
        before = load_knowledge(folder, cache)
        knowledge_folder(
            folder, {"topics/what-is-pop3.yaml": SOUND_TOPIC.replace("to fetch", "for fetching")}
        )
        after = load_knowledge(folder, cache)
        english = after.topics["what-is-pop3"].answer[Language.EN]
        assert english == ("A protocol for fetching mail.",)
        # Only the answer changed, so the matcher need not learn anew.
        assert after.fingerprint == before.fingerprint

    def test_a_cache_that_cannot_be_written_costs_nothing_but_time(self, tmp_path: Path) -> None:
        blocked = tmp_path / "file"
        blocked.write_text("not a folder")
        assert load_knowledge(cache=Cache(blocked)).topics

    def test_the_compiled_form_says_all_that_the_files_say(self, tmp_path: Path) -> None:
        cache = Cache(tmp_path)
        assert load_knowledge(cache=cache) == load_knowledge(cache=cache)
        body = json.loads((tmp_path / "knowledge.cache").read_bytes().split(b"\n", 1)[1][64:])
        assert set(body["files"]) == set(ROOMS)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_read_or_are_a_fault(content: bytes) -> None:
    checker = Checker("any.yaml")
    assert parse_located(content, checker) is not None or checker.faults


class TestPrepared:
    """What was compiled when the wheel was built is read while it fits."""

    def test_it_is_read_and_kept_for_the_next_start(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        prepare_knowledge(tmp_path / "prepared")
        monkeypatch.setattr(
            "bot.knowledge.load.prepared_cache", lambda: Cache(tmp_path / "prepared")
        )
        monkeypatch.setattr("bot.knowledge.load._compile", None)
        first = load_knowledge(cache=Cache(tmp_path / "home"))
        assert first.topics
        (tmp_path / "prepared" / "knowledge.cache").unlink()
        assert load_knowledge(cache=Cache(tmp_path / "home")).topics == first.topics

    def test_an_overlay_makes_it_stale(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        prepare_knowledge(tmp_path / "prepared")
        monkeypatch.setattr(
            "bot.knowledge.load.prepared_cache", lambda: Cache(tmp_path / "prepared")
        )
        overlay = tmp_path / "overlay" / "lexicon"
        overlay.mkdir(parents=True)
        (overlay / "ask.yaml").write_text("pl: Co?\nen: What?\n", encoding="utf-8")
        found = load_knowledge(tmp_path / "overlay", Cache(tmp_path / "home"))
        assert found.lexicon.ask[Language.PL] == "Co?"
