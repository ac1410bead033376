"""Tests of bot.formats.xml_repair: mistakes of those who write XML by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.xml_repair import mended, sections


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("<a>one<a><b/>", "<a>one</a><b/>"),
        ("<port>993/port><a/>", "<port>993</port><a/>"),
        ("<url>https://firma.pl/port></url>", "<url>https://firma.pl/port></url>"),
        ('<a url="?x=1&y=2"/>', '<a url="?x=1&amp;y=2"/>'),
        ("POP3 &amP; IMAP&nbsp;", "POP3 &amp;amP; IMAP&amp;nbsp;"),
        ("&amp; &lt; &#380; &#x17C;", "&amp; &lt; &#380; &#x17C;"),
        ("&", "&amp;"),
    ],
)
def test_mistakes_are_mended_and_nothing_else(text: str, whole: str) -> None:
    assert mended(text) == whole


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<r><a>1</a><b><A x='1'>2</A>", ["<a>1</a>", "<A x='1'>2</A>"]),
        ("<a/><a x='1'/><a>1</a>", ["<a/>", "<a x='1'/>", "<a>1</a>"]),
        ("<a>1<ab>2</ab><a>3</a>", ["<a>1<ab>2</ab><a>3</a>"]),
        ("<!-- <a>0</a> --><a>1</a><!-- <a>2</a>", ["<a>1</a>"]),
        ("<c>1<a>2</a>", ["<a>2</a>"]),
        ("<a", []),
        ("<a>", []),
        ("", []),
    ],
)
def test_sections_are_found_in_what_is_broken(text: str, found: list[str]) -> None:
    assert list(sections(text, ("a", "c"))) == found


def test_sections_without_end_are_cut() -> None:
    assert len(list(sections("<a>1</a>" * 10_000, ("a",)))) == 200
    assert list(sections("<a>" * 80_000, ("a",))) == []


@given(st.text(alphabet="<>/!-ab& ", max_size=60))
def test_each_section_stands_in_the_text(text: str) -> None:
    for section in sections(text, ("a", "b")):
        assert section.startswith(("<a", "<b"))
        assert section.endswith(">")
