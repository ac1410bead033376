"""Values of CAA records, by the grammar of RFC 8659."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.caa import Issuer, is_report_address, parse_issuer
from bot.formats.errors import FormatError


@pytest.mark.parametrize(
    ("value", "issuer"),
    [
        ("letsencrypt.org", Issuer("letsencrypt.org")),
        ("LetsEncrypt.org", Issuer("letsencrypt.org")),
        (" ca1.example.net ; account=230123 ", Issuer("ca1.example.net", (("account", "230123"),))),
        (
            "ca.net; policy=ev; validationmethods=dns-01",
            Issuer("ca.net", (("policy", "ev"), ("validationmethods", "dns-01"))),
        ),
        (";", Issuer("")),
        ("", Issuer("")),
        ("; a=b", Issuer("", (("a", "b"),))),
    ],
)
def test_a_value_names_an_issuer(value: str, issuer: Issuer) -> None:
    assert parse_issuer(value) == issuer


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("%%%%%", "bad-issuer"),
        ("-ca.net", "bad-issuer"),
        ("ca..net", "bad-issuer"),
        ("ca.net account=1", "bad-issuer"),
        ("https://ca.net", "bad-issuer"),
        ("ca.net; account", "bad-parameter"),
        ("ca.net; a=b c", "bad-parameter"),
    ],
)
def test_what_breaks_the_grammar_is_refused(value: str, reason: str) -> None:
    with pytest.raises(FormatError) as caught:
        parse_issuer(value)
    assert caught.value.reason == reason


@given(st.text())
def test_any_text_parses_or_raises_the_one_error(value: str) -> None:
    with suppress(FormatError):
        assert parse_issuer(value).domain == value.partition(";")[0].strip(" \t").lower()
    assert is_report_address(value) in (True, False)


@pytest.mark.parametrize(
    ("value", "is_right"),
    [
        ("mailto:admin@firma.pl", True),
        ("https://iodef.example.com/", True),
        ("admin@firma.pl", False),
        ("mailto:admin", False),
        ("", False),
    ],
)
def test_incidents_are_reported_by_mail_or_web(value: str, is_right: bool) -> None:
    assert is_report_address(value) is is_right
