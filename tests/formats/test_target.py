"""What people type as a target, and what each bad input is told."""

import ipaddress
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.errors import FormatError
from bot.formats.suffix import is_listed_ending, organizational_domain
from bot.formats.target import (
    MAX_TARGETS,
    REASONS,
    RESERVED_ENDINGS,
    parse_key_target,
    parse_target,
    parse_targets,
    spot_targets,
)
from bot.model.check import Target, TargetKind


def name(value: str, shown: str = "") -> Target:
    return Target(TargetKind.NAME, value, shown or value)


def address(value: str) -> Target:
    return Target(TargetKind.ADDRESS, value, value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("firma.pl", name("firma.pl"), id="a domain"),
        pytest.param("_dmarc.firma.pl", name("firma.pl"), id="where DMARC stands"),
        pytest.param("_smtp._tls.Firma.pl", name("firma.pl"), id="where TLS-RPT stands"),
        pytest.param("_25._tcp.mx.firma.pl", name("mx.firma.pl"), id="where TLSA stands"),
        pytest.param("_domainkey.firma.pl", name("firma.pl"), id="where keys stand"),
        pytest.param("_firma.pl_", name("firma.pl"), id="in italics"),
        pytest.param("  firma.pl\n", name("firma.pl"), id="blanks around it"),
        pytest.param("Firma.PL.", name("firma.pl"), id="capitals and a final dot"),
        pytest.param("firma.pl...", name("firma.pl"), id="the end of a sentence"),
        pytest.param("(firma.pl)", name("firma.pl"), id="in brackets"),
        pytest.param("„firma.pl”", name("firma.pl"), id="Polish quotes"),
        pytest.param("**firma.pl**", name("firma.pl"), id="markup"),
        pytest.param("firma.pl?", name("firma.pl"), id="a question mark"),
        pytest.param("http://firma.pl/", name("firma.pl"), id="a link"),
        pytest.param("HTTPS://WWW.Firma.pl", name("www.firma.pl"), id="a link in capitals"),
        pytest.param("https://user@host.pl:8080/x?y", name("host.pl"), id="a link with everything"),
        pytest.param("https://u:p@host.pl/a@b.pl", name("host.pl"), id="an at sign in the path"),
        pytest.param("imap://mail.firma.pl:993", name("mail.firma.pl"), id="another scheme"),
        pytest.param("firma.pl/kontakt", name("firma.pl"), id="a link without its scheme"),
        pytest.param("mail.firma.pl:993", name("mail.firma.pl"), id="a port"),
        pytest.param("anna@firma.pl", name("firma.pl"), id="an e-mail address"),
        pytest.param("<anna@firma.pl>", name("firma.pl"), id="an e-mail address in brackets"),
        pytest.param("Anna K. <anna@firma.pl>", name("firma.pl"), id="with the person's name"),
        pytest.param('"anna k"@firma.pl', name("firma.pl"), id="a quoted local part"),
        pytest.param("anna/x?y#z@firma.pl", name("firma.pl"), id="signs in the local part"),
        pytest.param("mailto:anna@firma.pl?subject=x", name("firma.pl"), id="mailto"),
        pytest.param("@firma.pl", name("firma.pl"), id="a leading at sign"),
        pytest.param("żółć.pl", name("xn--kda4b0koi.pl", "żółć.pl"), id="Polish letters"),
        pytest.param("ŻÓŁĆ.PL", name("xn--kda4b0koi.pl", "żółć.pl"), id="Polish capitals"),
        pytest.param("xn--kda4b0koi.pl", name("xn--kda4b0koi.pl", "żółć.pl"), id="an A-label"),
        pytest.param("straße.de", name("xn--strae-oqa.de", "straße.de"), id="IDNA 2008, not 2003"),
        pytest.param("ｆｉｒｍａ。pl", name("firma.pl"), id="wide letters and dot"),
        pytest.param("fir\u200bma.pl", name("firma.pl"), id="an invisible character"),
        pytest.param("r3---sn.firma.pl", name("r3---sn.firma.pl"), id="hyphens as DNS allows"),
        pytest.param("9.pl", name("9.pl"), id="a label of digits"),
        pytest.param("192.0.2.1", address("192.0.2.1"), id="IPv4"),
        pytest.param("192.0.2.1:25", address("192.0.2.1"), id="IPv4 and a port"),
        pytest.param("10.0.0.1", address("10.0.0.1"), id="private: for the guard to refuse"),
        pytest.param("2001:DB8:0::1", address("2001:db8::1"), id="IPv6"),
        pytest.param("[2001:db8::1]", address("2001:db8::1"), id="IPv6 in brackets"),
        pytest.param("[2001:db8::1]:25", address("2001:db8::1"), id="IPv6 and a port"),
        pytest.param("https://[2001:db8::1]:443/x", address("2001:db8::1"), id="IPv6 in a link"),
        pytest.param("anna@[192.0.2.1]", address("192.0.2.1"), id="a domain literal"),
        pytest.param("anna@[IPv6:2001:db8::1]", address("2001:db8::1"), id="an IPv6 literal"),
        pytest.param("１.２.３.４", address("1.2.3.4"), id="wide digits"),
    ],
)
def test_what_people_type_is_understood(text: str, expected: Target) -> None:
    assert parse_target(text) == expected
    assert parse_targets(text) == (expected,)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("", "empty", id="nothing"),
        pytest.param(" \t\n", "empty", id="blanks only"),
        pytest.param("!!!", "not-a-name", id="signs only"),
        pytest.param("\0", "control-character", id="NUL"),
        pytest.param("firma\0.pl", "control-character", id="NUL inside"),
        pytest.param("firma.pl\x1b[31m", "control-character", id="an escape"),
        pytest.param("x" * 10_000, "too-long", id="10,000 characters"),
        pytest.param("a.pl " * 2_000, "too-long", id="10,000 characters of names"),
        pytest.param("😀", "emoji", id="an emoji"),
        pytest.param("❤️", "emoji", id="an emoji of two characters"),
        pytest.param("a😀.pl", "emoji", id="an emoji inside"),
        pytest.param("firma", "no-dot", id="one word"),
        pytest.param("anna@firma", "no-dot", id="one word after the at sign"),
        pytest.param("anna@", "not-a-name", id="nothing after the at sign"),
        pytest.param("anna kowalska@firma.pl", "blanks", id="a blank in the local part"),
        pytest.param("anna@ firma.pl", "blanks", id="a blank after the at sign"),
        pytest.param("anna @firma.pl", "blanks", id="a blank before the at sign"),
        pytest.param("anna@firma .pl", "blanks", id="a blank in the domain"),
        pytest.param("a_b.pl", "not-a-name", id="an underscore"),
        pytest.param("-a.pl", "not-a-name", id="a leading hyphen"),
        pytest.param("a-.pl", "not-a-name", id="a closing hyphen"),
        pytest.param("a..pl", "not-a-name", id="an empty label"),
        pytest.param(".pl", "not-a-name", id="an empty first label"),
        pytest.param("firma.123", "not-a-name", id="an ending of digits"),
        pytest.param("5.7.8", "not-a-name", id="a status code"),
        pytest.param("a" * 64 + ".pl", "label-too-long", id="a label of 64"),
        pytest.param("ż" * 64 + ".pl", "label-too-long", id="a long label of Polish letters"),
        pytest.param(".".join(["a" * 62] * 5), "too-long", id="a name over 253"),
        pytest.param("xn--a.pl", "bad-idna", id="an A-label that decodes to nothing"),
        pytest.param("a\u0640.pl", "bad-idna", id="a letter that IDNA 2008 forbids"),
        pytest.param("localhost", "reserved-name", id="localhost"),
        pytest.param("a.localhost.", "reserved-name", id="below localhost"),
        pytest.param("nas.local", "reserved-name", id="local"),
        pytest.param("mail.internal", "reserved-name", id="internal"),
        pytest.param("1.2.0.192.in-addr.arpa", "reserved-name", id="arpa"),
        pytest.param("abc.onion", "reserved-name", id="onion"),
        pytest.param("2130706433", "odd-address", id="a decimal address"),
        pytest.param("0x7f000001", "odd-address", id="a hexadecimal address"),
        pytest.param("0177.0.0.1", "odd-address", id="an octal address"),
        pytest.param("0x7f.1", "odd-address", id="a short hexadecimal address"),
        pytest.param("127.1", "odd-address", id="a short address"),
        pytest.param("192.0.2.01", "odd-address", id="a leading zero"),
        pytest.param("256.1.1.1", "odd-address", id="a byte over 255"),
        pytest.param("http://2130706433/", "odd-address", id="a decimal address in a link"),
        pytest.param("fe80::1%eth0", "odd-address", id="a zone"),
        pytest.param("2001:db8:::1", "odd-address", id="bad IPv6"),
    ],
)
def test_each_bad_input_has_its_own_reason(text: str, reason: str) -> None:
    with pytest.raises(FormatError) as caught:
        parse_targets(text)
    assert caught.value.reason == reason
    assert reason in REASONS
    assert len(caught.value.text) <= 80


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("a.pl b.pl", ["a.pl", "b.pl"], id="blanks"),
        pytest.param("a.pl,b.pl;c.pl", ["a.pl", "b.pl", "c.pl"], id="commas"),
        pytest.param("a.pl\n\nb.pl\n", ["a.pl", "b.pl"], id="lines"),
        pytest.param("a.pl, b.pl i c.pl", ["a.pl", "b.pl", "c.pl"], id="i"),
        pytest.param("a.pl and b.pl", ["a.pl", "b.pl"], id="and"),
        pytest.param("<a.pl> <b.pl>", ["a.pl", "b.pl"], id="angle brackets"),
        pytest.param("A <x@a.pl>, B <y@b.pl>", ["a.pl", "b.pl"], id="mailboxes"),
        pytest.param("a.pl A.PL. x@a.pl", ["a.pl"], id="the same one only once"),
        pytest.param("mail.a.pl 993", ["mail.a.pl"], id="a port after a blank"),
        pytest.param("a.pl 192.0.2.1", ["a.pl", "192.0.2.1"], id="mixed"),
        pytest.param("a.pl b.pl c.pl d.pl e.pl", ["a.pl", "b.pl", "c.pl", "d.pl", "e.pl"], id="5"),
    ],
)
def test_several_targets_in_one_message(text: str, names: list[str]) -> None:
    assert [target.name for target in parse_targets(text)] == names


