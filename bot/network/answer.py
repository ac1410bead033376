"""What DNS answered: found, no data of this type, or no such name (RFC 2308, RFC 8020)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

Record = TypeVar("Record")


class Status(StrEnum):
    """The three answers that are knowledge. Whatever else happens is a NetworkError."""

    FOUND = "found"
    NO_DATA = "no-data"  # the name exists, this type does not (RFC 2308 section 2.2)
    NO_NAME = "no-name"  # NXDOMAIN (RFC 2308 section 2.1)


@dataclass(frozen=True, slots=True)
class Answer(Generic[Record]):
    """One answered question. Names are A-labels in lower case without the final dot."""

    name: str
    status: Status
    records: tuple[Record, ...] = ()
    aliases: tuple[str, ...] = ()  # the names that the CNAME chain went through after `name`
    ttl: int = 0
    authenticated: bool = False  # the resolver validated it (AD, RFC 6840 section 5.8)
    age: float = 0.0  # seconds since it was fetched


@dataclass(frozen=True, slots=True)
class MxRecord:
    """MX (RFC 1035 section 3.3.9). An exchange of "" is the null MX (RFC 7505)."""

    preference: int
    exchange: str


@dataclass(frozen=True, slots=True)
class TxtRecord:
    """TXT as its character strings (RFC 1035 section 3.3.14)."""

    strings: tuple[bytes, ...]

    @property
    def text(self) -> str:
        """The strings joined without a space; bytes over 127 become their Latin-1 letters."""
        return b"".join(self.strings).decode("latin-1")


@dataclass(frozen=True, slots=True)
class SoaRecord:
    """SOA (RFC 1035 section 3.3.13); times in seconds."""

    primary: str
    contact: str
    serial: int
    refresh: int
    retry: int
    expire: int
    minimum: int


@dataclass(frozen=True, slots=True)
class SrvRecord:
    """SRV (RFC 2782). A target of "" means that the service is not offered."""

    priority: int
    weight: int
    port: int
    target: str


@dataclass(frozen=True, slots=True)
class TlsaRecord:
    """TLSA (RFC 6698 section 2.1)."""

    usage: int
    selector: int
    matching_type: int
    data: bytes


@dataclass(frozen=True, slots=True)
class CaaRecord:
    """CAA (RFC 8659 section 4.1)."""

    flags: int
    tag: str
    value: str
