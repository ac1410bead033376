"""Providers: told by domain, MX host and SPF include; and every fault of their files."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge import load_knowledge
from bot.knowledge.lint import lint
from bot.knowledge.provider import (
    Access,
    Auth,
    Cause,
    FailedServer,
    LimitKind,
    MailServer,
    ProviderKind,
    Security,
)
from bot.knowledge.providers import Marks, fits
from bot.knowledge.sheets import list_sheets, read_plain
from bot.model.settings import ADDRESS_PLACE, LOCAL_PART_PLACE
from tests.knowledge.folders import knowledge_folder

SOUND = """\
name: Firma Poczta
country: PL
kind: hosting
domains: [firma.pl]
mx: ["mx*.firma.pl", "**.firma.net"]
spf: [_spf.firma.pl]
servers:
  - {protocol: imap, host: imap.firma.pl, port: 993, security: tls}
  - {protocol: smtp, host: "mail.{domain}", port: 587, security: starttls}
username: address
auth: [oauth2, password]
access: switch-on
note: {pl: Włącz IMAP., en: Switch on IMAP.}
help: https://firma.pl/pomoc
limits:
  - {kind: message-mb, most: 25, source: "https://firma.pl/dns"}
switch_on:
  - {protocols: [imap, smtp], page: "https://firma.pl/w", pl: [Wejdź., Włącz.], en: [In., On.]}
app_password: {page: "https://firma.pl/haslo", pl: [Utwórz hasło.], en: [Make a password.]}
sources:
  - {name: Firma, url: "https://firma.pl/dns", read: 2026-11-23}
