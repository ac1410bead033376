"""Text as people type it is brought to one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.faq.normalise import LONGEST, clauses, fold, sentences, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("Zażółć GĘŚLĄ jaźń", "zazolc gesla jazn", id="diacritics"),
        pytest.param("Błąd hasła ŁÓDŹ", "blad hasla lodz", id="the stroked letter"),
        pytest.param("heeeelp!!!", "help!!!", id="letters repeated"),
        pytest.param("e-mail E-MAILE", "email emaile", id="e-mail is one word"),
        pytest.param("don’t can't", "dont cant", id="apostrophes"),
        pytest.param("ｆｕｌｌ ﬁne", "full fine", id="compatibility letters"),
        pytest.param("1000 0x800ccc0e", "1000 0x800ccc0e", id="digits stay"),
        pytest.param("co\u0301", "co", id="a combining accent"),
    ],
)
def test_text_is_folded(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("kod 5.7.8, port 993!", ["kod", "5.7.8", "port", "993"], id="a status"),
        pytest.param("imap/pop3?", ["imap", "pop3"], id="a stroke"),
        pytest.param("...", [], id="no word"),
    ],
)
def test_words_are_cut(text: str, expected: list[str]) -> None:
    assert words(fold(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("odbieram, ale nie wysyłam", [["odbieram"], ["nie", "wysylam"]]),
        ("it works but i cannot send", [["it", "works"], ["i", "cannot", "send"]]),
        ("Cześć. Co to POP3?", [["czesc"], ["co", "to", "pop3"]]),
        ("imap.firma.pl nie działa", [["imap", "firma", "pl", "nie", "dziala"]]),
    ],
)
def test_clauses_are_what_a_not_reaches(text: str, expected: list[list[str]]) -> None:
    assert clauses(fold(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Nie mogę wysłać poczty.", [], id="one sentence"),
        pytest.param(
            "Nie mogę wysłać. Błąd 535.", ["Nie mogę wysłać", "Błąd 535"], id="a short one counts"
        ),
        pytest.param(
            "Mam konto w firmie. Serwer imap.firma.pl nie odpowiada! Co robić dalej?",
            ["Mam konto w firmie", "Serwer imap.firma.pl nie odpowiada", "Co robić dalej"],
            id="a host is not the end of a sentence",
        ),
        pytest.param("a b c. " * 50, [], id="the same again and again is one"),
        pytest.param(
            " ".join(f"a b c{number}." for number in range(9)),
            ["a b c0", "a b c1", "a b c2", "a b c3", "a b c4", "a b c5. a b c6. a b c7. a b c8"],
            id="the last takes what is left",
        ),
    ],
)
def test_a_longer_message_is_cut_into_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(st.text())
def test_any_text_is_folded_to_a_bounded_length(text: str) -> None:
    assert len(fold(text * 50)) <= 2 * LONGEST
    assert fold(text) == fold(text).lower()
