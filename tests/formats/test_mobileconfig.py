"""Profiles for Apple's devices: the right keys, no password, identifiers that stay."""

import plistlib
from typing import Any

import pytest

from bot.formats.mobileconfig import Account, ProfileWords, write_profile
from bot.model.settings import ConnectionSecurity, MailboxServer

WORDS = ProfileWords("Poczta anna@firma.pl", "Ustawia skrzynkę.", "Listonosz")
TLS, STARTTLS, NONE = ConnectionSecurity.TLS, ConnectionSecurity.STARTTLS, ConnectionSecurity.NONE
IMAP = MailboxServer("imap", "imap.firma.pl", 993, TLS, ("password-cleartext",))
POP3 = MailboxServer("pop3", "pop.firma.pl", 995, TLS)
SMTP = MailboxServer("smtp", "smtp.firma.pl", 587, STARTTLS)


def account(**changes: Any) -> Account:
    given = {
        "domain": "firma.pl",
        "address": "anna@firma.pl",
        "incoming": IMAP,
        "outgoing": SMTP,
        "incoming_username": "anna@firma.pl",
        "outgoing_username": "anna@firma.pl",
    }
    return Account(**(given | changes))


def read(profile: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """The profile and its one payload, as a device takes them apart."""
    outer = plistlib.loads(profile, fmt=plistlib.FMT_XML)
    (mail,) = outer["PayloadContent"]
    return outer, mail


def test_it_sets_up_a_mailbox_with_the_keys_of_apple() -> None:
    outer, mail = read(write_profile(account(), WORDS))
    assert outer["PayloadType"] == "Configuration"
    assert outer["PayloadVersion"] == mail["PayloadVersion"] == 1
    assert outer["PayloadRemovalDisallowed"] is False
    expected = {
        "PayloadType": "com.apple.mail.managed",
        "EmailAccountType": "EmailTypeIMAP",
        "EmailAddress": "anna@firma.pl",
        "IncomingMailServerHostName": "imap.firma.pl",
        "IncomingMailServerPortNumber": 993,
        "IncomingMailServerUseSSL": True,
        "IncomingMailServerUsername": "anna@firma.pl",
        "IncomingMailServerAuthentication": "EmailAuthPassword",
        "OutgoingMailServerHostName": "smtp.firma.pl",
        "OutgoingMailServerPortNumber": 587,
        "OutgoingMailServerUseSSL": True,
        "OutgoingMailServerUsername": "anna@firma.pl",
        "OutgoingMailServerAuthentication": "EmailAuthPassword",
        "OutgoingPasswordSameAsIncomingPassword": True,
        "SMIMESigningEnabled": False,
        "SMIMEEncryptionEnabled": False,
    }
    assert expected.items() <= mail.items()


def test_no_password_is_in_it() -> None:
    _, mail = read(write_profile(account(), WORDS))
    assert not {"IncomingPassword", "OutgoingPassword"} & mail.keys()


def test_pop3_is_another_type_of_account() -> None:
    _, mail = read(write_profile(account(incoming=POP3), WORDS))
    assert mail["EmailAccountType"] == "EmailTypePOP"
    assert mail["IncomingMailServerPortNumber"] == 995


def test_without_an_address_the_device_asks_for_what_is_missing() -> None:
    bare = account(address="", incoming_username="", outgoing_username="")
    _, mail = read(write_profile(bare, WORDS))
    asked = {"EmailAddress", "IncomingMailServerUsername", "OutgoingMailServerUsername"}
    assert not asked & mail.keys()


def test_the_identifiers_stay_when_the_servers_change() -> None:
    before = read(write_profile(account(), WORDS))
    after = read(write_profile(account(incoming=POP3), ProfileWords("a", "b", "c")))
    for old, new in zip(before, after, strict=True):
        assert old["PayloadUUID"] == new["PayloadUUID"]
        assert old["PayloadIdentifier"] == new["PayloadIdentifier"]
    assert before[0]["PayloadUUID"] != before[1]["PayloadUUID"]


def test_other_mailboxes_have_other_identifiers() -> None:
    anna, _ = read(write_profile(account(), WORDS))
    jan, _ = read(write_profile(account(address="jan@firma.pl"), WORDS))
    upper, _ = read(write_profile(account(address="ANNA@firma.pl"), WORDS))
    assert anna["PayloadIdentifier"] != jan["PayloadIdentifier"]
    assert anna["PayloadIdentifier"] == upper["PayloadIdentifier"]


def test_the_same_mailbox_gives_the_same_bytes() -> None:
    assert write_profile(account(), WORDS) == write_profile(account(), WORDS)


@pytest.mark.parametrize(
    ("security", "auth", "method"),
    [
        (NONE, ("cram-md5",), "EmailAuthCRAMMD5"),
        (NONE, ("password-cleartext",), "EmailAuthPassword"),
        (TLS, ("cram-md5",), "EmailAuthPassword"),
    ],
)
def test_a_digest_is_asked_for_only_where_nothing_else_hides_the_password(
    security: ConnectionSecurity, auth: tuple[str, ...], method: str
) -> None:
    server = MailboxServer("imap", "imap.firma.pl", 143, security, auth)
    _, mail = read(write_profile(account(incoming=server), WORDS))
    assert mail["IncomingMailServerAuthentication"] == method


def test_signs_of_xml_break_nothing() -> None:
    odd = account(address='"a<b>&c"@firma.pl', incoming_username="]]>&<x>")
    _, mail = read(write_profile(odd, ProfileWords("<b>", "&amp;", "</dict>")))
    assert mail["EmailAddress"] == '"a<b>&c"@firma.pl'
    assert mail["IncomingMailServerUsername"] == "]]>&<x>"
