"""Claims put together: whose word counts, what is filled in, what stands first, who disagrees."""

from dataclasses import replace
from typing import Any

from bot.discovery.claim import Answered, Standing
from bot.discovery.merge import disagreements, merge, rank
from bot.knowledge.provider import Auth, MailServer, Provider, ProviderKind, Security
from bot.model.settings import (
    AskedSource,
    ConnectionSecurity,
    MailboxServer,
    Proof,
    SettingsSource,
)

TLS, STARTTLS = ConnectionSecurity.TLS, ConnectionSecurity.STARTTLS
SOURCES = {
    Standing.OWN_FILE: SettingsSource.AUTOCONFIG,
    Standing.OWN_FILE_IN_CLEAR: SettingsSource.AUTOCONFIG,
    Standing.ISPDB: SettingsSource.ISPDB,
    Standing.SRV: SettingsSource.SRV,
    Standing.GUESS: SettingsSource.GUESS,
}


def imap(host: str = "imap.firma.pl", port: int = 993, **changes: Any) -> MailboxServer:
    return replace(MailboxServer("imap", host, port, TLS), **changes)


def answer(standing: Standing, *servers: MailboxServer) -> Answered:
    source = SOURCES[standing]
    told = tuple(replace(server, source=source) for server in servers)
    return Answered(AskedSource(source, "place", bool(told)), standing, told)


def provider(*auth: Auth) -> Provider:
    server = MailServer("imap", "imap.firma.pl", 993, Security.TLS)
    return Provider(
        "firma", "Firma", "PL", ProviderKind.MAILBOX, (), (), (), (server,), "", auth, None,
        {}, (), (),
    )  # fmt: skip


def test_the_best_source_speaks_and_the_next_fills_in() -> None:
    (claim,) = merge(
        [
            answer(Standing.SRV, imap(username="%EMAILADDRESS%")),
            answer(Standing.OWN_FILE, imap(auth=("oauth2",))),
        ]
    )
    assert claim.standing is Standing.OWN_FILE
    assert claim.sources == (SettingsSource.AUTOCONFIG, SettingsSource.SRV)
    assert (claim.server.auth, claim.server.username) == (("oauth2",), "%EMAILADDRESS%")


def test_a_file_in_the_clear_does_not_count_beside_the_same_over_https() -> None:
    in_clear = answer(Standing.OWN_FILE_IN_CLEAR, imap("evil.example.org"))
    assert [c.server.host for c in merge([in_clear])] == ["evil.example.org"]
    both = merge([in_clear, answer(Standing.OWN_FILE, imap())])
    assert [claim.server.host for claim in both] == ["imap.firma.pl"]


def test_a_provider_of_oauth2_alone_is_never_shown_with_a_password() -> None:
    said = answer(Standing.ISPDB, imap(auth=("oauth2", "password-cleartext")))
    (claim,) = merge([said], provider(Auth.OAUTH2))
    assert claim.server.auth == ("oauth2",)
    said = answer(Standing.ISPDB, imap(auth=("password-cleartext",)))
    (claim,) = merge([said], provider(Auth.OAUTH2, Auth.APP_PASSWORD))
    assert claim.server.auth == ("oauth2", "app-password")


def test_a_server_of_a_known_provider_behind_somebody_elses_mx_is_known_too() -> None:
    """Many companies let a filter for spam take their mail and pass it on to Microsoft 365."""
    said = answer(Standing.SRV, imap())
    (claim,) = merge([said], None, lambda host: (provider(Auth.OAUTH2),))
    assert claim.server.auth == ("oauth2",)
    shared = provider(Auth.OAUTH2), provider(Auth.OAUTH2, Auth.APP_PASSWORD)
    (claim,) = merge([said], provider(Auth.PASSWORD), lambda host: shared)
    assert claim.server.auth == ()  # the mailbox's own provider takes the password
    (claim,) = merge([said], None, lambda host: shared)
    assert claim.server.auth == ("oauth2", "app-password")
    (claim,) = merge([said], None, lambda host: (*shared, provider(Auth.PASSWORD)))
    assert claim.server.auth == ()


def test_what_is_not_the_providers_host_keeps_its_ways_to_log_in() -> None:
    said = answer(Standing.ISPDB, imap("other.firma.pl", auth=("password-cleartext",)))
    (claim,) = merge([said], provider(Auth.OAUTH2))
    assert claim.server.auth == ("password-cleartext",)


def test_proved_stands_before_the_better_source_and_failed_comes_last() -> None:
    good, better = imap("srv.firma.pl"), imap("file.firma.pl")
    pop3 = replace(imap("pop.firma.pl", 995), protocol="pop3")
    claims = merge([answer(Standing.SRV, good, pop3), answer(Standing.OWN_FILE, better)])
    hosts = [claim.server.host for claim in rank(claims, {})]
    assert hosts == ["file.firma.pl", "srv.firma.pl", "pop.firma.pl"]
    proofs = {better.endpoint: Proof(False), good.endpoint: Proof(True), pop3.endpoint: Proof(True)}
    hosts = [claim.server.host for claim in rank(claims, proofs)]
    assert hosts == ["srv.firma.pl", "pop.firma.pl", "file.firma.pl"]


def test_servers_of_one_source_stay_in_its_order() -> None:
    servers = [imap(f"{name}.firma.pl") for name in "cab"]
    claims = merge([answer(Standing.OWN_FILE, *servers)])
    assert [claim.server.host[0] for claim in rank(claims, {})] == list("cab")


def test_whoever_encrypts_comes_before_whoever_does_not() -> None:
    plain = imap(port=143, security=ConnectionSecurity.NONE)
    claims = merge([answer(Standing.OWN_FILE, plain, imap()), answer(Standing.SRV, imap("srv.pl"))])
    ports = [(claim.server.host, claim.server.port) for claim in rank(claims, {})]
    assert ports == [("imap.firma.pl", 993), ("srv.pl", 993), ("imap.firma.pl", 143)]
    (worked, *_) = rank(claims, {plain.endpoint: Proof(True)})
    assert worked.server.security is ConnectionSecurity.NONE


def test_sources_disagree_when_they_name_no_server_in_common() -> None:
    file = answer(Standing.OWN_FILE, imap(), imap(port=143, security=STARTTLS))
    same = answer(Standing.SRV, imap(port=143, security=STARTTLS))
    assert disagreements([file, same]) == ()
    other = answer(Standing.ISPDB, imap("stare.firma.pl"))
    (found,) = disagreements([other, same, file])
    assert found.protocol == "imap"
    assert [claim.host for claim in found.claims] == [
        "imap.firma.pl",
        "stare.firma.pl",
        "imap.firma.pl",
    ]


def test_a_guess_disagrees_with_nobody() -> None:
    guess = answer(Standing.GUESS, imap("mail.firma.pl"))
    assert disagreements([guess, answer(Standing.SRV, imap())]) == ()
