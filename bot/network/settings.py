"""How the looking wing reaches the network: one frozen value, made once by whoever starts it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import NamedTuple

from bot.formats.errors import FormatError

IPAddress = IPv4Address | IPv6Address
IPNetwork = IPv4Network | IPv6Network

# The mail protocols' ports and HTTPS; nothing else is ever connected to.
MAIL_PORTS = frozenset({25, 465, 587, 143, 993, 110, 995, 4190, 443})
# Large and unrelated: when port 25 of all of these is silent, it is our own network that blocks.
PORT_25_WITNESSES = ("gmail-smtp-in.l.google.com", "mx.wp.pl", "mx1.mail.icloud.com")


class ServerAddress(NamedTuple):
    """Where a resolver listens."""

    host: str
    port: int = 53

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Times:
    """How long each step may take, in seconds."""

    dns_try: float = 1.5  # then the next resolver is asked too
    dns_total: float = 8.0
    connect: float = 5.0
    greeting: float = 20.0  # postscreen and others make strangers wait on purpose
    command: float = 10.0
    handshake: float = 10.0
    farewell: float = 2.0  # how long we listen for the answer to QUIT, in the background
    ping: float = 1.0
    fetch: float = 15.0


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """Everything that an operator may set. No resolvers named: the system's."""

    resolvers: tuple[ServerAddress, ...] = ()
    allow_networks: tuple[IPNetwork, ...] = ()
    refuse_networks: tuple[IPNetwork, ...] = ()  # whose owners want no visits from us
    own_addresses: tuple[IPAddress, ...] = ()  # besides those that the machine itself has
    ehlo_name: str = ""  # "": our address as a literal (RFC 5321 section 4.1.4)
    ports: frozenset[int] = MAIL_PORTS
    port_25_witnesses: tuple[str, ...] = PORT_25_WITNESSES
    times: Times = Times()
    most_talks: int = 200  # conversations with servers at one time
    name_server_port: int = 53  # of the domains' own name servers

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "NetworkSettings":
        """What LISTONOSZ_RESOLVERS, _ALLOW_NETWORKS, _REFUSE_NETWORKS and _EHLO_NAME make."""
        return cls(
            resolvers=parse_resolvers(environment.get("LISTONOSZ_RESOLVERS", "")),
            allow_networks=parse_networks(environment.get("LISTONOSZ_ALLOW_NETWORKS", "")),
            refuse_networks=parse_networks(environment.get("LISTONOSZ_REFUSE_NETWORKS", "")),
            ehlo_name=parse_ehlo_name(environment.get("LISTONOSZ_EHLO_NAME", "")),
        )


def parse_resolvers(text: str) -> tuple[ServerAddress, ...]:
    """Read "address" or "address:port", several by comma; IPv6 with a port in brackets."""
    return tuple(_parse_resolver(part) for part in _parts(text))


def parse_networks(text: str) -> tuple[IPNetwork, ...]:
    """Read networks or single addresses, several by comma."""
    return tuple(_parse_network(part) for part in _parts(text))


def parse_ehlo_name(text: str) -> str:
    """Read the name that we give in EHLO: a host name, or an address literal in brackets."""
    name = text.strip()
    if len(name) > 253 or any(not " " < letter < "\x7f" for letter in name):
        raise FormatError("bad-ehlo-name", name)
    return name


def system_resolvers(path: str = "/etc/resolv.conf") -> tuple[ServerAddress, ...]:
    """The resolvers that the system names; the machine itself when it names none."""
    try:
        with open(path, encoding="utf-8", errors="replace") as lines:  # noqa: PTH123
            found = tuple(_nameservers(lines))
    except OSError:
        import dns.resolver

        try:
            hosts = dns.resolver.Resolver().nameservers
        except dns.resolver.NoResolverConfiguration:
            hosts = []
        found = tuple(ServerAddress(host) for host in hosts if isinstance(host, str))
    return found or (ServerAddress("127.0.0.1"),)


def _nameservers(lines: Iterable[str]) -> Iterable[ServerAddress]:
    for line in lines:
        words = line.split()
        if len(words) >= 2 and words[0] == "nameserver":
            try:
                ip_address(words[1])
            except ValueError:
                continue
            yield ServerAddress(words[1])


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _parse_resolver(text: str) -> ServerAddress:
    host, port = text, "53"
    if text.startswith("["):
        host, closed, rest = text[1:].partition("]")
        if not closed or (rest and not rest.startswith(":")):
            raise FormatError("bad-resolver", text)
        port = rest[1:] if rest else "53"
    elif text.count(":") == 1:
        host, _, port = text.partition(":")
    try:
        ip_address(host)
    except ValueError as error:
        raise FormatError("bad-resolver", text) from error
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise FormatError("bad-resolver", text)
    return ServerAddress(host, int(port))


def _parse_network(text: str) -> IPNetwork:
    try:
        return ip_network(text, strict=False)
    except ValueError as error:
        raise FormatError("bad-network", text) from error
