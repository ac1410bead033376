"""SPF records against the grammar of RFC 7208 section 12, term by term."""

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.errors import FormatError
from bot.formats.spf import Mechanism, MechanismKind, Modifier, Qualifier, is_spf, parse_spf


def only(term: str) -> Mechanism | Modifier:
    """The single term of a record."""
    (found,) = parse_spf(f"v=spf1 {term}").terms
    return found


def mechanism(term: str) -> Mechanism:
    found = only(term)
    assert isinstance(found, Mechanism)
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("v=spf1", True, id="nothing but the version"),
        pytest.param("v=spf1 -all", True, id="version and a space"),
        pytest.param("V=sPf1 -all", True, id="letters of any case (section 12, RFC 5234)"),
        pytest.param("v=spf10", False, id="longer version (section 4.5)"),
        pytest.param("v=spf1-all", False, id="no space"),
        pytest.param("v=spf1\t-all", False, id="tab"),
        pytest.param(" v=spf1 -all", False, id="leading space"),
        pytest.param("v=spf2.0/pra -all", False, id="Sender ID"),
        pytest.param("v=spf", False, id="cut short"),
        pytest.param("", False, id="empty"),
    ],
)
def test_a_record_is_known_by_its_exact_version_section(text: str, expected: bool) -> None:
    assert is_spf(text) is expected


@pytest.mark.parametrize("text", ["v=spf1", "v=spf1 ", "v=spf1    ", "V=SPF1"])
def test_a_record_may_have_no_terms(text: str) -> None:
    assert parse_spf(text).terms == ()


def test_several_spaces_between_and_after_terms_are_allowed() -> None:
    record = parse_spf("v=spf1   a    mx  -all  ")
    assert [term.text for term in record.terms] == ["a", "mx", "-all"]
    assert [term.at for term in record.terms] == [9, 14, 18]


@pytest.mark.parametrize(
    ("sign", "qualifier"),
    [
        ("", None),
        ("+", Qualifier.PASS),
        ("-", Qualifier.FAIL),
        ("~", Qualifier.SOFTFAIL),
        ("?", Qualifier.NEUTRAL),
    ],
)
@pytest.mark.parametrize("rest", ["all", "a", "MX", "include:example.org", "ip4:192.0.2.1"])
def test_each_mechanism_takes_each_qualifier(
    sign: str, qualifier: Qualifier | None, rest: str
) -> None:
    assert mechanism(sign + rest).qualifier is qualifier


@pytest.mark.parametrize(
    ("term", "kind", "domain", "ip4", "ip6"),
    [
        pytest.param("a", MechanismKind.A, None, None, None, id="bare"),
        pytest.param("A/0", MechanismKind.A, None, 0, None, id="zero"),
        pytest.param("mx/32", MechanismKind.MX, None, 32, None, id="widest IPv4"),
        pytest.param("mx//0", MechanismKind.MX, None, None, 0, id="IPv6 only"),
        pytest.param("a/24//128", MechanismKind.A, None, 24, 128, id="both"),
        pytest.param("a:b.example/9//9", MechanismKind.A, "b.example", 9, 9, id="name and both"),
        pytest.param("a:b/1.example", MechanismKind.A, "b/1.example", None, None, id="slash"),
        pytest.param("a:b/1.example/8", MechanismKind.A, "b/1.example", 8, None, id="last slash"),
        pytest.param("a:%{d}/8", MechanismKind.A, "%{d}", 8, None, id="macro, then a length"),
        pytest.param("mx:b:c.example", MechanismKind.MX, "b:c.example", None, None, id="colon"),
        pytest.param("exists:a.b.", MechanismKind.EXISTS, "a.b.", None, None, id="final dot"),
        pytest.param("ptr", MechanismKind.PTR, None, None, None, id="ptr alone"),
        pytest.param("ptr:x.y", MechanismKind.PTR, "x.y", None, None, id="ptr with a name"),
        pytest.param("include:_spf.x.y", MechanismKind.INCLUDE, "_spf.x.y", None, None, id="_"),
    ],
)
def test_names_and_prefix_lengths(
    term: str, kind: MechanismKind, domain: str | None, ip4: int | None, ip6: int | None
) -> None:
    found = mechanism(term)
    assert found.kind is kind
    assert (found.domain.text if found.domain else None) == domain
    assert (found.ip4_length, found.ip6_length) == (ip4, ip6)


