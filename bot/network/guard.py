"""The one gate: no connection goes to an address that is not public, or to our own.

`ipaddress` calls many special addresses global, so the networks are named here, after the IANA
special-purpose registries (RFC 6890 and its successors). In doubt an address is refused: a mail
server has no business in an anycast, benchmarking or identifier range.
"""

import socket
from collections.abc import Iterable, Iterator
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from bot.network.errors import NotPublicError
from bot.network.settings import MAIL_PORTS, IPAddress, IPNetwork

_REFUSED_V4 = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared, behind carrier NAT
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, cloud metadata
        "172.16.0.0/12",  # private
        # Protocol assignments. The registry calls 192.0.0.9 and .10 global, but they are anycast
        # to the nearest NAT or TURN server: that is our own network.
        "192.0.0.0/24",
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112, anycast
        "192.52.193.0/24",  # AMT, anycast
        "192.88.99.0/24",  # 6to4 relays, anycast, deprecated
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112, anycast
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and the broadcast address
    )
)
_GLOBAL_UNICAST_V6 = ip_network("2000::/3")
_REFUSED_V6 = tuple(
    ip_network(text)
    for text in (
        "2001::/23",  # IETF: Teredo (unwrapped before), benchmarking, ORCHID, anycasts, DRIP
        "2001:db8::/32",  # documentation
        "2620:4f:8000::/48",  # AS112, anycast
        "3ffe::/16",  # 6bone, given back
        "3fff::/20",  # documentation
    )
)
_V4_COMPATIBLE = ip_network("::/96")
_V4_MAPPED = ip_network("::ffff:0:0/96")
_V4_TRANSLATED = ip_network("::ffff:0:0:0/96")
_NAT64 = ip_network("64:ff9b::/96")
_TEREDO = ip_network("2001::/32")
_SIX_TO_FOUR = ip_network("2002::/16")


class Guard:
    """Lets addresses through, or not.

    `allow_networks` are let through although not public; `refuse_networks` never, because whoever
    owns them has asked us to stay away.
    """

    def __init__(
        self,
        allow_networks: Iterable[IPNetwork] = (),
        *,
        refuse_networks: Iterable[IPNetwork] = (),
        own_addresses: Iterable[IPAddress] = (),
        ports: Iterable[int] = MAIL_PORTS,
    ) -> None:
        self._allowed = tuple(allow_networks)
        self._refused = tuple(refuse_networks)
        self._own = frozenset(own_addresses)
        self._ports = frozenset(ports)
        self._can_tell_own = not _is_ours(IPv4Address("192.0.2.1"))

    def check(self, address: IPAddress) -> None:
        """Raise NotPublicError unless we may connect to this address."""
        if not self.lets_through(address):
            raise NotPublicError

    def check_port(self, port: int) -> None:
        """Raise NotPublicError unless it is a port of the mail protocols: we scan nothing."""
        if port not in self._ports:
            raise NotPublicError

    def check_all(self, addresses: Iterable[IPAddress]) -> None:
        """Refuse a whole name: one address that is not public condemns the others."""
        for address in addresses:
            self.check(address)

    def lets_through(self, address: IPAddress) -> bool:
        """Whether we may connect to this address."""
        if any(address in network for network in self._refused):
            return False
        if any(address in network for network in self._allowed):
            return True
        inner = tuple(_unwrap(address))
        if inner:
            return all(self.lets_through(wrapped) for wrapped in inner)
        return _is_public(address) and not self._is_own(address)

    def is_public(self, address: IPAddress) -> bool:
        """Whether the Internet can reach this address, though we may have to stay away from it."""
        if any(address in network for network in self._allowed):
            return True
        inner = tuple(_unwrap(address))
        return all(map(self.is_public, inner)) if inner else _is_public(address)

    def _is_own(self, address: IPAddress) -> bool:
        return address in self._own or (self._can_tell_own and _is_ours(address))


def _unwrap(address: IPAddress) -> Iterator[IPv4Address]:
    """The IPv4 addresses that packets to this address would end at."""
    if isinstance(address, IPv4Address):
        return
    last = IPv4Address(int(address) & 0xFFFFFFFF)
    if (
        address in _V4_MAPPED
        or address in _V4_TRANSLATED
        or address in _NAT64
        or address in _V4_COMPATIBLE
    ):
        yield last
    elif address in _SIX_TO_FOUR:
        yield IPv4Address((int(address) >> 80) & 0xFFFFFFFF)
    elif address in _TEREDO:
        # Server in the clear, client with its bits turned over (RFC 4380 section 4).
        yield IPv4Address((int(address) >> 64) & 0xFFFFFFFF)
        yield IPv4Address(int(last) ^ 0xFFFFFFFF)


@lru_cache(maxsize=4096)
def _is_public(address: IPAddress) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _REFUSED_V4)
    if address.scope_id is not None or address not in _GLOBAL_UNICAST_V6:
        return False
    # ISATAP hides an IPv4 address in the interface identifier (RFC 5214 section 6.1).
    if (int(address) >> 32) & 0xFCFFFFFF == 0x00005EFE and not _is_public(
        IPv4Address(int(address) & 0xFFFFFFFF)
    ):
        return False
    return not any(address in network for network in _REFUSED_V6)


def _is_ours(address: IPAddress) -> bool:
    """Whether this machine has the address: only then can a socket be bound to it."""
    family = socket.AF_INET if isinstance(address, IPv4Address) else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((str(address), 0))
    except OSError:
        return False
    return True


@lru_cache(maxsize=4096)
def as_address(host: str) -> IPAddress | None:
    """The address that `host` spells, or None when it is a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


__all__ = ["Guard", "IPv4Address", "IPv6Address", "as_address"]
