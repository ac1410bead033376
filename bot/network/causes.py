"""What the errors of sockets mean: whose fault it is, and that it is ours where it is."""

import errno
import socket
from ipaddress import IPv6Address, ip_network

from bot.model.trouble import Trouble
from bot.network.clean import clean
from bot.network.errors import NetworkError
from bot.network.settings import IPAddress

_UNREACHABLE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EACCES, errno.EPERM})
_NO_FAMILY = frozenset({errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})
_GLOBAL_UNICAST = ip_network("2000::/3")
_RESET = frozenset({errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED})
_NO_MORE = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


def connect_error(error: OSError, address: IPAddress) -> NetworkError:
    """What a failed connect means."""
    number = error.errno
    detail = clean(error.strerror or str(error))
    if isinstance(error, ConnectionRefusedError):
        return NetworkError(Trouble.REFUSED)
    if isinstance(error, TimeoutError) or number == errno.ETIMEDOUT:
        return NetworkError(Trouble.TIMEOUT)
    if number in _UNREACHABLE or number in _NO_FAMILY:
        return blame_own_ipv6(NetworkError(Trouble.UNREACHABLE, detail), address)
    if number in _NO_MORE:
        return NetworkError(Trouble.BUSY, detail)
    return wire_error(error)


def wire_error(error: OSError) -> NetworkError:
    """What the end of a standing connection means."""
    detail = clean(error.strerror or str(error))
    if error.errno in _RESET:
        return NetworkError(Trouble.RESET)
    if error.errno == errno.ETIMEDOUT:
        return NetworkError(Trouble.TIMEOUT)
    if error.errno in _UNREACHABLE:
        return NetworkError(Trouble.UNREACHABLE, detail)
    return NetworkError(Trouble.RESET, detail)


def blame_own_ipv6(error: NetworkError, address: IPAddress) -> NetworkError:
    """The same error, or NO_IPV6 where it is our own network that has no way there."""
    if (
        isinstance(address, IPv6Address)
        and error.trouble in (Trouble.TIMEOUT, Trouble.UNREACHABLE)
        and not has_ipv6(address)
    ):
        return NetworkError(Trouble.NO_IPV6)
    return error


def has_ipv6(target: IPv6Address) -> bool:
    """Whether our network has a way to an IPv6 address. No packet is sent to find out.

    With nothing but a unique local address of our own there is no way to the Internet, although
    containers have a default route with it.
    """
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.connect((str(target), 53))
            own = IPv6Address(probe.getsockname()[0].partition("%")[0])
    except OSError:
        return False
    return own in _GLOBAL_UNICAST or target not in _GLOBAL_UNICAST