@pytest.mark.parametrize(
    ("term", "network"),
    [
        ("ip4:192.0.2.1", "192.0.2.1/32"),
        ("ip4:192.0.2.129/25", "192.0.2.128/25"),
        ("ip4:0.0.0.0/0", "0.0.0.0/0"),
        ("IP4:255.255.255.255", "255.255.255.255/32"),
        ("ip6:2001:DB8::1", "2001:db8::1/128"),
        ("ip6:2001:db8::/32", "2001:db8::/32"),
        ("ip6:::1", "::1/128"),
        ("ip6:::", "::/128"),
        ("ip6:::/0", "::/0"),
        ("ip6:1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8/128"),
        ("ip6:1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0/128"),
        ("ip6:::ffff:192.0.2.1", "::ffff:192.0.2.1/128"),
        ("ip6:2001:db8::9/127", "2001:db8::8/127"),
    ],
)
def test_networks(term: str, network: str) -> None:
    assert mechanism(term).network == ip_network(network)


@pytest.mark.parametrize(
    ("term", "name", "value"),
    [
        ("redirect=_spf.example.org", "redirect", "_spf.example.org"),
        ("REDIRECT=%{d}", "redirect", "%{d}"),
        ("exp=why.%{d}", "exp", "why.%{d}"),
        ("exp=%{i}.why.example", "exp", "%{i}.why.example"),
        ("moo=", "moo", ""),
        ("moo.cow-far_9=man:dog/cat", "moo.cow-far_9", "man:dog/cat"),
        ("ip4=192.0.2.1", "ip4", "192.0.2.1"),
        ("all=", "all", ""),
        ("rp=postmaster", "rp", "postmaster"),
        ("x==", "x", "="),
        ("x=%%%_%-", "x", "%%%_%-"),
    ],
)
def test_modifiers(term: str, name: str, value: str) -> None:
    found = only(term)
    assert isinstance(found, Modifier)
    assert (found.name, found.value.text) == (name, value)


def test_unknown_modifiers_may_repeat_but_redirect_and_exp_may_not() -> None:
    assert len(parse_spf("v=spf1 x=1 x=2 X=3").modifiers) == 3
    for twice in ("redirect=a.b redirect=a.b", "exp=a.b a Exp=c.d"):
        with pytest.raises(FormatError) as caught:
            parse_spf(f"v=spf1 {twice}")
        assert caught.value.reason == "repeated-modifier"


def test_redirect_exp_and_all_are_found_wherever_they_stand() -> None:
    record = parse_spf("v=spf1 redirect=r.example exp=e.example -all ?all")
    assert record.redirect is not None
    assert record.exp is not None
    assert record.all is not None
    assert (record.redirect.text, record.exp.text) == ("r.example", "e.example")
    assert record.all.text == "-all"


