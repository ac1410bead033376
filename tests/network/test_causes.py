"""Tests of bot.network.causes."""

import errno
import os
import socket
from ipaddress import IPv6Address, ip_address

import pytest

from bot.model.trouble import Trouble
from bot.network.causes import blame_own_ipv6, connect_error, has_ipv6, wire_error
from bot.network.errors import NetworkError

V4, V6 = ip_address("8.8.8.8"), IPv6Address("2001:4860:4860::8888")


@pytest.mark.parametrize(
    ("number", "trouble"),
    [
        (errno.ECONNREFUSED, Trouble.REFUSED),
        (errno.ETIMEDOUT, Trouble.TIMEOUT),
        (errno.ENETUNREACH, Trouble.UNREACHABLE),
        (errno.EHOSTUNREACH, Trouble.UNREACHABLE),
        (errno.EACCES, Trouble.UNREACHABLE),
        (errno.EPERM, Trouble.UNREACHABLE),
        (errno.ECONNRESET, Trouble.RESET),
        (errno.EMFILE, Trouble.BUSY),
        (errno.ENOBUFS, Trouble.BUSY),
    ],
)
def test_a_failed_connect_is_told_by_its_cause(number: int, trouble: Trouble) -> None:
    assert connect_error(OSError(number, os.strerror(number)), V4).trouble is trouble


@pytest.mark.parametrize("number", [errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT])
def test_without_ipv6_of_our_own_no_target_is_blamed(number: int) -> None:
    told = connect_error(OSError(number, os.strerror(number)), V6).trouble
    assert told is (Trouble.UNREACHABLE if has_ipv6(V6) else Trouble.NO_IPV6)


@pytest.mark.parametrize(
    ("number", "trouble"),
    [
        (errno.ECONNRESET, Trouble.RESET),
        (errno.EPIPE, Trouble.RESET),
        (errno.ETIMEDOUT, Trouble.TIMEOUT),
        (errno.EHOSTUNREACH, Trouble.UNREACHABLE),
        (errno.EIO, Trouble.RESET),
    ],
)
def test_the_end_of_a_connection_is_told_by_its_cause(number: int, trouble: Trouble) -> None:
    assert wire_error(OSError(number, os.strerror(number))).trouble is trouble


def test_what_the_target_itself_said_is_never_blamed_on_us() -> None:
    for trouble in (Trouble.REFUSED, Trouble.RESET):
        assert blame_own_ipv6(NetworkError(trouble), V6).trouble is trouble
    assert blame_own_ipv6(NetworkError(Trouble.TIMEOUT), V4).trouble is Trouble.TIMEOUT


def test_a_way_to_addresses_that_are_not_global_needs_no_global_one() -> None:
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as own:
        try:
            own.bind(("::1", 0))
        except OSError:
            pytest.skip("this machine has no IPv6, not even to itself")
    assert has_ipv6(IPv6Address("::1"))
