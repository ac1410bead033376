"""Why something could not be tested: a closed list, because programs read it in the JSON."""

from dataclasses import dataclass
from enum import StrEnum


class Trouble(StrEnum):
    """What kept us from seeing. None of these says anything about the other side's settings."""

    TIMEOUT = "timeout"  # nothing came within the time allowed
    REFUSED = "refused"  # TCP connection refused
    RESET = "reset"  # connection reset or broken off by the other side
    CLOSED = "closed"  # the other side closed in good order before it answered
    UNREACHABLE = "unreachable"  # no route to the host or network
    NO_IPV6 = "no-ipv6"  # our own network has no IPv6
    PORT_BLOCKED = "port-blocked"  # our own network blocks this port for every target
    SERVFAIL = "servfail"  # the resolver could not get an answer
    BOGUS = "bogus"  # the resolver says that DNSSEC validation failed
    DNS_REFUSED = "dns-refused"  # the resolver would not answer us
    NOT_VALIDATING = "not-validating"  # the resolver does not check DNSSEC
    NO_INTERNET = "no-internet"  # our own resolver denies even the root of DNS
    NO_NAME = "no-name"  # the name that is to be looked at does not exist (NXDOMAIN)
    NO_ADDRESS = "no-address"  # the name has no address, or does not exist
    NOT_PUBLIC = "not-public"  # the guard let nothing through; no detail is ever given
    TRY_LATER = "try-later"  # the server asked us to come back (421, 4xx)
    REJECTED = "rejected"  # the server will not talk to us (554 and the like)
    GARBAGE = "garbage"  # what came is not the protocol
    TOO_LONG = "too-long"  # what came passed the size we read
    TLS = "tls"  # the TLS handshake failed
    TLS_UNABLE = "tls-unable"  # our own program does not speak what was to be tried
    LIST_REFUSED = "list-refused"  # a blocklist does not answer our resolver
    LIST_BROKEN = "list-broken"  # a blocklist fails its own test (RFC 5782 section 5)
    BUSY = "busy"  # our own limits are reached


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that could not be tested: `subject` names it, `trouble` says why."""

    subject: str
    trouble: Trouble
    detail: str = ""  # cleaned and capped text for an expert; never needed to understand
