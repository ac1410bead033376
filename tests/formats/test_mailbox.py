"""An address or a domain as people type it, and what stands beside it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.errors import FormatError
from bot.formats.mailbox import REASONS, find_mailbox, parse_mailbox
from bot.formats.target import REASONS as TARGET_REASONS


@pytest.mark.parametrize(
    ("text", "address"),
    [
        pytest.param("anna@firma.pl", "anna@firma.pl", id="an address"),
        pytest.param("Anna.Kowalska@FIRMA.pl", "Anna.Kowalska@firma.pl", id="capitals"),
        pytest.param("Anna Kowalska <anna@firma.pl>", "anna@firma.pl", id="with a name"),
        pytest.param("mailto:anna@firma.pl", "anna@firma.pl", id="a link"),
        pytest.param("„anna@firma.pl”.", "anna@firma.pl", id="quotation marks and a full stop"),
        pytest.param("anna+sklep@firma.pl", "anna+sklep@firma.pl", id="a tag"),
        pytest.param('"anna kowalska"@firma.pl', '"anna kowalska"@firma.pl', id="a quoted name"),
        pytest.param("żaneta@firma.pl", "żaneta@firma.pl", id="letters beyond ASCII"),
        pytest.param("anna@żółw.pl", "anna@żółw.pl", id="a name with diacritics"),
        pytest.param("anna@firma.pl anna@firma.pl", "anna@firma.pl", id="the same twice"),
        pytest.param("firma.pl", "", id="a domain"),
        pytest.param("@firma.pl", "", id="a domain with an at sign"),
        pytest.param("https://firma.pl/poczta", "", id="a link to a page"),
    ],
)
def test_the_address_is_read_as_it_was_meant(text: str, address: str) -> None:
    assert parse_mailbox(text).address == address


def test_the_domain_is_kept_for_the_wire_in_a_labels() -> None:
    mailbox = parse_mailbox("anna@żółw.pl")
    assert mailbox.target.name == "xn--w-uga1v8h.pl"
    assert mailbox.wire_address == "anna@xn--w-uga1v8h.pl"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("anna", "no-dot"),
        ("anna@ firma.pl", "blanks"),
        ("anna kowalska firma.pl", "blanks"),
        ("anna@firma.pl, jan@sklep.pl", "several-addresses"),
        ("anna@firma@pl", "two-at-signs"),
        ("anna@@firma.pl", "two-at-signs"),
        ("anna@", "no-domain"),
        ("Anna@ .", "no-domain"),
        ("a..b@firma.pl", "bad-local-part"),
        (".anna@firma.pl", "bad-local-part"),
        ("a" * 65 + "@firma.pl", "long-local-part"),
        ("anna@192.0.2.1", "ip-address"),
        ("192.0.2.1", "ip-address"),
        ("anna@localhost", "reserved-name"),
        ("anna@firma.pl Kotek12!", "beside"),
        ("anna@firma.pl" * 200, "too-long"),
    ],
)
def test_what_is_wrong_has_a_reason(text: str, reason: str) -> None:
    with pytest.raises(FormatError) as caught:
        parse_mailbox(text)
    assert caught.value.reason == reason


def test_what_stands_beside_an_address_is_never_in_the_error() -> None:
    with pytest.raises(FormatError) as caught:
        parse_mailbox("anna@firma.pl:Kotek12!")
    assert "Kotek" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("anna@firma.pl Outlook", "Outlook"),
        ("ustawienia dla anna@firma.pl", "ustawienia dla"),
        ("anna@firma.pl/Kotek12", "/Kotek12"),
        ("Anna <anna@firma.pl> Kotek12", "Kotek12"),
        ("anna@firma.pl | ", ""),
    ],
)
def test_what_stands_beside_is_given_apart(text: str, rest: str) -> None:
    assert find_mailbox(text)[1] == rest


def test_a_tag_is_no_part_of_the_mailbox() -> None:
    mailbox = parse_mailbox("anna+sklep@firma.pl")
    assert (mailbox.tag, mailbox.untagged.address) == ("sklep", "anna@firma.pl")
    assert parse_mailbox('"a+b"@firma.pl').tag == ""
    assert parse_mailbox("+48600@firma.pl").tag == ""


@given(st.text(max_size=80))
def test_any_text_is_a_mailbox_or_a_reason(text: str) -> None:
    reason = ""
    try:
        mailbox, _ = find_mailbox(text)
        assert mailbox.shown
    except FormatError as error:
        reason = error.reason
    assert reason in REASONS | TARGET_REASONS | {""}