def test_more_than_five_are_too_many() -> None:
    with pytest.raises(FormatError) as caught:
        parse_targets("a.pl b.pl c.pl d.pl e.pl f.pl")
    assert (caught.value.reason, caught.value.text) == ("too-many", "6")
    assert MAX_TARGETS == 5


def test_one_target_is_not_two() -> None:
    with pytest.raises(FormatError) as caught:
        parse_target("a.pl b.pl")
    assert caught.value.reason == "blanks"


def test_the_local_part_is_kept_nowhere() -> None:
    assert "anna" not in repr(parse_targets("anna.secret@firma.pl"))
    for text in ("anna.secret@firma", "anna.secret@", "anna.secret x@", "anna.secret@a..pl"):
        with pytest.raises(FormatError) as caught:
            parse_targets(text)
        assert "anna" not in str(caught.value) + caught.value.text


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("nie działa poczta w firma.pl, co robić?", ["firma.pl"], id="in a question"),
        pytest.param("jak ustawić anna@firma.com.pl", ["firma.com.pl"], id="an e-mail address"),
        pytest.param("błąd 535 5.7.8 w programie m.in. outlook.exe", [], id="nothing of the kind"),
        pytest.param("serwer 8.8.8.8 i mail.firma.plx", ["8.8.8.8"], id="no such ending"),
        pytest.param("a.pl b.pl c.pl d.pl e.pl f.pl a.pl", list("abcde"), id="five at most"),
        pytest.param("😀 \0 @@ [[", [], id="rubbish"),
    ],
)
def test_targets_are_spotted_in_a_question(text: str, names: list[str]) -> None:
    found = [target.name for target in spot_targets(text)]
    assert found == [n if "." in n else f"{n}.pl" for n in names]


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("firma.pl", "firma.pl"),
        ("mail.firma.pl", "firma.pl"),
        ("a.b.firma.com.pl", "firma.com.pl"),
        ("com.pl", "com.pl"),
        ("mail.firma.plx", "firma.plx"),
        ("anna.blogspot.com", "blogspot.com"),
    ],
)
def test_the_organizational_domain(host: str, expected: str) -> None:
    assert organizational_domain(host) == expected


