"""Tests of bot.formats.autoconfig: ISPDB's files as they are, and files as they should not be."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.autoconfig import ClientConfig, ConfigServer, parse_autoconfig
from bot.formats.errors import FormatError
from bot.model.settings import ConnectionSecurity

TLS, STARTTLS, NONE = (
    ConnectionSecurity.TLS,
    ConnectionSecurity.STARTTLS,
    ConnectionSecurity.NONE,
)
FULL = """<?xml version="1.0" encoding="UTF-8"?>
<clientConfig version="1.1">
  <!-- a comment -->
  <emailProvider id="firma.pl">
    <domain>firma.pl</domain>
    <domain purpose="mx">hosting.PL.</domain>
    <domain>żółw.pl</domain>
    <domain>firma.pl</domain>
    <domain>%EMAILDOMAIN%</domain>
    <domain>no domain at all</domain>
    <displayName>Firma &amp; Syn</displayName>
    <displayShortName>Firma</displayShortName>
    <identity><unknown deep="yes"/></identity>
    <incomingServer type="imap">
      <hostname>imap.firma.pl</hostname>
      <port>993</port>
      <socketType>SSL</socketType>
      <authentication>OAuth2</authentication>
      <authentication>password-cleartext</authentication>
      <username>%EMAILADDRESS%</username>
    </incomingServer>
    <incomingServer type="pop3">
      <hostname>pop.firma.pl</hostname>
      <port>110</port>
      <socketType>STARTTLS</socketType>
      <authentication>password-encrypted</authentication>
      <username>%EMAILLOCALPART%</username>
      <pop3><leaveMessagesOnServer>true</leaveMessagesOnServer></pop3>
    </incomingServer>
    <incomingServer type="exchange">
      <hostname>poczta.firma.pl</hostname>
      <ewsURL>https://poczta.firma.pl/EWS/Exchange.asmx</ewsURL>
      <authentication>NTLM</authentication>
      <username>%EMAILADDRESS%</username>
    </incomingServer>
    <incomingServer type="jmap"><url>https://firma.pl/jmap</url></incomingServer>
    <outgoingServer type="smtp">
      <hostname>smtp.firma.pl</hostname>
      <port>587</port>
      <socketType>plain</socketType>
      <authentication>client-IP-address</authentication>
      <addThisServer>true</addThisServer>
      <useGlobalPreferredServer>false</useGlobalPreferredServer>
    </outgoingServer>
    <documentation url="https://firma.pl/pomoc">
      <descr lang="pl">Pomoc</descr><descr>Help</descr>
    </documentation>
    <documentation url="https://firma.pl/wiecej" />
    <enable visiturl="https://firma.pl/wlacz"><instruction>Switch it on</instruction></enable>
  </emailProvider>
  <oAuth2>
    <issuer>login.firma.pl</issuer>
    <scope>mail.read  mail.send</scope>
    <authURL>https://login.firma.pl/auth</authURL>
    <tokenURL>https://login.firma.pl/token</tokenURL>
  </oAuth2>
  <webMail>
    <loginPage url="https://poczta.firma.pl/" />
    <loginPageInfo url="https://poczta.firma.pl/login"><username>%EMAILADDRESS%</username>
    </loginPageInfo>
  </webMail>
  <clientConfigUpdate url="https://firma.pl/mail.xml" />
