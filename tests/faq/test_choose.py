"""Free text that plainly names a choice is one; everything else is a new question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.faq.choose import Chooser, NoneOfThese, Picked
from bot.knowledge.knowledge import Knowledge

POLISH = ["Nie mogę wysłać poczty", "Nie odbieram poczty", "Program ciągle pyta o hasło"]
ENGLISH = ["Choose between IMAP and POP3", "What IMAP is", "Set up Outlook"]


@pytest.fixture(scope="module")
def chooser(knowledge: Knowledge) -> Chooser:
    return Chooser(knowledge.lexicon)


@pytest.mark.parametrize(
    ("text", "labels", "index"),
    [
        ("2", POLISH, 1),
        ("to drugie", POLISH, 1),
        ("Chodzi mi o trzecie", POLISH, 2),
        ("pierwsza opcja", POLISH, 0),
        ("ostatnie", POLISH, 2),
        ("wysyłanie", POLISH, 0),
        ("odbieranie", POLISH, 1),
        ("haslo", POLISH, 2),
        ("nie moge wyslac poczty", POLISH, 0),
        ("the second one", ENGLISH, 1),
        ("third please", ENGLISH, 2),
        ("outlook", ENGLISH, 2),
        ("pop3", ENGLISH, 0),
        ("what imap is", ENGLISH, 1),
        ("the last", ENGLISH, 2),
    ],
)
def test_a_choice_is_named(text: str, labels: list[str], index: int, chooser: Chooser) -> None:
    assert chooser.choose(text, labels) == Picked(index)


@pytest.mark.parametrize("text", ["żadne z tych", "nie to", "none of these", "something else"])
def test_none_of_these_is_said(text: str, chooser: Chooser) -> None:
    assert chooser.choose(text, POLISH) == NoneOfThese()


@pytest.mark.parametrize(
    "text",
    [
        "drugi komputer nie działa",
        "imap",  # in none of the labels
        "moje maile trafiają do spamu",
        "first i deleted the account and now nothing arrives",
        "4",
        "",
        "?",
        "poczty",  # in two of the labels
    ],
)
def test_anything_else_is_a_new_question(text: str, chooser: Chooser) -> None:
    assert chooser.choose(text, POLISH) is None


@pytest.mark.parametrize("text", ["do mnie", "to me", "na"])
def test_a_little_word_of_a_label_names_no_choice(text: str, chooser: Chooser) -> None:
    labels = ["Za dużo spamu", "Moje maile trafiają do spamu", "Mail to me is lost", "Na końcu"]
    assert chooser.choose(text, labels) is None


def test_a_short_name_of_the_field_names_a_choice(chooser: Chooser) -> None:
    assert chooser.choose("pop", ["Ustawić POP3", "Ustawić IMAP"]) == Picked(0)


def test_a_number_past_the_choices_names_none(chooser: Chooser) -> None:
    assert chooser.choose("3", POLISH[:2]) is None
    assert chooser.choose("last", []) is None


@given(text=st.text(), labels=st.lists(st.text(), max_size=4))
def test_any_text_and_labels_can_be_compared(
    text: str, labels: list[str], chooser: Chooser
) -> None:
    chosen = chooser.choose(text, labels)
    assert not isinstance(chosen, Picked) or chosen.index < len(labels)
