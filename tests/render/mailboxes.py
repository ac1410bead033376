"""Reports on mailboxes for the renderers: what people meet with, from the best to the worst."""

from dataclasses import replace
from functools import cache

from bot.formats.mailbox import Mailbox, parse_mailbox
from bot.knowledge import Knowledge, load_knowledge
from bot.model.check import Target, TargetKind
from bot.model.finding import Finding, Severity
from bot.model.settings import (
    ADDRESS_PLACE,
    LOCAL_PART_PLACE,
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
from bot.render.settings_card import CardState

TLS, STARTTLS, NONE = ConnectionSecurity.TLS, ConnectionSecurity.STARTTLS, ConnectionSecurity.NONE
AUTOCONFIG, ISPDB, SRV = SettingsSource.AUTOCONFIG, SettingsSource.ISPDB, SettingsSource.SRV
KNOWLEDGE, GUESS = SettingsSource.KNOWLEDGE, SettingsSource.GUESS
PASSWORD = ("password-cleartext",)
WORKS, FAILS, UNTESTED = Proof(True), Proof(False), Proof(None)
HIDDEN = Proof(None, (), (Gap("smtp.firma.pl:465", Trouble.PORT_BLOCKED),))
EXPIRED = Proof(
    False,
    (
        Finding(
            "imap.certificate-expired",
            Severity.ERROR,
            "imap.firma.pl:993",
            {"until": "2026-11-20"},
        ),
    ),
)


@cache
def knowledge() -> Knowledge:
    return load_knowledge()


def target(name: str = "firma.pl") -> Target:
    return Target(TargetKind.NAME, name, name)


def server(
    protocol: str,
    port: int,
    security: ConnectionSecurity = TLS,
    *,
    host: str = "",
    auth: tuple[str, ...] = PASSWORD,
    username: str = ADDRESS_PLACE,
    source: SettingsSource = AUTOCONFIG,
) -> MailboxServer:
    host = host or f"{protocol}.firma.pl"
    return MailboxServer(protocol, host, port, security, auth, username, source)


def found(one: MailboxServer, proof: Proof = WORKS, *sources: SettingsSource) -> FoundServer:
    return FoundServer(one, sources or (one.source,), proof)


IMAP = found(server("imap", 993), WORKS, AUTOCONFIG, ISPDB)
POP3 = found(server("pop3", 995))
SMTP = found(server("smtp", 465), WORKS, AUTOCONFIG, ISPDB)
OWN = AskedSource(AUTOCONFIG, "https://autoconfig.firma.pl/mail/config-v1.1.xml", True)
MUTE = (
    AskedSource(AUTOCONFIG, "https://autoconfig.firma.pl/mail/config-v1.1.xml"),
    AskedSource(SRV, "_imaps._tcp.firma.pl"),
)

GOOD = SettingsReport(target(), "", (IMAP, POP3), (SMTP,), (OWN,), seconds=1.23)
BROKEN = replace(
    GOOD,
    incoming=(
        replace(IMAP, proof=EXPIRED),
        found(server("imap", 143, STARTTLS, source=SRV)),
    ),
    outgoing=(replace(SMTP, proof=HIDDEN), found(server("smtp", 587, STARTTLS))),
    disagreements=(Disagreement("imap", (IMAP.server, server("imap", 143, STARTTLS, source=SRV))),),
    sources=(replace(OWN, is_unsafe=True), AskedSource(SRV, "_imaps._tcp.firma.pl", True)),
)
GUESSED = SettingsReport(
    target(),
    "",
    (found(server("imap", 993, source=GUESS, username="")),),
    (found(server("smtp", 587, STARTTLS, source=GUESS, username="")),),
    MUTE,
)
GMAIL = SettingsReport(
    target("gmail.com"),
    "gmail",
    (
        found(
            server(
                "imap",
                993,
                host="imap.gmail.com",
                auth=("oauth2", "app-password"),
                source=KNOWLEDGE,
            )
        ),
        found(
            server(
                "pop3", 995, host="pop.gmail.com", auth=("oauth2", "app-password"), source=KNOWLEDGE
            )
        ),
    ),
    (
        found(
            server(
                "smtp",
                465,
                host="smtp.gmail.com",
                auth=("oauth2", "app-password"),
                source=KNOWLEDGE,
            )
        ),
    ),
)
MICROSOFT = SettingsReport(
    target(),
    "microsoft-365",
    (found(server("imap", 993, host="outlook.office365.com", auth=("oauth2",), source=ISPDB)),),
    (
        found(
            server("smtp", 587, STARTTLS, host="smtp.office365.com", auth=("oauth2",), source=ISPDB)
        ),
    ),
)
PROTON = SettingsReport(
    target("proton.me"),
    "proton",
    (found(server("imap", 1143, STARTTLS, host="127.0.0.1", source=KNOWLEDGE), UNTESTED),),
    (found(server("smtp", 1025, STARTTLS, host="127.0.0.1", source=KNOWLEDGE), UNTESTED),),
)
POP3_ONLY = SettingsReport(
    target(),
    "",
    (found(server("pop3", 110, NONE, username=LOCAL_PART_PLACE), UNTESTED),),
    (found(server("smtp", 25, NONE), FAILS),),
    (OWN,),
    not_offered=("imap",),
)
NOTHING = SettingsReport(target(), sources=MUTE)
UNSEEN = SettingsReport(
    target(),
    sources=(AskedSource(ISPDB, "https://ispdb.example/firma.pl", gap=Gap("", Trouble.TIMEOUT)),),
)
GROWING = SettingsReport(
    target(),
    "",
    (found(server("imap", 993), UNTESTED),),
    (SMTP,),
    (OWN,),
    is_final=False,
)

ANNA = parse_mailbox("anna@firma.pl")


def mailbox(text: str) -> Mailbox:
    return parse_mailbox(text)


STATES = {
    "beginning": CardState(ANNA),
    "growing": CardState(ANNA, GROWING),
    "stopped": CardState(ANNA, GROWING, interrupted=True),
    "good": CardState(ANNA, GOOD),
    "broken": CardState(ANNA, BROKEN),
    "guessed": CardState(mailbox("firma.pl"), GUESSED),
    "gmail": CardState(mailbox("anna@gmail.com"), GMAIL),
    "microsoft": CardState(ANNA, MICROSOFT),
    "proton": CardState(mailbox("anna@proton.me"), PROTON),
    "pop3-only": CardState(ANNA, POP3_ONLY),
    "nothing": CardState(ANNA, NOTHING),
    "unseen": CardState(ANNA, UNSEEN),
    "group": CardState(ANNA, GOOD, is_private=False),
    "odd-address": CardState(mailbox("anna+sklep@żółw.pl"), GOOD),
}
