"""Tests of bot.network.clean: nothing that a server says can act."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.network.clean import clean


@pytest.mark.parametrize(
    ("said", "left"),
    [
        pytest.param("mx.firma.pl ESMTP Postfix", "mx.firma.pl ESMTP Postfix", id="plain"),
        pytest.param("żółw 你好 ñ", "żółw 你好 ñ", id="letters of all kinds stay"),
        pytest.param("żółw".encode(), "żółw", id="UTF-8"),
        pytest.param(b"\xbf\xf3\xb3w", "¿ó³w", id="not UTF-8"),
        pytest.param("\x1b[31mred\x1b[0m", "red", id="colours"),
        pytest.param("\x1b[2J\x1b[1;1Hup", "up", id="moving the cursor"),
        pytest.param("a\x1b]0;title\x07b", "ab", id="window title"),
        pytest.param("a\x1b]8;;http://x\x1b\\b\x1b]8;;\x1b\\", "ab", id="terminal links"),
        pytest.param("a\x9b31mb", "ab", id="eight-bit escapes"),
        pytest.param(b"a\x9b31mb", "ab", id="eight-bit escapes in bytes"),
        pytest.param("a\x1bPq#0\x1b\\b", "ab", id="device control"),
        pytest.param("a\x1bcb", "ab", id="reset"),
        pytest.param("a\u202egnp.exe\u202cb", "agnp.exeb", id="turned round"),
        pytest.param("a\u2066b\u2069\u200f\u200b\ufeff", "ab", id="unseen"),
        pytest.param("a\r\nb\tc\x00d", "a b c d", id="controls"),
        pytest.param("a\u2028b\u2029c", "abc", id="separators"),
        pytest.param("\U000e0041a\ud800", "a", id="tags and surrogates"),
        pytest.param("<b>&amp;</b>", "<b>&amp;</b>", id="markup is the renderer's business"),
    ],
)
def test_text_is_made_harmless(said: str | bytes, left: str) -> None:
    assert clean(said) == left


def test_long_text_is_cut() -> None:
    assert clean("x" * 1000, 10) == "x" * 9 + "…"
    assert len(clean("\x1b" * 100_000 + "x" * 100_000)) <= 500


@given(st.one_of(st.text(), st.binary()))
def test_nothing_that_controls_is_left(said: str | bytes) -> None:
    text = clean(said)
    assert len(text) <= 500
    assert not [letter for letter in text if unicodedata.category(letter) in {"Cc", "Cs"}]
    assert not set(text) & set("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert clean(text) == text
