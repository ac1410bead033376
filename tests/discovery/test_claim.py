"""What sources say, made into servers: usual ports, user names, ways to log in."""

import pytest

from bot.discovery.claim import (
    NOBODY,
    from_config,
    from_discovered,
    from_pacc,
    from_srv,
    switch_on_page,
    username_template,
)
from bot.formats.autoconfig import ClientConfig, ConfigServer, HelpPage
from bot.formats.autodiscover import DiscoveredServer
from bot.formats.pacc import PaccConfig
from bot.model.settings import ConnectionSecurity, MailboxServer, SettingsSource
from bot.network.answer import SrvRecord

TLS, STARTTLS = ConnectionSecurity.TLS, ConnectionSecurity.STARTTLS
SOURCE = SettingsSource.AUTOCONFIG


def claimed(section: ConfigServer) -> tuple[MailboxServer, ...]:
    outgoing = (section,) if section.type == "smtp" else ()
    incoming = () if outgoing else (section,)
    return from_config(ClientConfig("", "", (), "", "", incoming, outgoing), "sklep.pl", SOURCE)


@pytest.mark.parametrize(
    ("section", "port", "security"),
    [
        (ConfigServer("imap", "a.pl"), 993, TLS),
        (ConfigServer("imap", "a.pl", security=STARTTLS), 143, STARTTLS),
        (ConfigServer("imap", "a.pl", port=143), 143, STARTTLS),
        (ConfigServer("pop3", "a.pl", port=995), 995, TLS),
        (ConfigServer("pop3", "a.pl", security=STARTTLS), 110, STARTTLS),
        (ConfigServer("smtp", "a.pl"), 465, TLS),
        (ConfigServer("smtp", "a.pl", port=587), 587, STARTTLS),
        (ConfigServer("smtp", "a.pl", port=2525, security=TLS), 2525, TLS),
    ],
)
def test_what_a_file_leaves_out_is_the_usual(
    section: ConfigServer, port: int, security: ConnectionSecurity
) -> None:
    (server,) = claimed(section)
    assert (server.port, server.security) == (port, security)


def test_the_host_may_be_the_domains_own() -> None:
    (server,) = claimed(ConfigServer("imap", "mail.%EMAILDOMAIN%"))
    assert server.host == "mail.sklep.pl"


def test_servers_over_the_web_keep_their_address() -> None:
    sections = (
        ConfigServer("ews", url="https://Exchange.a.pl/EWS/Exchange.asmx", auth=("ntlm",)),
        ConfigServer("jmap", url="https://a.pl:8443/jmap"),
        ConfigServer("exchange", "mail.%EMAILDOMAIN%", port=443, url="http://a.pl/ews"),
    )
    (ews,), (jmap,), (bare,) = map(claimed, sections)
    assert (ews.protocol, ews.host, ews.port) == ("exchange", "exchange.a.pl", 443)
    assert (ews.url, ews.auth) == ("https://Exchange.a.pl/EWS/Exchange.asmx", ("ntlm",))
    assert (jmap.protocol, jmap.host, jmap.port) == ("jmap", "a.pl", 8443)
    assert (bare.host, bare.url) == ("mail.sklep.pl", "")


@pytest.mark.parametrize(
    "section",
    [
        ConfigServer("graph", url="https://graph.example.com/"),
        ConfigServer("owa", url="https://a.pl/owa/"),
        ConfigServer("caldav", url="https://a.pl/dav"),
        ConfigServer("imap5", "a.pl"),
        ConfigServer("jmap", url="http://a.pl/jmap"),
        ConfigServer("jmap", url="https://anna:haslo@a.pl/jmap"),
        ConfigServer("jmap", url="https://a.pl/\u202ejmap"),
        ConfigServer("jmap", url="https://localhost/jmap"),
        ConfigServer("jmap", url="https://a.pl:99999/jmap"),
        ConfigServer("jmap", url="https://[::1/jmap"),
    ],
)
def test_what_no_person_sets_a_program_to_is_passed_over(section: ConfigServer) -> None:
    assert claimed(section) == ()


