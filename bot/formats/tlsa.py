"""TLSA records (RFC 6698 section 2) and certificates held against them (RFC 7671, RFC 7672)."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.formats.der import public_key_info
from bot.formats.errors import FormatError

PKIX_TA, PKIX_EE, DANE_TA, DANE_EE = range(4)  # usages, by their names in RFC 7218
_LENGTHS = {1: 32, 2: 64}  # octets of SHA-256 and SHA-512


class TlsaFault(StrEnum):
    """Why a record is unusable for mail; others may still be good."""

    USAGE = "usage"  # not assigned
    PKIX_USAGE = "pkix-usage"  # 0 and 1 are not for SMTP (RFC 7672 section 3.1.3)
    SELECTOR = "selector"
    MATCHING_TYPE = "matching-type"
    LENGTH = "length"  # not as long as the hash
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Tlsa:
    """One record."""

    usage: int
    selector: int
    matching_type: int
    data: bytes

    @property
    def fault(self) -> TlsaFault | None:
        """What makes it unusable for SMTP; None when it is sound."""
        if self.usage > DANE_EE:
            return TlsaFault.USAGE
        if self.selector > 1:
            return TlsaFault.SELECTOR
        if self.matching_type > 2:
            return TlsaFault.MATCHING_TYPE
        if not self.data:
            return TlsaFault.EMPTY
        if len(self.data) != _LENGTHS.get(self.matching_type, len(self.data)):
            return TlsaFault.LENGTH
        return TlsaFault.PKIX_USAGE if self.usage in (PKIX_TA, PKIX_EE) else None

    def matches(
        self, certificate: bytes, key_info: Callable[[bytes], bytes] = public_key_info
    ) -> bool:
        """Whether a certificate, as DER, is the one that the record names."""
        chosen = key_info(certificate) if self.selector == 1 else certificate
        match self.matching_type:
            case 1:
                chosen = hashlib.sha256(chosen).digest()
            case 2:
                chosen = hashlib.sha512(chosen).digest()
        return chosen == self.data

    def names(self, certificate: bytes) -> bool:
        """The same; a certificate that cannot be read is named by nobody."""
        try:
            return self.matches(certificate)
        except FormatError:
            return False

    def __str__(self) -> str:
        return f"{self.usage} {self.selector} {self.matching_type} {self.data.hex()}"
