"""Settings of mailboxes, found among real servers: every defect seen, nobody believed blindly."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from bot.conversation.ports import SettingsProgress
from bot.formats.target import parse_target
from bot.jobs.settings import SettingsFinder
from bot.knowledge.reference import Reference
from bot.model.settings import SettingsReport, SettingsRequest, SettingsSource
from bot.network.network import Network
from tests.laboratory.laboratory import Laboratory
from tests.laboratory.plan import ISPDB_URL
from tests.laboratory.test_program import listonosz

pytestmark = pytest.mark.laboratory

Find = Callable[[str], SettingsReport]
IMAP, POP3 = "imap imap.dobra.pl:993 tls", "pop3 pop3.dobra.pl:995 tls"
SMTP = "smtp smtp.dobra.pl:465 tls"


@pytest.fixture(scope="module")
def find(laboratory: Laboratory, network: Network) -> Find:
    finder = SettingsFinder(network, Reference(), ispdb_url=ISPDB_URL)

    def find(domain: str) -> SettingsReport:
        request = SettingsRequest(parse_target(domain))
        return laboratory.run(finder.find(request, SettingsProgress()))

    return find


def servers(report: SettingsReport, *, proved: bool | None = True) -> list[str]:
    return [
        f"{found.server.protocol} {found.server.host}:{found.server.port} {found.server.security}"
        for found in (*report.incoming, *report.outgoing)
        if found.proof.is_proved is proved
    ]


def codes(report: SettingsReport) -> dict[str, set[str]]:
    return {
        f"{found.server.host}:{found.server.port}": {each.code for each in found.proof.findings}
        for found in (*report.incoming, *report.outgoing)
    }


def troubles(report: SettingsReport, source: SettingsSource) -> set[str]:
    return {
        asked.gap.trouble.value
        for asked in report.sources
        if asked.source is source and asked.gap is not None
    }


def answered(report: SettingsReport) -> set[str]:
    return {asked.source.value for asked in report.sources if asked.has_answered}


def test_a_good_domain_is_found_and_every_server_proved(find: Find) -> None:
    report = find("dobra.pl")
    assert servers(report) == [IMAP, POP3, SMTP, "smtp smtp.dobra.pl:587 starttls"]
    assert servers(report, proved=False) == servers(report, proved=None) == []
    assert report.auth_hint == "password"
    assert report.incoming[0].sources == (SettingsSource.AUTOCONFIG, SettingsSource.SRV)
    assert report.incoming[0].server.username == "%EMAILADDRESS%"
    assert report.disagreements == ()
    assert report.is_final


@dataclass(frozen=True)
class Case:
    """What must come of one domain."""

    domain: str
    first: str  # of the incoming servers
    broken: str = ""  # a server that is there and must not be proved
    why: str = ""
    trouble: str = ""  # of a source


@pytest.mark.parametrize(
    "case",
    [
        Case("expired", IMAP, "expired.uslugi.pl:993", "imap.certificate-expired"),
        Case("closed", IMAP, "deaf.uslugi.pl:587", "settings.closed"),
        Case("stripped", IMAP, "clear.uslugi.pl:143", "imap.no-starttls"),
        Case("imap-off", IMAP, "no-login.uslugi.pl:143", "imap.no-login"),
        Case("gone", IMAP, "gone.dobra.pl:993", "settings.no-such-host"),
        Case("gone", IMAP, "text.uslugi.pl:995", "settings.no-address"),
        Case("clear", IMAP, "imap.dobra.pl:143", "settings.in-clear"),
        Case("jmap", IMAP, "www.dobra.pl:443", "settings.no-jmap"),
        Case("bomb", IMAP, trouble="garbage"),
        Case("endless", IMAP, trouble="too-long"),
        Case("redirect", IMAP, trouble="not-public"),
        Case("html", IMAP),
    ],
    ids=lambda case: f"{case.domain} {case.why or case.trouble}".strip(),
)
def test_a_defect_is_seen_and_told_with_its_cause(find: Find, case: Case) -> None:
    report = find(f"settings-{case.domain}.pl")
    assert servers(report)[0] == case.first
    if case.broken:
        assert case.why in codes(report)[case.broken]
        assert case.broken not in " ".join(servers(report))
    found = troubles(report, SettingsSource.AUTOCONFIG)
    assert found == ({case.trouble} if case.trouble else set())


def test_autodiscover_leads_into_no_private_network(find: Find) -> None:
    report = find("settings-redirect.pl")
    assert troubles(report, SettingsSource.AUTODISCOVER) == {"not-public"}


def test_a_source_that_never_answers_hides_nothing_that_others_say(find: Find) -> None:
    report = find("settings-dead.pl")
    assert troubles(report, SettingsSource.AUTOCONFIG) == {"timeout"}
    assert servers(report) == [IMAP, SMTP]


def test_what_came_over_http_is_marked(find: Find) -> None:
    report = find("settings-http.pl")
    assert "settings.over-http" in codes(report)["imap.dobra.pl:993"]
    assert any(asked.is_unsafe and asked.has_answered for asked in report.sources)


def test_sources_that_disagree_are_shown_and_the_proved_best_stands_first(find: Find) -> None:
    report = find("settings-disagree.pl")
    (disagreement,) = report.disagreements
    assert [(claim.source.value, claim.port) for claim in disagreement.claims] == [
        ("autoconfig", 993),
        ("srv", 143),
    ]
    assert servers(report)[:2] == [IMAP, "imap imap.dobra.pl:143 starttls"]


def test_priority_of_srv_counts_and_a_dot_means_not_offered(find: Find) -> None:
    report = find("settings-not-offered.pl")
    assert servers(report)[:2] == ["imap pop3.dobra.pl:993 tls", IMAP]
    assert report.not_offered == ("pop3",)


def test_a_server_that_takes_oauth2_alone_is_never_shown_with_a_password(find: Find) -> None:
    report = find("settings-oauth.pl")
    (found,) = [each for each in report.incoming if each.server.host == "oauth.uslugi.pl"]
    assert found.server.auth == ("oauth2",)
    assert report.auth_hint == "oauth2"


def test_ispdb_hears_the_domain_alone(find: Find) -> None:
    report = find("settings-ispdb.pl")
    assert servers(report) == [IMAP, POP3, SMTP]
    (place,) = [
        asked.place
        for asked in report.sources
        if asked.source is SettingsSource.ISPDB and asked.has_answered
    ]
    assert place == f"{ISPDB_URL}settings-ispdb.pl"


def test_pacc_counts_only_where_dns_vouches_for_it(find: Find) -> None:
    assert "pacc" in answered(find("settings-pacc.pl"))
    forged = find("settings-pacc-forged.pl")
    assert "pacc" not in answered(forged)
    assert troubles(forged, SettingsSource.PACC) == {"garbage"}


def test_autodiscover_is_found_by_its_srv_record(find: Find) -> None:
    report = find("settings-autodiscover.pl")
    assert "autodiscover" in answered(report)
    assert "pop3 pop3.dobra.pl:110 starttls" in servers(report)


def test_a_guess_comes_last_and_is_marked(find: Find) -> None:
    report = find("settings-guess.pl")
    assert {found.server.source for found in report.incoming} == {SettingsSource.GUESS}
    assert servers(report)[0] == "imap mail.settings-guess.pl:993 tls"
    assert "guess" not in answered(find("dobra.pl"))


def test_the_command_prints_what_programs_rely_on(laboratory: Laboratory) -> None:
    done = listonosz(laboratory, "settings", "anna@dobra.pl", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["address"] == "anna@dobra.pl"
    assert told["auth_hint"] == "password"
    first = told["incoming"][0]
    assert {key: first[key] for key in ("protocol", "host", "port", "security", "auth")} == {
        "protocol": "imap",
        "host": "imap.dobra.pl",
        "port": 993,
        "security": "tls",
        "auth": ["password-cleartext"],
    }
    assert (first["username"], first["source"], first["proved"]) == (
        "anna@dobra.pl",
        "autoconfig",
        True,
    )
    assert [server["port"] for server in told["outgoing"]] == [465, 587]
    assert {source["source"] for source in told["sources"]} >= {"autoconfig", "srv", "pacc"}
    assert told["disagreements"] == []


def test_nothing_of_the_persons_address_but_the_domain_is_sent(laboratory: Laboratory) -> None:
    done = listonosz(laboratory, "settings", "tajne.imie@settings-guess.pl", "--json")
    places = " ".join(source["place"] for source in json.loads(done.stdout)["sources"])
    assert "tajne" not in places


@pytest.mark.parametrize(
    ("asked", "is_told"),
    [
        pytest.param("settings-guess.pl", True, id="a domain that publishes nothing"),
        pytest.param("anna@settings-guess.pl", False, id="a person's address"),
        pytest.param("dobra.pl", False, id="a domain that publishes its settings"),
    ],
)
def test_who_asks_about_a_domain_alone_gets_the_records_it_lacks(
    laboratory: Laboratory, asked: str, is_told: bool
) -> None:
    done = listonosz(laboratory, "settings", asked, "--language", "en")
    assert done.returncode == 0, done.stderr
    assert ("IN SRV 0 1 993 mail.settings-guess.pl." in done.stdout) is is_told
    assert ("<clientConfig" in done.stdout) is is_told
