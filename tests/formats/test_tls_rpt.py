"""TLS-RPT records (RFC 8460 section 3)."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.errors import FormatError
from bot.formats.tls_rpt import ReportTarget, is_tls_rpt, parse_tls_rpt

MAIL = ReportTarget("mailto:reports@example.com", "mailto", "example.com")
WEB = ReportTarget("https://reporting.example.com/v1/tlsrpt", "https", "reporting.example.com")


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("v=TLSRPTv1;rua=mailto:reports@example.com", (MAIL,)),
        ("v=TLSRPTv1; rua=https://reporting.example.com/v1/tlsrpt;", (WEB,)),
        ("v=TLSRPTv1 ; rua=mailto:reports@example.com , " + WEB.uri, (MAIL, WEB)),
        ("v=TLSRPTv1; x=1; rua=mailto:reports@example.com", (MAIL,)),
        (
            "v=TLSRPTv1; rua=MAILTO:a%40b@Example.COM",
            (ReportTarget("MAILTO:a%40b@Example.COM", "mailto", "example.com"),),
        ),
        (
            "v=TLSRPTv1; rua=mailto:a@example.com?subject=x",
            (ReportTarget("mailto:a@example.com?subject=x", "mailto", "example.com"),),
        ),
    ],
)
def test_records(text: str, targets: tuple[ReportTarget, ...]) -> None:
    assert parse_tls_rpt(text).targets == targets


def test_extensions_are_kept() -> None:
    assert parse_tls_rpt(f"v=TLSRPTv1; x-1=y; rua={WEB.uri}").extensions == (("x-1", "y"),)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "bad-version"),
        ("v=TLSRPTv2; rua=mailto:a@example.com", "bad-version"),
        ("v=tlsrptv1; rua=mailto:a@example.com", "bad-version"),
        ("rua=mailto:a@example.com; v=TLSRPTv1", "bad-version"),
        ("v=TLSRPTv1", "missing-rua"),
        ("v=TLSRPTv1;", "missing-rua"),
        ("v=TLSRPTv1; RUA=mailto:a@example.com", "missing-rua"),
        ("v=TLSRPTv1;; rua=mailto:a@example.com", "bad-field"),
        ("v=TLSRPTv1; rua", "bad-field"),
        ("v=TLSRPTv1; rua=", "bad-uri"),
        ("v=TLSRPTv1; rua=a@example.com", "bad-uri"),
        ("v=TLSRPTv1; rua=mailto:", "bad-uri"),
        ("v=TLSRPTv1; rua=mailto:a", "bad-uri"),
        ("v=TLSRPTv1; rua=mailto:@example.com", "bad-uri"),
        ("v=TLSRPTv1; rua=mailto:a@example.com!10m", "bad-uri"),
        ("v=TLSRPTv1; rua=mailto:a@example.com,", "bad-uri"),
        ("v=TLSRPTv1; rua=mailto:a b@example.com", "bad-uri"),
        ("v=TLSRPTv1; rua=https:///path", "bad-uri"),
        ("v=TLSRPTv1; rua=https://[::1", "bad-uri"),
        ("v=TLSRPTv1; rua=http://example.com", "bad-scheme"),
        ("v=TLSRPTv1; rua=ftp://example.com", "bad-scheme"),
    ],
)
def test_broken_records(text: str, reason: str) -> None:
    with pytest.raises(FormatError) as caught:
        parse_tls_rpt(text)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("text", "expected"), [("v=TLSRPTv1;rua=x", True), ("v=TLSRPTv1", False), ("x", False)]
)
def test_only_records_with_the_exact_beginning_count(text: str, expected: bool) -> None:
    assert is_tls_rpt(text) is expected


@given(st.one_of(st.text(), st.text(alphabet="rua=mailto:@x.,/[]%;!https ")))
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (text, f"v=TLSRPTv1;rua={text}"):
        with suppress(FormatError):
            assert parse_tls_rpt(read).targets
