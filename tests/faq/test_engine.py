"""Questions are understood: as they are typed, in either language, and never by a traceback."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.faq.engine import Engine
from bot.faq.match import Ambiguous, Matched, Question, Unmatched
from bot.knowledge.cache import Cache
from bot.knowledge.knowledge import Knowledge
from bot.model.language import WRITTEN, Language


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        pytest.param("Które konto IMAP czy POP3?", "imap-or-pop3", id="the classic"),
        pytest.param("outlook keeps asking for my password", "keeps-asking-password", id="en"),
        pytest.param("nie moge wyslac maila", "cannot-send", id="no diacritics"),
        pytest.param("nie mgoe wylsać poczty", "cannot-send", id="typos"),
        pytest.param("NIE MOGĘ WYSŁAĆ MAILA!!!", "cannot-send", id="shouting"),
        pytest.param("odbieram, ale nie wysyłam", "cannot-send", id="negation after a but"),
        pytest.param("wysyłam, ale nie odbieram", "cannot-receive", id="negation, the other way"),
        pytest.param("i can send but i cannot receive", "cannot-receive", id="negation, English"),
        pytest.param("i receive fine but can't send", "cannot-send", id="negation, the other"),
        pytest.param(
            "Emails cannot be sent. Receiving them is not a problem.",
            "cannot-send",
            id="a problem denied",
        ),
        pytest.param(
            "Nie da się wysłać maili, z odbieraniem nie ma kłopotu",
            "cannot-send",
            id="a problem denied, Polish",
        ),
        pytest.param("serwer odrzucił adres odbiorcy 550", "bounce-user-unknown", id="recipient"),
        pytest.param("co to jest pop3", "what-is-pop3", id="what is"),
        pytest.param("what is smtp?", "what-is-smtp", id="what is, English"),
        pytest.param("535 5.7.8", "password-rejected-sending", id="a code alone"),
        pytest.param("cannot send maila z outlooka", "cannot-send", id="mixed languages"),
        pytest.param("jaki port dla smtp z ssl", "ports-and-encryption", id="ports"),
        pytest.param(
            "Cześć, mam Outlooka od kilku lat i wszystko zawsze działało. Od wczoraj nie mogę "
            "wysłać żadnej wiadomości, zostają w skrzynce nadawczej. Odbieranie działa. Pozdrawiam",
            "cannot-send",
            id="a story with the question in one sentence",
        ),
        pytest.param("  co to imap \n\n", "what-is-imap", id="blanks"),
    ],
)
def test_a_clear_question_is_answered(text: str, topic: str, engine: Engine) -> None:
    match = engine.match(Question(text))
    assert isinstance(match, Matched)
    assert match.topic == topic
    assert 0.5 < match.score <= 1


@pytest.mark.parametrize(
    "text",
    ["poczta", "mail", "nie działa", "nie dziala poczta", "pomocy", "help", "email not working"],
)
def test_a_vague_word_gets_a_question_back(text: str, engine: Engine, knowledge: Knowledge) -> None:
    match = engine.match(Question(text))
    assert isinstance(match, Ambiguous)
    assert 2 <= len(match.options) <= 3
    assert set(match.options) <= knowledge.topics.keys()
    assert all(match.ask[language].endswith("?") for language in WRITTEN)


@pytest.mark.parametrize(
    ("text", "outside"),
    [
        ("asdf", "nonsense"),
        ("druga", "nonsense"),
        ("the second one", "nonsense"),
        ("do mnie", "nonsense"),
        ("what do you mean", "nonsense"),
        ("jaka jest dziś pogoda", "anything-else"),
        ("how do i print this", "printing"),
        ("nie pamiętam hasła do facebooka", "other-services"),
        ("jak dodać spotkanie do kalendarza", "calendar-contacts"),
        ("kiedy dostanę fakturę", "billing"),
        ("hello, how are you", "small-talk"),
        ("thunderbird crashes on startup", "installing"),
    ],
)
def test_what_lies_outside_is_told_apart(text: str, outside: str, engine: Engine) -> None:
    match = engine.match(Question(text))
    assert isinstance(match, Unmatched)
    assert match.outside == outside
    assert match.nearest == ()


@pytest.mark.parametrize("text", ["", " ", "?", "🙂", "\x00", "日本語のメール", "؟؟", "a" * 10_000])
def test_nothing_is_made_of_nothing(text: str, engine: Engine) -> None:
    assert isinstance(engine.match(Question(text)), Unmatched)


@settings(deadline=None)
@given(text=st.text() | st.text(alphabet="imap pop3 nie wysyłam?!", max_size=60))
def test_any_text_gets_a_match(text: str, engine: Engine, knowledge: Knowledge) -> None:
    match match := engine.match(Question(text)):
        case Matched(topic, score):
            assert topic in knowledge.topics
            assert 0 <= score <= 1
        case Ambiguous(options):
            assert 2 <= len(options) <= 3
            assert len(set(options)) == len(options)
            assert set(options) <= knowledge.topics.keys()
        case Unmatched(nearest):
            assert len(nearest) <= 2
            assert set(nearest) <= knowledge.topics.keys()
    assert match == engine.match(Question(text))


def test_a_long_paste_is_looked_at_only_so_far(engine: Engine) -> None:
    words = "nie mogę wysłać poczty z outlooka, błąd 535. "
    start = engine.match(Question(words * 40))
    assert engine.match(Question(words * 40 + "jaka pogoda " * 10_000)) == start


def test_what_spoke_is_told(engine: Engine) -> None:
    told = engine.explain(Question("co to jest smtp"))
    assert told.match == engine.match(Question("co to jest smtp"))
    assert told.candidates[0].topic == "what-is-smtp"
    assert told.candidates[0].score > told.candidates[1].score
    assert any("smtp" in spoke.words for spoke in told.spoke[:4])
    assert told.spoke[0].weight > 0


class TestLearning:
    """The weights come from the knowledge alone, each time the same."""

    def test_a_second_engine_reads_what_the_first_learnt(
        self, small: Knowledge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = Engine(small, Cache(tmp_path))
        first.warm()
        monkeypatch.setattr("bot.faq.apart.learn_apart", None)
        second = Engine(small, Cache(tmp_path))
        assert second.explain(Question("co to imap")) == first.explain(Question("co to imap"))

    def test_damaged_weights_are_learnt_anew_and_come_out_the_same(
        self, small: Knowledge, tmp_path: Path
    ) -> None:
        first = Engine(small, Cache(tmp_path / "first"))
        (tmp_path / "matcher.cache").write_bytes(b"listonosz cache 1\n" + b"\x00" * 5_000)
        (tmp_path / "language.cache").write_bytes(b"")
        damaged = Engine(small, Cache(tmp_path))
        for text in ("nie działa", "imap", "wysyłka do 500 osób", "what now", "spam"):
            assert damaged.explain(Question(text)) == first.explain(Question(text))
        assert damaged.detect("poczta") == Language.PL

    def test_one_new_topic_is_understood_without_any_code(
        self, small: Knowledge, tmp_path: Path
    ) -> None:
        pigeons = replace(
            small.topics["what-is-imap"],
            id="pigeons",
            asked={
                Language.PL: ("jak wysłać gołębia z listem", "gołąb pocztowy", "list gołębiem"),
                Language.EN: ("send a letter by pigeon", "carrier pigeons", "pigeon post"),
            },
            title={Language.PL: "Gołębie", Language.EN: "Pigeons"},
            label={Language.PL: "Gołębie", Language.EN: "Pigeons"},
        )
        more = replace(small, topics={**small.topics, "pigeons": pigeons}, fingerprint="more")
        taught = Engine(more, Cache(tmp_path))
        assert taught.explain(Question("wyślij list golebiem")).candidates[0].topic == "pigeons"
        assert taught.explain(Question("what is smtp")).candidates[0].topic == "what-is-smtp"

    def test_no_knowledge_answers_nothing(self, small: Knowledge, tmp_path: Path) -> None:
        mute = Engine(replace(small, topics={}, fingerprint="empty"), Cache(tmp_path))
        assert isinstance(mute.match(Question("co to imap")), Ambiguous | Unmatched)
