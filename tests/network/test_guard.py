"""Tests of bot.network.guard: every class of address that must not be reached."""

import socket
from ipaddress import ip_address, ip_network

import pytest

from bot.network.errors import NotPublicError
from bot.network.guard import Guard
from bot.network.settings import MAIL_PORTS, parse_networks

REFUSED = [
    # IPv4, by the special-purpose registry
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.8",
    "192.0.0.9",  # anycast to the nearest NAT: our own
    "192.0.0.10",
    "192.0.0.170",
    "192.0.2.1",
    "192.31.196.1",
    "192.52.193.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.175.48.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    # IPv6
    "::",
    "::1",
    "::2",
    "100::1",
    "100:0:0:1::1",
    "2001:1::1",
    "2001:1::3",
    "2001:2::1",
    "2001:3::1",
    "2001:4:112::1",
    "2001:10::1",
    "2001:20::1",
    "2001:30::1",
    "2001:db8::1",
    "2620:4f:8000::1",
    "3ffe::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd00::1",
    "fe80::1",
    "fe80::1%lo",
    "2606:4700::1111%lo",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    # IPv4 in IPv6's clothes
    "::7f00:1",
    "::10.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:0:10.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::a00:1",
    "64:ff9b:1::808:808",
    "2002:7f00:1::1",
    "2002:a00:1::1",
    "2002:e000:1::1",
    "2001:0:7f00:1::f7f7:f7f7",  # Teredo: server 127.0.0.1, client 8.8.8.8
    "2001:0:808:808::80ff:fffe",  # Teredo: server 8.8.8.8, client 127.0.0.1
    "2a00:1450::5efe:10.0.0.1",  # ISATAP
    "2a00:1450::200:5efe:192.168.0.1",
]
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.1",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.0",
    "192.0.3.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2001:200::1",
    "2001:4860:4860::8888",
    "2003::1",
    "2606:4700::1111",
    "2a00:1450:4001::1a",
    "3ffd::1",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
    "2002:808:808::1",
    "2001:0:808:808::f7f7:f7f7",
    "2a00:1450::5efe:8.8.8.8",
]


@pytest.mark.parametrize("address", REFUSED)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    with pytest.raises(NotPublicError):
        Guard().check(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_passes(address: str) -> None:
    Guard().check(ip_address(address))


def test_all_refusals_look_the_same() -> None:
    seen = set()
    for address in REFUSED:
        with pytest.raises(NotPublicError) as caught:
            Guard().check(ip_address(address))
        seen.add((str(caught.value), caught.value.trouble, caught.value.detail, caught.value.args))
    with pytest.raises(NotPublicError) as caught:
        Guard().check_port(22)
    seen.add((str(caught.value), caught.value.trouble, caught.value.detail, caught.value.args))
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("networks", "address"),
    [
        ("10.0.0.0/8", "10.1.2.3"),
        ("127.0.0.1", "127.0.0.1"),
        ("fd00::/8", "fd00::1"),
        ("127.0.0.0/8, ::1", "::1"),
        ("10.0.0.0/8", "::ffff:10.1.2.3"),
    ],
)
def test_allowed_networks_pass(networks: str, address: str) -> None:
    Guard(parse_networks(networks)).check(ip_address(address))


@pytest.mark.parametrize("address", ["10.1.2.4", "127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_allowing_one_network_allows_no_other(address: str) -> None:
    with pytest.raises(NotPublicError):
        Guard([ip_network("10.1.2.3/32")]).check(ip_address(address))


def test_one_address_that_is_not_public_condemns_the_whole_name() -> None:
    with pytest.raises(NotPublicError):
        Guard().check_all([ip_address("8.8.8.8"), ip_address("10.0.0.1")])


def test_addresses_that_the_operator_calls_our_own_are_refused() -> None:
    guard = Guard(own_addresses=[ip_address("8.8.8.8")])
    guard.check(ip_address("8.8.4.4"))
    with pytest.raises(NotPublicError):
        guard.check(ip_address("8.8.8.8"))
    with pytest.raises(NotPublicError):
        guard.check(ip_address("::ffff:8.8.8.8"))


def test_whoever_wants_no_visits_gets_none_even_in_an_allowed_network() -> None:
    guard = Guard(
        parse_networks("10.0.0.0/8"), refuse_networks=parse_networks("10.9.0.0/16, 9.9.9.9")
    )
    guard.check(ip_address("10.8.0.1"))
    for address in ("10.9.0.1", "9.9.9.9", "::ffff:9.9.9.9"):
        with pytest.raises(NotPublicError):
            guard.check(ip_address(address))


def test_addresses_that_we_stay_away_from_are_public_all_the_same() -> None:
    guard = Guard(
        parse_networks("10.8.0.0/16"),
        refuse_networks=parse_networks("9.9.9.9"),
        own_addresses=[ip_address("8.8.8.8")],
    )
    for address in ("9.9.9.9", "8.8.8.8", "::ffff:8.8.8.8", "10.8.0.1", "1.1.1.1"):
        assert guard.is_public(ip_address(address))
    for address in ("10.9.0.1", "::ffff:10.9.0.1", "2002:a09:1::1", "127.0.0.1", "fe80::1"):
        assert not guard.is_public(ip_address(address))


@pytest.mark.parametrize("port", sorted(MAIL_PORTS))
def test_the_mail_ports_pass(port: int) -> None:
    Guard().check_port(port)


@pytest.mark.parametrize("port", [0, 22, 53, 80, 3306, 8080, 65535])
def test_other_ports_are_refused(port: int) -> None:
    with pytest.raises(NotPublicError):
        Guard().check_port(port)


def test_the_machine_knows_its_own_addresses() -> None:
    from bot.network.guard import _is_ours

    assert _is_ours(ip_address("127.0.0.1"))
    assert not _is_ours(ip_address("8.8.8.8"))
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        assert _is_ours(ip_address("127.0.0.1"))  # also while a port of it is taken
