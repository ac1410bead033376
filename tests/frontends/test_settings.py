"""The JSON of `listonosz settings`: what programs rely on, and what a wrong call says."""

import pytest

from bot.formats.errors import FormatError
from bot.formats.mailbox import parse_mailbox
from bot.frontends.settings import call_error, is_refused, settings_data
from bot.knowledge import load_knowledge
from bot.model.language import WRITTEN, Language
from bot.model.settings import (
    AskedSource,
    ConnectionSecurity,
    Disagreement,
    FoundServer,
    MailboxServer,
    Proof,
    SettingsReport,
    SettingsSource,
)
from bot.model.trouble import Gap, Trouble
from bot.probes.proving import CLOSED

KNOWLEDGE = load_knowledge()
MAILBOX = parse_mailbox("anna@firma.pl")
IMAP = MailboxServer(
    "imap",
    "imap.firma.pl",
    993,
    ConnectionSecurity.TLS,
    ("password-cleartext",),
    "%EMAILLOCALPART%",
    SettingsSource.AUTOCONFIG,
)
SMTP = MailboxServer(
    "smtp",
    "smtp.firma.pl",
    587,
    ConnectionSecurity.STARTTLS,
    (),
    "%EMAILADDRESS%",
    SettingsSource.SRV,
)
REFUSED = Proof(None, gaps=(Gap("imap.firma.pl:993", Trouble.NOT_PUBLIC),))


def report(imap: Proof, smtp: Proof) -> SettingsReport:
    return SettingsReport(
        MAILBOX.target,
        provider="gmail",
        incoming=(FoundServer(IMAP, (SettingsSource.AUTOCONFIG, SettingsSource.SRV), imap),),
        outgoing=(FoundServer(SMTP, (SettingsSource.SRV,), smtp),),
        sources=(
            AskedSource(SettingsSource.AUTOCONFIG, "https://x/", True, switch_on="https://x/on"),
            AskedSource(SettingsSource.SRV, "_imap", gap=Gap("_imap", Trouble.TIMEOUT)),
        ),
        disagreements=(Disagreement("imap", (IMAP, IMAP)),),
        seconds=0.1234,
    )


def test_the_object_has_what_programs_rely_on() -> None:
    broken = Proof(False, (CLOSED("smtp.firma.pl:587", port=587),))
    data = settings_data(report(Proof(True), broken), MAILBOX, KNOWLEDGE, Language.PL)
    assert (data["address"], data["provider"], data["auth_hint"]) == (
        "anna@firma.pl",
        "gmail",
        "password",
    )
    (imap,), (smtp,) = data["incoming"], data["outgoing"]
    assert imap == {
        "protocol": "imap",
        "host": "imap.firma.pl",
        "port": 993,
        "security": "tls",
        "auth": ["password-cleartext"],
        "username": "anna",
        "source": "autoconfig",
        "sources": ["autoconfig", "srv"],
        "proved": True,
        "findings": [],
        "gaps": [],
    }
    assert (smtp["username"], smtp["proved"]) == ("anna@firma.pl", False)
    assert smtp["findings"][0]["code"] == "settings.closed"
    assert "587" in smtp["findings"][0]["text"]
    assert [source["answered"] for source in data["sources"]] == [True, False]
    assert data["sources"][1]["gap"]["reason"] == "timeout"
    assert [source.get("switch_on") for source in data["sources"]] == ["https://x/on", None]
    assert data["disagreements"][0]["protocol"] == "imap"


def test_of_a_domain_alone_the_placeholders_stay() -> None:
    data = settings_data(
        report(Proof(), Proof()), parse_mailbox("firma.pl"), KNOWLEDGE, Language.EN
    )
    assert data["address"] == "firma.pl"
    assert data["incoming"][0]["username"] == "%EMAILLOCALPART%"
    assert data["incoming"][0]["proved"] is None


def test_a_report_is_refused_only_where_the_guard_let_nothing_through() -> None:
    assert is_refused(report(REFUSED, REFUSED))
    assert not is_refused(report(REFUSED, Proof(True)))
    assert not is_refused(SettingsReport(MAILBOX.target))


@pytest.mark.parametrize("language", WRITTEN)
@pytest.mark.parametrize("text", ["", "anna", "a@b@c.pl", "anna@firma", "a@x.local", "192.0.2.1"])
def test_every_wrong_call_is_worded(text: str, language: Language) -> None:
    with pytest.raises(FormatError) as caught:
        parse_mailbox(text)
    assert call_error(KNOWLEDGE.phrases, language, caught.value)
