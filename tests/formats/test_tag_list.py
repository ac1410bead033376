"""Tag lists: any text is read, or is bad in one of four ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.errors import FormatError
from bot.formats.tag_list import parse_tag_list

REASONS = {"bad-tag", "bad-character", "repeated-tag", "empty"}


@given(st.one_of(st.text(), st.text(alphabet="vk=; \tp1\r\n\x00é")))
def test_any_text_is_read_or_bad(text: str) -> None:
    try:
        tags = parse_tag_list(text)
    except FormatError as error:
        assert error.reason in REASONS  # noqa: PT017
    else:
        assert all(name and value == value.strip() for name, value in tags.items())


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "empty"), ("v", "bad-tag"), ("1=x", "bad-tag"), ("v=é", "bad-character"),
     ("v=1; v=2", "repeated-tag"), ("v=1;;", "bad-tag")],
)  # fmt: skip
def test_what_breaks_the_grammar_is_named(text: str, reason: str) -> None:
    with pytest.raises(FormatError) as raised:
        parse_tag_list(text)
    assert raised.value.reason == reason


def test_names_and_values_keep_their_case_and_lose_blanks_around() -> None:
    assert parse_tag_list(" V = DMARC1 ;p=a b ; ") == {"V": "DMARC1", "p": "a b"}
