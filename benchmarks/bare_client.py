"""The physical floor of a check: its longest chain of round trips on plain sockets, nothing else.

Prints the seconds that it took. Arguments: the domain, and a resolver's address.
"""

import secrets
import socket
import ssl
import struct
import sys
import time
import warnings

A, MX = 1, 15
QUICKACK = getattr(socket, "TCP_QUICKACK", None)


def ask(resolver: str, name: str, rdtype: int) -> tuple[bytes, int]:
    """A reply, and where in it the data of the first answer begin."""
    number = secrets.token_bytes(2)
    labels = b"".join(bytes([len(label)]) + label for label in name.encode().split(b"."))
    question = labels + b"\0" + struct.pack("!HH", rdtype, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(5)
        udp.connect((resolver, 53))
        udp.send(number + struct.pack("!HHHHH", 0x0100, 1, 0, 0, 0) + question)
        reply = udp.recv(4096)
    at = 12 + len(question) + 2  # the answer's name is a pointer of two bytes
    assert struct.unpack_from("!H", reply, at)[0] == rdtype, f"{name}: another answer first"
    return reply, at + 10


def read_name(reply: bytes, at: int) -> str:
    """A name, with its pointers followed (RFC 1035 section 4.1.4)."""
    labels = []
    while length := reply[at]:
        if length >= 0xC0:
            at = struct.unpack_from("!H", reply, at)[0] & 0x3FFF
            continue
        labels.append(reply[at + 1 : at + 1 + length].decode())
        at += 1 + length
    return ".".join(labels)


def say(wire: socket.socket, line: str = "") -> None:
    """Say a line, and read the whole reply."""
    if line:
        wire.sendall(line.encode() + b"\r\n")
    reply = b""
    while not (reply.endswith(b"\r\n") and reply.splitlines()[-1][3:4] == b" "):
        if QUICKACK is not None:
            wire.setsockopt(socket.IPPROTO_TCP, QUICKACK, 1)
        reply += wire.recv(4096) or b"000 \r\n"


def begin(address: str) -> socket.socket:
    """From the connection to the go-ahead of STARTTLS."""
    wire = socket.create_connection((address, 25), 5)
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for line in ("", "EHLO bare.example", "STARTTLS"):
        say(wire, line)
    return wire


def context(*, old: bool) -> ssl.SSLContext:
    """TLS as it is today, or its retired versions alone."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    if old:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            made.set_ciphers("DEFAULT:@SECLEVEL=0")
            made.minimum_version = ssl.TLSVersion.TLSv1
            made.maximum_version = ssl.TLSVersion.TLSv1_1
    return made


def chain(domain: str, resolver: str) -> None:
    """MX, A, a conversation to its goodbye, and one that tries old TLS."""
    reply, at = ask(resolver, domain, MX)
    host = read_name(reply, at + 2)  # after the preference
    reply, at = ask(resolver, host, A)
    address = socket.inet_ntoa(reply[at : at + 4])
    with context(old=False).wrap_socket(begin(address), server_hostname=host) as wire:
        say(wire, "EHLO bare.example")
        say(wire, "QUIT")
    second = begin(address)
    try:
        context(old=True).wrap_socket(second, server_hostname=host).close()
    except (ssl.SSLError, ConnectionError):
        second.close()  # turned down, which is the answer


if __name__ == "__main__":
    began = time.perf_counter()
    chain(sys.argv[1], sys.argv[2])
    print(time.perf_counter() - began)
