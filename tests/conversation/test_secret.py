"""Passwords are told from talk about passwords."""

import pytest

from bot.conversation.secret import has_secret


@pytest.mark.parametrize(
    "text",
    [
        "moje hasło to Kotek12!",
        "moje haslo to kotek12",
        "hasło: kotek",
        "Hasło brzmi: zielony-kot7",
        "login anna, hasło: zielony-kot7, nie działa",
        "password is hunter2",
        "my password: hunter",
        'password = "correct horse"',
        "pass: s3cret",
        "pwd=Abc123",
        "a1 LOGIN anna@firma.pl tajne",
        'C: a001 LOGIN anna "tajne"',
        "USER anna\nPASS tajne",
        "AUTH PLAIN AGFubmEAdGFqbmU=",
        "AUTH LOGIN YW5uYUBmaXJtYS5wbA==",
        "a AUTHENTICATE PLAIN AGFubmEAdGFqbmU=",
        "imaps://anna:kotek12@imap.firma.pl",
    ],
)
def test_a_password_is_seen(text: str) -> None:
    assert has_secret(text)


@pytest.mark.parametrize(
    "text",
    [
        "outlook ciągle pyta o hasło",
        "hasło: nie działa od rana",
        "hasło nie działa",
        "password is wrong",
        "password is rejected by the server",
        "my password is not accepted",
        "password: how do I change it?",
        "co to jest hasło aplikacji",
        "zmieniłem hasło i nic",
        "hasło: błąd",
        "535 5.7.8 authentication failed",
        "LOGIN failed for anna",
        "pass",
        "https://firma.pl:8443/login",
        "czy hasło to to samo co PIN?",
        "the password is the same as before",
        "password is case-sensitive?",
        "password: case-sensitive or not?",
        "hasło: 0x800CCC0E przy wysyłaniu",
        "hasło to e-mail czy login?",
        "",
    ],
)
def test_talk_about_passwords_is_none(text: str) -> None:
    assert not has_secret(text)
