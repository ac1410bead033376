"""Tests of bot.network.ping."""

import contextlib
import os
import socket
import struct
from ipaddress import ip_address

import pytest

from bot.network import ping as module
from bot.network.ping import ping
from tests.doubles.mailserver import mail_server, silence, unused_port
from tests.network.conftest import MakeNetwork

LOOPBACK = ip_address("127.0.0.1")


def may_send_icmp() -> bool:
    opened = module._open(LOOPBACK)
    if opened is not None:
        opened.close()
    return opened is not None


@pytest.mark.skipif(not may_send_icmp(), reason="ICMP is not allowed here")
@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
async def test_an_echo_comes_back(make_network: MakeNetwork, address: str) -> None:
    if ":" in address and not os.path.exists("/proc/net/if_inet6"):  # noqa: PTH110
        pytest.skip("no IPv6 here")
    async with make_network() as network:
        found = await network.ping(ip_address(address))
    assert (found.address, found.method, found.port) == (address, "icmp", None)
    assert found.seconds is not None
    assert found.seconds > 0


async def test_where_icmp_is_not_allowed_a_connect_is_timed() -> None:
    async with mail_server(silence()) as server:
        found = await ping(LOOPBACK, 1.0, (server.port,), with_icmp=False)
    assert (found.method, found.port) == ("tcp", server.port)
    assert found.seconds is not None


async def test_a_refused_connect_has_made_the_same_way() -> None:
    port = unused_port()
    found = await ping(LOOPBACK, 1.0, (port,), with_icmp=False)
    assert (found.method, found.port) == ("tcp", port)
    assert found.seconds is not None


async def test_the_next_port_is_tried_when_one_is_silent() -> None:
    # A listener whose queue is full lets connections wait, as a filter on the way does.
    with socket.socket() as silent, contextlib.ExitStack() as waiting:
        silent.bind(("127.0.0.1", 0))
        silent.listen(0)
        for _ in range(3):
            one = waiting.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(silent.getsockname())
        async with mail_server(silence()) as server:
            found = await ping(
                LOOPBACK, 1.0, (silent.getsockname()[1], server.port), with_icmp=False
            )
    assert (found.method, found.port) == ("tcp", server.port)


async def test_nothing_at_all_is_told_as_none() -> None:
    found = await ping(LOOPBACK, 0.1, (), with_icmp=False)
    assert (found.method, found.port, found.seconds) == ("tcp", None, None)


def test_only_our_own_echo_counts() -> None:
    token = b"x" * 32
    reply = struct.pack("!BBHHH", 0, 0, 0, 1, 1) + token
    header = b"\x45" + b"\0" * 19
    assert module._is_reply(reply, LOOPBACK, False, token)
    assert module._is_reply(header + reply, LOOPBACK, True, token)
    request = b"\x08" + reply[1:]
    assert not module._is_reply(request, LOOPBACK, False, token)
    assert not module._is_reply(reply, LOOPBACK, False, b"y" * 32)
    assert not module._is_reply(b"", LOOPBACK, True, token)
    assert module._is_reply(b"\x81" + reply[1:], ip_address("::1"), False, token)


def test_the_checksum_is_that_of_rfc_1071() -> None:
    assert module._checksum(bytes.fromhex("0001f203f4f5f6f7")) == 0x220D
