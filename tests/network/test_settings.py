"""Tests of bot.network.settings."""

from ipaddress import ip_network
from pathlib import Path

import pytest

from bot.formats.errors import FormatError
from bot.network.settings import (
    NetworkSettings,
    ServerAddress,
    parse_ehlo_name,
    parse_networks,
    parse_resolvers,
    system_resolvers,
)


@pytest.mark.parametrize(
    ("text", "servers"),
    [
        ("", ()),
        (" , ", ()),
        ("9.9.9.9", (ServerAddress("9.9.9.9", 53),)),
        ("127.0.0.1:5353", (ServerAddress("127.0.0.1", 5353),)),
        ("2620:fe::fe", (ServerAddress("2620:fe::fe", 53),)),
        ("[2620:fe::fe]", (ServerAddress("2620:fe::fe", 53),)),
        ("[::1]:5353, 1.1.1.1", (ServerAddress("::1", 5353), ServerAddress("1.1.1.1", 53))),
    ],
)
def test_resolvers_are_read(text: str, servers: tuple[ServerAddress, ...]) -> None:
    assert parse_resolvers(text) == servers


@pytest.mark.parametrize(
    "text", ["dns.example", "1.1.1.1:", "1.1.1.1:0", "1.1.1.1:70000", "1.1.1.1:x", "[::1", "[::1]5"]
)
def test_a_resolver_that_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(FormatError, match="bad-resolver"):
        parse_resolvers(text)


def test_networks_are_read_with_or_without_a_length() -> None:
    assert parse_networks("10.0.0.1/8,::1") == (ip_network("10.0.0.0/8"), ip_network("::1/128"))
    with pytest.raises(FormatError, match="bad-network"):
        parse_networks("10.0.0.0/33")


@pytest.mark.parametrize("name", ["bot\r\nRCPT TO:<x>", "a b", "ż.pl", "x" * 254])
def test_a_name_that_would_break_the_ehlo_line_is_refused(name: str) -> None:
    with pytest.raises(FormatError, match="bad-ehlo-name"):
        parse_ehlo_name(name)


def test_the_environment_makes_settings() -> None:
    settings = NetworkSettings.from_environment(
        {
            "LISTONOSZ_RESOLVERS": "127.0.0.1:5300",
            "LISTONOSZ_ALLOW_NETWORKS": "127.0.0.0/8",
            "LISTONOSZ_EHLO_NAME": "bot.example",
        }
    )
    assert settings.resolvers == (ServerAddress("127.0.0.1", 5300),)
    assert settings.allow_networks == (ip_network("127.0.0.0/8"),)
    assert settings.ehlo_name == "bot.example"
    assert NetworkSettings.from_environment({}) == NetworkSettings()


def test_the_systems_resolvers_are_taken_and_its_search_list_is_not(tmp_path: Path) -> None:
    file = tmp_path / "resolv.conf"
    file.write_text("search firma.pl\n# x\nnameserver 9.9.9.9\nnameserver ::1\nnameserver bad\n")
    assert system_resolvers(str(file)) == (ServerAddress("9.9.9.9"), ServerAddress("::1"))
    file.write_text("options edns0\n")
    assert system_resolvers(str(file)) == (ServerAddress("127.0.0.1"),)
