"""What tells whose a question is goes; what it is about stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.faq.masking import mask

WORDS = ("mam", "problem", "z", "outlook", "nie", "dziala", "poczta", "w", "thunderbird", "hello")


def is_word(word: str) -> bool:
    """With Polish endings: "outlooku" too."""
    return word.startswith(WORDS)


def masked(text: str) -> str:
    return mask(text, domains={"gmail.com", "onet.pl"}, is_word=is_word)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("anna.nowak@firma.pl nie działa", "…@… nie działa", id="address"),
        pytest.param("anna.nowak@onet.pl nie działa", "…@onet.pl nie działa", id="provider"),
        pytest.param("nie działa firma.com.pl", "nie działa …", id="own domain"),
        pytest.param("smtp.gmail.com nie działa", "smtp.gmail.com nie działa", id="server"),
        pytest.param("błąd 535 5.7.8 na porcie 587", "błąd 535 5.7.8 na porcie 587", id="codes"),
        pytest.param("0x800CCC0E w Outlooku 2019", "0x800CCC0E w Outlooku 2019", id="hex"),
        pytest.param(
            "Thunderbird 128.3.1 nie działa", "Thunderbird 128.3.1 nie działa", id="version"
        ),
        pytest.param("porty 993/995 i 465 587", "porty 993/995 i 465 587", id="ports"),
        pytest.param("tel. 601 234 567", "tel. 0000", id="telephone"),
        pytest.param("tel. +48 22 123-45-67", "tel. 0000", id="international"),
        pytest.param("z 203.0.113.7 nie działa", "z 0000 nie działa", id="IPv4"),
        pytest.param("z 2001:db8::1:2 nie działa", "z 0000 nie działa", id="IPv6"),
        pytest.param("patrz https://firma.pl/klient?id=7", "patrz https://…", id="link"),
        pytest.param("zgłoszenie AB12CD34EF5", "zgłoszenie 0000", id="ticket"),
        pytest.param("nazywam się anna nowak", "nazywam się N.", id="presents herself"),
        pytest.param("Hello, my name is John", "Hello, my name is N.", id="presents himself"),
        pytest.param(
            "nie działa. Pozdrawiam, Jan Kowalski", "nie działa. Pozdrawiam, N.", id="signed"
        ),
        pytest.param("poczta Kowalskiego nie działa", "poczta N. nie działa", id="name inside"),
        pytest.param("Jan Kowalski nie działa", "N. N. nie działa", id="name first"),
        pytest.param(
            "Problem z Outlook w SMTP", "Problem z Outlook w SMTP", id="words of the field"
        ),
        pytest.param("napisz do @kowalski99", "napisz do …@…", id="Telegram name"),
    ],
)
def test_a_question_loses_what_tells_whose_it_is(text: str, expected: str) -> None:
    assert masked(text) == expected


@given(st.text())
def test_any_text_is_masked_to_one_line(text: str) -> None:
    assert "\n" not in masked(text)


@given(local=st.from_regex(r"[a-z0-9.]{1,20}", fullmatch=True))
def test_no_local_part_is_left(local: str) -> None:
    assert masked(f"mam {local}@gmail.com problem") == "mam …@gmail.com problem"


def test_a_small_letter_with_a_sign_begins_no_name() -> None:
    assert mask("gdzie jest śluza", is_word=lambda _: False) == "gdzie jest śluza"
    assert mask("gdzie jest Świrski", is_word=lambda _: False) == "gdzie jest N."
