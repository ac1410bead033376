"""MTA-STS records and policies (RFC 8461), and MX hosts held against them."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.errors import FormatError
from bot.formats.mta_sts import (
    MtaStsPolicy,
    MtaStsRecord,
    is_mta_sts,
    matches_mx,
    parse_mta_sts_policy,
    parse_mta_sts_record,
)

POLICY = "version: STSv1\nmode: enforce\nmx: mx.example.com\nmx: *.example.net\nmax_age: 604800\n"


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ("v=STSv1; id=20160831085700Z;", MtaStsRecord("20160831085700Z")),
        ("v=STSv1;id=1", MtaStsRecord("1")),
        ("v=STSv1 ; id=a ; ", MtaStsRecord("a")),
        ("v=STSv1; x.y-z_=1; id=a", MtaStsRecord("a", (("x.y-z_", "1"),))),
        ("v=STSv1; id=a; id=b", MtaStsRecord("a")),
        ("v=STSv1; id=" + "9" * 32, MtaStsRecord("9" * 32)),
    ],
)
def test_records(text: str, record: MtaStsRecord) -> None:
    assert parse_mta_sts_record(text) == record


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "bad-version"),
        ("v=STSv2; id=a", "bad-version"),
        ("V=STSv1; id=a", "bad-version"),
        ("v=stsv1; id=a", "bad-version"),
        ("id=a; v=STSv1", "bad-version"),
        ("v=STSv1", "missing-id"),
        ("v=STSv1;", "missing-id"),
        ("v=STSv1; ID=a", "missing-id"),
        ("v=STSv1; id=", "bad-id"),
        ("v=STSv1; id=2016-08-31", "bad-id"),
        ("v=STSv1; id=" + "9" * 33, "bad-id"),
        ("v=STSv1; id=a b", "bad-id"),
        ("v=STSv1;; id=a", "bad-field"),
        ("v=STSv1; id=a; nonsense", "bad-field"),
        ("v=STSv1; id=a; -x=1", "bad-field"),
        ("v=STSv1; id=a; x=é", "bad-field"),
    ],
)
def test_broken_records(text: str, reason: str) -> None:
    with pytest.raises(FormatError) as caught:
        parse_mta_sts_record(text)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("text", "expected"),
    [("v=STSv1; id=a", True), ("v=STSv1 ; id=a", False), ("v=STSv10; id=a", False), ("", False)],
)
def test_only_records_with_the_exact_beginning_count(text: str, expected: bool) -> None:
    assert is_mta_sts(text) is expected


@pytest.mark.parametrize(
    "text",
    [
        POLICY,
        POLICY.replace("\n", "\r\n"),
        POLICY.rstrip("\n"),
        POLICY.replace(": ", ":"),
        POLICY.replace("\n", " \t\n"),
        "max_age: 604800\nmx: MX.example.com\nmode: enforce\nmx:  *.example.net\nversion: STSv1",
        POLICY + "mode: none\n",
    ],
)
def test_policies(text: str) -> None:
    assert parse_mta_sts_policy(text) == MtaStsPolicy(
        "enforce", 604800, ("mx.example.com", "*.example.net")
    )


def test_fields_that_are_not_known_are_kept() -> None:
    policy = parse_mta_sts_policy(POLICY + "note: zażółć: gęślą\n")
    assert policy.extensions == (("note", "zażółć: gęślą"),)


def test_a_policy_of_mode_none_needs_no_mx() -> None:
    policy = parse_mta_sts_policy("version: STSv1\nmode: none\nmax_age: 86400")
    assert (policy.mode, policy.mx) == ("none", ())


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("version: STSv1\n", "", "missing-version"),
        ("STSv1", "STSv2", "bad-version"),
        ("STSv1", "stsv1", "bad-version"),
        ("mode: enforce\n", "", "missing-mode"),
        ("mode", "Mode", "missing-mode"),
        ("enforce", "Enforce", "bad-mode"),
        ("enforce", "report", "bad-mode"),
        ("max_age: 604800\n", "", "missing-max-age"),
        ("604800", "", "bad-max-age"),
        ("604800", "-1", "bad-max-age"),
        ("604800", "1w", "bad-max-age"),
        ("604800", "12345678901", "bad-max-age"),
        ("mx: mx.example.com\nmx: *.example.net\n", "", "missing-mx"),
        ("mx.example.com", "", "bad-mx"),
        ("mx.example.com", "mx.example.com, mx2.example.com", "bad-mx"),
        ("mx.example.com", "*", "bad-mx"),
        ("mx.example.com", "mx.*.com", "bad-mx"),
        ("mx.example.com", ".example.com", "bad-mx"),
        ("mx.example.com", "[192.0.2.1]", "bad-mx"),
        ("mx.example.com", "mx_1.example.com", "bad-mx"),
        ("mode: enforce\n", "mode: enforce\n\n", "blank-line"),
        ("version", " version", "bad-line"),
        ("mode: enforce", "mode enforce", "bad-line"),
        ("mode: enforce", "<html>", "bad-line"),
        ("enforce", "enforce\x00", "bad-line"),
        (POLICY, "", "blank-line"),
        (POLICY, POLICY + "x: " + "y" * 70_000, "too-long"),
    ],
)
def test_broken_policies(old: str, new: str, reason: str) -> None:
    assert old in POLICY
    with pytest.raises(FormatError) as caught:
        parse_mta_sts_policy(POLICY.replace(old, new, 1))
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("pattern", "host", "expected"),
    [
        ("mx.example.com", "mx.example.com", True),
        ("mx.example.com", "MX.Example.COM.", True),
        ("mx.example.com", "mx2.example.com", False),
        ("mx.example.com", "mx.example.com.evil.net", False),
        ("mx.example.com", "evil-mx.example.com", False),
        ("example.com", "mx.example.com", False),
        ("*.example.com", "mx.example.com", True),
        ("*.example.com", "MX.EXAMPLE.COM", True),
        ("*.example.com", "a.mx.example.com", False),
        ("*.example.com", "example.com", False),
        ("*.example.com", ".example.com", False),
        ("*.example.com", "mxexample.com", False),
        ("*.example.com", "mx.example.com.evil.net", False),
        ("*.com", "example.com", True),
    ],
)
def test_hosts_are_compared_label_by_label(pattern: str, host: str, expected: bool) -> None:
    assert matches_mx(pattern, host) is expected
    assert MtaStsPolicy("enforce", 1, (pattern,)).allows(host) is expected


@given(st.one_of(st.text(), st.text(alphabet="v=STSv1; id\n:mxa*.")))
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (text, f"v=STSv1;{text}"):
        with suppress(FormatError):
            assert parse_mta_sts_record(read).id
    for read in (text, POLICY + text):
        with suppress(FormatError):
            assert parse_mta_sts_policy(read).mode
