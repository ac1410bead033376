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
