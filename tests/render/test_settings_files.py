"""What is handed over as a file: profiles only where they can work, records only of what works."""

import plistlib
from dataclasses import replace
from typing import Any

import pytest

from bot.formats.autoconfig import parse_autoconfig
from bot.formats.mailbox import Mailbox
from bot.model.document import Copyable, Document
from bot.model.language import WRITTEN, Language
from bot.model.settings import AskedSource, SettingsReport, SettingsSource
from bot.render.data import document_text
from bot.render.mailbox_facts import mailbox_facts
from bot.render.mailbox_words import MailboxWords
from bot.render.settings_files import profile_document, publish_document
from bot.render.words import Words
from tests.render.mailboxes import (
    ANNA,
    BROKEN,
    FAILS,
    GMAIL,
    GOOD,
    GUESSED,
    IMAP,
    MICROSOFT,
    MUTE,
    NOTHING,
    POP3_ONLY,
    PROTON,
    SMTP,
    STARTTLS,
    UNTESTED,
    found,
    knowledge,
    mailbox,
    server,
)


def words(
    report: SettingsReport, whose: Mailbox = ANNA, language: Language = Language.EN
) -> MailboxWords:
    return MailboxWords(Words(knowledge(), language), mailbox_facts(report, whose, knowledge()))


def mail(document: Document) -> dict[str, Any]:
    assert document.enclosure
    (payload,) = plistlib.loads(document.enclosure.content)["PayloadContent"]
    return dict(payload)


def records(document: Document) -> str:
    return next(block.text for block in document.blocks if isinstance(block, Copyable))


def test_a_profile_holds_the_servers_that_were_proved() -> None:
    document = profile_document(words(GOOD), None)
    payload = mail(document)
    assert document.enclosure
    assert document.enclosure.name == "firma.pl.mobileconfig"
    assert payload["IncomingMailServerHostName"] == "imap.firma.pl"
    assert payload["IncomingMailServerUsername"] == "anna@firma.pl"
    assert payload["OutgoingMailServerPortNumber"] == 465
    assert "not signed" in document_text(document) or "Not Signed" in str(document.blocks)


def test_pop3_comes_into_the_profile_where_it_is_wanted() -> None:
    assert mail(profile_document(words(GOOD), None, "pop3"))["EmailAccountType"] == "EmailTypePOP"


def test_a_profile_is_signed_by_whoever_has_a_key() -> None:
    document = profile_document(words(GOOD), lambda profile: b"signed:" + profile[:5])
    assert document.enclosure
    assert document.enclosure.content == b"signed:<?xml"


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        (MICROSOFT, "OAuth2"),
        (PROTON, "do not connect to this mailbox directly"),
        (NOTHING, "do not know both servers"),
        (POP3_ONLY, "in the clear"),
    ],
)
def test_there_is_no_profile_that_could_not_work(report: SettingsReport, reason: str) -> None:
    for language in WRITTEN:
        document = profile_document(words(report, language=language), None)
        assert document.enclosure is None
    assert reason in document_text(profile_document(words(report), None))


def test_an_app_password_is_enough_for_a_profile() -> None:
    document = profile_document(words(GMAIL, mailbox("anna@gmail.com")), None)
    assert mail(document)["IncomingMailServerAuthentication"] == "EmailAuthPassword"
    assert "app password" in document_text(document)


def test_what_was_not_proved_is_said_beside_the_profile() -> None:
    report = replace(GOOD, incoming=(replace(IMAP, proof=UNTESTED),))
    assert "could not be confirmed" in document_text(profile_document(words(report), None))
    assert "could not be confirmed" not in document_text(profile_document(words(GOOD), None))


def test_without_an_address_the_device_asks_for_it() -> None:
    document = profile_document(words(GOOD, mailbox("firma.pl")), None)
    assert "EmailAddress" not in mail(document)
    assert "asks for it, too" in document_text(document)


def test_a_terminal_is_told_the_command_instead() -> None:
    document = profile_document(words(GOOD), None)
    assert document.enclosure
    command = next(each for each in document.enclosure.instead if isinstance(each, Copyable))
    assert command.text == "listonosz settings anna@firma.pl --profile firma.pl.mobileconfig"


def test_the_administrator_gets_what_the_reader_of_autoconfig_reads_back() -> None:
    report = replace(GOOD, sources=MUTE, outgoing=(SMTP, found(server("smtp", 587, STARTTLS))))
    document = publish_document(words(report))
    assert document.enclosure
    config = parse_autoconfig(document.enclosure.content)
    read = [
        (each.type, each.hostname, each.port, each.security, each.auth, each.username)
        for each in (*config.incoming, *config.outgoing)
    ]
    written = [
        (each.protocol, each.host, each.port, each.security, each.auth, each.username)
        for each in (found.server for found in (*report.incoming, *report.outgoing))
    ]
    assert read == written
    assert config.domains == ("firma.pl",)
    assert "publishes no mail settings" in document_text(document)


def test_the_records_name_the_same_servers() -> None:
    text = records(publish_document(words(GOOD)))
    assert "_imaps._tcp.firma.pl. 3600 IN SRV 0 1 993 imap.firma.pl." in text
    assert "_submissions._tcp.firma.pl. 3600 IN SRV 0 1 465 smtp.firma.pl." in text


def test_only_what_works_is_proposed() -> None:
    document = publish_document(words(BROKEN))
    assert "993" not in records(document)
    none = replace(GOOD, incoming=(replace(IMAP, proof=FAILS),), outgoing=(SMTP,))
    document = publish_document(words(none))
    assert document.enclosure is None
    assert "could be connected" in document_text(document)


@pytest.mark.parametrize(
    ("report", "can"),
    [
        pytest.param(replace(GOOD, sources=MUTE), True, id="publishes nothing"),
        pytest.param(GOOD, False, id="has an autoconfig of its own"),
        pytest.param(GUESSED, True, id="all guessed"),
        pytest.param(GMAIL, False, id="a public provider"),
        pytest.param(replace(GOOD, sources=MUTE, is_final=False), False, id="still searching"),
        pytest.param(
            replace(
                GOOD,
                sources=(
                    AskedSource(
                        SettingsSource.AUTOCONFIG,
                        "https://autoconfig.hoster.pl/mail/config-v1.1.xml",
                        True,
                    ),
                ),
            ),
            True,
            id="the hoster's autoconfig only",
        ),
        pytest.param(
            replace(GOOD, sources=(AskedSource(SettingsSource.SRV, "_imaps._tcp.firma.pl", True),)),
            False,
            id="has SRV records",
        ),
        pytest.param(
            replace(GOOD, sources=(AskedSource(SettingsSource.ISPDB, "ispdb", True),)),
            True,
            id="known to Mozilla only",
        ),
    ],
)
def test_who_is_offered_something_to_publish(report: SettingsReport, can: bool) -> None:
    assert mailbox_facts(report, ANNA, knowledge()).can_publish is can
