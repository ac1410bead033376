"""Tests of bot.formats.smtp_reply."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.errors import FormatError
from bot.formats.smtp_reply import SmtpLine, SmtpReply, parse_smtp_line, parse_smtp_reply


@pytest.mark.parametrize(
    ("line", "parsed"),
    [
        ("220 mx.firma.pl ESMTP", SmtpLine(220, True, "mx.firma.pl ESMTP")),
        ("250-SIZE 1", SmtpLine(250, False, "SIZE 1")),
        ("250", SmtpLine(250, True, "")),
        ("250 ", SmtpLine(250, True, "")),
        ("250-", SmtpLine(250, False, "")),
        ("354 żółw", SmtpLine(354, True, "żółw")),
    ],
)
def test_a_line_is_read(line: str, parsed: SmtpLine) -> None:
    assert parse_smtp_line(line) == parsed


@pytest.mark.parametrize(
    "line",
    ["", "25", "2500", "250x", "150 a", "650 a", "a250 a", " 250 a", "٢٥٠ a", "+OK", "<html>"],
)
def test_what_is_no_reply_is_refused(line: str) -> None:
    with pytest.raises(FormatError, match="not-smtp"):
        parse_smtp_line(line)


def test_a_reply_of_several_lines_is_one() -> None:
    reply = parse_smtp_reply(["550-5.7.1 no", "550-", "550 5.7.1 really no"])
    assert reply == SmtpReply(550, ("5.7.1 no", "", "5.7.1 really no"))
    assert reply.text == "5.7.1 no 5.7.1 really no"


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([], "empty"),
        (["250-a"], "not-ended"),
        (["250 a", "250 b"], "lines-left"),
        (["250-a", "251 b"], "codes-differ"),
    ],
)
def test_a_reply_that_is_not_one_is_refused(lines: list[str], reason: str) -> None:
    with pytest.raises(FormatError) as caught:
        parse_smtp_reply(lines)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (["550 5.7.1 no"], "5.7.1"),
        (["550 5.7.26"], "5.7.26"),
        (["550-5.1.1 a", "550 b"], "5.1.1"),
        (["550 no 5.7.1"], None),
        (["550 4.7.1 no"], None),  # another class than the code's
        (["550 5.7.1no"], None),
        (["250 2.1.0 ok"], "2.1.0"),
        (["220 mx"], None),
    ],
)
def test_the_enhanced_status_is_found(lines: list[str], status: str | None) -> None:
    assert parse_smtp_reply(lines).enhanced_status == status


@given(st.lists(st.one_of(st.text(), st.from_regex(r"[1-6][0-9]{2}[ -]?.*"))))
def test_any_lines_are_a_reply_or_a_format_error(lines: list[str]) -> None:
    try:
        reply = parse_smtp_reply(lines)
    except FormatError:
        return
    assert 200 <= reply.code <= 599
    assert len(reply.lines) == len(lines)
    assert reply.enhanced_status is None or reply.enhanced_status in reply.text