"""
PROVIDERS = load_knowledge().reference.providers


def folder_with(root: Path, text: str = SOUND, **more: str) -> Path:
    files = {"firma": text, **more}
    return knowledge_folder(root, {f"providers/{n}.yaml": body for n, body in files.items()})


def faults_of(folder: Path) -> list[str]:
    return [str(fault) for fault in read_plain(list(list_sheets(folder)))[1]]


def test_a_file_becomes_a_provider(tmp_path: Path) -> None:
    found = load_knowledge(folder_with(tmp_path)).reference.providers.of_domain("Firma.pl")
    assert found is not None
    assert (found.id, found.name, found.country) == ("firma", "Firma Poczta", "PL")
    assert found.kind is ProviderKind.HOSTING
    assert found.auth == (Auth.OAUTH2, Auth.PASSWORD)
    assert found.access is Access.SWITCH_ON
    imap, smtp = found.servers
    assert (imap.host, imap.port, imap.security) == ("imap.firma.pl", 993, Security.TLS)
    assert smtp.host == "mail.{domain}"
    assert found.note["pl"] == "Włącz IMAP."
    assert found.sources[0].read == "2026-11-23"
    assert found.help == "https://firma.pl/pomoc"
    limit = found.limit(LimitKind.MESSAGE)
    assert limit is not None
    assert limit.most == 25
    assert found.limit(LimitKind.MAILBOX) is None
    switch = found.to_switch_on("imap")
    assert switch is not None
    assert switch.steps["pl"] == ("1. Wejdź.", "2. Włącz.")
    assert found.to_switch_on("pop3") is None
    assert found.app_password is not None
    assert found.app_password.page == "https://firma.pl/haslo"


def test_a_server_takes_from_its_provider_what_it_does_not_say(tmp_path: Path) -> None:
    text = SOUND.replace("security: tls}", "security: tls, auth: [password], username: local-part}")
    found = load_knowledge(folder_with(tmp_path, text)).reference.providers.of_id("firma")
    assert found is not None
    imap, smtp = found.servers
    assert (imap.auth, imap.username) == ((Auth.PASSWORD,), LOCAL_PART_PLACE)
    assert (smtp.auth, smtp.username) == ((Auth.OAUTH2, Auth.PASSWORD), ADDRESS_PLACE)


@pytest.mark.parametrize(
    ("host", "named"),
    [
        ("imap.firma.pl", "imap.firma.pl"),
        ("mail.{domain}", "mail.klient.pl"),
        ("{mx}", "mx7.firma.pl"),
    ],
)
def test_a_host_may_be_the_customers(host: str, named: str) -> None:
    server = MailServer("imap", host, 993, Security.TLS)
    assert server.host_for("klient.pl", "mx7.firma.pl.") == named
    assert server.is_the_customers is (host != named)


def test_a_marked_server_is_a_fact_no_more_until_it_heals(tmp_path: Path) -> None:
    marks: Marks = {}
    known = load_knowledge(folder_with(tmp_path)).reference.providers
    providers = known.marked_by(lambda: marks)
    before = providers.of_domain("firma.pl")
    assert before is not None
    assert len(before.servers) == 2
    gone = before.servers[0]
    marks = {("firma", gone): FailedServer(gone, "2026-11-20", Cause.CLOSED)}
    for found in (
        providers.of_domain("firma.pl"),
        providers.of_mx("mx1.firma.pl"),
        providers.of_spf("_spf.firma.pl"),
        providers.of_id("firma"),
        next(each for each in providers.without_failed() if each.id == "firma"),
    ):
        assert found is not None
        assert found.servers == before.servers[1:]
        assert [(f.server, f.cause) for f in found.failed] == [(gone, Cause.CLOSED)]
    marks = {}
    assert providers.of_domain("firma.pl") == before


def test_a_provider_is_told_by_mx_and_spf(tmp_path: Path) -> None:
    providers = load_knowledge(folder_with(tmp_path)).reference.providers
    named = {
        host: (found := providers.of_mx(host)) and found.id
        for host in ("mx1.firma.pl", "MX.Firma.PL.", "a.b.firma.net", "www.firma.pl", "firma.net")
    }
    assert named == {
        "mx1.firma.pl": "firma",
        "MX.Firma.PL.": "firma",
        "a.b.firma.net": "firma",
        "www.firma.pl": None,
        "firma.net": None,
    }
    assert providers.of_spf("_spf.firma.pl") is not None
    assert providers.of_spf("firma.pl") is None


@pytest.mark.parametrize(
    ("pattern", "name", "is_fit"),
    [
        ("mx.a.pl", "mx.a.pl", True),
        ("mx.a.pl", "MX.A.pl", True),
        ("mx.a.pl", "1.mx.a.pl", False),
        ("*.a.pl", "mx.a.pl", True),
        ("*.a.pl", "1.mx.a.pl", False),
        ("*.a.pl", "a.pl", False),
        ("**.a.pl", "1.mx.a.pl", True),
        ("**.a.pl", "a.pl", False),
        ("**.a.pl", "mx.evila.pl", False),
        ("mx*.a.pl", "mx.a.pl", True),
        ("mx*.a.pl", "mx12.a.pl", True),
        ("mx*.a.pl", "amx.a.pl", False),
        ("smtp.*.a.pl", "smtp.eu.a.pl", True),
        ("m*x*1.a.pl", "mabx21.a.pl", True),
        ("m*x*1.a.pl", "ma1.a.pl", False),
        ("a*a.pl", "a.pl", False),
        ("*.a.pl", "mx.a.pl.evil.net", False),
    ],
)
def test_patterns_are_compared_label_by_label(pattern: str, name: str, is_fit: bool) -> None:
    assert fits(pattern, name) is is_fit


@given(st.text(alphabet="ab*.", max_size=12), st.text(max_size=12))
def test_any_pattern_can_be_held_against_any_name(pattern: str, name: str) -> None:
    assert fits(pattern, name) in (True, False)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("aspmx.l.google.com", "google-workspace"),
        ("alt3.aspmx.l.google.com", "google-workspace"),
        ("gmail-smtp-in.l.google.com", "gmail"),
        ("firma-pl.mail.protection.outlook.com", "microsoft-365"),
        ("firma-pl.o-v1.mx.microsoft", "microsoft-365"),
        ("outlook-com.olc.protection.outlook.com", "outlook-com"),
        ("mx3.mail.ovh.net", "ovh"),
        ("mail17.lh.pl", "lh-pl"),
        ("mx2.zenbox.pl", "zenbox"),
        ("mx.poczta.onet.pl", "onet"),
        ("mail.protonmail.ch", "proton"),
        ("mx0a-0031df01.pphosted.com", "proofpoint"),
        ("eu-smtp-inbound-1.mimecast.com", "mimecast"),
        # Servers of customers' own, at the same companies.
        ("vps-1234.vps.ovh.net", None),
        ("static.1.2.0.192.clients.your-server.de", None),
        ("mail.evilonet.pl", None),
        ("mx.firma.pl", None),
    ],
)
def test_well_known_mx_hosts(host: str, expected: str | None) -> None:
    found = PROVIDERS.of_mx(host)
    assert (found and found.id) == expected


def test_there_are_as_many_as_promised() -> None:
    told = [each for each in PROVIDERS.all if each.mx or each.spf]
    assert len(told) >= 60
    without = {Access.BRIDGE, Access.NONE}
    known = [each for each in PROVIDERS.all if each.servers or each.access in without]
    assert len(known) >= 120


def test_whoever_wants_oauth2_alone_is_not_shown_as_password() -> None:
    for domain in ("outlook.com", "hotmail.com"):
        found = PROVIDERS.of_domain(domain)
        assert found is not None
        assert found.auth == (Auth.OAUTH2,)


def test_the_shipped_providers_have_no_faults() -> None:
    rooms = ("providers/", "blocklists.yaml")
    faults = [fault for fault in lint() if not fault.is_due]
    assert [fault for fault in faults if fault.path.startswith(rooms)] == []


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("country: PL\n", "", "firma.yaml:1: the provider lacks “country”"),
        ("country: PL", "country: Polska", "firma.yaml:2: “Polska” is no country"),
        ("kind: hosting", "kind: shop", "firma.yaml:3: unknown kind “shop”"),
        ("[firma.pl]", "[firma]", "firma.yaml:4: “firma” cannot stand in domains"),
        ("**.firma.net", "mx.**.net", "firma.yaml:5: “mx.**.net” cannot stand in mx"),
        ("**.firma.net", "mx*.firma.pl", "firma.yaml:5: “mx*.firma.pl” stands twice"),
        ("port: 993", "port: 99300", "firma.yaml:8: “99300” is no port"),
        ("port: 993", "port: imaps", "firma.yaml:8: “imaps” is no port"),
        ("security: tls", "security: ssl", "firma.yaml:8: unknown security “ssl”"),
        ("protocol: imap", "protocol: jmap", "firma.yaml:8: unknown protocol “jmap”"),
        ("host: imap.firma.pl", "host: imap_firma", "firma.yaml:8: “imap_firma” is no host"),
        ("[oauth2, password]", "[oauth]", "firma.yaml:11: unknown auth “oauth”"),
        ("access: switch-on", "access: maybe", "firma.yaml:12: unknown access “maybe”"),
        (", en: Switch on IMAP.", "", "firma.yaml:13: note lacks “en”"),
        ("help: https", "help: http", "firma.yaml:14: help is not https"),
        (", read: 2026-11-23", "", "firma.yaml:21: a source lacks “read”"),
        ("read: 2026-11-23", "read: today", "firma.yaml:21: read is not a date"),
        ("kind: message-mb", "kind: mb", "firma.yaml:16: unknown kind “mb”"),
        ("most: 25", "most: 2.5", "firma.yaml:16: “2.5” is no limit"),
        ('firma.pl/dns"}', 'firma.pl/x"}', "firma.yaml:16: no source has the url"),
        ("[imap, smtp]", "[imap, jmap]", "firma.yaml:18: unknown protocol “jmap”"),
        ("On.]", "Now, Yes.]", "firma.yaml:18: an entry of switch_on has more steps"),
        ("https://firma.pl/w", "http://firma.pl/w", "firma.yaml:18: page is not https"),
        (", en: [Make a password.]", "", "firma.yaml:19: app_password lacks “en”"),
        ("access: switch-on", "access: bridge", "firma.yaml:18: switch_on stands without"),
        ("access: switch-on", "access: none", "firma.yaml:8: there are servers where access"),
        ("username: address", "username: login", "firma.yaml:10: unknown username “login”"),
        ("username: address", 'username: "%NAME%"', "firma.yaml:10: unknown username “%NAME%”"),
        ('host: "mail.{domain}"', 'host: "{mx}.pl"', "firma.yaml:9: “{mx}.pl” is no host"),
        (
            '{protocol: smtp, host: "mail.{domain}", port: 587, security: starttls}',
            "{protocol: imap, host: imap.firma.pl, port: 993, security: tls}",
            "firma.yaml:9: this server stands twice",
        ),
    ],
)
def test_faults_are_named_with_their_line(tmp_path: Path, old: str, new: str, what: str) -> None:
    assert old in SOUND
    folder = folder_with(tmp_path, SOUND.replace(old, new, 1))
    assert any(fault.startswith(f"providers/{what}") for fault in faults_of(folder))


def test_a_provider_without_a_source_or_a_sign_is_refused(tmp_path: Path) -> None:
    text = "name: A\ncountry: PL\nkind: hosting\nsources: []\n"
    assert faults_of(folder_with(tmp_path, text)) == [
        "providers/firma.yaml:4: there is no source; say where the facts are from",
        "providers/firma.yaml:1: nothing tells this provider; add `domains:`, `mx:` or `spf:`",
    ]


def test_what_stands_in_two_files_is_a_fault(tmp_path: Path) -> None:
    faults = [str(fault) for fault in lint(folder_with(tmp_path, SOUND, other=SOUND))]
    assert any("“firma.pl” also stands in providers/firma.yaml" in fault for fault in faults)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("read: 2026-11-23", "read: 2025-11-22", "firma.yaml:21: read is older than a year"),
        ("read: 2026-11-23", "read: 2027-11-23", "firma.yaml:21: read lies in the future"),
        ("[Wejdź., Włącz.]", "[Wejdz., Włącz.]", "firma.yaml:18: “wejdz” lacks its diacritics"),
        ("[Wejdź., Włącz.]", "[Wejdź., Należy włączyć.]", "firma.yaml:18: “Należy” talks past"),
        ("[Make a password.]", "[Utwórz hasło.]", "firma.yaml:19: “ó” in English text"),
        ("en: Switch on IMAP.", "en: Switch on **IMAP**.", "firma.yaml:13: holds markup (**)"),
    ],
)
def test_lint_looks_at_the_age_of_sources_and_at_the_words(
    tmp_path: Path, old: str, new: str, what: str
) -> None:
    assert old in SOUND
    folder = folder_with(tmp_path, SOUND.replace(old, new, 1))
    faults = [str(fault) for fault in lint(folder, today=date(2026, 11, 24))]
    assert any(fault.startswith(f"providers/{what}") for fault in faults)


def test_a_server_is_told_to_be_of_everybody_who_has_it() -> None:
    shared = {each.id for each in PROVIDERS.of_host("OUTLOOK.office365.com")}
    assert shared == {"microsoft-365", "outlook-com"}
    assert PROVIDERS.of_host("imap.firma.example") == ()
