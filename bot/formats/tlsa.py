"""TLSA records (RFC 6698 section 2) and certificates held against them (RFC 7671, RFC 7672)."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.formats.der import public_key_info
from bot.formats.errors import FormatError

PKIX_TA, PKIX_EE, DANE_TA, DANE_EE = range(4)  # usages, by their names in RFC 7218
_LENGTHS = {1: 32, 2: 64}  # octets of SHA-256 and SHA-512
_TEXT = re.compile(r"\s*(\d{1,3})\s+(\d{1,3})\s+(\d{1,3})\s+([0-9A-Fa-f\s]+)", re.ASCII)


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

    def __str__(self) -> str:
        return f"{self.usage} {self.selector} {self.matching_type} {self.data.hex()}"


@dataclass(frozen=True, slots=True)
class TlsaMatch:
    """A record that names a certificate of the chain: `depth` 0 is the leaf."""

    record: Tlsa
    depth: int


def parse_tlsa(text: str) -> Tlsa:
    """Read the form of zone files, `3 1 1 <hex>`. Reasons: bad-tlsa, bad-number, bad-hex."""
    found = _TEXT.fullmatch(text)
    if not found:
        raise FormatError("bad-tlsa", text)
    usage, selector, matching_type = (int(found[number]) for number in (1, 2, 3))
    if max(usage, selector, matching_type) > 255:
        raise FormatError("bad-number", text)
    digits = re.sub(r"\s", "", found[4])
    if len(digits) % 2:
        raise FormatError("bad-hex", digits, found.start(4))
    return Tlsa(usage, selector, matching_type, bytes.fromhex(digits))


def match_chain(records: Sequence[Tlsa], chain: Sequence[bytes]) -> tuple[TlsaMatch, ...]:
    """Which usable records name a certificate of the chain (DER, leaf first).

    DANE-EE is held against the leaf alone, whatever its names and dates say (RFC 7671 section
    5.1); DANE-TA against those above it (section 5.2), and then the chain up to there, the dates
    and the name of the leaf must still be right, which is for the caller to see.
    """
    found = []
    for record in records:
        if record.fault is not None:
            continue
        places = range(1) if record.usage == DANE_EE else range(1, len(chain))
        for depth in places:
            if depth < len(chain) and _matches(record, chain[depth]):
                found.append(TlsaMatch(record, depth))
                break
    return tuple(found)


def _matches(record: Tlsa, certificate: bytes) -> bool:
    try:
        return record.matches(certificate)
    except FormatError:
        return False  # a certificate that cannot be read is named by nobody
