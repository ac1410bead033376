"""The macro language of RFC 7208 section 7."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.errors import FormatError
from bot.formats.spf_macro import (
    parse_domain_spec,
    parse_explanation,
    parse_macro_string,
    shorten_name,
)

# The setting of the examples in section 7.4.
VALUES = {
    "s": "strong-bad@email.example.com",
    "l": "strong-bad",
    "o": "email.example.com",
    "d": "email.example.com",
    "i": "192.0.2.3",
    "p": "mx.example.org",
    "v": "in-addr",
    "h": "mail.example.org",
    "c": "192.0.2.3",
    "r": "unknown",
    "t": "1136073600",
}


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        # section 7.4
        ("%{s}", "strong-bad@email.example.com"),
        ("%{o}", "email.example.com"),
        ("%{d}", "email.example.com"),
        ("%{d4}", "email.example.com"),
        ("%{d3}", "email.example.com"),
        ("%{d2}", "example.com"),
        ("%{d1}", "com"),
        ("%{dr}", "com.example.email"),
        ("%{d2r}", "example.email"),
        ("%{l}", "strong-bad"),
        ("%{l-}", "strong.bad"),
        ("%{lr}", "strong-bad"),
        ("%{lr-}", "bad.strong"),
        ("%{l1r-}", "strong"),
        ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"),
        ("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"),
        ("%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com"),
        ("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"),
        # section 7.3
        ("%{h}/%{p}/%{v}", "mail.example.org/mx.example.org/in-addr"),
        ("%%%_%-", "% %20"),
        ("%{D2}", "example.com"),
        ("%{S}", "strong-bad%40email.example.com"),
        ("%{S@}", None),
        ("%{s1}", "com"),
        ("%{sr}", "com.example.strong-bad@email"),
        ("%{d999}", "email.example.com"),
        ("%{d10000000000000000000000000000}", "email.example.com"),
        ("%{D2R}", "example.email"),
        ("%{l2r-.}", "bad.strong"),
        ("", ""),
    ],
)
def test_expansion(text: str, expanded: str | None) -> None:
    if expanded is None:
        with pytest.raises(FormatError):
            parse_macro_string(text)
    else:
        assert parse_macro_string(text).expand(VALUES) == expanded


@pytest.mark.parametrize(
    ("macro", "value", "expanded"),
    [
        ("%{l+}", "user+tag", "user.tag"),
        ("%{l1+}", "user+tag", "tag"),
        ("%{l1r+}", "user+tag", "user"),
        ("%{l+-}", "a+b-c.d", "a.b.c.d"),
        ("%{lr+-}", "a+b-c.d", "c.d.b.a"),
        ("%{l,/_=}", "a,b/c_d=e", "a.b.c.d.e"),
        ("%{l..}", "a.b", "a.b"),
        ("%{l2-}", "a--b", ".b"),
        ("%{L}", "a b~_.-é/", "a%20b~_.-%C3%A9%2F"),
        ("%{L+}", "a+b", "a.b"),
    ],
)
def test_delimiters_and_escaping(macro: str, value: str, expanded: str) -> None:
    assert parse_macro_string(macro).expand({"l": value}) == expanded


def test_letters_tell_what_must_be_known() -> None:
    assert parse_macro_string("a.%{Ir}.%{d2}.%%").letters == {"i", "d"}


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("Not you, %{c}, says %{r} at %{t}", "Not you, 192.0.2.3, says unknown at 1136073600"),
        ("See http://%{d}/why?s=%{S}", None),
        ("", ""),
        ("  spaces  ", "  spaces  "),
    ],
)
def test_explanations(text: str, expanded: str | None) -> None:
    want = "See http://email.example.com/why?s=strong-bad%40email.example.com"
    assert parse_explanation(text).expand(VALUES) == (want if expanded is None else expanded)


@pytest.mark.parametrize("text", ["%{x}", "100%", "tab\t", "zażółć", "line\n", "\x7f", "%{c0}"])
def test_an_explanation_with_an_error_is_refused(text: str) -> None:
    with pytest.raises(FormatError):
        parse_explanation(text)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        pytest.param("example.org", "example.org", id="short"),
        pytest.param("example.org.", "example.org", id="final dot"),
        pytest.param("a." * 126 + "b", "a." * 126 + "b", id="exactly 253"),
        pytest.param("a." * 127 + "b", "a." * 126 + "b", id="255"),
        pytest.param("x" * 60 + "." + "a." * 125 + "b", "a." * 125 + "b", id="whole labels"),
        pytest.param("x" * 300, "x" * 300, id="one label cannot be shortened"),
    ],
)
def test_long_names_lose_labels_on_the_left(name: str, short: str) -> None:
    assert shorten_name(name) == short


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for parse in (parse_macro_string, parse_domain_spec, parse_explanation):
        try:
            parsed = parse(text)
        except FormatError:
            continue
        assert parsed.text == text
        parsed.expand(VALUES)


@given(st.lists(st.text(alphabet="abé ~"), min_size=1), st.sampled_from(".-+,/_="))
def test_reversing_turns_the_parts_around(parts: list[str], delimiter: str) -> None:
    value = delimiter.join(parts)
    assert parse_macro_string("%{lr" + delimiter + "}").expand({"l": value}) == ".".join(
        reversed(parts)
    )
    escaped = parse_macro_string("%{L" + delimiter + "}").expand({"l": value})
    assert unquote(escaped) == ".".join(parts)