@pytest.mark.parametrize(
    ("term", "reason"),
    [
        # section 4.6.1: terms
        ("foo", "unknown-mechanism"),
        ("-", "unknown-mechanism"),
        ("+-all", "unknown-mechanism"),
        ("--all", "unknown-mechanism"),
        ("!all", "unknown-mechanism"),
        ("ipv4:192.0.2.1", "unknown-mechanism"),
        ("192.0.2.1", "unknown-mechanism"),
        ("redirect:example.org", "unknown-mechanism"),
        ("exp:example.org", "unknown-mechanism"),
        ("=all", "unknown-mechanism"),
        ("9a=b", "unknown-mechanism"),
        ("_a=b", "unknown-mechanism"),
        ("-moo=cow", "unknown-mechanism"),
        ("m+o=cow", "unknown-mechanism"),
        ("a,mx", "unknown-mechanism"),
        ("a\tmx", "bad-character"),
        ("a\x00", "bad-character"),
        ("-all\n", "bad-character"),
        ("a:\x7f.example", "bad-character"),
        ("include:é.example", "bad-character"),
        ("x=ł", "bad-character"),
        ("a\u00a0mx", "bad-character"),
        # section 5.1
        ("all:example.org", "unexpected-argument"),
        ("-all/8", "unexpected-argument"),
        ("all.", "unknown-mechanism"),
        # section 5.2
        ("include", "missing-argument"),
        ("include:", "missing-argument"),
        ("include:example.org/24", "bad-domain"),
        ("include/24", "unexpected-argument"),
        # sections 5.3 and 5.4
        ("a:", "missing-argument"),
        ("mx:/24", "missing-argument"),
        ("a/", "bad-prefix-length"),
        ("a/33", "bad-prefix-length"),
        ("a/024", "bad-prefix-length"),
        ("a/00", "bad-prefix-length"),
        ("a/-1", "bad-prefix-length"),
        ("mx//129", "bad-prefix-length"),
        ("mx//", "bad-prefix-length"),
        ("mx//064", "bad-prefix-length"),
        ("a/24/64", "bad-prefix-length"),
        ("a//64/24", "bad-prefix-length"),
        ("a:example.org/99", "bad-prefix-length"),
        ("a:example.org/x", "bad-domain"),
        ("a:example.org/", "bad-domain"),
        ("a:example.org:25", "bad-domain"),
        # section 5.5
        ("ptr:", "missing-argument"),
        ("ptr/0", "unexpected-argument"),
        # section 5.6
        ("ip4", "missing-argument"),
        ("ip4:", "missing-argument"),
        ("ip4/24", "missing-argument"),
        ("ip4:192.0.2", "bad-ip4"),
        ("ip4:192.0.2.256", "bad-ip4"),
        ("ip4:192.0.2.01", "bad-ip4"),
        ("ip4:192.0.2.1.1", "bad-ip4"),
        ("ip4:192.0.2.1:25", "bad-ip4"),
        ("ip4:2001:db8::1", "bad-ip4"),
        ("ip4:example.org", "bad-ip4"),
        ("ip4:192.0.2.0-24", "bad-ip4"),
        ("ip4:%{i}", "bad-ip4"),
        ("ip4:192.0.2.0/33", "bad-prefix-length"),
        ("ip4:192.0.2.0/024", "bad-prefix-length"),
        ("ip4:192.0.2.0/", "bad-prefix-length"),
        ("ip4:192.0.2.0//24", "bad-prefix-length"),
        ("ip4:192.0.2.0/24/24", "bad-prefix-length"),
        ("ip4:192.0.2.0/255.255.255.0", "bad-prefix-length"),
        ("ip6", "missing-argument"),
        ("ip6:", "missing-argument"),
        ("ip6:192.0.2.1", "bad-ip6"),
        ("ip6:1:2:3:4:5:6:7", "bad-ip6"),
        ("ip6:1:2:3:4:5:6:7:8:9", "bad-ip6"),
        ("ip6:1::2::3", "bad-ip6"),
        ("ip6:12345::", "bad-ip6"),
        ("ip6:fe80::1%eth0", "bad-ip6"),
        ("ip6:[2001:db8::1]", "bad-ip6"),
        ("ip6:::192.0.2.01", "bad-ip6"),
        ("ip6:2001:db8::/129", "bad-prefix-length"),
        ("ip6:2001:db8::/032", "bad-prefix-length"),
        ("ip6:2001:db8:://32", "bad-prefix-length"),
        # section 5.7
        ("exists", "missing-argument"),
        ("exists:", "missing-argument"),
        ("exists/8", "unexpected-argument"),
        ("exists:example.org/8", "bad-domain"),
        # section 6
        ("redirect=", "missing-argument"),
        ("exp=", "missing-argument"),
        ("redirect=-all", "bad-domain"),
        ("redirect=example.org/24", "bad-domain"),
        ("exp=-all", "bad-domain"),
        # section 7.1: toplabel
        ("a:museum", "bad-domain"),
        ("a:museum.", "bad-domain"),
        ("a:192.0.2.1", "bad-domain"),
        ("a:b.c-", "bad-domain"),
        ("a:b.-c", "bad-domain"),
        ("a:b.c_d", "bad-domain"),
        ("a:b.example..", "bad-domain"),
        ("a:%{d}example", "bad-domain"),
        ("a:%{d}.9", "bad-domain"),
        # section 7.1: macros
        ("exists:%", "bad-macro"),
        ("exists:%x.example", "bad-macro"),
        ("exists:%{", "bad-macro"),
        ("exists:%{}.example", "bad-macro"),
        ("exists:%{d.example", "bad-macro"),
        ("exists:%{a}.example", "bad-macro"),
        ("exists:%{dd}.example", "bad-macro"),
        ("exists:%{d0}.example", "bad-macro"),
        ("exists:%{d00r}.example", "bad-macro"),
        ("exists:%{dr2}.example", "bad-macro"),
        ("exists:%{d-2}.example", "bad-macro"),
        ("exists:%{d!}.example", "bad-macro"),
        ("exists:%(d).example", "bad-macro"),
        ("x=%{z}", "bad-macro"),
        ("x=100%", "bad-macro"),
        # section 7.2: only in explanation text
        ("exists:%{c}.example", "bad-macro"),
        ("include:%{r}.example", "bad-macro"),
        ("exp=%{t}.example", "bad-macro"),
    ],
)
def test_what_the_grammar_does_not_know_is_refused(term: str, reason: str) -> None:
    with pytest.raises(FormatError) as caught:
        parse_spf(f"v=spf1 mx {term}")
    assert caught.value.reason == reason
    assert caught.value.at >= len("v=spf1 mx ")


