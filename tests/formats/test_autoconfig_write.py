"""Autoconfig files for publishing: our own reader reads back what was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.autoconfig import parse_autoconfig
from bot.formats.autoconfig_write import write_autoconfig
from bot.model.settings import ConnectionSecurity, MailboxServer

PORTS = st.integers(1, 65_535)
HOSTS = st.from_regex(r"[a-z]([a-z0-9-]{0,10}[a-z0-9])?(\.[a-z]{2,8}){1,3}", fullmatch=True)
SERVERS = st.builds(
    MailboxServer,
    protocol=st.sampled_from(["imap", "pop3", "smtp"]),
    host=HOSTS,
    port=PORTS,
    security=st.sampled_from(ConnectionSecurity),
    auth=st.just(("password-cleartext",)),
    username=st.sampled_from(["%EMAILADDRESS%", "%EMAILLOCALPART%", "%EMAILLOCALPART%&<x>"]),
)


@given(st.lists(SERVERS, max_size=8))
def test_what_is_written_is_read_back(servers: list[MailboxServer]) -> None:
    config = parse_autoconfig(write_autoconfig("firma.pl", servers).encode())
    incoming = [each for each in servers if each.protocol != "smtp"]
    outgoing = [each for each in servers if each.protocol == "smtp"]
    for read, written in ((config.incoming, incoming), (config.outgoing, outgoing)):
        assert [(each.type, each.hostname, each.port, each.security) for each in read] == [
            (each.protocol, each.host, each.port, each.security) for each in written
        ]
        assert [each.username for each in read] == [each.username for each in written]


@pytest.mark.parametrize(
    ("auth", "methods"),
    [
        (("oauth2", "password-cleartext"), ("OAuth2", "password-cleartext")),
        (("app-password",), ("password-cleartext",)),
        (("oauth2", "app-password"), ("OAuth2", "password-cleartext")),
        ((), ("password-cleartext",)),
    ],
)
def test_only_methods_that_autoconfig_knows_are_named(
    auth: tuple[str, ...], methods: tuple[str, ...]
) -> None:
    server = MailboxServer("imap", "imap.firma.pl", 993, ConnectionSecurity.TLS, auth)
    text = write_autoconfig("firma.pl", [server])
    named = [f"<authentication>{method}</authentication>" for method in methods]
    assert [each.strip() for each in text.splitlines() if "<authentication>" in each] == named


def test_a_user_name_that_nobody_gave_is_the_address() -> None:
    server = MailboxServer("imap", "imap.firma.pl", 993, ConnectionSecurity.TLS)
    assert "<username>%EMAILADDRESS%</username>" in write_autoconfig("firma.pl", [server])


def test_a_long_domain_is_a_name_no_longer_than_the_draft_allows() -> None:
    domain = ".".join(["a" * 50] * 4)
    read = parse_autoconfig(write_autoconfig(domain, []).encode())
    assert read.domains == (domain,)
    assert len(read.display_name) == 60
