"""Replies of ManageSieve are read as RFC 5804 writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.errors import FormatError
from bot.formats.sieve_reply import (
    SieveCapability,
    SieveReply,
    SieveStatus,
    literal_length,
    parse_sieve_line,
    quote,
)

OK, NO, BYE = SieveStatus


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("OK", SieveReply(OK)),
        ("ok", SieveReply(OK)),
        ('OK "ready"', SieveReply(OK, "ready")),
        ('OK (WARNINGS) "line 8"', SieveReply(OK, "line 8", "WARNINGS")),
        ('NO (TRYLATER) "busy"', SieveReply(NO, "busy", "TRYLATER")),
        ('BYE (REFERRAL "sieve://a.pl") "go"', SieveReply(BYE, "go", "REFERRAL")),
        ("NO sorry", SieveReply(NO, "sorry")),
        (
            '"IMPLEMENTATION" "Dovecot Pigeonhole"',
            SieveCapability("IMPLEMENTATION", "Dovecot Pigeonhole"),
        ),
        ('"SASL" "PLAIN LOGIN"', SieveCapability("SASL", "PLAIN LOGIN")),
        ('"STARTTLS"', SieveCapability("STARTTLS")),
        ('"starttls" ', SieveCapability("STARTTLS")),
        ('"SASL" ""', SieveCapability("SASL", "")),
        (r'"X" "a \"b\" \\c"', SieveCapability("X", r'a "b" \c')),
    ],
)
def test_a_line_is_read(line: str, expected: SieveReply | SieveCapability) -> None:
    assert parse_sieve_line(line) == expected


@pytest.mark.parametrize(
    "line",
    ["", "220 mx ESMTP", "* OK IMAP ready", "+OK POP3", '"A" "B" "C"', '"A', "OKAY", '""', 'A "B"'],
)
def test_what_is_not_managesieve_is_refused(line: str) -> None:
    with pytest.raises(FormatError):
        parse_sieve_line(line)


def test_capabilities_are_written_as_words() -> None:
    assert SieveCapability("SASL", "PLAIN").words == "SASL PLAIN"
    assert SieveCapability("SASL", "").words == "SASL"


@pytest.mark.parametrize(
    ("line", "length"),
    [
        ('"IMPLEMENTATION" {7}', 7),
        ('"A" {0+}', 0),
        ('"A" "{3}"', None),
        ("OK", None),
        ('"{3}" {4}', 4),
    ],
)
def test_literals_are_announced_at_the_end_of_a_line(line: str, length: int | None) -> None:
    assert literal_length(line) == length


def test_a_literal_that_is_too_long_is_refused() -> None:
    with pytest.raises(FormatError):
        literal_length('"A" {99999}')


def test_only_a_server_that_says_so_is_busy() -> None:
    assert SieveReply(NO, code="TryLater").is_temporary
    assert not SieveReply(NO, code="QUOTA").is_temporary


@given(st.text(alphabet=st.characters(exclude_characters="\r\n")))
def test_what_is_quoted_is_read_back(text: str) -> None:
    line = parse_sieve_line(f'"X" {quote(text)}')
    assert line == SieveCapability("X", text)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        literal_length(text)
        parse_sieve_line(text)
    except FormatError:
        pass
