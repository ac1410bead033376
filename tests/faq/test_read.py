"""Of a long message the sentences count that hold the question."""

import pytest

from bot.faq.engine import Engine
from bot.faq.match import Matched, Question


@pytest.mark.parametrize(
    ("noisy", "plain"),
    [
        pytest.param(
            "Dzień dobry, jestem tu nowa. Nie mogę wysłać maila z Outlooka. Z góry dziękuję!",
            "Nie mogę wysłać maila z Outlooka",
            id="Polish politeness",
        ),
        pytest.param(
            "Hi folks, first time poster. How do I leave a copy of messages on the server? "
            "I'm on Windows 11. Thanks for any pointers.",
            "How do I leave a copy of messages on the server",
            id="English politeness and the machine",
        ),
    ],
)
def test_what_stands_around_the_question_is_left_out(
    noisy: str, plain: str, engine: Engine
) -> None:
    told, bare = engine.explain(Question(noisy)), engine.explain(Question(plain))
    assert isinstance(told.match, Matched)
    assert isinstance(bare.match, Matched)
    assert told.match.topic == bare.match.topic
    said = " ".join(spoke.words for spoke in told.spoke)
    assert "nowa" not in said
    assert "windows" not in said


def test_politeness_alone_is_still_heard(engine: Engine) -> None:
    assert engine.match(Question("Dzień dobry. Dziękuję.")).__class__.__name__ == "Unmatched"


def test_several_telling_sentences_are_taken_together(engine: Engine) -> None:
    told = engine.explain(Question("Odbieranie działa. Wysyłanie nie działa. Błąd 535."))
    near = {candidate.topic for candidate in told.candidates[:2]}
    assert near == {"password-rejected-sending", "cannot-send"}


def test_a_short_sentence_beside_politeness_is_not_lost(engine: Engine) -> None:
    told = engine.explain(Question("Nie mogę wysłać maila. Błąd 535. Z góry dzięki za pomoc."))
    assert "password-rejected-sending" in {each.topic for each in told.candidates[:3]}
