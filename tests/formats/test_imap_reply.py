"""Tests of bot.formats.imap_reply."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.errors import FormatError
from bot.formats.imap_reply import ImapLine, ImapStatus, parse_imap_line


@pytest.mark.parametrize(
    ("line", "parsed"),
    [
        ("* OK ready", ImapLine("*", ImapStatus.OK, text="ready")),
        ("* ok Ready", ImapLine("*", ImapStatus.OK, text="Ready")),
        ("* OK", ImapLine("*", ImapStatus.OK)),
        ("* PREAUTH hi", ImapLine("*", ImapStatus.PREAUTH, text="hi")),
        ("* BYE [UNAVAILABLE] x", ImapLine("*", ImapStatus.BYE, "", "UNAVAILABLE", "x")),
        ("* OK [CAPABILITY A B]", ImapLine("*", ImapStatus.OK, "", "CAPABILITY A B", "")),
        ("a1 NO [ALERT]x", ImapLine("a1", ImapStatus.NO, "", "ALERT", "x")),
        ("a1 BAD", ImapLine("a1", ImapStatus.BAD)),
        ("* CAPABILITY A B", ImapLine("*", None, "CAPABILITY", "", "A B")),
        ("* capability A", ImapLine("*", None, "CAPABILITY", "", "A")),
        ("* 3 EXISTS", ImapLine("*", None, "3", "", "EXISTS")),
        ("+ go on", ImapLine("+", text="go on")),
        ("+", ImapLine("+")),
    ],
)
def test_a_response_is_read(line: str, parsed: ImapLine) -> None:
    assert parse_imap_line(line) == parsed


@pytest.mark.parametrize(
    "line", ["", "*", "* ", "*OK", "HTTP/1.1", "220 smtp", "<html>", "a1 CAPABILITY x", "( OK x"]
)
def test_what_is_no_response_is_refused(line: str) -> None:
    with pytest.raises(FormatError, match="not-imap"):
        parse_imap_line(line)


@pytest.mark.parametrize(
    ("line", "capabilities"),
    [
        ("* CAPABILITY IMAP4rev1 STARTTLS", ("IMAP4rev1", "STARTTLS")),
        ("* CAPABILITY", ()),
        ("* OK [CAPABILITY IMAP4rev1 ID] hi", ("IMAP4rev1", "ID")),
        ("a OK [capability IMAP4rev1] hi", ("IMAP4rev1",)),
        ("* OK [ALERT] CAPABILITY", None),
        ("* OK hi", None),
    ],
)
def test_capabilities_are_found(line: str, capabilities: tuple[str, ...] | None) -> None:
    assert parse_imap_line(line).capabilities == capabilities


@given(st.one_of(st.text(), st.from_regex(r"(\*|a1) (OK|BYE|CAPABILITY)( \[.*\])?.*")))
def test_any_line_is_a_response_or_a_format_error(line: str) -> None:
    try:
        parsed = parse_imap_line(line)
    except FormatError:
        return
    assert parsed.tag
    assert parsed.status or parsed.name or parsed.tag == "+"
    assert parsed.capabilities is None or all(parsed.capabilities)