@pytest.mark.parametrize(
    ("text", "template"),
    [
        ("%EMAILADDRESS%", "%EMAILADDRESS%"),
        ("%EMAILLOCALPART%.x", "%EMAILLOCALPART%.x"),
        (f"{NOBODY}@sklep.pl", "%EMAILADDRESS%"),
        (NOBODY, "%EMAILLOCALPART%"),
        ("%REALNAME%", ""),
        ("%WHATEVER%@sklep.pl", ""),
        ("%USERNAME%", "%USERNAME%"),
        ("shared", "shared"),
        ("", ""),
    ],
)
def test_a_user_name_is_one_that_can_be_filled_in(text: str, template: str) -> None:
    assert username_template(text, "sklep.pl") == template


def test_autodiscover_says_how_to_log_in() -> None:
    plain = DiscoveredServer("imap", "a.pl", 993, True, "", False, True, "")
    ntlm = DiscoveredServer("imap", "a.pl", None, True, "", True, True, f"{NOBODY}@sklep.pl")
    free = DiscoveredServer("smtp", "a.pl", 587, False, "", False, False, "")
    found = from_discovered((plain, ntlm, free), "sklep.pl")
    assert [server.auth for server in found] == [("password-cleartext",), ("ntlm",), ("none",)]
    assert [server.port for server in found] == [993, 993, 587]
    assert found[1].username == "%EMAILADDRESS%"
    assert found[2].security is STARTTLS


@pytest.mark.parametrize(
    ("oauth", "password", "auth"),
    [
        (True, True, ("oauth2", "password-cleartext")),
        (True, None, ("oauth2",)),
        (False, True, ("password-cleartext",)),
        (False, None, ()),
    ],
)
def test_pacc_means_tls_at_usual_ports(
    oauth: bool, password: bool | None, auth: tuple[str, ...]
) -> None:
    config = PaccConfig(
        imap="a.pl", pop3="b.pl", smtp="c.pl", has_oauth=oauth, has_password=password
    )
    found = from_pacc(config)
    assert [(server.host, server.port) for server in found] == [
        ("a.pl", 993),
        ("b.pl", 995),
        ("c.pl", 465),
    ]
    assert {server.security for server in found} == {TLS}
    assert {server.auth for server in found} == {auth}


def test_pacc_may_name_jmap() -> None:
    (found,) = from_pacc(PaccConfig(jmap="https://a.pl/jmap"))
    assert (found.protocol, found.host, found.url) == ("jmap", "a.pl", "https://a.pl/jmap")


def test_srv_records_keep_their_order_and_leave_out_the_dot() -> None:
    records = (SrvRecord(0, 5, 143, "a.pl"), SrvRecord(1, 0, 993, "b.pl"), SrvRecord(9, 0, 0, ""))
    found = from_srv("imap", STARTTLS, records)
    assert [(server.host, server.security) for server in found] == [
        ("a.pl", STARTTLS),
        ("b.pl", TLS),
    ]


@pytest.mark.parametrize(
    ("urls", "page"),
    [
        ((), ""),
        (("https://poczta.a.pl/imap?on=1", "https://b.pl/"), "https://poczta.a.pl/imap?on=1"),
        (("", "http://a.pl/", "https://b.pl/"), "https://b.pl/"),
        (("javascript:alert(1)",), ""),
        (("https://bank.pl@a.pl/",), ""),
        (("https://a.pl/\u202eimap",), ""),
        (("https://mail.%EMAILDOMAIN%/",), ""),
    ],
)
def test_a_page_to_be_visited_is_one_that_people_can_open(urls: tuple[str, ...], page: str) -> None:
    pages = tuple(map(HelpPage, urls))
    config = ClientConfig("", "", (), "", "", (), (), switch_on=pages)
    assert switch_on_page(config) == page
