"""Questions that mean about the same stand together."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.faq.grouping import group

CERTIFICATE = [
    "outlook pokazuje błąd certyfikatu",
    "błąd certyfikatu w outlooku",
    "outlook blad certyfikatu co robic",
]
QUOTA = ["skrzynka jest pełna", "mam pełną skrzynkę", "skrzynka pełna co zrobić"]


def test_ways_to_ask_one_thing_stand_together() -> None:
    questions = [QUOTA[0], CERTIFICATE[0], CERTIFICATE[1], QUOTA[1], CERTIFICATE[2], QUOTA[2]]
    assert {frozenset(each) for each in group(questions, alike=0.25)} == {
        frozenset({1, 2, 4}),
        frozenset({0, 3, 5}),
    }


def test_the_largest_group_comes_first() -> None:
    assert [len(each) for each in group(["a b c", "zupełnie inne pytanie", "a b c"])] == [2, 1]


def test_equal_questions_are_one_group_whatever_their_diacritics() -> None:
    assert group(["nie działa wysyłanie", "NIE DZIALA WYSYLANIE"]) == ((0, 1),)


def test_questions_without_words_stand_alone() -> None:
    assert group(["???", "!!!"]) == ((0,), (1,))


@settings(max_examples=30)
@given(st.lists(st.text(max_size=40), max_size=12))
def test_every_question_is_in_one_group(questions: list[str]) -> None:
    found = [at for each in group(questions) for at in each]
    assert sorted(found) == list(range(len(questions)))
