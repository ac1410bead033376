"""How long the way to an address takes: ICMP echo where we may, else the time of a TCP connect."""

import asyncio
import os
import secrets
import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address
from time import perf_counter

from bot.model.trouble import Trouble
from bot.network.errors import NetworkError
from bot.network.settings import IPAddress
from bot.network.wire import Wire

_ECHOES = 3
_STAGGER = 0.3
_PAYLOAD = 32
_REQUEST = {4: 8, 6: 128}
_REPLY = {4: 0, 6: 129}
TCP_PORTS = (25, 443, 993, 587, 143)


@dataclass(frozen=True, slots=True)
class Ping:
    """The shortest round trip seen; None when nothing came back."""

    address: str
    method: str  # "icmp" or "tcp"
    seconds: float | None
    port: int | None = None  # of the TCP connect that answered first


async def ping(
    address: IPAddress,
    seconds: float,
    ports: Sequence[int] = TCP_PORTS,
    *,
    with_icmp: bool = True,
) -> Ping:
    """Send a few echoes, each waited for at most `seconds`; then try TCP.

    A refused connection is an answer too: it made the same way.
    """
    best = await _echo(address, seconds) if with_icmp else None
    if best is not None:
        return Ping(str(address), "icmp", best)
    return await _connect_any(address, seconds, ports)


async def _echo(address: IPAddress, seconds: float) -> float | None:
    """The shortest of a few echoes; None when none came back, or when we may not send any."""
    opened = _open(address)
    if opened is None:
        return None
    with opened as sock:
        times = []
        for number in range(_ECHOES):
            try:
                async with asyncio.timeout(seconds):
                    times.append(await _one_echo(sock, address, number))
            except TimeoutError:
                if not times and number:
                    break  # two lost in a row: it does not answer
            except OSError:
                break
        return min(times, default=None)


def _open(address: IPAddress) -> socket.socket | None:
    """An unprivileged ICMP socket where the system has them, else a raw one for root."""
    if isinstance(address, IPv4Address):
        family, protocol = socket.AF_INET, socket.IPPROTO_ICMP
    else:
        family, protocol = socket.AF_INET6, socket.IPPROTO_ICMPV6
    for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
        try:
            sock = socket.socket(family, kind, protocol)
            sock.setblocking(False)
            # The kernel then lets only this address's packets in.
            sock.connect((str(address), 0))
        except OSError:
            continue
        return sock
    return None


async def _one_echo(sock: socket.socket, address: IPAddress, number: int) -> float:
    loop = asyncio.get_running_loop()
    token = secrets.token_bytes(_PAYLOAD)
    header = struct.pack("!BBHHH", _REQUEST[address.version], 0, 0, os.getpid() & 0xFFFF, number)
    packet = header + token
    if address.version == 4:  # for IPv6 the kernel does it (RFC 3542 section 3.1)
        packet = packet[:2] + struct.pack("!H", _checksum(packet)) + packet[4:]
    sent = perf_counter()
    await loop.sock_sendall(sock, packet)
    while True:
        data = await loop.sock_recv(sock, 2048)
        passed = perf_counter() - sent
        if _is_reply(data, address, sock.type == socket.SOCK_RAW, token):
            return passed


def _is_reply(data: bytes, address: IPAddress, is_raw: bool, token: bytes) -> bool:
    if address.version == 4 and is_raw and data:
        data = data[(data[0] & 0x0F) * 4 :]  # the IP header comes along
    return data[:1] == bytes((_REPLY[address.version],)) and data[8:] == token


def _checksum(data: bytes) -> int:
    """RFC 1071."""
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


async def _connect_any(address: IPAddress, seconds: float, ports: Sequence[int]) -> Ping:
    """The first port that answers; the next is tried when one has not answered for a while."""
    tries: set[asyncio.Task[tuple[float, int] | None]] = set()
    try:
        async with asyncio.timeout(seconds * 2):
            for number, port in enumerate(ports, 1):
                tries.add(asyncio.create_task(_connect(address, port)))
                patience = _STAGGER if number < len(ports) else None
                found = await _first(tries, patience)
                if found is not None:
                    return Ping(str(address), "tcp", *found)
    except TimeoutError:
        pass
    finally:
        for task in tries:
            task.cancel()
        await asyncio.gather(*tries, return_exceptions=True)
    return Ping(str(address), "tcp", None)


async def _first(
    tries: set["asyncio.Task[tuple[float, int] | None]"], patience: float | None
) -> tuple[float, int] | None:
    """The first answer among the tries; those that failed are taken out."""
    while tries:
        done, _ = await asyncio.wait(tries, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        if not done:
            return None
        for task in done:
            tries.discard(task)
            if (found := task.result()) is not None:
                return found
    return None


async def _connect(address: IPAddress, port: int) -> tuple[float, int] | None:
    began = perf_counter()
    try:
        wire = await Wire.connect(address, port)
    except NetworkError as error:
        return (perf_counter() - began, port) if error.trouble is Trouble.REFUSED else None
    passed = perf_counter() - began
    wire.abort()
    return passed, port