</clientConfig>"""


def config(servers: str, version: str = "1.1") -> ClientConfig:
    return parse_autoconfig(
        f'<clientConfig version="{version}"><emailProvider id="firma.pl">{servers}'
        "</emailProvider></clientConfig>".encode()
    )


def incoming(inside: str, kind: str = ' type="imap"') -> ConfigServer | None:
    found = config(f"<incomingServer{kind}>{inside}</incomingServer>").incoming
    return found[0] if found else None


HOST = "<hostname>imap.firma.pl</hostname>"


def test_everything_of_a_file_is_read() -> None:
    read = parse_autoconfig(FULL.encode())
    assert (read.version, read.id) == ("1.1", "firma.pl")
    assert read.domains == ("firma.pl", "hosting.pl", "xn--w-uga1v8h.pl", "%EMAILDOMAIN%")
    assert (read.display_name, read.short_name) == ("Firma & Syn", "Firma")
    logins = ("oauth2", "password-cleartext")
    assert read.incoming == (
        ConfigServer("imap", "imap.firma.pl", 993, TLS, logins, "%EMAILADDRESS%"),
        ConfigServer(
            "pop3", "pop.firma.pl", 110, STARTTLS, ("password-encrypted",), "%EMAILLOCALPART%"
        ),
        ConfigServer(
            "exchange",
            "poczta.firma.pl",
            auth=("ntlm",),
            username="%EMAILADDRESS%",
            url="https://poczta.firma.pl/EWS/Exchange.asmx",
        ),
        ConfigServer("jmap", url="https://firma.pl/jmap"),
    )
    assert read.outgoing == (
        ConfigServer("smtp", "smtp.firma.pl", 587, NONE, ("client-ip-address",)),
    )
    assert [page.url for page in read.documentation] == [
        "https://firma.pl/pomoc",
        "https://firma.pl/wiecej",
    ]
    assert read.documentation[0].about == {"pl": "Pomoc", "": "Help"}
    assert read.switch_on[0].url == "https://firma.pl/wlacz"
    assert read.oauth2 is not None
    assert read.oauth2.scopes == ("mail.read", "mail.send")
    assert read.webmail == "https://poczta.firma.pl/"


@pytest.mark.parametrize(
    ("inside", "security", "port"),
    [
        pytest.param("<port>993</port><socketType>SSL</socketType>", TLS, 993, id="SSL"),
        pytest.param(
            "<port> 143\n</port><socketType>starttls</socketType>",
            STARTTLS,
            143,
            id="blanks and small letters",
        ),
        pytest.param("<port>143</port><socketType>plain</socketType>", NONE, 143, id="plain"),
        pytest.param("", None, None, id="neither is told"),
        pytest.param("<port>99999</port>", None, None, id="no port"),
        pytest.param("<port>imap</port>", None, None, id="a word for a port"),
    ],
)
def test_port_and_encryption(
    inside: str, security: ConnectionSecurity | None, port: int | None
) -> None:
    server = incoming(HOST + inside)
    assert server is not None
    assert (server.security, server.port) == (security, port)


@pytest.mark.parametrize(
    ("methods", "auth"),
    [
        (("plain",), ("password-cleartext",)),
        (("secure",), ("password-encrypted",)),
        (("OAuth2", "OAuth"), ("oauth2",)),
        (("SASL SCRAM-SHA-256-PLUS", "password-cleartext"),
         ("password-encrypted", "password-cleartext")),
        (("quantum", "GSSAPI"), ("gssapi",)),
        (("none",), ("none",)),
        ((), ()),
    ],
)  # fmt: skip
def test_ways_to_log_in_keep_their_order(methods: tuple[str, ...], auth: tuple[str, ...]) -> None:
    told = "".join(f"<authentication>{method}</authentication>" for method in methods)
    server = incoming(HOST + told)
    assert server is not None
    assert server.auth == auth


@pytest.mark.parametrize(
    "inside",
    [
        pytest.param(f"{HOST}<socketType>carrier pigeon</socketType>", id="unknown encryption"),
        pytest.param(f"{HOST}<authentication>quantum</authentication>", id="unknown logins only"),
        pytest.param("", id="no host"),
        pytest.param("<hostname>localhost</hostname>", id="a host without a dot"),
        pytest.param("<hostname>imap firma.pl</hostname>", id="a blank in the host"),
        pytest.param("<hostname>imap.%WHATEVER%</hostname>", id="a placeholder nobody knows"),
        pytest.param(f"<hostname>{'a' * 300}.pl</hostname>", id="a host too long"),
    ],
)
def test_a_section_that_nobody_can_use_is_passed_over(inside: str) -> None:
    second = f'<incomingServer type="imap">{HOST}</incomingServer>'
    read = config(f'<incomingServer type="imap">{inside}</incomingServer>{second}')
    assert [server.hostname for server in read.incoming] == ["imap.firma.pl"]


def test_several_servers_of_one_kind_stand_in_their_order() -> None:
    ports = (143, 993, 1143)
    sections = "".join(
        f'<incomingServer type="IMAP">{HOST}<port>{port}</port></incomingServer>' for port in ports
    )
    read = config(sections)
    assert [(server.type, server.port) for server in read.incoming] == [
        ("imap", port) for port in ports
    ]


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("mail.%EMAILDOMAIN%", "mail.sklep.pl"),
        ("%emaildomain%", "sklep.pl"),
        ("Poczta.ŻÓŁW.pl.", "poczta.xn--w-uga1v8h.pl"),
        ("192.0.2.1", "192.0.2.1"),
    ],
)
def test_a_host_is_made_for_the_domain(text: str, host: str) -> None:
    server = incoming(f"<hostname>{text}</hostname>")
    assert server is not None
    assert server.host_for("sklep.pl") == host


@pytest.mark.parametrize(
    ("text", "username"),
    [
        ("%EMAILLOCALPART%@%EMAILDOMAIN%", "%EMAILADDRESS%"),
        ("%emailaddress%", "%EMAILADDRESS%"),
        ("%EMAILLOCALPART%.firma", "%EMAILLOCALPART%.firma"),
        (" %REALNAME% ", "%REALNAME%"),
        ("", ""),
    ],
)
def test_user_names_keep_their_placeholders(text: str, username: str) -> None:
    server = incoming(f"{HOST}<username>{text}</username>")
    assert server is not None
    assert server.username == username


@pytest.mark.parametrize(
    ("text", "username"),
    [
        ("%EMAILADDRESS", "%EMAILADDRESS%"),
        ("%EMAILLOCALPART@%EMAILDOMAIN%", "%EMAILADDRESS%"),
        ("%EMAILLOCALPART%.%EMAILDOMAIN", "%EMAILLOCALPART%.%EMAILDOMAIN%"),
        ("%EMAILADDRESSES", "%EMAILADDRESSES"),
    ],
)
def test_a_placeholder_that_was_not_closed_is_one_all_the_same(text: str, username: str) -> None:
    server = incoming(f"{HOST}<username>{text}</username>")
    assert server is not None
    assert server.username == username


@pytest.mark.parametrize(
    ("field", "text", "username"),
    [
        ('<userinput label="Name" key="%USERNAME%">x</userinput>', "%USERNAME%", "%USERNAME%"),
        ('<inputField key="screenName" label="Name"/>', "%ScreenName%", "%USERNAME%"),
        ('<inputField key="NR"/>', "%nr%@%EMAILDOMAIN%", "%USERNAME%@%EMAILDOMAIN%"),
        ('<inputField key=""/>', "%EMAILADDRESS%", "%EMAILADDRESS%"),
        ('<inputField key="NR"/>', "%OTHER%", "%OTHER%"),
    ],
)
def test_a_name_that_people_are_asked_for_is_one_that_the_provider_gave(
    field: str, text: str, username: str
) -> None:
    section = f'<incomingServer type="imap">{HOST}<username>{text}</username></incomingServer>'
    assert config(field + section).incoming[0].username == username


def test_of_several_values_the_first_that_is_known_counts() -> None:
    server = incoming(
        "<hostname/><hostname>localhost</hostname><hostname>imap.firma.pl</hostname>"
        "<hostname>zapas.firma.pl</hostname><port>0</port><port>143</port><port>7878</port>"
        "<socketType>key-from-DNSSEC</socketType><socketType>STARTTLS</socketType>"
        "<authentication>GSSAPI2</authentication><authentication>password-encrypted</authentication>"
        "<username>%EMAILLOCALPART%</username><username>%EMAILADDRESS%</username>"
    )
    assert server == ConfigServer(
        "imap", "imap.firma.pl", 143, STARTTLS, ("password-encrypted",), "%EMAILLOCALPART%"
    )


@pytest.mark.parametrize("kind", ["jmap", "ews", "owa", "graph", "activesync"])
def test_a_server_on_the_web_needs_an_address_and_no_host(kind: str) -> None:
    server = incoming("<url> https://firma.pl/api </url>", f' type="{kind}"')
    assert server == ConfigServer(kind, url="https://firma.pl/api")


def test_a_protocol_that_is_not_told_follows_from_the_port() -> None:
    server = incoming(f"{HOST}<port>995</port>", kind="")
    assert server is not None
    assert server.type == "pop3"
    assert incoming(HOST, kind="") is None


def test_sections_may_stand_in_the_root_and_the_version_matters_not() -> None:
    section = f'<incomingServer type="imap">{HOST}</incomingServer>'
    read = parse_autoconfig(f'<clientConfig version="9.9">{section}</clientConfig>'.encode())
    assert [server.hostname for server in read.incoming] == ["imap.firma.pl"]


def test_a_file_without_servers_is_still_a_file() -> None:
    assert config("<domain>firma.pl</domain>", version="1.0").incoming == ()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<Autodiscover/>", "not-autoconfig"),
        (b"<!doctype html><title>404</title>", "html"),
        (b"<clientConfig><emailProvider></clientConfig>", "bad-xml"),
        (FULL.replace("<clientConfig ", "<!DOCTYPE x><clientConfig ", 1).encode(), "dtd"),
    ],
)
def test_what_is_no_autoconfig_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(FormatError) as caught:
        parse_autoconfig(data)
    assert caught.value.reason == reason


def test_a_file_broken_behind_its_servers_is_read_all_the_same() -> None:
    broken = FULL.replace(
        "  <webMail>",
        "<addressBook><serverURL>https://firma.pl/dav<serverURL></addressBook>\n  <webMail>",
    )
    assert parse_autoconfig(broken.encode()) == parse_autoconfig(FULL.encode())
    cut = FULL[: FULL.index("  <webMail>")]
    read = parse_autoconfig(cut.encode())
    assert [server.type for server in read.incoming] == ["imap", "pop3", "exchange", "jmap"]


@pytest.mark.parametrize(
    ("sound", "broken"),
    [
        pytest.param(
            'firma.pl/pomoc"', 'firma.pl/pomoc?id=1&lang=pl"', id="an ampersand in an address"
        ),
        pytest.param("Switch it on", "POP3 &amP; IMAP", id="an entity misspelt"),
        pytest.param("Switch it on", "5 < 6", id="a sign of less"),
        pytest.param("<descr>Help</descr>", "<descr>Help</desc>", id="an end tag misspelt"),
        pytest.param('url="https://firma.pl/wiecej"', "url=https://firma.pl", id="no quotes"),
        pytest.param("<identity>", "<identity><b>", id="an element that never ends"),
    ],
)
def test_a_file_broken_among_its_servers_keeps_them(sound: str, broken: str) -> None:
    assert sound in FULL
    whole, read = (
        parse_autoconfig(FULL.encode()),
        parse_autoconfig(FULL.replace(sound, broken).encode()),
    )
    assert read.incoming == whole.incoming
    assert read.outgoing == whole.outgoing
    assert read.domains == whole.domains


def test_a_server_that_is_broken_itself_is_left_out_and_a_comment_is_none() -> None:
    text = FULL.replace("<hostname>pop.firma.pl</hostname>", "<hostname>pop.firma.pl</host>")
    text = text.replace("<identity>", '<!-- <incomingServer type="imap"> --><identity>')
    read = parse_autoconfig(text.encode())
    assert [server.type for server in read.incoming] == ["imap", "exchange", "jmap"]


def test_a_bracket_forgotten_in_a_server_costs_no_server() -> None:
    broken = FULL.replace("<socketType>STARTTLS</socketType>", "<socketType>STARTTLS/socketType>")
    assert broken != FULL
    assert parse_autoconfig(broken.encode()) == parse_autoconfig(FULL.encode())


def test_what_stands_around_the_root_and_in_any_order_does_no_harm() -> None:
    """As in ISPDB: an empty line first, comments last, outgoing servers before incoming ones."""
    sections = (
        f'<outgoingServer type="smtp">{HOST}</outgoingServer>',
        f'<incomingServer type="pop3">{HOST}</incomingServer>',
    )
    text = (
        '\n<?xml version="1.0" encoding="UTF-8"?>\n<clientConfig><emailProvider id="firma.pl">'
        f"<!-- MX --><domain>firma.pl</domain>{sections[0]}{sections[1]}</emailProvider>"
        '<enable visiturl="https://firma.pl/wlacz"><instruction>IMAP</instruction></enable>'
        "</clientConfig>\n<!-- other domains: a.pl, b.pl -->\n"
    )
    read = parse_autoconfig(text.encode())
    assert [server.type for server in (*read.incoming, *read.outgoing)] == ["pop3", "smtp"]
    assert [page.url for page in read.switch_on] == ["https://firma.pl/wlacz"]


def test_tls_at_once_at_a_port_of_starttls_is_taken_at_its_word() -> None:
    server = incoming(f"{HOST}<port>587</port><socketType>SSL</socketType>", ' type="smtp"')
    assert server is not None
    assert (server.security, server.port) == (TLS, 587)


def test_a_file_cut_among_its_servers_is_refused() -> None:
    cut = FULL[: FULL.index("    <outgoingServer")]
    with pytest.raises(FormatError, match="bad-xml"):
        parse_autoconfig(cut.encode())


def test_servers_without_end_are_cut() -> None:
    section = f'<incomingServer type="imap">{HOST}</incomingServer>'
    assert len(config(section * 500).incoming) == 50


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for whole in (data, b"<clientConfig><emailProvider>" + data + b"</emailProvider>"):
        with contextlib.suppress(FormatError):
            parse_autoconfig(whole)


@given(st.lists(st.sampled_from(FULL.split("\n")), max_size=60))
def test_lines_in_any_order_are_read_or_refused(lines: list[str]) -> None:
    with contextlib.suppress(FormatError):
        parse_autoconfig("\n".join(lines).encode())
