"""What the laboratory is made of, as plain data: hosts, the servers on them, and domains."""

from dataclasses import dataclass, field
from enum import StrEnum

# Documentation networks (RFC 5737, RFC 3849): they lead nowhere, should a packet ever get out.
CLIENT = "192.0.2.66"
CLIENT6 = "2001:db8:c::2"
ROUTER = "192.0.2.65"
ROUTER6 = "2001:db8:c::1"
ROOT_DNS = "203.0.113.1"
TLD_DNS = "203.0.113.2"
DOMAIN_DNS = ("203.0.113.3", "203.0.113.4")
LAME_DNS = "203.0.113.5"  # answers, but knows no zone
RESOLVERS = ("203.0.113.53", "203.0.113.54")
NOBODY = "198.51.100.254"  # an address that no machine has
SOA = "1 3600 600 1209600 60"  # serial and times of a zone
ISPDB_URL = "https://ispdb.org/v1.1/"  # of a double of Mozilla's database
NETWORKS = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")


class Showing(StrEnum):
    """Which certificate a server shows."""

    SOUND = "sound"
    EXPIRED = "expired"
    EXPIRING = "expiring"  # sound for some days more
    NOT_YET_VALID = "not-yet-valid"
    WRONG_NAME = "wrong-name"
    SELF_SIGNED = "self-signed"
    UNKNOWN_ISSUER = "unknown-issuer"
    INCOMPLETE_CHAIN = "incomplete-chain"
    UNSOUND = "unsound"  # another fault: made for clients, not for servers
    FOREIGN = "foreign"  # a stranger's, with the authority that has not signed it sent along


@dataclass(frozen=True, slots=True)
class Postfix:
    """One smtpd listener of Postfix."""

    port: int = 25
    showing: Showing | None = Showing.SOUND  # None: no TLS at all
    implicit_tls: bool = False
    login: bool = False
    only_tls_1_0: bool = False
    tls_1_0_too: bool = False


@dataclass(frozen=True, slots=True)
class Dovecot:
    """IMAP and POP3 of Dovecot on their four ports; without a certificate only on the clear two."""

    showing: Showing | None = Showing.SOUND
    login_in_clear: bool = False


@dataclass(frozen=True, slots=True)
class Web:
    """HTTPS by nginx; `pages` are path and text, `moved` path and where to."""

    pages: tuple[tuple[str, str], ...] = ()
    moved: tuple[tuple[str, str], ...] = ()
    showing: Showing = Showing.SOUND
    content_type: str = "text/plain"
    in_clear: bool = False  # http instead of https


@dataclass(frozen=True, slots=True)
class Scripted:
    """A server that behaves as no real one would: the script's name in scripted.py."""

    script: str
    port: int = 25
    only_ipv4: bool = False


Server = Postfix | Dovecot | Web | Scripted


class Reverse(StrEnum):
    """What the reverse name of a host says."""

    CONFIRMED = "confirmed"
    MISSING = "missing"
    OTHER = "other"  # a name that leads to another address
    LOST = "lost"  # a name that does not exist


class Tlsa(StrEnum):
    """A TLSA record of a host's port 25, by what it names."""

    LEAF = "leaf"  # 3 1 1 of the certificate that is shown
    ISSUER = "issuer"  # 2 1 1 of the authority above it
    OTHER = "other"  # 3 1 1 of a key that nobody has
    PKIX = "pkix"  # 1 1 1 of the certificate: right, but not for mail


@dataclass(frozen=True, slots=True)
class Host:
    """A machine: a name, addresses (given by the plan's order), and what listens there."""

    name: str
    servers: tuple[Server, ...] = ()
    ipv6: bool = True
    reverse: Reverse = Reverse.CONFIRMED
    also: tuple[str, ...] = ()  # further names in its certificate
    tlsa: tuple[Tlsa, ...] = ()


class Delegation(StrEnum):
    """How the parent zone leads to a domain."""

    PLAIN = "plain"  # not signed
    SIGNED = "signed"
    BOGUS = "bogus"  # signed, but the parent's DS is of another key
    LAME = "lame"  # leads to a server that does not know the zone
    SILENT = "silent"  # leads to a server that never answers
    ABSENT = "absent"  # the name does not exist
    LOST_ALIAS = "lost-alias"  # an alias in the parent zone, for a name that does not exist


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain, what is broken about it, and what a check must find."""

    name: str  # as people write it
    story: str  # for the welcome of the shell
    says: frozenset[str] = frozenset()  # codes that must be found; no other of warning or above
    hides: frozenset[str] = frozenset()  # reasons for which parts could not be tested
    mx: tuple[str, ...] = ()
    spf: tuple[str, ...] = ()
    dmarc: tuple[str, ...] = ()
    hosts: tuple[Host, ...] = ()
    records: tuple[str, ...] = ()  # further lines of the zone file
    delegation: Delegation = Delegation.PLAIN
    ns: tuple[str, ...] = ("ns1.dobra.pl.", "ns2.dobra.pl.")  # by its own zone
    ns_above: tuple[str, ...] | None = None  # by the zone above; None: the same
    soa: str = SOA


@dataclass(frozen=True, slots=True)
class Place:
    """A host with its addresses."""

    host: Host
    ipv4: str
    ipv6: str | None

    @property
    def addresses(self) -> tuple[str, ...]:
        return (self.ipv4,) if self.ipv6 is None else (self.ipv4, self.ipv6)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything in its place."""

    domains: tuple[Domain, ...]
    places: tuple[Place, ...] = field(default=())


def lay_out(domains: tuple[Domain, ...]) -> Plan:
    """Give every host its addresses, in the order of the table."""
    hosts = [host for domain in domains for host in domain.hosts]
    if len(hosts) > 240:
        raise ValueError("the laboratory's network is full")
    places = tuple(
        Place(host, f"198.51.100.{number}", f"2001:db8:25::{number:x}" if host.ipv6 else None)
        for number, host in enumerate(hosts, start=10)
    )
    return Plan(domains, places)
