"""Tests of bot.formats.pop3_reply."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.errors import FormatError
from bot.formats.pop3_reply import Pop3Reply, parse_pop3_line, parse_pop3_lines


@pytest.mark.parametrize(
    ("line", "parsed"),
    [
        ("+OK", Pop3Reply(True)),
        ("+OK ", Pop3Reply(True)),
        ("+OK ready <1.2@firma.pl>", Pop3Reply(True, "ready <1.2@firma.pl>")),
        ("+OK [x] y", Pop3Reply(True, "[x] y")),
        ("-ERR", Pop3Reply(False)),
        ("-ERR no", Pop3Reply(False, "no")),
        ("-ERR [IN-USE] busy", Pop3Reply(False, "busy", "IN-USE")),
        ("-ERR [SYS/TEMP]", Pop3Reply(False, "", "SYS/TEMP")),
    ],
)
def test_a_status_line_is_read(line: str, parsed: Pop3Reply) -> None:
    assert parse_pop3_line(line) == parsed


@pytest.mark.parametrize("line", ["", "+OKAY", "OK", "-ERROR", "+ok", "* OK", "220 x", " +OK"])
def test_what_is_no_status_line_is_refused(line: str) -> None:
    with pytest.raises(FormatError, match="not-pop3"):
        parse_pop3_line(line)


@pytest.mark.parametrize(
    ("line", "is_temporary"),
    [
        ("-ERR [IN-USE] x", True),
        ("-ERR [sys/temp] x", True),
        ("-ERR [LOGIN-DELAY] x", True),
        ("-ERR [SYS/PERM] x", False),
        ("-ERR x", False),
    ],
)
def test_passing_errors_are_known(line: str, is_temporary: bool) -> None:
    assert parse_pop3_line(line).is_temporary is is_temporary


def test_the_lines_after_the_status_are_unstuffed() -> None:
    assert parse_pop3_lines(["TOP", "..dot", "."]) == ("TOP", ".dot")
    assert parse_pop3_lines(["."]) == ()


@pytest.mark.parametrize(
    ("lines", "reason"), [([], "not-ended"), (["a"], "not-ended"), ([".", "a", "."], "lines-left")]
)
def test_lines_that_do_not_end_rightly_are_refused(lines: list[str], reason: str) -> None:
    with pytest.raises(FormatError) as caught:
        parse_pop3_lines(lines)
    assert caught.value.reason == reason


@given(st.one_of(st.text(), st.from_regex(r"(\+OK|-ERR).*")), st.lists(st.text()))
def test_any_text_is_a_reply_or_a_format_error(line: str, lines: list[str]) -> None:
    with contextlib.suppress(FormatError):
        assert len(parse_pop3_line(line).text) <= len(line)
    with contextlib.suppress(FormatError):
        assert len(parse_pop3_lines([*lines, "."])) == len(lines)
