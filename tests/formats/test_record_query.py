"""A name and a type, as people type them after /dns."""

import dns.rdatatype
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.errors import FormatError
from bot.formats.record_query import REASONS, TYPES, parse_query, parse_type
from bot.formats.target import REASONS as TARGET_REASONS


@pytest.mark.parametrize(
    ("text", "name", "rdtype"),
    [
        ("firma.pl MX", "firma.pl", "MX"),
        ("mx Firma.PL.", "firma.pl", "MX"),
        ("firma.pl", "firma.pl", "A"),
        ("firma.pl, txt", "firma.pl", "TXT"),
        ("_dmarc.firma.pl txt", "_dmarc.firma.pl", "TXT"),
        ("_25._tcp.mx.firma.pl TLSA", "_25._tcp.mx.firma.pl", "TLSA"),
        ("s1._domainkey.żółw.pl TXT", "s1._domainkey.xn--w-uga1v8h.pl", "TXT"),
        ("*.firma.pl A", "*.firma.pl", "A"),
        ("pl NS", "pl", "NS"),
        ("żółw.pl", "xn--w-uga1v8h.pl", "A"),
        ("firma.pl type65", "firma.pl", "TYPE65"),
        ("192.0.2.7", "192.0.2.7", "PTR"),
        ("2001:db8::1 ptr", "2001:db8::1", "PTR"),
        ("7.2.0.192.in-addr.arpa PTR", "192.0.2.7", "PTR"),
        ("1" + ".0" * 23 + ".8.b.d.0.1.0.0.2.ip6.arpa PTR", "2001:db8::1", "PTR"),
        ("https://firma.pl/x AAAA", "firma.pl", "AAAA"),
    ],
)
def test_a_name_and_a_type_are_read_in_either_order(text: str, name: str, rdtype: str) -> None:
    target, found = parse_query(text)
    assert (target.name, found) == (name, rdtype)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("MX", "empty"),
        ("firma.pl ANY", "any-type"),
        ("firma.pl axfr", "transfer-type"),
        ("firma.pl TSIG", "machinery-type"),
        ("firma.pl TYPE41", "machinery-type"),
        ("firma.pl TYPE255", "unknown-type"),
        ("firma.pl TYPE0", "unknown-type"),
        ("firma.pl XMX", "unknown-type"),
        ("a.pl b.pl MX", "several-names"),
        ("a.pl b.pl", "several-names"),
        ("firma TXT", "no-dot"),
        ("_dmarc.firma TXT", "no-dot"),
        ("a.local A", "reserved-name"),
        ("_x.a.internal A", "reserved-name"),
        ("2.0.192.in-addr.arpa NS", "reserved-name"),
        ("0x7f.1 PTR", "odd-address"),
        ("_x.192.0.2.1 TXT", "not-a-name"),
        ("-_x.firma.pl TXT", "not-a-name"),
        ("_" * 64 + ".pl TXT", "label-too-long"),
        ("_a." * 84 + "firma.pl TXT", "too-long"),
        ("x" * 3000, "too-long"),
    ],
)
def test_what_is_wrong_is_told_apart(text: str, reason: str) -> None:
    with pytest.raises(FormatError) as caught:
        parse_query(text)
    assert caught.value.reason == reason
    assert reason in REASONS | TARGET_REASONS


@pytest.mark.parametrize("name", sorted(TYPES))
def test_every_type_can_be_asked_for(name: str) -> None:
    assert not dns.rdatatype.is_metatype(dns.rdatatype.from_text(name))
    assert parse_type(name.lower()) == name


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_with_a_reason(text: str) -> None:
    try:
        target, rdtype = parse_query(text)
        seen = ""
    except FormatError as error:
        target, rdtype, seen = None, "", error.reason
    assert bool(target) != (seen in REASONS | TARGET_REASONS)
    if target:
        assert 0 < len(target.name) <= 253
        assert rdtype in TYPES or rdtype.startswith("TYPE")
