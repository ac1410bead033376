"""What signed TLSA records make of the certificate that a server showed (RFC 7671, RFC 7672)."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum

from bot.formats.tlsa import DANE_EE, DANE_TA, Tlsa
from bot.network.answer import Answer, MxRecord, Status, TlsaRecord
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.network.talk import Certificate, CertificateFault
from bot.probes.probe import attempt

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
    LEAF_AT_FAULT = 2  # it did, but name, dates or purpose are wrong, which DANE-TA asks for
    AUTHORITY = 3  # DANE-TA, and all is well
    LEAF = 4  # DANE-EE: neither name nor dates nor issuer count (RFC 7672 section 3.1.1)

    @property
    def is_good(self) -> bool:
        """Whether senders who keep to DANE deliver."""
        return self >= Vouching.AUTHORITY


def place(host: str) -> str:
    """Where the records of a server for mail stand (RFC 7672 section 2.2.3)."""
    return f"_25._tcp.{host}"


@dataclass(frozen=True, slots=True)
class Base:
    """The name whose TLSA records count for a server (RFC 7672 section 2.2.2), and what is there.

    `is_behind`: an alias leads there for which nobody vouches, so that nobody goes by the records.
    `is_insecure`: nobody vouches for the addresses, so that nobody asks for records at all.
    """

    name: str
    tlsa: Answer[TlsaRecord] | NetworkError
    is_behind: bool = False
    is_insecure: bool = False


async def find_base(network: Network, host: str) -> Base:
    """The end of the host's aliases where all of them are signed, else the host itself."""
    own, v4, v6 = await asyncio.gather(
        attempt(network.dns.tlsa(place(host))),
        attempt(network.dns.a(host)),
        attempt(network.dns.aaaa(host)),
    )
    led = next((one for one in (v4, v6) if isinstance(one, Answer) and one.aliases), None)
    if led is None:
        seen = [one for one in (v4, v6) if isinstance(one, Answer) and one.records]
        is_insecure = bool(seen) and not any(one.authenticated for one in seen)
        return Base(host, own, is_insecure=is_insecure)
    end = led.aliases[-1]
    there = await attempt(network.dns.tlsa(place(end)))
    if led.authenticated:
        # The end of the aliases comes first; what cannot be seen there must not be passed over.
        is_used = isinstance(there, NetworkError) or (there.records and there.authenticated)
        return Base(end, there) if is_used else Base(host, own)
    has_own = not isinstance(own, Answer) or own.records
    if has_own or not isinstance(there, Answer) or not there.records:
        return Base(host, own)
    return Base(end, replace(there, authenticated=False), is_behind=True)


def names_for(base: str, domain: str, mx: Answer[MxRecord]) -> tuple[str, ...]:
    """The names that DANE-TA looks for in the leaf (RFC 7672 section 3.2.2).

    The domain's own, too, where mail is brought to itself, or where signed MX records lead from it
    to the server.
    """
    if mx.status is Status.NO_DATA:
        return (base, domain)
    return (base, domain, *mx.aliases[-1:]) if mx.authenticated else (base,)


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
    """The best that any usable record says of the certificate; `names` as of `names_for`."""
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
        case Anchoring.DATES | Anchoring.PURPOSE:
            return Vouching.LEAF_AT_FAULT
    is_named = any(matches(name, certificate.names, ()) for name in names)
    return Vouching.AUTHORITY if is_named else Vouching.LEAF_AT_FAULT
