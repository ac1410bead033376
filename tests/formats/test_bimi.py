"""BIMI assertion records."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.bimi import is_bimi, parse_bimi
from bot.formats.errors import FormatError

SVG, PEM = "https://images.example.com/logo.svg", "https://images.example.com/logo.pem"


def test_a_record_with_everything() -> None:
    record = parse_bimi(f"v=BIMI1; l={SVG}; a={PEM}; avp=brand; lps=news, offers; x=1;")
    assert (record.location, record.authority, record.avatar) == (SVG, PEM, "brand")
    assert record.local_parts == ("news", "offers")
    assert record.others == (("x", "1"),)
    assert not record.is_declined


def test_absent_tags_stay_absent() -> None:
    record = parse_bimi(f"v=BIMI1; l={SVG}")
    assert (record.authority, record.avatar, record.local_parts) == (None, None, None)


@pytest.mark.parametrize("text", ["v=BIMI1; l=; a=;", "v=BIMI1;l=", "v=BIMI1; l= ; a= "])
def test_empty_tags_decline(text: str) -> None:
    assert parse_bimi(text).is_declined


def test_an_authority_alone_does_not_decline() -> None:
    assert not parse_bimi(f"v=BIMI1; l=; a={PEM}").is_declined


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("v=BIMI2; l=", "bad-version"),
        ("v=bimi1; l=", "bad-version"),
        ("l=; v=BIMI1", "bad-version"),
        ("v=BIMI1", "missing-location"),
        (f"v=BIMI1; a={PEM}", "missing-location"),
        ("v=BIMI1; l=http://example.com/logo.svg", "not-https"),
        (f"v=BIMI1; l={SVG}; a=http://example.com/a.pem", "not-https"),
        ("v=BIMI1; l=example.com/logo.svg", "bad-uri"),
        ("v=BIMI1; l=https:///logo.svg", "bad-uri"),
        ("v=BIMI1; l=https://[x/logo.svg", "bad-uri"),
        (f"v=BIMI1; l={SVG} {SVG}", "bad-uri"),
        ("v=BIMI1; l=; l=", "repeated-tag"),
        ("v=BIMI1; logo", "bad-tag"),
    ],
)
def test_broken_records(text: str, reason: str) -> None:
    with pytest.raises(FormatError) as caught:
        parse_bimi(text)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("text", "expected"),
    [("v=BIMI1; l=", True), ("v=BIMI1", True), ("v=BIMI10;", False), ("", False)],
)
def test_records_are_known_by_their_version(text: str, expected: bool) -> None:
    assert is_bimi(text) is expected


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (text, f"v=BIMI1; l={text}", f"v=BIMI1; l=https://{text}"):
        with suppress(FormatError):
            assert parse_bimi(read).location is not None