@pytest.mark.parametrize(
    "term",
    [
        "a:b.c1",
        "a:b.1c",
        "a:b.1-1",
        "a:b.xn--90ais",
        "a:b.c--d",
        "a:.com",
        "a:b..com",
        "exists:%{i}",
        "exists:%%",
        "exists:a%_",
        "exists:%{L1R+-}.%{D}",
        "exists:%{l1r+-.,/_=}.%{d}",
        "exists:%{d99999999999999999999999}.example",
        "exists:%{d01}.example",
        "exists:!\"#$&'()*,;<>?@[\\]^`{|}~.example",
    ],
)
def test_odd_domain_specs_that_the_grammar_allows(term: str) -> None:
    assert only(term).text == term


def test_the_place_of_a_fault_is_told() -> None:
    with pytest.raises(FormatError) as caught:
        parse_spf("v=spf1 mx exists:a.%{x}.example -all")
    assert caught.value.at == len("v=spf1 mx exists:a.")
    assert caught.value.text == "%{x}"


@pytest.mark.parametrize("text", ["", "v=spf2.0", "v=spf1\t-all", "spf1 -all"])
def test_text_without_the_version_is_no_record(text: str) -> None:
    with pytest.raises(FormatError) as caught:
        parse_spf(text)
    assert caught.value.reason == "bad-version"


WORDS = """a mx ptr all include exists ip4 ip6 redirect exp + - ~ ? : = / // %{d} %{ir} %{p2r-} %%
    %_ % { } . example com 192.0.2.1 2001:db8:: 0 24 33 é \x00"""
PIECES = st.sampled_from(WORDS.split())


@given(st.one_of(st.text(), st.lists(PIECES).map("".join), st.lists(PIECES).map(" ".join)))
def test_any_text_is_read_or_refused(tail: str) -> None:
    for text in (tail, f"v=spf1 {tail}"):
        at = 0
        try:
            record = parse_spf(text)
        except FormatError as error:
            at = error.at
        else:
            assert [term.text for term in record.terms] == text.split()[1:]
        assert 0 <= at <= len(text)