def test_listed_endings() -> None:
    assert is_listed_ending("firma.pl")
    assert is_listed_ending("xn--p1ai")
    assert not is_listed_ending("firma.plx")


_LABELS = st.from_regex(r"\A[a-z]([a-z0-9-]{0,20}[a-z0-9])?\Z").filter(
    lambda label: not label.startswith("xn--") and not label.startswith("0x")
)


@given(st.text())
def test_any_text_is_a_target_or_a_format_error(text: str) -> None:
    reason = ""
    targets: tuple[Target, ...] = ()
    try:
        targets = parse_targets(text)
    except FormatError as error:
        reason = error.reason
    assert bool(targets) != (reason in REASONS)
    assert len(targets) <= MAX_TARGETS
    for target in targets:
        assert target.name.isascii()
        assert target.name == target.name.lower()
        assert not target.name.endswith(".")
        assert len(target.name) <= 253


@given(st.text(alphabet=string.digits + "abcdefx:.[]@ /", max_size=40))
def test_whatever_is_taken_for_an_address_is_one(text: str) -> None:
    spot_targets(text)
    try:
        targets = parse_targets(text)
    except FormatError:
        return
    for target in targets:
        if target.kind is TargetKind.ADDRESS:
            assert str(ipaddress.ip_address(target.name)) == target.name
        else:
            assert not target.name.rpartition(".")[2].isdigit()


