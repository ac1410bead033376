"""What can be told exactly is found, however it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.faq.engine import Engine


@pytest.mark.parametrize(
    ("text", "field", "expected"),
    [
        ("piszę z anna@firma.pl do was", "emails", ("anna@firma.pl",)),
        ("piszę z Anna@Firma.PL.", "domains", ("firma.pl",)),
        ("sprawdź https://poczta.firma.pl/x", "domains", ("poczta.firma.pl",)),
        ("domena firma.com.pl, wp.pl", "domains", ("firma.com.pl", "wp.pl")),
        ("error 535 5.7.8 when sending", "reply_codes", ("535",)),
        ("error 535 5.7.8 when sending", "statuses", ("5.7.8",)),
        ("550-5.7.26 unauthenticated", "statuses", ("5.7.26",)),
        ("Outlook 0x800CCC0E", "error_codes", ("0x800ccc0e",)),
        ("port 587 czy 465", "ports", (587, 465)),
        ("smtp.firma.pl:2525", "ports", (2525,)),
        ("na porcie 10025", "ports", (10025,)),
        ("serwer na 465 nie odpowiada", "reply_codes", ()),
        ("w roku 2024 wysłałem 300 maili", "ports", ()),
        ("mieszkam w bloku 1.2.3", "statuses", ()),
        ("adres 5.7.8.9", "statuses", ()),
    ],
)
def test_codes_and_names_are_found(
    text: str, field: str, expected: tuple[object, ...], engine: Engine
) -> None:
    assert getattr(engine.entities(text), field) == expected


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("w outlooku nie działa", "program", "outlook"),
        ("mam Outlok 2016", "program", "outlook"),
        ("w thunderbirdzie", "program", "thunderbird"),
        ("tunderbird pyta o haslo", "program", "thunderbird"),
        ("na iPhonie", "device", "iphone"),
        ("w moim ajfonie", "device", "iphone"),
        ("poczta na onecie", "provider", "onet"),
        ("mam maila na wp.pl", "provider", "wp"),
        ("Wirtualna Polska", "provider", "wp"),
        ("my gmial account", "provider", "gmail"),
        ("anna@interia.pl nie działa", "provider", "interia"),
        ("imapem czy inaczej", "protocol", "imap"),
        ("pop 3", "protocol", "pop3"),
        ("535 przy wysyłaniu", "error", "535"),
    ],
)
def test_slots_are_filled_in_any_case_or_misspelling(
    text: str, slot: str, value: str, engine: Engine
) -> None:
    assert engine.entities(text).slots.get(slot) == value


def test_nothing_is_found_where_nothing_is(engine: Engine) -> None:
    found = engine.entities("Dlaczego to nie działa?")
    assert not found.slots
    assert (found.emails, found.domains, found.ports, found.reply_codes) == ((), (), (), ())


@given(text=st.text())
def test_any_text_can_be_searched(text: str, engine: Engine) -> None:
    assert len(engine.entities(text).domains) <= len(text)
