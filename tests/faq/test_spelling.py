"""One slip of the finger is mended, and nothing more."""

import pytest

from bot.faq.spelling import Spelling

WORDS = Spelling(["poczta", "hasło", "skrzynka", "serwer", "server", "mail"])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("pocta", "poczta"),
        ("poczrta", "poczta"),
        ("poztca", None),
        ("poczat", "poczta"),
        ("pocyta", "poczta"),
        ("skrznyka", "skrzynka"),
        ("skrzynkaa", "skrzynka"),
        ("zkrzynka", None),
        ("serwer", None),
        ("serber", "serwer"),
        ("mai", None),
        ("mial", "mail"),
        ("maiil", "mail"),
        ("12345", None),
        ("", None),
    ],
)
def test_a_word_is_mended_by_one_slip(typed: str, meant: str | None) -> None:
    assert WORDS.mend(typed) == meant


def test_no_slip_of_the_lexicon_of_words_is_missed_by_looking_only_near() -> None:
    """Every slip of every word finds a word, whatever its length and where it slipped."""
    known = ["hasl", "poczt", "skrzyn", "serwera", "wysylani", "przekazywanie"]
    spelling = Spelling(known)
    for word in known:
        for at in range(1, len(word)):
            gone = word[:at] + word[at + 1 :]
            more = f"{word[:at]}q{word[at:]}"
            other = f"{word[:at]}q{word[at + 1 :]}"
            swapped = word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
            for typed in {gone, more, other, swapped} - {word}:
                assert len(typed) < 4 or spelling.mend(typed) == word, typed