@given(st.lists(_LABELS, min_size=2, max_size=5))
def test_a_plain_name_is_itself_in_every_dress(labels: list[str]) -> None:
    plain = ".".join(labels)
    if labels[-1] in RESERVED_ENDINGS:
        return
    for dressed in (
        plain,
        plain.upper() + ".",
        f"https://{plain}/x",
        f"<x@{plain}>",
        f"„{plain}”,",
    ):
        assert parse_target(dressed) == name(plain)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("google._domainkey.firma.pl", "google._domainkey.firma.pl"),
        ("S_1.b._DomainKey.Firma.PL.", "s_1.b._domainkey.firma.pl"),
        ("s1._domainkey.żółw.pl", "s1._domainkey.xn--w-uga1v8h.pl"),
    ],
)
def test_the_name_of_a_dkim_key_is_a_target(text: str, name: str) -> None:
    assert parse_target(text).name == name


@pytest.mark.parametrize("text", ["s1._dmarc.firma.pl", "s1._domainkey.pl", "-._domainkey.a.pl"])
def test_other_names_with_an_underscore_are_none(text: str) -> None:
    with pytest.raises(FormatError):
        parse_target(text)


@pytest.mark.parametrize(
    ("domain", "selector", "name"),
    [
        ("firma.pl", "s1", "s1._domainkey.firma.pl"),
        ("anna@firma.pl", " s=S1; ", "s1._domainkey.firma.pl"),
        ("firma.pl", "2023.mail", "2023.mail._domainkey.firma.pl"),
        ("192.0.2.1", "s1", "192.0.2.1"),
    ],
)
def test_a_selector_and_a_domain_make_the_name_of_a_key(
    domain: str, selector: str, name: str
) -> None:
    assert parse_key_target(domain, selector).name == name


@pytest.mark.parametrize(
    ("selector", "reason"),
    [
        ("", "bad-selector"),
        ("a b", "bad-selector"),
        ("a..b", "bad-selector"),
        ("ą", "bad-selector"),
        ("s1._domainkey.x", "bad-selector"),
        (".".join(["a" * 60] * 5), "too-long"),
    ],
)
def test_a_selector_that_cannot_be_one_is_refused(selector: str, reason: str) -> None:
    with pytest.raises(FormatError) as caught:
        parse_key_target("firma.pl", selector)
    assert caught.value.reason == reason
