"""What signed TLSA records make of the certificate that a server showed (RFC 7671, RFC 7672)."""

from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum

from bot.formats.tlsa import DANE_EE, DANE_TA, Tlsa
from bot.network.answer import Answer, TlsaRecord
from bot.network.talk import Certificate, CertificateFault

# Faults that an authority named in DNS takes away.
OF_THE_ISSUER = frozenset(
    {
        CertificateFault.SELF_SIGNED,
        CertificateFault.UNKNOWN_ISSUER,
        CertificateFault.INCOMPLETE_CHAIN,
    }
)


class Vouching(IntEnum):
    """How well the best of the records vouches for a certificate, from worst to best."""

    NONE = 0  # no record names it or its issuer
    BROKEN = 1  # the issuer is named, but did not sign it
    LEAF_AT_FAULT = 2  # it did, but name or dates are wrong, which DANE-TA still asks for
    AUTHORITY = 3  # DANE-TA, and all is well
    LEAF = 4  # DANE-EE: neither name nor dates nor issuer count (RFC 7672 section 3.1.1)

    @property
    def is_good(self) -> bool:
        """Whether senders who keep to DANE deliver."""
        return self >= Vouching.AUTHORITY


def place(host: str) -> str:
    """Where the records of a server for mail stand (RFC 7672 section 2.2.3)."""
    return f"_25._tcp.{host}"


def read_records(answer: Answer[TlsaRecord]) -> tuple[Tlsa, ...]:
    """The records as they stand, sound or not."""
    return tuple(
        Tlsa(record.usage, record.selector, record.matching_type, record.data)
        for record in answer.records
    )


def usable(records: Sequence[Tlsa]) -> tuple[Tlsa, ...]:
    """Those that senders of mail can use."""
    return tuple(record for record in records if record.fault is None)


def vouching(
    records: Sequence[Tlsa], certificate: Certificate, names: Sequence[str], at: datetime
) -> Vouching:
    """The best that any usable record says of the certificate.

    `names`: what DANE-TA looks for in the leaf; the server's own, and the domain's where signed MX
    records lead from it to the server (RFC 7672 section 3.2.2).
    """
    if not certificate.chain:
        return Vouching.NONE
    found = (_by(record, certificate, names, at) for record in usable(records))
    return max(found, default=Vouching.NONE)


def vouchers(records: Sequence[Tlsa], certificate: Certificate, at: datetime) -> tuple[Tlsa, ...]:
    """The usable records that name the certificate, or an authority in its chain."""
    if not certificate.chain:
        return ()
    return tuple(
        record
        for record in usable(records)
        if _by(record, certificate, (), at) is not Vouching.NONE
    )


def _by(record: Tlsa, certificate: Certificate, names: Sequence[str], at: datetime) -> Vouching:
    if record.usage == DANE_EE:
        return Vouching.LEAF if record.names(certificate.chain[0]) else Vouching.NONE
    if record.usage != DANE_TA:
        return Vouching.NONE
    # OpenSSL is loaded by the first handshake; whoever asks nothing of servers needs it not.
    from bot.network.anchor import Anchoring, anchoring
    from bot.network.certificate import matches

    match anchoring(record, certificate.chain, at):
        case Anchoring.ABSENT:
            return Vouching.NONE
        case Anchoring.BROKEN:
            return Vouching.BROKEN
        case Anchoring.DATES:
            return Vouching.LEAF_AT_FAULT
    is_named = any(matches(name, certificate.names, ()) for name in names)
    return Vouching.AUTHORITY if is_named else Vouching.LEAF_AT_FAULT
