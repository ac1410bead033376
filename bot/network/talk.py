"""What one conversation with a mail server showed, protocol by protocol the same shape."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.trouble import Trouble


class Protocol(StrEnum):
    """The protocols that we speak to mail servers."""

    SMTP = "smtp"
    IMAP = "imap"
    POP3 = "pop3"
    SIEVE = "sieve"  # ManageSieve


class Stage(StrEnum):
    """The steps of a conversation, in order; each is timed."""

    CONNECT = "connect"
    TLS_AT_ONCE = "tls-at-once"  # the handshake of implicit TLS
    GREETING = "greeting"
    CAPABILITIES = "capabilities"  # EHLO, CAPABILITY, CAPA before TLS
    STARTTLS = "starttls"  # the command and its reply
    HANDSHAKE = "handshake"  # TLS after STARTTLS or STLS
    CAPABILITIES_AFTER = "capabilities-after"  # the same again inside TLS


class CertificateFault(StrEnum):
    """Why a certificate does not prove the server's name, causes told apart."""

    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    WRONG_NAME = "wrong-name"
    SELF_SIGNED = "self-signed"
    UNKNOWN_ISSUER = "unknown-issuer"  # a chain that ends at a root that nobody knows
    INCOMPLETE_CHAIN = "incomplete-chain"  # an intermediate certificate is not sent
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Certificate:
    """The leaf that the server showed, and what is wrong with it (RFC 5280, RFC 9525)."""

    names: tuple[str, ...]  # subjectAltName, else the common name
    issuer: str
    not_before: datetime  # aware, UTC
    not_after: datetime
    key: str  # "RSA 2048", "EC secp256r1", "Ed25519"
    sha256: str  # fingerprint of the DER, hexadecimal
    faults: tuple[CertificateFault, ...] = ()
    chain: tuple[bytes, ...] = ()  # DER, leaf first, as sent


@dataclass(frozen=True, slots=True)
class Tls:
    """A finished handshake. Verification never breaks it off: the faults say what it found."""

    version: str  # "TLSv1.3"
    cipher: str
    certificate: Certificate | None


@dataclass(frozen=True, slots=True)
class Failure:
    """Where a conversation ended before its end, and why."""

    stage: Stage
    trouble: Trouble
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ServerTalk:
    """One conversation with one address and port. Whatever was not reached is None or empty."""

    protocol: Protocol
    host: str  # the name that SNI and the certificate are held against; may be an address
    address: str
    port: int
    implicit_tls: bool
    greeting: str | None = None  # the greeting's text without its code, cleaned and capped
    greeting_code: int | None = None  # SMTP's 220; None for IMAP and POP3
    capabilities: tuple[str, ...] | None = None  # as sent, before TLS; None: not asked or failed
    has_ehlo: bool = True  # SMTP: False when the server knows only HELO
    starttls_offered: bool = False
    starttls_code: int | None = None  # SMTP's reply to STARTTLS
    starttls_injected: bool = False  # bytes followed the go-ahead in the clear
    tls: Tls | None = None
    capabilities_after: tuple[str, ...] | None = None  # inside TLS (for implicit TLS: the only)
    failure: Failure | None = None
    timings: tuple[tuple[Stage, float], ...] = ()  # seconds, in the order of the stages
    transcript: tuple[str, ...] = ()  # "C: EHLO …", "S: 250-…", redacted, capped
    spoken_at: tuple[float, ...] = ()  # of each line, in seconds since we began to connect
    age: float = 0.0  # seconds since the conversation was held

    @property
    def connected(self) -> bool:
        """Whether TCP stood."""
        return self.failure is None or self.failure.stage is not Stage.CONNECT
