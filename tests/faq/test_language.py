"""Each message's language is heard, also where it is short and without diacritics."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.faq.engine import Engine
from bot.faq.entities import Forms
from bot.faq.language import BUCKETS, LanguageModel
from bot.faq.normalise import fold
from bot.knowledge.load import load_posed
from bot.model.language import WRITTEN, Language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("nie dziala", Language.PL),
        ("poczta", Language.PL),
        ("haslo", Language.PL),
        ("pomocy", Language.PL),
        ("gdzie sa moje maile", Language.PL),
        ("to drugie", Language.PL),
        ("czesc", Language.PL),
        ("co to smtp", Language.PL),
        ("NIE MOGE WYSLAC", Language.PL),
        ("imap czy pop3", Language.PL),
        ("error przy wysylaniu", Language.PL),
        ("not working", Language.EN),
        ("help", Language.EN),
        ("password", Language.EN),
        ("why", Language.EN),
        ("the second one", Language.EN),
        ("imap or pop3", Language.EN),
        ("STILL NOT WORKING", Language.EN),
        ("hi", Language.EN),
        ("535 5.7.8", None),
        ("anna@firma.pl", None),
        ("imap.example.com:993", None),
        ("Outlook", None),
        ("IMAP", None),
        ("", None),
        ("🙂", None),
        ("日本語", None),
    ],
)
def test_short_messages_tell_their_language(
    text: str, language: Language | None, engine: Engine
) -> None:
    assert engine.detect(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "outlook keeps asking for password a ja nie mogę się zalogować",
        "dostaję błąd: the server rejected your login, co zrobić",
    ],
)
def test_both_languages_in_one_message_are_noticed(text: str, engine: Engine) -> None:
    assert engine.hear(text).is_mixed


@pytest.mark.parametrize("spell", [str, fold], ids=["as written", "without diacritics"])
def test_nearly_every_question_of_the_evaluation_is_heard_right(
    spell: type[str], engine: Engine
) -> None:
    posed = load_posed()
    wrong = [
        each.text
        for each in posed
        if (heard := engine.detect(spell(each.text))) is not None and heard != each.language
    ]
    assert len(wrong) <= 0.02 * len(posed), wrong


@given(text=st.text())
def test_any_text_can_be_heard(text: str, engine: Engine) -> None:
    assert engine.detect(text) in (None, *WRITTEN)


def test_a_model_of_the_wrong_size_is_refused() -> None:
    with pytest.raises(ValueError, match="not a language model"):
        LanguageModel(b"\x80" * (2 * BUCKETS - 1), Forms([]), {"pl": "ą", "en": ""})
