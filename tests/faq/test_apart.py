"""Learning happens in a process of its own, and a wheel brings along what was learnt."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.faq.apart import ROOT, LearningError, learn_apart, learn_here
from bot.faq.engine import LEARNING, Engine, prepare_matcher
from bot.faq.learn import Example
from bot.faq.lessons import examples
from bot.faq.match import Question
from bot.faq.weights import Weights
from bot.knowledge.cache import Cache
from bot.knowledge.knowledge import Knowledge

ASKED = [
    Example("co to jest imap", "topic:imap"),
    Example("what is imap", "topic:imap"),
    Example("co to jest smtp", "topic:smtp"),
    Example("what is smtp", "topic:smtp"),
    Example("jaka pogoda", "outside:else"),
    Example("how is the weather", "outside:else"),
]


def test_the_same_is_learnt_apart_each_time(knowledge: Knowledge) -> None:
    first = learn_apart(ASKED, knowledge.lexicon)
    assert first == learn_apart(ASKED, knowledge.lexicon)
    assert Weights.from_bytes(first).labels == ("outside:else", "topic:imap", "topic:smtp")


def test_what_fails_apart_is_said_and_not_tried_again_here(
    knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.faq.apart.learn_here", None)
    with pytest.raises(LearningError, match="status 1"):
        learn_apart([], knowledge.lexicon)


def test_where_no_process_can_be_started_this_one_learns(
    knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    apart = learn_apart(ASKED, knowledge.lexicon)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    assert learn_apart(ASKED, knowledge.lexicon) == apart
    assert learn_here.__module__ == "bot.faq.apart"


def test_a_module_in_the_persons_folder_is_not_imported(
    knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "numpy.py").write_text("raise SystemExit(3)")
    monkeypatch.chdir(tmp_path)
    assert learn_apart(ASKED, knowledge.lexicon)


def test_the_key_covers_every_module_that_learning_needs() -> None:
    """Whoever changes how is learnt gets new weights."""
    script = "import sys, bot.faq.learn; print(*sys.modules)"
    done = subprocess.run(
        (sys.executable, "-c", script), capture_output=True, text=True, check=True, cwd=ROOT
    )
    # What a match is, and what is made of scores, changes nothing about the weights.
    scoring = {"decide", "clarify", "match"}
    names = done.stdout.split()
    names = done.stdout.split()
    loaded = {name.removeprefix("bot.faq.") for name in names if name.startswith("bot.faq.")}
    assert loaded - scoring <= set(LEARNING)


class TestPrepared:
    """What the wheel brings is used while it fits, and learnt anew when it does not."""

    @pytest.fixture
    def prepared(self, small: Knowledge, tmp_path: Path) -> Path:
        prepare_matcher(small, tmp_path / "prepared")
        return tmp_path / "prepared"

    def test_the_first_start_learns_nothing(
        self, small: Knowledge, prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("bot.faq.apart.learn_apart", None)
        engine = Engine(small, Cache(tmp_path / "home", prepared))
        assert engine.explain(Question("co to imap")).candidates[0].topic == "what-is-imap"
        assert not (tmp_path / "home").exists()

    def test_for_other_knowledge_it_is_learnt_anew(
        self, knowledge: Knowledge, small: Knowledge, prepared: Path, tmp_path: Path
    ) -> None:
        topic = knowledge.topics["what-is-pop3"]
        other = type(small)(
            {**small.topics, topic.id: topic},
            small.findings,
            small.phrases,
            small.lexicon,
            "other",
        )
        engine = Engine(other, Cache(tmp_path / "home", prepared))
        assert engine.explain(Question("co to jest pop3")).candidates[0].topic == topic.id
        assert (tmp_path / "home" / "matcher.cache").is_file()

    def test_the_examples_are_asked_titled_and_labelled(self, small: Knowledge) -> None:
        texts = {example.text for example in examples(small)}
        for topic in small.topics.values():
            assert {*topic.title.values(), *topic.label.values()} <= texts
